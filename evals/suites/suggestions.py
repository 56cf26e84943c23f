"""Is every question that the tutor suggests one that it can answer?"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from evals.data import Question
from evals.results import Row, SuiteName, SuiteResult, mean
from evals.worlds import World

CAP = 200
"""How many suggestions are asked at most, in each world."""


def suggestions(
    worlds: Sequence[World], questions: Mapping[str, Sequence[Question]], *, cap: int = CAP, seed: int = 0
) -> SuiteResult:
    """Ask, in turn, what the replies suggest; the rate of those that are answered."""
    rows = []
    wrong = []
    for world in worlds:
        origin: dict[str, str] = {}
        for question in questions[world.name]:
            for suggestion in world.ask(question.text).suggestions:
                origin.setdefault(suggestion, question.id)
        sample = sorted(origin)
        if len(sample) > cap:
            sample = sorted(random.Random(seed).sample(sample, cap))
        answered = {suggestion: world.ask(suggestion).answered for suggestion in sample}
        rate = mean([float(good) for good in answered.values()])
        rows.append(Row({"library": world.name}, {"answered": rate}, len(sample), len(origin)))
        wrong += [
            {"question": suggestion, "suggested by": origin[suggestion], "expected": "answered", "got": "refused"}
            for suggestion, good in answered.items()
            if not good
        ]
    return SuiteResult(SuiteName.SUGGESTIONS, tuple(rows), tuple(wrong))
