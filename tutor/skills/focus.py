"""What an answer is to be about: a whole document's topic, or one point within."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tutor.domain import Evidence, Passage, SectionKind
from tutor.library.library import Snapshot
from tutor.library.words import stems
from tutor.retrieval.question import Question

_TITLE = 0.6
_GENERIC = frozenset(
    stems("model theory idea concept approach framework topic unit public services service community uk")
)


@dataclass(frozen=True, slots=True)
class Focus:
    """``document`` is the one that answers; ``whole`` says that the question is about all of it."""

    document: str
    title: str
    whole: bool
    passages: tuple[Passage, ...]
    """All passages of that document, in its order."""


def focus_on(question: Question, evidence: Sequence[Evidence], snapshot: Snapshot) -> Focus:
    """Find what the question is about; ``evidence`` must not be empty."""
    best = evidence[0]
    titled = [e for e in evidence[:6] if e.signals.get("title", 0.0) >= _TITLE]
    chosen = titled[0] if titled else best
    document = chosen.passage.place.document
    names = [chosen.passage.title, *snapshot.documents[document].terms]
    known = {stem for name in names for stem in stems(name)} | _GENERIC
    whole = bool(titled) and set(question.core) <= known
    passages = tuple(p for p in snapshot.passages if p.place.document == document)
    return Focus(document, chosen.passage.title, whole, passages)


def is_note(focus: Focus) -> bool:
    """Whether the document treats one topic throughout: it opens with what the topic is."""
    kinds = {p.kind for p in focus.passages}
    return SectionKind.CONCEPT in kinds and not kinds & {SectionKind.CRITERION, SectionKind.LEARNING_OUTCOME}
