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
    asked: float
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
    held: float
    mixed: float
    silence: float
    reader: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """All that depends on the embedding model."""

    weights: Weights
    doubts: DoubtWeights
    outside: float
    """Cosine similarity below which even the nearest passage is about something else."""
    far: float
    """The same, probably."""
    reader: float
    """How much a logit of the reader counts beside the weighted sum of the signals."""
    middle: float
    """Ranking score that is shown as one half."""
    spread: float = 5.0
    """Difference of scores that matters, for showing."""


_SMALL = Calibration(
    weights=Weights(
        keyword=0.4, coverage=5.0, dense=12.0, particular=7.5, asked=16.0, neighbours=7.0, kind=1.7, title=1.3
    ),
    doubts=DoubtWeights(
        intercept=2.1,
        dense=-1.7,
        neighbours=-3.7,
        title=-1.0,
        unexplained=0.93,
        numbers=0.44,
        length=-0.31,
        held=2.4,
        mixed=2.9,
        silence=0.0,
        reader=-0.64,
    ),
    outside=0.3,
    far=0.36,
    reader=0.3,
    middle=16.0,
)
_LARGE = Calibration(
    weights=Weights(
        keyword=0.56, coverage=2.8, dense=21.0, particular=7.5, asked=16.0, neighbours=3.7, kind=1.9, title=0.65
    ),
    doubts=DoubtWeights(
        intercept=3.3,
        dense=-5.0,
        neighbours=-5.0,
        title=-0.46,
        unexplained=1.0,
        numbers=0.94,
        length=-0.29,
        held=2.6,
        mixed=2.6,
        silence=0.0,
        reader=-0.58,
    ),
    outside=0.31,
    far=0.33,
    reader=0.25,
    middle=18.0,
)


def calibration_of(embedding: str) -> Calibration:
    """The numbers for an embedding model by its identity; those of the large packaged model for any other."""
    return _SMALL if SMALL.name in embedding else _LARGE
