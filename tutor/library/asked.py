"""The questions known beforehand: how they are stored with their vectors, and how near each passage's best comes.

One byte a component is kept: the order of similarities hardly changes, and memory falls to a quarter.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.domain import Asked, Intent

TOGETHER = 200
"""How many questions lie in one record."""
_STEP = 127
_BLOCK = 4_096


@dataclass(frozen=True, slots=True)
class StoredAsked:
    """Some questions of one document, with their vectors as signed bytes: shape (questions, dimension)."""

    document: str
    version: str
    asked: tuple[Asked, ...]
    vectors: NDArray[np.int8]


def asked_to_json(asked: Sequence[Asked], vectors: NDArray[np.float32]) -> str:
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    steps = np.rint(vectors / largest * _STEP).astype(np.int8)
    return json.dumps(
        {
            "asked": [[a.question, a.intent.value if a.intent else "", list(a.passages)] for a in asked],
            "vectors": base64.b64encode(steps.tobytes()).decode("ascii"),
        },
        ensure_ascii=False,
    )


def asked_from_json(text: str, document: str, version: str) -> StoredAsked:
    row = json.loads(text)
    asked = tuple(Asked(q, tuple(rows), Intent(intent) if intent else None) for q, intent, rows in row["asked"])
    steps = np.frombuffer(base64.b64decode(row["vectors"]), dtype=np.int8)
    return StoredAsked(document, version, asked, steps.reshape(len(asked), -1))


@dataclass(frozen=True, slots=True)
class Nearest:
    """The known questions nearest to a new one."""

    answered: Mapping[int, float]
    """By row of each passage that has known questions, the similarity of the nearest of them."""
    silence: float
    """By how much the nearest question that is known to have no answer is nearer than all that have one; below 0 where
    it is farther."""


class AskedIndex:
    """All known questions of one snapshot. Immutable; rows are those of ``Snapshot.passages``."""

    def __init__(self, stored: Sequence[StoredAsked], rows: Mapping[tuple[str, int], int]) -> None:
        """``rows`` gives the row of the passage that stands at a document's position."""
        vectors: list[NDArray[np.int8]] = []
        silent: list[int] = []
        questions: list[int] = []
        answers: list[int] = []
        count = 0
        for some in stored:
            vectors.append(some.vectors)
            for asked in some.asked:
                found = [rows[key] for n in asked.passages if (key := (some.document, n)) in rows]
                questions += [count] * len(found)
                answers += found
                if not asked.passages:
                    silent.append(count)
                count += 1
        self._vectors = np.concatenate(vectors) if vectors else np.zeros((0, 0), dtype=np.int8)
        self._questions = np.asarray(questions, dtype=np.int64)
        self._answers = np.asarray(answers, dtype=np.int64)
        self._silent = np.asarray(silent, dtype=np.int64)
        self._lengths = _lengths(self._vectors)
        self.documents = frozenset(some.document for some in stored)
        """Those that have known questions."""

    def __len__(self) -> int:
        return len(self._vectors)

    def similarities(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosine similarity of each known question with the vector of another, shape (questions,)."""
        found = np.zeros(len(self), dtype=np.float32)
        for i in range(0, len(self), _BLOCK):
            found[i : i + _BLOCK] = self._vectors[i : i + _BLOCK].astype(np.float32) @ vector
        return np.asarray(found / self._lengths, dtype=np.float32)

    def nearest(self, vector: NDArray[np.float32]) -> Nearest:
        """How near known questions come to a question's vector."""
        if not len(self):
            return Nearest({}, 0.0)
        similarities = self.similarities(vector)
        best = np.full(int(self._answers.max(initial=-1)) + 1, -2.0, dtype=np.float32)
        np.maximum.at(best, self._answers, similarities[self._questions])
        answered = float(best.max(initial=-2.0))
        silent = float(similarities[self._silent].max(initial=-2.0))
        return Nearest(
            {int(row): float(best[row]) for row in np.flatnonzero(best > -2.0)},
            silent - answered if answered > -2.0 < silent else 0.0,
        )


def _lengths(vectors: NDArray[np.int8]) -> NDArray[np.float32]:
    found = np.ones(len(vectors), dtype=np.float32)
    for i in range(0, len(vectors), _BLOCK):
        found[i : i + _BLOCK] = np.linalg.norm(vectors[i : i + _BLOCK].astype(np.float32), axis=1)
    return found
