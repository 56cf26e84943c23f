"""Keyword scores are those of BM25, over the passages bare and below their headings."""

from __future__ import annotations

import bm25s
import numpy as np
import pytest

from tutor.domain import Passage, Place, SectionKind, Tier
from tutor.library.keywords import KeywordIndex, heading_words
from tutor.library.words import stems

TEXTS = (
    "Placation is a rung of the ladder, and a rung of tokenism.",
    "Co-production shares power between services and people.",
    "The ladder has eight rungs.",
    "— … —",
)
TITLES = ("Arnstein's ladder", "Co-production", "Arnstein's ladder", "The")


def passages(texts: tuple[str, ...] = TEXTS) -> list[Passage]:
    return [
        Passage(str(n), text, Place("d", ("Key points",), SectionKind.CONCEPT, 0, len(text), n), title, Tier.NOTES)
        for n, (text, title) in enumerate(zip(texts, TITLES, strict=True))
    ]


def test_scores_are_the_weighted_sums_of_both_indices() -> None:
    index = KeywordIndex(passages())
    expected = np.zeros(len(TEXTS))
    bare = [stems(p.text) for p in passages()]
    for corpus in (bare, [[*stems(heading_words(p)), *words] for p, words in zip(passages(), bare, strict=True)]):
        reference = bm25s.BM25(method="lucene")
        reference.index(corpus, show_progress=False)
        for stem, weight in (("ladder", 1.0), ("power", 0.5)):
            expected += weight * reference.get_scores([stem])
    found = index.scores(["ladder", "nosuchword", "power"], [1.0, 1.0, 0.5])
    assert found == pytest.approx(expected, rel=1e-5)
    assert found[1] > 0 < found[0]


def test_words_and_rarity_count_passages_with_their_headings() -> None:
    index = KeywordIndex(passages())
    assert index.words[1] == frozenset(stems("Co-production > Key points > " + TEXTS[1]))
    assert index.words[3] == frozenset(stems("Key points"))
    assert "arnstein" in index
    assert "nosuchword" not in index
    assert index.rarity("key") < index.rarity("arnstein") < index.rarity("placat") < index.rarity("nosuchword")


@pytest.mark.parametrize(
    "given", [[], [Passage("1", "It is.", Place("d", (), SectionKind.TEXT, 0, 6, 0), "The", Tier.NOTES)]]
)
def test_no_words_at_all_score_nothing(given: list[Passage]) -> None:
    index = KeywordIndex(given)
    assert index.scores(["ladder"]).tolist() == [0.0] * len(given)
    assert len(index) == len(given)
    assert "ladder" not in index
