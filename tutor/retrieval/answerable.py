"""Does the evidence answer the question, or does it only stand near?"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from tutor.domain import Evidence, Intent
from tutor.retrieval.knowledge import Knowledge
from tutor.retrieval.question import Question

_NUMBER = re.compile(r"\d+|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b")
_DIGITS = {
    word: str(number)
    for number, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), start=2)
}
_LOOK = 10
_WIDE = frozenset({Intent.DEFINE, Intent.EXPLAIN, Intent.LIST, Intent.SUMMARISE, Intent.COMPARE})
_FAR = 0.36
"""Cosine similarity below which even the nearest passage is about something else."""


class Verdict(Enum):
    """Whether to answer, and if not, what to say; values name texts in ``prompts/refuse.yaml``."""

    ANSWERABLE = "answerable"
    NOT_HELD = "not_held"
    ONLY_NAMED = "only_named"
    OFF_TOPIC = "off_topic"


@dataclass(frozen=True, slots=True)
class Doubts:
    """What speaks for and against the evidence as an answer."""

    dense: float
    """Best cosine similarity of a passage with the question."""
    neighbours: float
    """Mean similarity of the best document's best passages."""
    title: float
    """Best share of a title's words that the question has, 0 to 1."""
    unexplained: int
    """Names in the question that no passage is about."""
    numbers: int
    """Numbers in the question that none of the evidence has."""
    wide: bool
    """Whether a whole topic is asked for, rather than a point within one."""

    def odds(self) -> float:
        """Logarithm of the odds that the question is not answered; > 0 means refuse.

        Coefficients of a logistic regression fitted on the ``dev`` halves of the eval sets.
        """
        return (
            _INTERCEPT
            + _DENSE * self.dense
            + _NEIGHBOURS * self.neighbours
            + _TITLE * self.title
            + _UNEXPLAINED * min(self.unexplained, 2)
            + _NUMBERS * min(self.numbers, 2)
            + _WIDE_TOPIC * self.wide
        )


_INTERCEPT, _DENSE, _NEIGHBOURS, _TITLE, _UNEXPLAINED, _NUMBERS, _WIDE_TOPIC = 0.37, -2.1, -1.3, -2.2, 2.2, 1.0, 0.9


def doubts(question: Question, evidence: Sequence[Evidence], knowledge: Knowledge) -> Doubts:
    """Look at the best evidence, which must not be empty."""
    best = evidence[:_LOOK]
    found = {n for e in best for n in _numbers(" ".join((e.passage.text, *e.passage.trail)))}
    return Doubts(
        dense=max(e.signals["dense"] for e in best),
        neighbours=best[0].signals["neighbours"],
        title=max(e.signals["title"] for e in best),
        unexplained=len(knowledge.unexplained(question.read, question.core)),
        numbers=len(_numbers(question.read) - found),
        wide=question.intent in _WIDE,
    )


def judge(question: Question, evidence: Sequence[Evidence], knowledge: Knowledge) -> Verdict:
    """Decide by the best evidence whether to answer, and if not, why not."""
    if not evidence:
        return Verdict.OFF_TOPIC
    seen = doubts(question, evidence, knowledge)
    if seen.odds() <= 0 and math.isfinite(seen.dense):
        return Verdict.ANSWERABLE
    if seen.dense < _FAR and seen.title < 0.5:
        return Verdict.OFF_TOPIC
    return Verdict.ONLY_NAMED if seen.unexplained and _is_named(question, evidence, knowledge) else Verdict.NOT_HELD


def _is_named(question: Question, evidence: Sequence[Evidence], knowledge: Knowledge) -> bool:
    """Whether a name that no passage is about stands in the evidence all the same."""
    missing = set(knowledge.unexplained(question.read, question.core))
    text = " ".join(e.passage.text.lower() for e in evidence[:_LOOK])
    return any(term in text for term in missing)


def _numbers(text: str) -> set[str]:
    return {_DIGITS.get(n, n) for n in _NUMBER.findall(text.lower())}
