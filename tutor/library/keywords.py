"""Keyword search (BM25) over the passages of one snapshot."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import chain

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
        numbers: dict[str, int] = {}
        bare = [_numbered(stems(p.text), numbers) for p in passages]
        trails = [heading_words(p) for p in passages]
        headings = {trail: _numbered(stems(trail), numbers) for trail in dict.fromkeys(trails)}
        headed = [headings[trail] + words for trail, words in zip(trails, bare, strict=True)]
        self._size = len(passages)
        self._numbers = numbers
        self._bare = _Scores(bare, numbers)
        self._headed = _Scores(headed, numbers)
        self.words = WordSets(headed, tuple(numbers))
        """The distinct stems of each passage and its headings."""

    def __len__(self) -> int:
        return self._size

    def __contains__(self, stem: str) -> bool:
        return stem in self._numbers

    def scores(self, query: Sequence[str], weights: Sequence[float] | None = None) -> NDArray[np.float32]:
        """Sum of both BM25 scores for each passage, shape (passages,); unknown stems count nothing."""
        pairs = zip(query, weights or [1.0] * len(query), strict=True)
        known = [(self._numbers[stem], weight) for stem, weight in pairs if stem in self._numbers]
        return self._bare.sums(known) + self._headed.sums(known)

    def rarity(self, stem: str) -> float:
        """Inverse document frequency as BM25 uses it, >= 0; highest for a stem that no passage has."""
        n = self._headed.passages_with(self._numbers[stem]) if stem in self._numbers else 0
        return float(np.log(1 + (self._size - n + 0.5) / (n + 0.5)))


class WordSets:
    """The distinct stems of each passage, by row; kept as numbers, which take a tenth of the memory."""

    def __init__(self, rows: Sequence[Sequence[int]], stems: Sequence[str]) -> None:
        self._ends = np.cumsum([0, *map(len, rows)])
        self._flat = np.fromiter(chain.from_iterable(rows), dtype=np.int32, count=self._ends[-1])
        self._stems = stems

    def __getitem__(self, row: int) -> frozenset[str]:
        return frozenset(self._stems[n] for n in self._flat[self._ends[row] : self._ends[row + 1]])


class _Scores:
    """What each stem adds to the BM25 score of each passage that has it."""

    def __init__(self, rows: list[list[int]], numbers: dict[str, int]) -> None:
        self._size = len(rows)
        self._data = np.zeros(0, dtype=np.float32)
        self._rows = np.zeros(0, dtype=np.int32)
        self._ends = np.zeros(len(numbers) + 1, dtype=np.int64)
        if any(rows):
            index = bm25s.BM25(method="lucene")
            index.index((rows, numbers), create_empty_token=False, show_progress=False)
            self._data, self._rows, self._ends = (index.scores[name] for name in ("data", "indices", "indptr"))

    def sums(self, query: Sequence[tuple[int, float]]) -> NDArray[np.float32]:
        """The weighted sum for each passage; only passages that have a stem are touched."""
        total = np.zeros(self._size, dtype=np.float32)
        for number, weight in query:
            found = slice(self._ends[number], self._ends[number + 1])
            total[self._rows[found]] += weight * self._data[found]
        return total

    def passages_with(self, number: int) -> int:
        return int(self._ends[number + 1] - self._ends[number])


def heading_words(passage: Passage) -> str:
    """The headings that a passage is read below, title first, each once."""
    return " > ".join(dict.fromkeys((passage.title, *passage.trail)))


def _numbered(words: Sequence[str], numbers: dict[str, int]) -> list[int]:
    """Words as numbers; new ones get the next."""
    return [numbers.setdefault(word, len(numbers)) for word in words]
