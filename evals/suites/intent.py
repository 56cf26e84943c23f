"""Does the tutor see what kind of answer is wanted?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from evals.data import Question
from evals.results import Row, SuiteName, SuiteResult, mean
from evals.slices import groups
from evals.worlds import World
from tutor.domain import Intent


def intent(worlds: Sequence[World], questions: Mapping[str, Sequence[Question]]) -> SuiteResult:
    """Accuracy of ``reply.intent``, and how often each intent was read as each other one."""
    asked = [(q, world.ask(q.text).intent) for world in worlds for q in questions[world.name]]
    return intent_scored([q for q, _ in asked], {q.id: read for q, read in asked})


def intent_scored(asked: Sequence[Question], read: Mapping[str, Intent]) -> SuiteResult:
    """Score intents by question id; the confusion table counts, meant first, read second."""
    rows = tuple(
        Row(
            {"set": set_, "slice": slice_},
            {"accuracy": mean([float(read[q.id] is q.intent) for q in cases])},
            len(cases),
            len(cases),
        )
        for set_, slice_, cases in groups(asked)
    )
    counted = Counter((q.intent, read[q.id]) for q in asked)
    confusion = {
        meant.value: {got.value: counted[meant, got] for got in Intent if counted[meant, got]}
        for meant in Intent
        if any(q.intent is meant for q in asked)
    }
    wrong = tuple(
        {
            "id": q.id,
            "set": q.set,
            "split": q.split.value,
            "question": q.text,
            "expected": q.intent.value,
            "got": read[q.id].value,
        }
        for q in asked
        if read[q.id] is not q.intent
    )
    return SuiteResult(SuiteName.INTENT, rows, wrong, {"confusion": confusion})
