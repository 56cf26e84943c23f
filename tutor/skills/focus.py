"""What an answer is to be about: a whole document's topic, or one point within."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tutor.domain import Evidence, Passage, SectionKind
from tutor.library.library import Snapshot
from tutor.library.words import stems
from tutor.retrieval.question import Question
from tutor.retrieval.subjects import subject_stems

_TITLE = 0.6
_NEAR = 20
"""Among how many pieces of evidence a document of exactly the asked name is looked for."""
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
    core = set(question.core)
    exact = [e for e in evidence[:_NEAR] if _is_called(e.passage, core, snapshot)]
    chosen = (exact or titled or [best])[0]
    titled = exact or titled
    document = chosen.passage.place.document
    passages = tuple(p for p in snapshot.passages if p.place.document == document)
    title = chosen.passage.title
    known = {stem for name in names_of(title, snapshot.documents[document].terms, passages) for stem in stems(name)}
    whole = bool(titled) and set(question.core) <= known | _GENERIC
    return Focus(document, title, whole, passages)


def _is_called(passage: Passage, words: set[str], snapshot: Snapshot) -> bool:
    """Whether the passage's document has just these words as a name."""
    head = snapshot.documents[passage.place.document]
    return any(set(stems(name)) == words for name in (head.title, *head.terms))


def names_of(title: str, terms: Sequence[str], passages: Sequence[Passage]) -> list[str]:
    """The title and the terms that are other names of it; a term that passages of their own treat is a part of it."""
    of_title = set(stems(title))
    parts = [subject_stems(p.text) for p in passages if not subject_stems(p.text) & of_title]
    return [title, *(term for term in terms if not any(set(stems(term)) <= part for part in parts))]


def is_note(focus: Focus) -> bool:
    """Whether the document treats one topic throughout: it opens with what the topic is."""
    kinds = {p.kind for p in focus.passages}
    return SectionKind.CONCEPT in kinds and not kinds & {SectionKind.CRITERION, SectionKind.LEARNING_OUTCOME}
