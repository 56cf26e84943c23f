"""Does the passage that answers a question come first?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from evals.data import Question
from evals.results import Row, SuiteName, SuiteResult, mean
from evals.slices import groups
from evals.spans import Piece, Span, hits
from evals.worlds import World
from tutor.retrieval.retriever import Retriever, as_citation

DEPTH = 10
HIT_1, HIT_4, MRR, NDCG, ANSWER = "hit@1", "hit@4", "MRR", "nDCG@10", "answer hit"


class System(Protocol):
    """Something that finds pieces of documents for a question."""

    @property
    def name(self) -> str: ...

    def find(self, question: str, k: int) -> list[Piece]: ...


class TutorSystem:
    """The tutor's own search."""

    name = "tutor"

    def __init__(self, world: World) -> None:
        self._world = world

    def find(self, question: str, k: int) -> list[Piece]:
        return [self._world.piece(citation) for citation in self._world.tutor.search(question, k)]


class WithoutAsked:
    """The tutor's search where no questions were known beforehand: as documents without such a file are found."""

    name = "tutor, no known questions"

    def __init__(self, world: World) -> None:
        library, calibration = world.tutor.library, world.tutor.retriever.calibration
        weights = replace(calibration.weights, asked=0.0)
        self._retriever = Retriever(library, replace(calibration, weights=weights))
        self._world = world

    def find(self, question: str, k: int) -> list[Piece]:
        found = self._retriever.search(question, k)
        return [self._world.piece(as_citation(evidence, number)) for number, evidence in enumerate(found, 1)]


def retrieval(
    worlds: Sequence[tuple[World, Sequence[System]]], questions: Mapping[str, Sequence[Question]]
) -> SuiteResult:
    """Ask every system of every world; ``questions`` are those to ask, by world."""
    scored: dict[str, dict[str, dict[str, float]]] = {}
    asked: list[Question] = []
    failures: list[dict[str, Any]] = []
    lengths: dict[str, list[float]] = {}
    for world, systems in worlds:
        answerable = [q for q in questions[world.name] if q.answerable]
        asked += answerable
        gold = {q.id: world.gold(q) for q in answerable}
        for system in systems:
            found = {q.id: system.find(q.text, DEPTH) for q in answerable}
            scores = ranked_scores(answerable, found, gold)
            lengths.setdefault(system.name, []).extend(sum(len(p.text) for p in top[:4]) for top in found.values())
            if isinstance(system, TutorSystem):
                for question in answerable:
                    cited = [world.piece(c) for c in world.ask(question.text).citations]
                    scores[question.id][ANSWER] = float(_first(cited, question, gold[question.id]) is not None)
                failures += [_miss(q, found[q.id], gold[q.id]) for q in answerable if scores[q.id][HIT_1] == 0]
            scored.setdefault(system.name, {}).update(scores)
    detail = {"characters in the first four, mean": {name: round(mean(n) or 0) for name, n in lengths.items()}}
    return SuiteResult(SuiteName.RETRIEVAL, tuple(_rows(asked, scored)), tuple(failures), detail)


def ranked_scores(
    questions: Sequence[Question],
    found: Mapping[str, Sequence[Piece]],
    gold: Mapping[str, tuple[tuple[Span, ...], ...]],
) -> dict[str, dict[str, float]]:
    """hit@1, hit@4, MRR and nDCG@10 by question id; a part of the answer that comes twice counts at its first place."""
    runs = {q.id: _run(found[q.id], q, gold[q.id]) for q in questions}
    wanted = {q.id: {f"part {n}": 1 for n in range(len(gold[q.id]))} for q in questions}
    return measured(runs, wanted)


def measured(runs: Mapping[str, Sequence[str]], wanted: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, float]]:
    """Scores by question id, of ranked item ids against the wanted ones (``ir-measures``)."""
    import ir_measures
    from ir_measures import RR, Success, nDCG

    names = {Success @ 1: HIT_1, Success @ 4: HIT_4, RR @ DEPTH: MRR, nDCG @ DEPTH: NDCG}
    scores = {id_: {name: 0.0 for name in names.values()} for id_ in wanted}
    run = {id_: {item: float(-rank) for rank, item in enumerate(items)} for id_, items in runs.items() if items}
    judged = {id_: dict(items) for id_, items in wanted.items() if id_ in run}
    if judged:
        for score in ir_measures.iter_calc(list(names), judged, run):
            scores[str(score.query_id)][names[score.measure]] = float(score.value)
    return scores


def _run(pieces: Sequence[Piece], question: Question, gold: tuple[tuple[Span, ...], ...]) -> list[str]:
    items: list[str] = []
    for rank, piece in enumerate(pieces):
        parts = [f"part {n}" for n in _parts(piece, question, gold)]
        items += [part for part in parts if part not in items] or [f"other {rank}"]
    return items


def _parts(piece: Piece, question: Question, gold: tuple[tuple[Span, ...], ...]) -> list[int]:
    quotes = quotes_by_part(question)
    return [n for n, spans in enumerate(gold) if hits(piece, spans, quotes[n])]


def quotes_by_part(question: Question) -> list[tuple[str, ...]]:
    """The words of each part of the answer, in the order of ``gold_parts``."""
    parts: dict[int, list[str]] = {}
    seen: dict[str, int] = {}
    for gold in question.gold:
        number = seen.get(gold.document, 0)
        seen[gold.document] = number + 1
        parts.setdefault(number, []).append(gold.quote)
    return [tuple(quotes) for quotes in parts.values()]


def _first(pieces: Iterable[Piece], question: Question, gold: tuple[tuple[Span, ...], ...]) -> int | None:
    return next((rank for rank, piece in enumerate(pieces, 1) if _parts(piece, question, gold)), None)


def _miss(question: Question, pieces: Sequence[Piece], gold: tuple[tuple[Span, ...], ...]) -> dict[str, Any]:
    return {
        "id": question.id,
        "set": question.set,
        "split": question.split.value,
        "question": question.text,
        "rank": _first(pieces, question, gold),
        "expected": [g.quote for g in question.gold],
        "got": pieces[0].text if pieces else None,
        "document": pieces[0].spans[0].document if pieces and pieces[0].spans else None,
    }


def _rows(questions: Sequence[Question], scored: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterable[Row]:
    for set_, slice_, cases in groups(questions):
        for system, scores in scored.items():
            judged = [scores[q.id] for q in cases if q.id in scores]
            if judged:
                values = {n: mean([s[n] for s in judged if n in s]) for n in (HIT_1, HIT_4, MRR, NDCG, ANSWER)}
                yield Row({"system": system, "set": set_, "slice": slice_}, values, len(judged), len(cases))
