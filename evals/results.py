"""What a suite gives back: plain records that turn into JSON, a table or a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class SuiteName(StrEnum):
    """What can be measured."""

    RETRIEVAL = "retrieval"
    PARAGRAPHS = "paragraphs"
    REFUSAL = "refusal"
    CITATIONS = "citations"
    INTENT = "intent"
    SUGGESTIONS = "suggestions"


@dataclass(frozen=True, slots=True)
class Row:
    """Some means over the same cases.

    ``labels`` say which cases and which system; a value is None where it does not apply. ``judged`` of ``total``
    cases could be judged.
    """

    labels: Mapping[str, str]
    values: Mapping[str, float | None]
    judged: int
    total: int


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """One suite's measurements. ``skipped`` says in one line why there are none."""

    suite: SuiteName
    rows: tuple[Row, ...] = ()
    failures: tuple[Mapping[str, Any], ...] = ()
    """Each case that went wrong, with what was expected and what came."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    skipped: str = ""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def mean(values: list[float]) -> float | None:
    """Arithmetic mean; None of nothing, because what was not judged is not zero."""
    return sum(values) / len(values) if values else None
