"""Telling that two passages say the same in the same, or nearly the same, words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

import numpy as np
from datasketch import MinHash, MinHashLSH

from tutor.library.words import surface_words

_SHINGLE = 3
_PERMUTATIONS = 64
_LSH_THRESHOLD = 0.5
NEAR = 0.7
"""Jaccard similarity of word triples from which two passages are near duplicates."""
_SENSE = frozenset("not no never without except unless only cannot none neither nor".split())
_DIGITS = re.compile(r"\d+")


def passage_key(text: str) -> str:
    """Same for texts that differ in case, spacing, quotes or punctuation alone; 32 hexadecimal digits."""
    return hashlib.sha256(" ".join(surface_words(text)).encode()).hexdigest()[:32]


class NearDuplicates:
    """An index of passages by their word triples, for finding near duplicates without comparing all pairs.

    Candidates come from locality-sensitive hashing (Broder 1997; Leskovec, Rajaraman and Ullman, ch. 3) and are then
    compared exactly. Texts that differ in a number or a negation are never near duplicates.
    """

    def __init__(self) -> None:
        self._lsh = MinHashLSH(threshold=_LSH_THRESHOLD, num_perm=_PERMUTATIONS)
        self._triples: dict[str, frozenset[bytes]] = {}
        self._sense: dict[str, tuple[str, ...]] = {}

    def add(self, key: str, text: str) -> None:
        triples = _triples(text)
        if not triples or key in self._triples:
            return
        self._triples[key] = triples
        self._sense[key] = _sense(text)
        self._lsh.insert(key, _minhash(triples))

    def discard(self, key: str) -> None:
        if key in self._triples:
            self._lsh.remove(key)
            del self._triples[key], self._sense[key]

    def find(self, text: str) -> str | None:
        """Key of the most similar near duplicate, or None."""
        triples = _triples(text)
        if not triples:
            return None
        sense = _sense(text)
        best: tuple[float, str] | None = None
        for key in self._lsh.query(_minhash(triples)):
            other = self._triples[key]
            similarity = len(triples & other) / len(triples | other)
            if similarity >= NEAR and self._sense[key] == sense:
                best = max(best or (0.0, ""), (similarity, str(key)))
        return best[1] if best else None


def _triples(text: str) -> frozenset[bytes]:
    words = surface_words(text)
    if len(words) < 2 * _SHINGLE:
        return frozenset()  # too short for "nearly": one word is then the whole difference
    return frozenset(" ".join(words[i : i + _SHINGLE]).encode() for i in range(len(words) - _SHINGLE + 1))


def _sense(text: str) -> tuple[str, ...]:
    words = surface_words(text)
    return tuple(sorted([*_DIGITS.findall(text), *(w for w in words if w in _SENSE or w.endswith("nt"))]))


def _minhash(triples: Iterable[bytes]) -> MinHash:
    values = np.array([int.from_bytes(hashlib.blake2b(t, digest_size=4).digest()) for t in triples], dtype=np.uint64)
    hashed = MinHash(num_perm=_PERMUTATIONS, hashfunc=int)
    hashed.update_batch(values)
    return hashed
