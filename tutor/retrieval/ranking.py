"""Scoring passages for a question: keyword and vector search fused, headings and section kinds used."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.domain import Evidence, Intent, Passage, SectionKind
from tutor.library.keywords import KeywordIndex
from tutor.library.library import Library, Snapshot
from tutor.library.records import StoredDocument
from tutor.library.words import stems
from tutor.retrieval.calibration import Weights
from tutor.retrieval.question import Question

POOL = 60
"""How many candidates each of the two searches puts forward."""
_LIKELIEST = 6
"""For how many documents the question is read anew without their names."""
_EXPANSION = 0.5
"""Weight of a stem that expansion added, beside 1 for one that the student wrote."""
_NOISE, _CERTAIN = 0.1, 0.4
"""Share of the greatest possible keyword score below which no match counts, and from which all count in full."""
_NEARER, _UNKNOWN = 0.1, 0.11
"""By how much a known question must be nearer than its passage itself to count; and what passages without any get."""
_WHOLE = 4.0
"""How much more the section kind counts where a question names a document's topic and nothing besides."""
_WORDS = re.compile(r"[\w'-]+")


class SearchMode(StrEnum):
    """Which signals rank: all of them, or one search alone (for comparison in the evals)."""

    FUSED = "fused"
    DENSE = "dense"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for one passage; each signal is named as its weight is."""

    keyword: float
    """BM25, the mean of bare and headed, times the trust in keywords; >= 0, in units of inverse document frequency."""
    coverage: float
    """The same as a share of the most that the question's words could give, 0 to 1."""
    dense: float
    """Cosine similarity with the question, from -1 to 1."""
    particular: float
    """Cosine similarity with the question less the words of the document's own title and terms: within "stakeholder
    mapping", what matters is what else is asked."""
    asked: float
    """By how much the nearest question known for the passage is nearer than the passage itself; >= 0."""
    neighbours: float
    """Mean similarity of the document's three best passages: is this the right document?"""
    kind: float
    """From -1 to 1: how well the section kind fits what is asked for; several times that where a document's whole topic
    is asked for, which leaves nothing else to choose by."""
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
    _K.SYNOPSIS: -0.7,
    _K.LEARNING_OUTCOME: -0.5,
    _K.QUESTION_TYPE: -1.0,
    _K.GUIDANCE: -0.2,
    _K.PLAN: -0.3,
    _K.MISCONCEPTION: -0.2,
    _K.PRIOR_KNOWLEDGE: -0.6,
    _K.OVERVIEW: -0.5,
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
    if kind in _asked_for(question.read):
        return 0.8
    wishes = _WANTED.get(question.intent, {})
    return wishes.get(kind, _LESS_WANTED.get(kind, 0.0))


@lru_cache(maxsize=256)
def _asked_for(text: str) -> frozenset[SectionKind]:
    """The section kinds that a message names."""
    asked = frozenset(stems(text))
    return frozenset(kind for words, kind in _ASKED_FOR if asked & words)


def rank(
    question: Question, library: Library, snapshot: Snapshot, weights: Weights, mode: SearchMode = SearchMode.FUSED
) -> list[Evidence]:
    """All candidates for a question, best first. ``Evidence.score`` is the weighted sum of the signals."""
    if not snapshot.passages:
        return []
    keywords = _keyword_scores(question, snapshot.keywords)
    best_by_keyword = [int(row) for row in np.argsort(-keywords)[:POOL] if keywords[row] > 0]
    if mode is SearchMode.KEYWORD:
        return _simply(snapshot, {row: float(keywords[row]) for row in best_by_keyword})
    vector = library.embed_questions([question.read])[0]
    nearest = {snapshot.rows[id_]: s for id_, s in library.nearest(vector, POOL).items() if id_ in snapshot.rows}
    if mode is SearchMode.DENSE:
        return _simply(snapshot, nearest)
    known = snapshot.asked.nearest(vector)
    asked = known.answered
    best_by_asked = sorted(asked, key=lambda row: (-asked[row], row))[:POOL]
    rows = dict.fromkeys([*nearest, *best_by_keyword, *best_by_asked])
    held = library.vectors([snapshot.passages[row].id for row in rows])
    vectors = {row: v for id_, v in held.items() if _wanted(snapshot.passages[row := snapshot.rows[id_]], question)}
    return sorted(
        (
            Evidence(
                snapshot.passages[row],
                signals.total(weights),
                signals.to_dict() | {"silence": _silence(snapshot, row, known.silence)},
            )
            for row, signals in _signals(question, library, snapshot, keywords, asked, vector, vectors).items()
        ),
        key=lambda e: (-e.score, e.passage.place.document, e.passage.place.ordinal),
    )


