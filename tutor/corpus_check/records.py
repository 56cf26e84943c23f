"""What a check finds, as plain records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Check(StrEnum):
    """What was looked at."""

    FILE = "file"
    FRONT_MATTER = "front_matter"
    HEADINGS = "headings"
    LENGTH = "length"
    BULLETS = "bullets"
    COPIED = "copied"
    COVERAGE = "coverage"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: where it is, what was expected, what is there, and what to do."""

    check: Check
    file: str
    """The path below the folder, with forward slashes."""
    line: int | None
    """From 1; ``None`` where the whole file is meant."""
    expected: str
    found: str
    do: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: expected {self.expected}, found {self.found}; {self.do}"


@dataclass(frozen=True, slots=True)
class NoteRow:
    """The measures of one file. ``reading_ease`` is Flesch's: 60 and more is plain, below 30 very hard."""

    file: str
    words: int
    reading_ease: float
    asked: int
    """How many questions of students are kept beside it."""


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term that the notes should explain, and the files that do."""

    unit: str
    term: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """A learning outcome, and the notes whose front matter says that they serve it."""

    unit: str
    outcome: str
    name: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """All that one run of the check found out about a folder."""

    folder: str
    findings: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    """Worth a look, and no reason to fail."""
    notes: tuple[NoteRow, ...]
    terms: tuple[TermRow, ...]
    outcomes: tuple[OutcomeRow, ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class UnitCoverage:
    """What one unit's notes must cover, as ``coverage.yaml`` has it."""

    outcomes: Mapping[str, str]
    """Short names by code (``LO1``)."""
    terms: Mapping[str, tuple[str, ...]]
    """By each term the words by which a passage that explains it is known; any one of them is enough."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a folder must cover, by unit; ``lines`` says where in the file each term stands."""

    units: Mapping[str, UnitCoverage]
    lines: Mapping[tuple[str, str], int]
