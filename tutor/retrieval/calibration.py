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
    near: float
    neighbours: float
    unexplained: float
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
        keyword=0.4, coverage=2.6, dense=13.0, particular=5.0, asked=18.6, neighbours=6.4, kind=1.7, title=0.95
    ),
    doubts=DoubtWeights(
        intercept=0.69, near=-3.5, neighbours=-3.3, unexplained=0.6, held=2.75, mixed=0.74, silence=5.4, reader=-0.62
    ),
    outside=0.3,
    far=0.36,
    reader=0.32,
    middle=16.0,
)
_LARGE = Calibration(
    weights=Weights(
        keyword=0.55, coverage=5.0, dense=22.3, particular=5.4, asked=20.5, neighbours=10.0, kind=1.1, title=1.9
    ),
    doubts=DoubtWeights(
        intercept=3.2, near=-6.3, neighbours=-6.3, unexplained=0.82, held=2.3, mixed=0.83, silence=4.9, reader=-0.59
    ),
    outside=0.33,
    far=0.355,
    reader=0.33,
    middle=22.0,
)


def calibration_of(embedding: str) -> Calibration:
    """The numbers for an embedding model by its identity; those of the large packaged model for any other."""
    return _SMALL if SMALL.name in embedding else _LARGE
