"""Scoring passages for a question: keyword and vector search fused, headings and section kinds used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tutor.domain import Evidence, Intent, SectionKind
from tutor.library.keywords import KeywordIndex
from tutor.library.library import Library, Snapshot
from tutor.library.words import stems
from tutor.retrieval.question import Question

POOL = 60
"""How many candidates each of the two searches puts forward."""
_EXPANSION = 0.5
"""Weight of a stem that expansion added, beside 1 for one that the student wrote."""


class SearchMode(StrEnum):
    """Which signals rank: all of them, or one search alone (for comparison in the evals)."""

    FUSED = "fused"
    DENSE = "dense"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each signal counts.

    Fitted by maximum likelihood (softmax over passages, ridge penalty) on the ``dev`` halves of the eval sets and on
    questions over open paragraphs; see docs/decisions.md.
    """

    keyword: float = 1.3
    coverage: float = 10.0
    dense: float = 13.0
    neighbours: float = 15.0
    kind: float = 2.4
    title: float = 0.7


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for one passage; each signal is named as its weight is."""

    keyword: float
    """BM25, the mean of bare and headed, times the trust in keywords; >= 0, in units of inverse document frequency."""
    coverage: float
    """The same as a share of the most that the question's words could give, 0 to 1."""
    dense: float
    """Cosine similarity, from -1 to 1."""
    neighbours: float
    """Mean similarity of the document's three best passages: is this the right document?"""
    kind: float
    """From -1 to 1: how well the section kind fits what is asked for."""
    title: float
    """Share of the title's words, or of one of the document's terms, that the question has; 0 to 1."""

    def total(self, weights: Weights) -> float:
        return sum(getattr(self, f.name) * getattr(weights, f.name) for f in fields(self))

    def to_dict(self) -> dict[str, float]:
        return {f.name: round(float(getattr(self, f.name)), 4) for f in fields(self)}


_K = SectionKind
_WANTED: Mapping[Intent, Mapping[SectionKind, float]] = {
    Intent.EXPLAIN: {_K.CONCEPT: 0.6, _K.SYNOPSIS: 0.2, _K.FINDING: 0.3, _K.TERM: 0.4, _K.OVERVIEW: 0.1},
    Intent.DEFINE: {_K.CONCEPT: 0.7, _K.TERM: 0.7, _K.SYNOPSIS: 0.3, _K.OVERVIEW: 0.1},
    Intent.LIST: {_K.CONCEPT: 0.5, _K.LEARNING_OUTCOME: 0.1, _K.FINDING: 0.4},
    Intent.COMPARE: {_K.CONCEPT: 0.5, _K.EVALUATION: 0.2, _K.MISCONCEPTION: 0.2, _K.MISTAKE: 0.1},
    Intent.EXAMPLE: {_K.EXAMPLE: 1.0, _K.FINDING: 0.2, _K.EVALUATION: 0.1},
    Intent.CHECK: {_K.MISCONCEPTION: 0.9, _K.CONCEPT: 0.3, _K.MISTAKE: 0.2, _K.FINDING: 0.2},
    Intent.EVALUATE: {_K.EVALUATION: 1.0, _K.FINDING: 0.2, _K.CRITERION: -0.1},
    Intent.SUMMARISE: {_K.SYNOPSIS: 0.7, _K.CONCEPT: 0.6, _K.OVERVIEW: 0.4, _K.FINDING: 0.4},
    Intent.LOCATE: dict.fromkeys(SectionKind, 0.0) | {_K.QUESTION_TYPE: -1.0},
    Intent.PRACTISE: {_K.QUESTION_TYPE: 1.0},
    Intent.MISTAKES: {_K.MISTAKE: 1.0, _K.MISCONCEPTION: 0.9, _K.GUIDANCE: 0.1},
}
_LESS_WANTED: Mapping[SectionKind, float] = {
    _K.CRITERION: -0.4,
    _K.LEARNING_OUTCOME: -0.5,
    _K.QUESTION_TYPE: -1.0,
    _K.GUIDANCE: -0.3,
    _K.PLAN: -0.3,
    _K.MISTAKE: -0.3,
    _K.MISCONCEPTION: -0.2,
    _K.PRIOR_KNOWLEDGE: -0.3,
    _K.OVERVIEW: -0.2,
}
_ASKED_FOR: tuple[tuple[frozenset[str], SectionKind], ...] = tuple(
    (frozenset(stems(words)), kind)
    for words, kind in (
        ("criteria criterion assessor examiner assessed marked credit", _K.CRITERION),
        ("outcome outcomes objectives", _K.LEARNING_OUTCOME),
        ("tips tip grade grades distinction merit pass assignment coursework marks advice", _K.GUIDANCE),
        ("practise practice exam format", _K.QUESTION_TYPE),
        ("plan week weeks revise schedule timetable", _K.PLAN),
        ("prior already before start beforehand", _K.PRIOR_KNOWLEDGE),
        ("recommendation recommendations recommend recommended", _K.FINDING),
    )
)


