"""The plan of an answer: parts in order, each with its quotes. Built by ``arrange``, written out by ``compose``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tutor.domain import Evidence


class Style(StrEnum):
    """How the quotes of a part are set out."""

    PARAGRAPH = "paragraph"
    BULLETS = "bullets"
    NUMBERED = "numbered"
    COLUMNS = "columns"
    CLAIMS = "claims"


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim stretch of one passage; ``start`` and ``end`` count within the passage's text."""

    evidence: Evidence
    start: int
    end: int
    lead: str = ""
    """Words of the tutor's own before the quote ("The claim"), never about the subject."""

    @classmethod
    def whole(cls, evidence: Evidence) -> Quote:
        return cls(evidence, 0, len(evidence.passage.text))

    @property
    def text(self) -> str:
        return self.evidence.passage.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Part:
    """Some quotes under one heading; ``columns`` holds the sides of a comparison instead of ``quotes``."""

    heading: str
    style: Style
    quotes: tuple[Quote, ...] = ()
    columns: tuple[tuple[str, tuple[Quote, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole answer before it is written: its opening line, parts, and what it turned out to be about."""

    opening: str
    parts: tuple[Part, ...]
    topic: str
    document: str = ""
    """The document that the answer is mostly about."""

    @property
    def is_empty(self) -> bool:
        return not any(part.quotes or any(quotes for _, quotes in part.columns) for part in self.parts)