def _signals(
    question: Question,
    library: Library,
    snapshot: Snapshot,
    keywords: NDArray[np.float32],
    asked: Mapping[int, float],
    vector: NDArray[np.float32],
    vectors: Mapping[int, NDArray[np.float32]],
) -> dict[int, Signals]:
    possible = sum(snapshot.keywords.rarity(term) for term in question.core) or 1.0
    coverage = np.minimum(keywords / possible, 1.0)
    # Where no passage has most of the question's words, those that match match by chance.
    trust = min(max((float(coverage.max()) - _NOISE) / (_CERTAIN - _NOISE), 0.0), 1.0)
    dense = {row: float(v @ vector) for row, v in vectors.items()}
    homes = _neighbours(dense, snapshot)
    particulars = _particulars(question, library, snapshot, homes, vector)
    core = frozenset(question.core)
    signals: dict[int, Signals] = {}
    for row, passage_vector in vectors.items():
        passage = snapshot.passages[row]
        document = passage.place.document
        head = snapshot.documents[document]
        names = _names(head.title, head.terms)
        signals[row] = Signals(
            keyword=trust * float(keywords[row]),
            coverage=trust * float(coverage[row]),
            dense=dense[row],
            particular=float(passage_vector @ particulars[document]),
            asked=max(asked[row] - dense[row] - _NEARER, 0.0) if row in asked else _UNKNOWN,
            neighbours=homes[document],
            kind=kind_fit(passage.kind, question) * (_WHOLE if core in names else 1.0),
            title=_title_match(core, names),
        )
    return signals


def _silence(snapshot: Snapshot, row: int, silence: float) -> float:
    """Questions known to have no answer say so only of documents whose questions are known."""
    return round(silence, 4) if snapshot.passages[row].place.document in snapshot.asked.documents else 0.0


def _wanted(passage: Passage, question: Question) -> bool:
    """A question printed in a document answers none, unless questions are asked for."""
    return question.intent is Intent.PRACTISE or not (
        passage.kind is SectionKind.QUESTION_TYPE and passage.text.rstrip().endswith("?")
    )


def _particulars(
    question: Question,
    library: Library,
    snapshot: Snapshot,
    homes: Mapping[str, float],
    vector: NDArray[np.float32],
) -> dict[str, NDArray[np.float32]]:
    """For each document, the vector of the question less the words that name the document.

    Only for the likeliest few documents: each wording is embedded, and that is most of what a search costs.
    """
    likeliest = sorted(homes, key=lambda document: (-homes[document], document))[:_LIKELIEST]
    texts = {document: _without_names(question.read, snapshot.documents[document]) for document in likeliest}
    changed = sorted({text for text in texts.values() if text != question.read})
    embedded = dict(zip(changed, library.embed_questions(changed), strict=True)) if changed else {}
    return {document: embedded.get(texts.get(document, ""), vector) for document in homes}


def _without_names(text: str, head: StoredDocument) -> str:
    names = frozenset[str]().union(*_names(head.title, head.terms))
    kept = [w for w in _WORDS.findall(text) if not (found := stems(w)) or not names.issuperset(found)]
    return " ".join(kept) if any(stems(w) for w in kept) else text


def _keyword_scores(question: Question, index: KeywordIndex) -> NDArray[np.float32]:
    """Mean of the bare and the headed BM25 score."""
    core = set(question.core)
    weights = [1.0 if term in core else _EXPANSION for term in question.terms]
    return index.scores(question.terms, weights) * np.float32(0.5)


def _simply(snapshot: Snapshot, scores: Mapping[int, float]) -> list[Evidence]:
    order = sorted(scores, key=lambda row: (-scores[row], row))
    return [Evidence(snapshot.passages[row], scores[row]) for row in order]


def _neighbours(similarity: Mapping[int, float], snapshot: Snapshot) -> dict[str, float]:
    by_document: dict[str, list[float]] = {}
    for row, score in similarity.items():
        by_document.setdefault(snapshot.passages[row].place.document, []).append(score)
    return {document: sum(sorted(scores)[-3:]) / 3 for document, scores in by_document.items()}


def _title_match(core: frozenset[str], names: Sequence[frozenset[str]]) -> float:
    """Largest share of a name's words that the question has."""
    return max((len(words & core) / len(words) for words in names), default=0.0)


@lru_cache(maxsize=4_096)
def _names(title: str, terms: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """The words of a document's title and of each of its terms."""
    return tuple(words for name in (title, *terms) if (words := frozenset(stems(name))))
