"""Telling that two passages say the same in the same, or nearly the same, words."""

from __future__ import annotations

import hashlib
import math
import re
from collections import defaultdict

from tutor.library.words import surface_words

_SHINGLE = 3
NEAR = 0.7
"""Jaccard similarity of word triples from which two passages are near duplicates."""
_SENSE = frozenset(
    """not no never without except unless only cannot none neither nor
    two three four five six seven eight nine ten eleven twelve""".split()
)
_DIGITS = re.compile(r"\d+")


def passage_key(text: str) -> str:
    """Same for texts that differ in case, spacing, quotes or punctuation alone; 32 hexadecimal digits."""
    return hashlib.sha256(" ".join(surface_words(text)).encode()).hexdigest()[:32]


class NearDuplicates:
    """An index of passages by their word triples, for finding near duplicates without comparing all pairs.

    Exact, by prefix filtering (Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007): with the triples of
    every text in one order, two sets of similarity ``NEAR`` or more share one among their first
    ``size - ceil(NEAR * size) + 1``. Texts that differ in a number or a negation are never near duplicates.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[frozenset[int], tuple[str, ...]]] = {}
        self._by_triple: defaultdict[int, set[str]] = defaultdict(set)

    def add(self, key: str, text: str) -> None:
        triples, sense = _read(text)
        if not triples or key in self._known:
            return
        self._known[key] = (triples, sense)
        for triple in _prefix(triples):
            self._by_triple[triple].add(key)

    def discard(self, key: str) -> None:
        if key in self._known:
            triples, _ = self._known.pop(key)
            for triple in _prefix(triples):
                self._by_triple[triple].discard(key)

    def find(self, text: str) -> str | None:
        """Key of the most similar near duplicate, or None."""
        triples, sense = _read(text)
        best: tuple[float, str] | None = None
        for key in set().union(*(self._by_triple.get(triple, ()) for triple in _prefix(triples))):
            other, its_sense = self._known[key]
            similarity = len(triples & other) / len(triples | other)
            if similarity >= NEAR and its_sense == sense:
                best = max(best or (0.0, ""), (similarity, key))
        return best[1] if best else None


def _read(text: str) -> tuple[frozenset[int], tuple[str, ...]]:
    """Word triples, hashed, and the numbers and negations of a text."""
    words = surface_words(text)
    if len(words) < 2 * _SHINGLE:
        return frozenset(), ()  # too short for "nearly": one word is then the whole difference
    triples = zip(words, words[1:], words[2:], strict=False)
    sense = [*_DIGITS.findall(text), *(w for w in words if w in _SENSE or w.endswith("nt"))]
    return frozenset(map(hash, triples)), tuple(sorted(sense))


def _prefix(triples: frozenset[int]) -> list[int]:
    return sorted(triples)[: len(triples) - math.ceil(NEAR * len(triples) - 1e-9) + 1] if triples else []
