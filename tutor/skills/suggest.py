"""What to ask next: only what the library can answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tutor.domain import Evidence, Intent, Passage, SectionKind
from tutor.library.library import Snapshot
from tutor.retrieval.knowledge import Knowledge
from tutor.retrieval.question import Question
from tutor.retrieval.subjects import label
from tutor.skills.focus import names_of, within_a_sentence
from tutor.skills.parts import Plan
from tutor.wording import wording

_MOST = 3
_SUBJECTS = 6
_LONG_TITLE = 5
_PLURAL = re.compile(r"[a-z](?<![suia'’])s$")  # noqa: RUF001
_FOLLOW_UPS: tuple[tuple[Intent, str, frozenset[SectionKind]], ...] = (
    (Intent.EXAMPLE, "example", frozenset({SectionKind.EXAMPLE})),
    (Intent.MISTAKES, "mistakes", frozenset({SectionKind.MISTAKE, SectionKind.MISCONCEPTION})),
    (Intent.EVALUATE, "evaluate", frozenset({SectionKind.EVALUATION})),
    (Intent.EXPLAIN, "explain", frozenset({SectionKind.CONCEPT})),
)


def suggestions_after(plan: Plan, question: Question, snapshot: Snapshot, knowledge: Knowledge) -> tuple[str, ...]:
    """Questions that follow on from an answer: other sides of the same topic, then topics beside it."""
    passages = snapshot.passages_of(plan.document)
    found: list[str] = []
    if passages and _is_topic(passages):
        kinds = {p.kind for p in passages}
        title = _within(short_title(passages, snapshot), passages, knowledge)
        found = [
            wording("suggest").say(key, topic=title)
            for intent, key, wanted in _FOLLOW_UPS
            if intent is not question.intent and kinds & wanted
        ]
    found += _labels(passages, question.topic)
    unit = snapshot.documents[plan.document].unit if plan.document in snapshot.documents else ""
    return tuple(dict.fromkeys(found))[:_MOST] or suggestions_near((), snapshot, knowledge, unit)


def suggestions_near(
    evidence: Sequence[Evidence], snapshot: Snapshot, knowledge: Knowledge, unit: str = ""
) -> tuple[str, ...]:
    """Questions that the library can answer, near the evidence; where there is none, of the library at large.

    What belongs to ``unit`` comes first then.
    """
    documents: Sequence[str] = list(dict.fromkeys(e.passage.place.document for e in evidence))
    if not documents:
        documents = sorted(snapshot.documents, key=lambda d: (snapshot.documents[d].unit != unit, d))
    found: dict[str, None] = {}
    for document in documents:
        if len(found) >= _MOST:
            break
        passages = snapshot.passages_of(document)
        if passages and _is_topic(passages):
            title = _within(short_title(passages, snapshot), passages, knowledge)
            found[wording("suggest").say("explain", topic=title)] = None
        else:
            found |= dict.fromkeys(_labels(passages, "")[:2])
    if len(found) < _MOST and evidence:
        unit = snapshot.documents[documents[0]].unit
        found |= dict.fromkeys(suggestions_near((), snapshot, knowledge, unit))
    return tuple(found)[:_MOST]


def subjects(snapshot: Snapshot) -> list[str]:
    """A few things that the library covers: its units, or else its documents' titles."""
    units = sorted({head.unit for head in snapshot.documents.values() if head.unit})
    return (units or sorted(head.title for head in snapshot.documents.values()))[:_SUBJECTS]


def short_title(passages: Sequence[Passage], snapshot: Snapshot) -> str:
    """What to call the topic of a document: its title, or where that is long, a shorter name of the same."""
    title = passages[0].title
    names = names_of(title, snapshot.documents[passages[0].place.document].terms, passages)
    short = [name for name in names if 2 <= len(name.split()) <= _LONG_TITLE]
    return title if len(title.split()) <= _LONG_TITLE or not short else short[0]


def _is_topic(passages: Iterable[Passage]) -> bool:
    """Whether a document is a note on one topic, so that its title is a thing to ask about."""
    kinds = {p.kind for p in passages}
    return SectionKind.CONCEPT in kinds and not kinds & {SectionKind.CRITERION, SectionKind.LEARNING_OUTCOME}


def _within(title: str, passages: Sequence[Passage], knowledge: Knowledge) -> str:
    """A title as it is written within a sentence: "co-production", but "Arnstein's ladder" and "the Care Act"."""
    first, *rest = title.split()
    named = knowledge.is_name(first) or first[1:2].isupper() or any(word[:1].isupper() for word in rest)
    return within_a_sentence(title if named else title[:1].lower() + title[1:], passages)


def _labels(passages: Iterable[Passage], besides: str) -> list[str]:
    """Questions on the terms that a document explains as "Term: what it is"."""
    names = [
        label(p.text) for p in passages if p.kind in {SectionKind.CONCEPT, SectionKind.TERM} and p.place.number is None
    ]
    return [
        wording("suggest").say(
            "define_many" if _PLURAL.search(name) else "define",
            topic=name[:1].lower() + name[1:] if name[1:2].islower() else name,
        )
        for name in names
        if name and len(name.split()) <= 5 and name.lower() not in besides.lower()
    ]
