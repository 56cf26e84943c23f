"""Near duplicates are found as if all pairs were compared."""

from __future__ import annotations

import re
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.library.duplicates import NEAR, NearDuplicates, passage_key
from tutor.library.words import surface_words

_WORDS = st.lists(st.sampled_from("lon mar net pol ris not two 7 cant".split()), min_size=3, max_size=14)
_NUMBERS_AND_NEGATIONS = re.compile(r"\b(?:not|two|cant|\d+)\b")


def similarity(one: str, other: str) -> float:
    """Jaccard similarity of word triples; 0 for texts of different sense, or too short to be nearly the same."""
    first, second = surface_words(one), surface_words(other)
    same_sense = sorted(_NUMBERS_AND_NEGATIONS.findall(one)) == sorted(_NUMBERS_AND_NEGATIONS.findall(other))
    if min(len(first), len(second)) < 6 or not same_sense:
        return 0.0
    triples, others = (set(zip(w, w[1:], w[2:], strict=False)) for w in (first, second))
    return len(triples & others) / len(triples | others)


@settings(max_examples=300, deadline=None)
@given(st.lists(_WORDS, min_size=2, max_size=12), st.data())
def test_the_index_finds_what_comparing_all_pairs_finds(drawn: list[list[str]], data: st.DataObject) -> None:
    texts = [" ".join(words) for words in drawn]
    changed = texts[0].split()
    changed[data.draw(st.integers(0, len(changed) - 1))] = "wog"
    index = NearDuplicates()
    for text in texts:
        index.add(passage_key(text), text)
    gone = data.draw(st.sampled_from(texts))
    index.discard(passage_key(gone))
    kept = [text for text in texts if passage_key(text) != passage_key(gone)]
    for asked in [*texts, " ".join(changed)]:
        best = max((similarity(asked, text) for text in kept), default=0.0)
        found = index.find(asked)
        assert (found is not None) == (best >= NEAR)
        if found is not None:
            assert found in {passage_key(text) for text in kept if similarity(asked, text) == best}


def test_what_is_just_similar_enough_is_found_whatever_the_order_of_its_triples() -> None:
    for ending in map("".join, product("abcdefghij", repeat=3)):
        words = [word + ending for word in "lon mar net pol ris tan ver wog ki lo mu pe".split()]
        index = NearDuplicates()
        index.add("short", " ".join(words[:9]))  # seven of the ten triples, all in the longer text
        index.add("shorter", " ".join(words[:8]))
        assert index.find(" ".join(words)) == "short"


def test_discarding_what_is_not_there_changes_nothing() -> None:
    index = NearDuplicates()
    text = "the ladder has eight rungs in three bands of citizen power"
    index.add("a", text)
    index.discard("b")
    assert index.find(text) == "a"
    index.discard("a")
    assert index.find(text) is None
