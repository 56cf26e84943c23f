"""Telling that two passages say the same in the same, or nearly the same, words."""

from __future__ import annotations

import hashlib
import math
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection

from tutor.library.words import surface_words

_SHINGLE = 3
NEAR = 0.7
"""Jaccard similarity of word triples from which two passages are near duplicates."""
_SHARED = 3
"""How many triples of their prefixes two near duplicates have in common, where they have as many."""
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

    Exact, by prefix filtering (Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007; for more than one
    common triple Wang, Li and Feng 2012): with the triples of every text in one order, two sets of similarity ``NEAR``
    or more share ``k`` among their first ``size - ceil(NEAR * size) + k``. Texts that differ in a number or a negation
    are never near duplicates.
    """

    def __init__(self) -> None:
        self._known: dict[str, array[int]] = {}
        self._by_triple: defaultdict[int, list[str]] = defaultdict(list)

    def add(self, key: str, text: str) -> None:
        triples = _triples(text)
        if not triples or key in self._known:
            return
        self._known[key] = array("q", triples)
        for triple in _prefix(triples):
            self._by_triple[triple].append(key)

    def discard(self, key: str) -> None:
        if key in self._known:
            for triple in _prefix(self._known.pop(key)):
                self._by_triple[triple].remove(key)

    def find(self, text: str) -> str | None:
        """Key of the most similar near duplicate, or None."""
        triples = _triples(text)
        shared: Counter[str] = Counter()
        for triple in _prefix(triples):
            shared.update(self._by_triple.get(triple, ()))
        best: tuple[float, str] | None = None
        for key in (key for key, count in shared.items() if count >= _shared(triples)):
            other = self._known[key]
            common = len(triples.intersection(other))
            similarity = common / (len(triples) + len(other) - common)
            if similarity >= NEAR:
                best = max(best or (0.0, ""), (similarity, key))
        return best[1] if best else None


def _triples(text: str) -> frozenset[int]:
    """Word triples, hashed together with the numbers and negations of the text: other sense, other triples."""
    words = surface_words(text)
    if len(words) < 2 * _SHINGLE:
        return frozenset()  # too short for "nearly": one word is then the whole difference
    sense = [*_DIGITS.findall(text), *(w for w in words if w in _SENSE or w.endswith("nt"))]
    salt = hash(tuple(sorted(sense)))
    return frozenset(salt ^ hash(triple) for triple in zip(words, words[1:], words[2:], strict=False))


def _prefix(triples: Collection[int]) -> list[int]:
    return sorted(triples)[: len(triples) - _least(triples) + _shared(triples)] if triples else []


def _shared(triples: Collection[int]) -> int:
    """Two near duplicates that have fewer than ``_SHARED`` triples have the same number of them."""
    return min(_SHARED, _least(triples))


def _least(triples: Collection[int]) -> int:
    """How many triples a near duplicate has in common with these at least."""
    return math.ceil(NEAR * len(triples) - 1e-9)
