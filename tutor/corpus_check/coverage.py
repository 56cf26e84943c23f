"""What the notes of a folder explain, as against what its ``coverage.yaml`` asks of them.

A note explains a term whose words are in its title, in one of its ``terms``, or in the subject of a passage that
tells: by the same measure the tutor decides whether the library holds an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor.corpus_check.notes import Folder, Note, texts_of
from tutor.corpus_check.records import Check, Coverage, Finding, OutcomeRow, TermRow, UnitCoverage
from tutor.corpus_check.tables import read_yaml
from tutor.documents.text import decode
from tutor.errors import CorpusError
from tutor.library.words import stems
from tutor.retrieval.subjects import TELLING, subject_stems

COVERAGE = "coverage.yaml"
FEWEST_NOTES = 2
"""How many notes must serve a learning outcome."""
_FORM = "UNIT: {outcomes: {LO1: NAME}, terms: {TERM: [WORDS, ...]}}"

Stems = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Said:
    """What one note says, as stems."""

    file: str
    topics: tuple[Stems, ...]
    """Its title and its ``terms``."""
    subjects: tuple[Stems, ...]
    """What the passages that tell are about."""
    passages: tuple[Stems, ...]
    """All words of each passage."""

    def explains(self, words: str) -> bool:
        """Whether the note is about the words, or tells about them; for "A: B", is about A and tells about B."""
        topic, colon, point = words.partition(": ")
        if colon:
            return _is_in(topic, self.topics) and _is_in(point, self.subjects)
        return _is_in(words, self.topics) or _is_in(words, self.subjects)

    def names(self, words: str) -> bool:
        """Whether some passage has all the words."""
        return _is_in(words.rpartition(": ")[2], self.passages)


def read_coverage(folder: Path) -> Coverage:
    """What the folder asks of its notes; nothing where it says nothing. Raises ``CorpusError`` for another form."""
    listed = read_yaml(folder / COVERAGE)
    if listed is None:
        return Coverage({}, {})
    units = {unit: _unit(unit, wanted) for unit, wanted in _mapping(listed, "the file").items()}
    lines = decode((folder / COVERAGE).read_bytes(), COVERAGE).split("\n")
    return Coverage(units, dict(_lines(units, lines)))


def term_rows(folder: Folder, coverage: Coverage) -> tuple[TermRow, ...]:
    """Which notes explain each term, in the order of the list."""
    said = _said(folder)
    return tuple(
        TermRow(unit, term, tuple(note.file for note in said if any(map(note.explains, known_by))))
        for unit, wanted in coverage.units.items()
        for term, known_by in wanted.terms.items()
    )


def check_terms(folder: Folder, coverage: Coverage, rows: Sequence[TermRow]) -> Iterator[Finding]:
    """A finding for each term that no note explains."""
    said = _said(folder)
    for row in rows:
        if row.notes:
            continue
        known_by = coverage.units[row.unit].terms[row.term]
        named = [note.file for note in said if any(map(note.names, known_by))]
        found = f"it only named ({', '.join(named[:3])}{', ...' if len(named) > 3 else ''})" if named else "none"
        yield Finding(
            Check.COVERAGE,
            COVERAGE,
            coverage.lines.get((row.unit, row.term)),
            f"a note that explains {row.term!r} ({row.unit})",
            found,
            "write one, or a bullet that begins with its name and tells what it is",
        )


def outcome_rows(folder: Folder, coverage: Coverage) -> tuple[OutcomeRow, ...]:
    """Which notes serve each outcome that a specification or ``coverage.yaml`` lists."""
    outcomes: dict[str, dict[str, str]] = {unit: dict(wanted.outcomes) for unit, wanted in coverage.units.items()}
    for specification in folder.specifications:
        names = outcomes.setdefault(specification.unit, {})
        for code, name in specification.outcomes.items():
            names[code] = names.get(code) or name
    return tuple(
        OutcomeRow(unit, code, name, tuple(n.file for n in folder.notes if _serves(n, unit, code)))
        for unit, names in outcomes.items()
        for code, name in names.items()
    )


def check_outcomes(folder: Folder, rows: Sequence[OutcomeRow]) -> Iterator[Finding]:
    """A finding for each outcome that fewer than two notes serve."""
    listed = {specification.unit: specification.file for specification in folder.specifications}
    for row in rows:
        if len(row.notes) < FEWEST_NOTES:
            named = f"{row.outcome} {row.name}".strip()
            yield Finding(
                Check.COVERAGE,
                listed.get(row.unit, COVERAGE),
                None,
                f"at least {FEWEST_NOTES} notes whose front matter serves {named!r} ({row.unit})",
                ", ".join(row.notes) or "none",
                "write one, or add the outcome to those that serve it",
            )


def _serves(note: Note, unit: str, outcome: str) -> bool:
    return not note.is_specification and note.unit == unit and outcome in note.outcomes


def _said(folder: Folder) -> list[_Said]:
    """A specification asks for explanations, and is none."""
    return [
        _Said(
            note.file,
            tuple(frozenset(stems(name)) for name in (note.title, *texts_of(note.matter.get("terms")))),
            tuple(subject_stems(text) for kind, text in note.passages if kind in TELLING),
            tuple(frozenset(stems(text)) for _, text in note.passages),
        )
        for note in folder.notes
        if not note.is_specification
    ]


def _is_in(words: str, there: Sequence[Stems]) -> bool:
    wanted = frozenset(stems(words))
    return any(wanted <= some for some in there)


def _unit(unit: str, wanted: Any) -> UnitCoverage:
    parts = _mapping(wanted, unit)
    outcomes = _mapping(parts.get("outcomes") or {}, f"outcomes of {unit}")
    terms = _mapping(parts.get("terms") or {}, f"terms of {unit}")
    for term, known_by in terms.items():
        if not texts_of(known_by) or not all(map(_can_be_looked_for, known_by)):
            raise CorpusError(
                f"{COVERAGE}: expected words to look for as a list, found {known_by!r} for {term!r}; write some"
            )
    return UnitCoverage(
        {code: str(name) for code, name in outcomes.items()},
        {term: texts_of(known_by) for term, known_by in terms.items()},
    )


def _can_be_looked_for(words: Any) -> bool:
    return isinstance(words, str) and all(stems(part) for part in words.split(": ", 1))


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise CorpusError(f"{COVERAGE}: expected {_FORM}, found another form in {where}; write it so")
    return value


def _lines(units: Mapping[str, UnitCoverage], lines: Sequence[str]) -> Iterator[tuple[tuple[str, str], int]]:
    """Where each term of each unit stands."""
    at = 0
    for unit, wanted in units.items():
        for name in (unit, *wanted.terms):
            pattern = re.compile(rf"\s*[\"']?{re.escape(name)}[\"']?\s*:")
            found = next((n for n, line in enumerate(lines[at:], at) if pattern.match(line)), None)
            if found is not None:
                at = found
                if name != unit:
                    yield (unit, name), found + 1
