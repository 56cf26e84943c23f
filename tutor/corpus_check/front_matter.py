"""Is the front matter of a note complete, and does what it names exist?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from tutor.corpus_check.notes import Folder, Note, Specification, text_of, texts_of
from tutor.corpus_check.records import Check, Finding
from tutor.domain import Tier

_TEXTS = ("title", "unit", "qualification")
_LISTS = ("outcomes", "terms", "references", "related")
_FILLED = frozenset({"terms", "references"})
"""Lists that only a specification may leave empty."""


def check_front_matter(folder: Folder, today: date) -> Iterator[Finding]:
    """A finding for each value that is missing, of the wrong sort, or names what is not there."""
    slugs = {slug for note in folder.notes for slug in _slugs(note)}
    specifications = folder.specifications
    for note in folder.notes:
        yield from _values(note, today)
        yield from _related(note, slugs)
        yield from _outcomes(note, _specification_of(note, specifications))


def _slugs(note: Note) -> tuple[str, str]:
    return note.slug, f"{PurePosixPath(note.folder).name}-{note.slug}"


def _values(note: Note, today: date) -> Iterator[Finding]:
    if not note.matter:
        expected = f"front matter of {', '.join((*_TEXTS, 'tier', *_LISTS, 'checked'))}"
        do = "begin the file with a line of ---, write them one a line, and close them with a line of ---"
        yield Finding(Check.FRONT_MATTER, note.file, 1, expected, "none", do)
        return
    for name in _TEXTS:
        if not text_of(note.matter.get(name)):
            yield _finding(note, name, "text", f"write {name}: ... between the --- lines")
    if note.matter.get("tier") not in tuple(Tier):
        yield _finding(note, "tier", f"one of {', '.join(Tier)}", "write tier: notes for revision notes")
    for name in _LISTS:
        value = note.matter.get(name)
        if not isinstance(value, list) or len(texts_of(value)) != len(value):
            yield _finding(note, name, "a list of texts", f'write {name}: ["one", "two"], or {name}: [] for none')
        elif not value and name in _FILLED and not note.is_specification:
            yield _finding(note, name, "at least one", "name what a student may type, and the works that bear the note")
    checked = note.matter.get("checked")
    if not isinstance(checked, date) or isinstance(checked, datetime):
        yield _finding(
            note, "checked", "a date", f"write the day on which its facts were checked: checked: {today.isoformat()}"
        )
    elif checked > today:
        yield _finding(note, "checked", f"a day up to {today.isoformat()}", "write the day on which it was checked")


def _related(note: Note, slugs: set[str]) -> Iterator[Finding]:
    for slug in texts_of(note.matter.get("related")):
        if slug not in slugs:
            yield Finding(
                Check.FRONT_MATTER,
                note.file,
                note.line_of("related"),
                f"the names of files in this folder under related, without {PurePosixPath(note.file).suffix}",
                repr(slug),
                "mend the name, add that note, or take it out",
            )


def _specification_of(note: Note, specifications: tuple[Specification, ...]) -> Specification | None:
    """The one beside the note, else the one of the note's unit."""
    beside = (s for s in specifications if PurePosixPath(s.file).parent.as_posix() == note.folder)
    named = (s for s in specifications if s.unit == note.unit)
    return next(beside, None) or next(named, None)


def _outcomes(note: Note, specification: Specification | None) -> Iterator[Finding]:
    if specification is None or note.file == specification.file:
        return
    if note.unit and note.unit != specification.unit:
        yield _finding(
            note, "unit", f"{specification.unit!r} as in {specification.file}", "write the same name in both"
        )
    if not isinstance(note.matter.get("outcomes"), list):
        return  # told already
    listed = ", ".join(specification.outcomes)
    unknown = [outcome for outcome in note.outcomes if outcome not in specification.outcomes]
    if unknown or not note.outcomes:
        yield Finding(
            Check.FRONT_MATTER,
            note.file,
            note.line_of("outcomes"),
            f"outcomes that {specification.file} lists ({listed or 'it lists none'})",
            ", ".join(unknown) or "none",
            "name those that the note serves",
        )


def _finding(note: Note, name: str, expected: str, do: str) -> Finding:
    value: Any = note.matter.get(name)
    found = "nothing" if name not in note.matter or value in (None, "", []) else repr(value)[:80]
    return Finding(Check.FRONT_MATTER, note.file, note.line_of(name), f"{expected} for {name}", found, do)