def kind_fit(kind: SectionKind, question: Question) -> float:
    """How well a section kind fits what is asked for, -1 to 1."""
    asked = frozenset(stems(question.read))
    for words, wanted in _ASKED_FOR:
        if kind is wanted and asked & words:
            return 0.8
    wishes = _WANTED.get(question.intent, {})
    return wishes.get(kind, _LESS_WANTED.get(kind, 0.0))


def rank(
    question: Question, library: Library, snapshot: Snapshot, weights: Weights, mode: SearchMode = SearchMode.FUSED
) -> list[Evidence]:
    """All candidates for a question, best first. ``Evidence.score`` is the weighted sum of the signals."""
    if not snapshot.passages:
        return []
    keywords = _keyword_scores(question, snapshot.keywords)
    vector = library.embed_question(dense_text(question))
    if mode is SearchMode.KEYWORD:
        return _simply(snapshot, {i: float(keywords[i]) for i in np.argsort(-keywords)[:POOL] if keywords[i] > 0})
    nearest = {snapshot.rows[id_]: s for id_, s in library.nearest(vector, POOL).items() if id_ in snapshot.rows}
    if mode is SearchMode.DENSE:
        return _simply(snapshot, nearest)
    rows = set(nearest) | {int(i) for i in np.argsort(-keywords)[:POOL] if keywords[i] > 0}
    possible = sum(snapshot.keywords.rarity(term) for term in question.core) or 1.0
    coverage = np.minimum(keywords / possible, 1.0)
    # Where no passage has most of the question's words, those that match match by chance.
    trust = float(coverage.max())
    missing = [snapshot.passages[row].id for row in rows if row not in nearest]
    nearest |= {snapshot.rows[id_]: s for id_, s in library.similarities(vector, missing).items()}
    rows &= set(nearest)
    homes = _neighbours({row: nearest[row] for row in rows}, snapshot)
    core = frozenset(question.core)
    titles = {d: _title_match(core, head.title, head.terms) for d, head in snapshot.documents.items()}
    ranked = []
    for row in rows:
        passage = snapshot.passages[row]
        signals = Signals(
            keyword=trust * float(keywords[row]),
            coverage=trust * float(coverage[row]),
            dense=nearest[row],
            neighbours=homes[passage.place.document],
            kind=kind_fit(passage.kind, question),
            title=titles[passage.place.document],
        )
        ranked.append(Evidence(passage, signals.total(weights), signals.to_dict()))
    return sorted(ranked, key=lambda e: (-e.score, e.passage.place.document, e.passage.place.ordinal))


def dense_text(question: Question) -> str:
    """What of the question is embedded: abbreviations are followed by what they stand for."""
    return question.read


def _keyword_scores(question: Question, index: KeywordIndex) -> NDArray[np.float32]:
    core = set(question.core)
    """Mean of the bare and the headed BM25 score."""
    return index.scores(question.terms, [1.0 if term in core else _EXPANSION for term in question.terms]) / 2


def _simply(snapshot: Snapshot, scores: Mapping[int, float]) -> list[Evidence]:
    order = sorted(scores, key=lambda row: (-scores[row], row))
    return [Evidence(snapshot.passages[row], scores[row]) for row in order]


def _neighbours(similarity: Mapping[int, float], snapshot: Snapshot) -> dict[str, float]:
    by_document: dict[str, list[float]] = {}
    for row, score in similarity.items():
        by_document.setdefault(snapshot.passages[row].place.document, []).append(score)
    return {document: sum(sorted(scores)[-3:]) / 3 for document, scores in by_document.items()}


def _title_match(core: frozenset[str], title: str, terms: Sequence[str]) -> float:
    best = 0.0
    for name in (title, *terms):
        words = frozenset(stems(name))
        if words:
            best = max(best, len(words & core) / len(words))
    return best
