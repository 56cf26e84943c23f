"""The records that flow through the tutor: document, passages, evidence, reply.

Everything here is frozen and plain; a stage takes records and returns new ones.
Offsets are counted in characters (Unicode code points) of a document's stored text, end exclusive.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Tier(StrEnum):
    """How much weight a source bears, heaviest first."""

    RESEARCH = "research"
    AWARDING_BODY = "awarding_body"
    NOTES = "notes"
    UPLOAD = "upload"


class SectionKind(StrEnum):
    """What a part of a document is for."""

    SYNOPSIS = "synopsis"
    OVERVIEW = "overview"
    CONCEPT = "concept"
    LEARNING_OUTCOME = "learning_outcome"
    CRITERION = "criterion"
    GUIDANCE = "guidance"
    MISTAKE = "mistake"
    MISCONCEPTION = "misconception"
    QUESTION_TYPE = "question_type"
    PLAN = "plan"
    PRIOR_KNOWLEDGE = "prior_knowledge"
    TERM = "term"
    EXAMPLE = "example"
    FINDING = "finding"
    EVALUATION = "evaluation"
    TEXT = "text"


class Intent(StrEnum):
    """What a student's message asks for."""

    EXPLAIN = "explain"
    DEFINE = "define"
    LIST = "list"
    COMPARE = "compare"
    EXAMPLE = "example"
    CHECK = "check"
    EVALUATE = "evaluate"
    SUMMARISE = "summarise"
    LOCATE = "locate"
    MISTAKES = "mistakes"
    PRACTISE = "practise"
    GREETING = "greeting"


class BlockRole(StrEnum):
    """What a stretch of a document looks like, before its meaning is known."""

    HEADING = "heading"
    ITEM = "item"
    NUMBERED = "numbered"
    PARAGRAPH = "paragraph"
    QUOTATION = "quotation"


@dataclass(frozen=True, slots=True)
class Block:
    """One visual block; ``start:end`` covers its words alone, without bullet, number or speaker's dash."""

    role: BlockRole
    start: int
    end: int
    level: int = 0
    """Heading depth from 1 (a title) to 6, or nesting depth of an item from 0."""
    number: int | None = None
    """The printed number of a numbered item."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """What a reader returns: the text that will be stored, its blocks in reading order, and its front matter."""

    text: str
    blocks: tuple[Block, ...]
    front_matter: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """One source file as the library stores it."""

    id: str
    title: str
    text: str
    content_hash: str
    """SHA-256 of the file's bytes and of what the reader made of it, as 64 hexadecimal digits."""
    origin: str
    """Which file this is, across runs: ``corpus:unit/note.md`` or an absolute path."""
    path: str
    """The path to show: relative to the folder that was ingested."""
    tier: Tier = Tier.UPLOAD
    unit: str = ""
    qualification: str = ""
    terms: tuple[str, ...] = ()
    """Other names of the document's topic, as its front matter gives them."""
    added: str = ""
    """When it was ingested, ISO 8601 in UTC."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading trail with the blocks that stand under it."""

    trail: tuple[str, ...]
    kind: SectionKind
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands: one document, one span, under one heading trail."""

    document: str
    trail: tuple[str, ...]
    kind: SectionKind
    start: int
    end: int
    ordinal: int
    """Position among the document's passages, from 0."""
    number: int | None = None
    """The printed number, where the passage is an item of a numbered list."""


@dataclass(frozen=True, slots=True)
class Passage:
    """The smallest piece that is retrieved and cited: one idea.

    ``text`` is the stored text of ``place.document`` from ``place.start`` to ``place.end``, character for character.
    """

    id: str
    text: str
    place: Place
    title: str
    """Title of the document."""
    tier: Tier
    unit: str = ""
    path: str = ""
    also: tuple[Place, ...] = ()
    """Other places where the same words, or nearly the same, stand."""

    @property
    def kind(self) -> SectionKind:
        return self.place.kind

    @property
    def trail(self) -> tuple[str, ...]:
        return self.place.trail


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in a student's words, known beforehand, with the passages of one document that answer it.

    It widens what a passage is found by (document expansion: Nogueira et al. 2019); it is never shown or quoted.
    """

    question: str
    passages: tuple[int, ...]
    """Their positions among the document's passages (``Place.ordinal``); none where it has no answer."""
    intent: Intent | None = None
    """What it asks for, where that is known."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage chosen for one question. ``score`` is from 0 to 1, comparable within one library only."""

    passage: Passage
    score: float
    signals: dict[str, float] = field(default_factory=dict)
    """The parts that the score was made of, by name, for the developer."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered pointer to a verbatim quote: ``quote`` is the stored text from ``start`` to ``end``."""

    number: int
    document: str
    title: str
    section: str
    kind: SectionKind
    tier: Tier
    path: str
    quote: str
    start: int
    end: int
    score: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence about the subject, with the numbers of the citations that bear it."""

    text: str
    citations: tuple[int, ...]
    support: float
    """From 0 (nothing bears it) to 1 (it stands there verbatim)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the tutor says to one message; ``to_dict`` is the contracted JSON."""

    question: str
    intent: Intent
    answered: bool
    mode: str
    """``quoted``: no model wrote it. ``written``: a model did, and every sentence passed the check."""
    text: str
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()
    seconds: float = 0.0
    topic: str = ""
    """What the reply was about, for the follow-up question; not part of the JSON."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "question": self.question,
            "intent": self.intent.value,
            "answered": self.answered,
            "mode": self.mode,
            "text": self.text,
            "sentences": [
                {"text": s.text, "citations": list(s.citations), "support": round(s.support, 3)} for s in self.sentences
            ],
            "citations": [citation.to_dict() for citation in self.citations],
            "suggestions": list(self.suggestions),
            "seconds": round(self.seconds, 3),
        }
