"""Vectors of the shipped notes' passages and questions, computed beforehand: to embed them all takes minutes.

``evals/training`` writes the files. Passages: each component of the vector, one byte each. Questions, of which there
are many more: coordinates in a basis of the directions in which they differ most. What is read back is nearly the
vector that the model gives, and a text that has changed is not found and is embedded.
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
PASSAGES = {LARGE: LEARNT / "passages-large.safetensors", SMALL: LEARNT / "passages-small.safetensors"}
KEYS, BASIS, COORDINATES, BY = "keys", "basis", "coordinates", "by"
"""Names of the tensors, and of the note of what made them."""
_STEP = 127


class KnownVectors:
    """Looked up by text; empty where the file was made by another model than the one of that name."""

    def __init__(self, name: str, path: Path) -> None:
        from safetensors import safe_open

        self._rows: dict[int, int] = {}
        self._basis: NDArray[np.float32] | None = None
        with safe_open(path, framework="numpy") as file:
            if (file.metadata() or {}).get(BY) == name:
                self._rows = {int(key): row for row, key in enumerate(file.get_tensor(KEYS))}
                self._coordinates = file.get_tensor(COORDINATES)
                if BASIS in file.keys():  # noqa: SIM118
                    self._basis = file.get_tensor(BASIS).astype(np.float32)

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
        found = self._coordinates[[row or 0 for row in rows]].astype(np.float32)
        if self._basis is not None:
            found = found @ self._basis
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        if missing:
            found[missing] = otherwise([texts[n] for n in missing])
        return np.asarray(found, dtype=np.float32)


def key_of(text: str) -> int:
    """A number for a text, the same everywhere."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big", signed=True)


def write_known(
    texts: Sequence[str], vectors: NDArray[np.float32], name: str, path: Path, width: int | None = None
) -> NDArray[np.float32]:
    """Write the file, in ``width`` directions or as the vectors are.

    Returns the cosine of each vector with what is read back.
    """
    from safetensors.numpy import save_file

    tensors = {KEYS: np.asarray([key_of(text) for text in texts], dtype=np.int64)}
    inside = vectors
    if width is not None:
        _, directions = np.linalg.eigh(vectors.T @ vectors)
        tensors[BASIS] = np.ascontiguousarray(directions[:, ::-1][:, :width].T.astype(np.float16))
        inside = vectors @ tensors[BASIS].astype(np.float32).T
    largest = np.maximum(np.abs(inside).max(axis=1, keepdims=True), 1e-12)
    tensors[COORDINATES] = np.rint(inside / largest * _STEP).astype(np.int8)
    save_file(tensors, path, {BY: name})
    back = KnownVectors(name, path).vectors(texts, _unknown)
    return np.asarray((back * vectors).sum(axis=1), dtype=np.float32)


def _unknown(texts: Sequence[str]) -> NDArray[np.float32]:
    raise AssertionError(f"expected to read back what was written, found no {texts[0]!r}")
