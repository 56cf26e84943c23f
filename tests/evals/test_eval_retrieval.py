"""Ranked scores on small rankings whose figures are known."""

from __future__ import annotations

from dataclasses import replace
from math import log2

import pytest
from eval_replies import question

from evals.data import Gold
from evals.plain import CUTS, Cut, chunked
from evals.slices import BOTH, groups
from evals.spans import Piece, Span
from evals.suites.retrieval import HIT_1, HIT_4, MRR, NDCG, measured, quotes_by_part, ranked_scores

RIGHT = Piece("eight rungs", (Span("ladder", 15, 26),))
WRONG = Piece("lowest rung", (Span("ladder", 47, 58),))
GOLD = ((Span("ladder", 15, 26),),)


@pytest.mark.parametrize(
    ("found", "hit_1", "hit_4", "mrr", "ndcg"),
    [
        ([RIGHT, WRONG], 1, 1, 1, 1),
        ([WRONG, RIGHT], 0, 1, 1 / 2, 1 / log2(3)),
        ([WRONG, RIGHT, RIGHT], 0, 1, 1 / 2, 1 / log2(3)),
        ([WRONG] * 4 + [RIGHT], 0, 0, 1 / 5, 1 / log2(6)),
        ([WRONG] * 10, 0, 0, 0, 0),
        ([], 0, 0, 0, 0),
    ],
)
def test_one_part(found: list[Piece], hit_1: float, hit_4: float, mrr: float, ndcg: float) -> None:
    asked = question("a")
    scores = ranked_scores([asked], {"a": found}, {"a": GOLD})["a"]
    assert scores == pytest.approx({HIT_1: hit_1, HIT_4: hit_4, MRR: mrr, NDCG: ndcg})


def test_two_parts_are_wanted_but_one_is_a_hit() -> None:
    asked = replace(question("a"), gold=(Gold("ladder", "eight rungs"), Gold("ladder", "sixth rung")))
    gold = (*GOLD, (Span("ladder", 80, 90),))
    scores = ranked_scores([asked], {"a": [RIGHT, WRONG]}, {"a": gold})["a"]
    assert (scores[HIT_1], scores[MRR]) == (1, 1)
    assert scores[NDCG] == pytest.approx(1 / (1 + 1 / log2(3)))
    both = Piece("everything", (Span("ladder", 0, 91),))
    assert ranked_scores([asked], {"a": [both]}, {"a": gold})["a"][NDCG] == pytest.approx(1)


def test_parts_keep_their_quotes() -> None:
    gold = (Gold("x", "one"), Gold("x", "two"), Gold("y", "uno"), Gold("y", "due"))
    assert quotes_by_part(replace(question("a"), gold=gold)) == [("one", "uno"), ("two", "due")]


def test_item_ids_are_enough() -> None:
    scores = measured({"q": ["b", "a"], "r": ["c"]}, {"q": {"a": 1}, "r": {"a": 1}})
    assert (scores["q"][MRR], scores["r"][MRR]) == (0.5, 0)


def test_the_shipped_sets_are_taken_together_whatever_else_is_there() -> None:
    asked = [question("a"), question("b", set_="layout", answerable=False, near=False), question("c", set_="seeds")]
    named = {(set_, slice_): [q.id for q in cases] for set_, slice_, cases in groups(asked)}
    assert named[BOTH, "all"] == ["a", "b"]
    assert named["seeds", "all"] == ["c"]
    assert named[BOTH, "off the topic"] == ["b"]
    assert named[BOTH, "paraphrase: no"] == ["a"]
    assert (BOTH, "near the topic") not in named


@pytest.mark.parametrize("cut", [*CUTS, Cut(40, 10)], ids=lambda cut: cut.name)
def test_chunks_stand_where_they_say(cut: Cut) -> None:
    text = "First line of words.\n\n  - a bullet that goes on\n  - another bullet\n\nLast paragraph, longer. " * 20
    pieces = chunked({"d": text}, cut)
    assert all(len(piece.text) <= cut.size for piece in pieces)
    assert all(text[s.start : s.end] == piece.text for piece in pieces for s in piece.spans)
    assert all(piece.spans for piece in pieces)
