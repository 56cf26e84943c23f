"""Words in a row that a note shares with another text."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutor.corpus_check.notes import Folder, Note
from tutor.corpus_check.records import Check, Finding
from tutor.corpus_check.tables import read_yaml
from tutor.documents.files import FoundFile, find_files, load
from tutor.documents.sentences import sentences
from tutor.documents.text import decode
from tutor.domain import BlockRole
from tutor.errors import CorpusError
from tutor.library.words import fold

RUN = 8
"""Words in a row that a note may not share with a text that it was checked against."""
RUN_BETWEEN_NOTES = 12
"""Words in a row in one sentence from which two notes say the same."""
OFFICIAL_NAMES = "official-names.yaml"
"""Of no suffix that ingest takes: the names are no document."""
_TEXTS = frozenset({".txt", ".md"})
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_KEY = re.compile(r"([\w-]+):")
_NAMED = frozenset({"title", "unit", "qualification", "references"})
"""Lines of the front matter that hold official names alone."""
_BREAK = ""
"""Stands in a row of words where an official name was."""

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """Words in order, and the line of each."""

    words: Words
    lines: tuple[int | None, ...]

    def runs(self, length: int) -> Iterator[tuple[int, Words]]:
        """All runs of ``length`` words that no official name interrupts, with the index of the first."""
        for at in range(len(self.words) - length + 1):
            run = self.words[at : at + length]
            if _BREAK not in run:
                yield at, run


def official_names(folder: Folder) -> tuple[Words, ...]:
    """Names that every text writes the same, as the folder lists them: words, longest first.

    Raises ``CorpusError`` for a list that is none.
    """
    listed = read_yaml(folder.path / OFFICIAL_NAMES) or []
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        raise CorpusError(f"{OFFICIAL_NAMES}: expected a list of names, found none; write - NAME, one a line")
    return tuple(sorted({words for name in listed if (words := _words(name))}, key=len, reverse=True))


def check_against(folder: Folder, against: Path, names: Sequence[Words]) -> Iterator[Finding]:
    """A finding for each row of eight words or more that a note shares with a text file below ``against``.

    Titles, references and the names of units and qualifications may be shared, and so may official names.
    Raises ``CorpusError`` where there is nothing to compare with.
    """
    rows = [(note.file, _whole(note, names)) for note in folder.notes]
    rows += [(note.asked_file, _asked(note, names)) for note in folder.notes if note.asked]
    ours = {run for _, row in rows for _, run in row.runs(RUN)}
    theirs: dict[Words, str] = {}
    for text in _text_files(against, folder):
        for _, run in _Row(_words(decode(load(text), text.shown)), ()).runs(RUN):
            if run in ours:
                theirs.setdefault(run, text.shown)
    for file, row in rows:
        for start, end in _merged(row, RUN, theirs):
            yield Finding(
                Check.COPIED,
                file,
                row.lines[start],
                f"words of its own, not {end - start} in a row of {theirs[row.words[start : start + RUN]]}",
                repr(" ".join(row.words[start:end])),
                f"say it another way, or list it in {OFFICIAL_NAMES} where it is an official name",
            )


def check_between(folder: Folder, names: Sequence[Words]) -> Iterator[Finding]:
    """A warning for each row of twelve words or more that a sentence shares with one of an earlier note."""
    first: dict[Words, str] = {}
    for note in folder.notes:
        rows = list(_sentences(note, names))
        for row in rows:
            for start, end in _merged(row, RUN_BETWEEN_NOTES, first):
                yield Finding(
                    Check.COPIED,
                    note.file,
                    row.lines[start],
                    f"a sentence of its own, not {end - start} words in a row of "
                    + first[row.words[start : start + RUN_BETWEEN_NOTES]],
                    repr(" ".join(row.words[start:end])),
                    "say it in one of the two, or another way",
                )
        for row in rows:
            for at, run in row.runs(RUN_BETWEEN_NOTES):
                first.setdefault(run, f"{note.file}:{row.lines[at]}")


def _text_files(against: Path, folder: Folder) -> list[FoundFile]:
    if not against.is_dir():
        raise CorpusError(f"--against: expected a folder of .txt and .md files at {against}, found none; mend the path")
    own = {(folder.path / note.file).resolve() for note in folder.notes}
    found = find_files([against])
    files = [file for file in found.files if file.path.suffix.lower() in _TEXTS and file.path.resolve() not in own]
    if found.refused:
        raise CorpusError(f"--against: {found.refused[0]}")
    if not files:
        raise CorpusError(f"--against: expected .txt or .md files in {against}, found none; give another folder")
    return files


def _whole(note: Note, names: Sequence[Words]) -> _Row:
    """The words of a file without its title and its references."""
    words: list[str] = []
    lines: list[int | None] = []
    key, title = "", _words(note.title)
    for number, line in enumerate(note.lines, 1):
        if number <= note.body:
            begins = _KEY.match(line)
            key = begins[1] if begins else key
            if key in _NAMED:
                continue
        there = _words(line)
        if there == title and line.startswith("# "):
            continue
        words.extend(there)
        lines.extend([number] * len(there))
    return _without(names, words, lines)


def _asked(note: Note, names: Sequence[Words]) -> _Row:
    """The words of the questions beside a note, with a break behind each."""
    words: list[str] = []
    lines: list[int | None] = []
    for line in note.asked:
        there = (*_words(line.question), _BREAK)
        words.extend(there)
        lines.extend([line.number] * len(there))
    return _without(names, words, lines)


def _sentences(note: Note, names: Sequence[Words]) -> Iterator[_Row]:
    for piece in note.pieces:
        if piece.role is not BlockRole.HEADING:
            for start, end in sentences(piece.text):
                words = _words(piece.text[start:end])
                yield _without(names, words, [piece.line] * len(words))


def _without(names: Sequence[Words], words: Sequence[str], lines: Sequence[int | None]) -> _Row:
    """The words with a break for each official name."""
    kept: list[tuple[str, int | None]] = []
    at = 0
    while at < len(words):
        length = next((len(name) for name in names if name == tuple(words[at : at + len(name)])), 0)
        kept.append((_BREAK if length else words[at], lines[at]))
        at += length or 1
    return _Row(tuple(word for word, _ in kept), tuple(line for _, line in kept))


def _merged(row: _Row, length: int, known: Container[Words]) -> Iterator[tuple[int, int]]:
    """Where the longest rows of words begin and end of which every run is known."""
    start = end = -1
    for at, run in row.runs(length):
        if run not in known:
            continue
        if start >= 0 and at == end - length + 1:
            end += 1
            continue
        if start >= 0:
            yield start, end
        start, end = at, at + length
    if start >= 0:
        yield start, end


def _words(text: str) -> Words:
    return tuple(_WORD.findall(fold(text)))
