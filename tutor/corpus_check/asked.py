"""The questions kept beside a note: does each stand below a passage that is there?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tutor.corpus_check.notes import Folder
from tutor.corpus_check.records import Check, Finding
from tutor.documents.asked import SUFFIX, attach


def check_asked(folder: Folder) -> Iterator[Finding]:
    """A finding for first words that no passage has, and for a file of questions without a document."""
    for note in folder.notes:
        _, unknown = attach(note.asked, [text for _, text in note.passages])
        lines = {line.begins: line.number for line in reversed(note.asked)}
        for begins in unknown:
            yield Finding(
                Check.ASKED,
                note.asked_file,
                lines[begins],
                f"questions below the first words of a passage of {Path(note.file).name}",
                repr(begins),
                "copy the first words from the note again",
            )
    known = {note.asked_file for note in folder.notes} | {finding.file for finding in folder.refused}
    for path in sorted(folder.path.rglob(f"*{SUFFIX}")):
        shown = path.relative_to(folder.path).as_posix()
        if shown not in known:
            yield Finding(
                Check.ASKED, shown, None, f"a document beside it, {path.stem}.md", "none", "rename it or delete it"
            )
