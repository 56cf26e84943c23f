"""Keyword search (BM25) over the passages of one snapshot."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

from tutor.domain import Passage
from tutor.library.words import stems

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG, and writes a line for each index


class KeywordIndex:
    """BM25 over the passages' words and, in an index of its own, over their words below their headings.

    Immutable; row ``i`` of every score belongs to ``passages[i]``.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        bare = [stems(p.text) for p in passages]
        headed = [[*stems(heading_words(p)), *words] for p, words in zip(passages, bare, strict=True)]
        self._size = len(passages)
        self._bare = _index(bare)
        self._headed = _index(headed)
        self.words = tuple(frozenset(words) for words in headed)
        """The distinct stems of each passage and its headings."""
        self._frequency = Counter(word for words in self.words for word in words)

    def __len__(self) -> int:
        return self._size

    def __contains__(self, stem: str) -> bool:
        return stem in self._frequency

    def scores(self, query: Sequence[str], weights: Sequence[float] | None = None) -> NDArray[np.float32]:
        """Sum of both BM25 scores for each passage, shape (passages,); unknown stems count nothing."""
        return self._score(self._bare, query, weights) + self._score(self._headed, query, weights)

    def rarity(self, stem: str) -> float:
        """Inverse document frequency as BM25 uses it, >= 0; highest for a stem that no passage has."""
        n = self._frequency.get(stem, 0)
        return float(np.log(1 + (self._size - n + 0.5) / (n + 0.5)))

    def _score(
        self, index: bm25s.BM25 | None, query: Sequence[str], weights: Sequence[float] | None
    ) -> NDArray[np.float32]:
        total = np.zeros(self._size, dtype=np.float32)
        if index is None:
            return total
        for stem, weight in zip(query, weights or [1.0] * len(query), strict=True):
            if stem in self._frequency:
                total += weight * np.asarray(index.get_scores([stem]), dtype=np.float32)
        return total


def heading_words(passage: Passage) -> str:
    """The headings that a passage is read below, title first, each once."""
    return " > ".join(dict.fromkeys((passage.title, *passage.trail)))


def _index(corpus: list[list[str]]) -> bm25s.BM25 | None:
    if not any(corpus):
        return None
    index = bm25s.BM25(method="lucene")
    index.index(corpus, show_progress=False)
    return index
