"""Choosing stretches of passages: the sentences that matter of a long one, both halves of a misconception, a list."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.documents.misconceptions import claim_and_correction
from tutor.documents.sentences import sentences
from tutor.domain import Evidence, Passage
from tutor.library.words import stems
from tutor.retrieval.question import Question
from tutor.skills.parts import Quote
from tutor.wording import wording

_LONG = 420
"""Characters from which a passage is quoted in part."""
_WINDOW = 2


def excerpt(evidence: Evidence, question: Question) -> Quote:
    """The whole passage, or of a long one the two neighbouring sentences that have most of the question's words."""
    text = evidence.passage.text
    spans = sentences(text)
    if len(text) <= _LONG or len(spans) <= _WINDOW:
        return Quote.whole(evidence)
    terms = set(question.terms)
    hits = [len(terms & set(stems(text[start:end]))) for start, end in spans]
    starts = range(len(spans) - _WINDOW + 1)
    first = max(starts, key=lambda i: (sum(hits[i : i + _WINDOW]), -i))
    return Quote(evidence, spans[first][0], spans[first + _WINDOW - 1][1])


def claim_quotes(evidence: Evidence) -> tuple[Quote, ...]:
    """A misconception's claim and its correction, each said to be what it is."""
    found = claim_and_correction(evidence.passage.text)
    if found is None:
        return (Quote.whole(evidence),)
    words = wording("answer")
    claim, correction = found
    return (
        Quote(evidence, *claim, lead=words.say("claim")),
        Quote(evidence, *correction, lead=words.say("correction")),
    )


def what_is_right(evidence: Evidence) -> Quote:
    """The whole passage, or a misconception's correction alone, which needs no claim beside it to be true."""
    found = claim_and_correction(evidence.passage.text)
    return Quote.whole(evidence) if found is None else Quote(evidence, *found[1])


def list_around(evidence: Evidence, passages: Sequence[Passage]) -> list[Passage]:
    """The numbered list, or the bullets below one lead-in, that a passage belongs to, in order."""
    place = evidence.passage.place
    if place.number is None:
        return []
    return [p for p in passages if p.trail == place.trail and p.place.number is not None]


def section_of(evidence: Evidence, passages: Sequence[Passage]) -> list[Passage]:
    """Those of the passages that stand in the same section, in the document's order."""
    place = evidence.passage.place
    same = [p for p in passages if p.place.document == place.document and p.trail == place.trail]
    return sorted(same, key=lambda p: p.place.ordinal)
