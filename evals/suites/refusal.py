"""Does the tutor refuse what the library cannot answer, and nothing else?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evals.data import Question
from evals.results import Row, SuiteName, SuiteResult
from evals.slices import groups
from evals.worlds import World
from tutor.domain import Reply

PRECISION, RECALL, F1, F1_ANSWERING, ACCURACY = "precision", "recall", "F1", "F1 of answering", "accuracy"


def refusal(worlds: Sequence[World], questions: Mapping[str, Sequence[Question]]) -> SuiteResult:
    """Ask everything and compare; the positive class is refusing."""
    asked: list[Question] = []
    replies: dict[str, Reply] = {}
    for world in worlds:
        for question in questions[world.name]:
            asked.append(question)
            replies[question.id] = world.ask(question.text)
    return refusal_scored(asked, replies)


def refusal_scored(asked: Sequence[Question], replies: Mapping[str, Reply]) -> SuiteResult:
    """Score replies by question id."""
    rows = tuple(
        Row({"set": set_, "slice": slice_}, _values(cases, replies), len(cases), len(cases))
        for set_, slice_, cases in groups(asked)
    )
    wrong = tuple(_wrong(q, replies[q.id]) for q in asked if replies[q.id].answered != q.answerable)
    return SuiteResult(SuiteName.REFUSAL, rows, wrong)


def _values(cases: Sequence[Question], replies: Mapping[str, Reply]) -> dict[str, float | None]:
    refused = {q.id for q in cases if not replies[q.id].answered}
    silent = {q.id for q in cases if not q.answerable}
    answered, answerable = {q.id for q in cases} - refused, {q.id for q in cases} - silent
    return {
        PRECISION: _share(refused & silent, refused),
        RECALL: _share(refused & silent, silent),
        F1: f1(refused, silent),
        F1_ANSWERING: f1(answered, answerable),
        ACCURACY: (len(refused & silent) + len(answered & answerable)) / len(cases),
    }


def f1(said: set[str], true: set[str]) -> float | None:
    """Harmonic mean of precision and recall, as 2tp / (said + true); None where neither has a member."""
    both = len(said) + len(true)
    return 2 * len(said & true) / both if both else None


def _share(part: set[str], whole: set[str]) -> float | None:
    return len(part) / len(whole) if whole else None


def _wrong(question: Question, reply: Reply) -> dict[str, Any]:
    return {
        "id": question.id,
        "set": question.set,
        "split": question.split.value,
        "question": question.text,
        "expected": "answered" if question.answerable else "refused",
        "got": "answered" if reply.answered else "refused",
        "near": question.near,
        "text": reply.text[:400],
        "gold": [gold.quote for gold in question.gold],
    }
