"""Numbers that were fitted, one set for each embedding model: cosine similarities of two models do not compare.

Fitted on the ``dev`` halves of the eval sets alone (see docs/decisions.md), then rounded.
"""

from __future__ import annotations

from dataclasses import dataclass

from tutor.models.packaged import SMALL


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each signal of ``ranking.Signals`` counts; by softmax regression over passages, ridge penalty."""

    keyword: float
    coverage: float
    dense: float
    particular: float
    neighbours: float
    kind: float
    title: float


@dataclass(frozen=True, slots=True)
class DoubtWeights:
    """Coefficients of a logistic regression over ``answerable.Doubts``."""

    intercept: float
    dense: float
    neighbours: float
    title: float
    unexplained: float
    numbers: float
    length: float
    mixed: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """All that depends on the embedding model."""

    weights: Weights
    doubts: DoubtWeights
    outside: float
    """Cosine similarity below which even the nearest passage is about something else."""
    far: float
    """The same, probably."""
    middle: float
    """Ranking score that is shown as one half."""
    spread: float = 5.0
    """Difference of scores that matters, for showing."""


_SMALL = Calibration(
    weights=Weights(keyword=0.4, coverage=5.0, dense=12.0, particular=7.5, neighbours=7.0, kind=1.7, title=1.3),
    doubts=DoubtWeights(
        intercept=3.5,
        dense=-2.4,
        neighbours=-3.4,
        title=-0.6,
        unexplained=1.0,
        numbers=0.7,
        length=-0.5,
        mixed=4.2,
    ),
    outside=0.3,
    far=0.36,
    middle=16.0,
)
_LARGE = Calibration(
    weights=Weights(keyword=0.6, coverage=4.0, dense=21.0, particular=6.6, neighbours=3.0, kind=1.9, title=1.0),
    doubts=DoubtWeights(
        intercept=4.0,
        dense=-3.6,
        neighbours=-3.2,
        title=-0.6,
        unexplained=1.05,
        numbers=0.9,
        length=-0.49,
        mixed=4.1,
    ),
    outside=0.34,
    far=0.36,
    middle=20.0,
)


def calibration_of(embedding: str) -> Calibration:
    """The numbers for an embedding model by its identity; those of the large packaged model for any other."""
    return _SMALL if SMALL.name in embedding else _LARGE
