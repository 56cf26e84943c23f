"""Vectors of the questions that ship with the notes, computed beforehand: to embed them all takes minutes.

``evals/training`` writes the file: a basis of the directions in which the questions differ most, and each question's
coordinates in it, one byte each. What is read back is nearly the vector that the model gives.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tutor.models.low_rank import LEARNT
from tutor.models.packaged import LARGE, SMALL

if TYPE_CHECKING:
    from collections.abc import Callable

FILES = {LARGE: LEARNT / "known-large.safetensors", SMALL: LEARNT / "known-small.safetensors"}
KEYS, BASIS, COORDINATES, BY = "keys", "basis", "coordinates", "by"
"""Names of the tensors, and of the note of what made them."""
_STEP = 127


class KnownVectors:
    """Looked up by the text of a question; empty where the file was made by another model."""

    def __init__(self, question_name: str, path: Path) -> None:
        from safetensors import safe_open

        self._rows: dict[int, int] = {}
        with safe_open(path, framework="numpy") as file:
            if (file.metadata() or {}).get(BY) == question_name:
                self._rows = {int(key): row for row, key in enumerate(file.get_tensor(KEYS))}
                self._basis = file.get_tensor(BASIS).astype(np.float32)
                self._coordinates = file.get_tensor(COORDINATES)

    def __len__(self) -> int:
        return len(self._rows)

    def vectors(
        self, texts: Sequence[str], otherwise: Callable[[Sequence[str]], NDArray[np.float32]]
    ) -> NDArray[np.float32]:
        """Unit vectors, one row a text; those that are not known come from ``otherwise``."""
        rows = [self._rows.get(key_of(text)) for text in texts]
        missing = [n for n, row in enumerate(rows) if row is None]
        if len(missing) == len(texts):
            return otherwise(texts)
        found = self._coordinates[[row or 0 for row in rows]].astype(np.float32) @ self._basis
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        if missing:
            found[missing] = otherwise([texts[n] for n in missing])
        return np.asarray(found, dtype=np.float32)


def key_of(text: str) -> int:
    """A number for a text, the same everywhere."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big", signed=True)


def write_known(
    texts: Sequence[str], vectors: NDArray[np.float32], question_name: str, width: int, path: Path
) -> NDArray[np.float32]:
    """Write the file; returns the cosine of each vector with what will be read back."""
    from safetensors.numpy import save_file

    _, directions = np.linalg.eigh(vectors.T @ vectors)
    basis = directions[:, ::-1][:, :width].T.astype(np.float16)
    inside = vectors @ basis.astype(np.float32).T
    largest = np.maximum(np.abs(inside).max(axis=1, keepdims=True), 1e-12)
    coordinates = np.rint(inside / largest * _STEP).astype(np.int8)
    keys = np.asarray([key_of(text) for text in texts], dtype=np.int64)
    save_file({KEYS: keys, BASIS: np.ascontiguousarray(basis), COORDINATES: coordinates}, path, {BY: question_name})
    back = coordinates.astype(np.float32) @ basis.astype(np.float32)
    back /= np.maximum(np.linalg.norm(back, axis=1, keepdims=True), 1e-12)
    return np.asarray((back * vectors).sum(axis=1), dtype=np.float32)
