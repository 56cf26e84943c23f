"""The hit rule, the same for the tutor and for the plain pipeline."""

from __future__ import annotations

import pytest

from evals.spans import Piece, Span, covers, hits, occurrences

GOLD = Span("a", 100, 120)


@pytest.mark.parametrize(
    ("found", "hit"),
    [
        (Span("a", 100, 120), True),
        (Span("a", 0, 500), True),
        (Span("a", 105, 115), True),
        (Span("a", 0, 110), True),
        (Span("a", 0, 109), False),
        (Span("a", 110, 200), True),
        (Span("a", 111, 200), False),
        (Span("a", 0, 100), False),
        (Span("a", 120, 130), False),
        (Span("b", 100, 120), False),
    ],
)
def test_half_of_the_quote_must_be_overlapped(found: Span, hit: bool) -> None:
    assert covers(found, GOLD) is hit


def test_a_passage_counts_at_every_place_where_it_stands() -> None:
    piece = Piece("words", (Span("b", 0, 9), Span("a", 90, 130)))
    assert hits(piece, (GOLD,), ("words",))
    assert hits(Piece("words", (Span("b", 0, 9),)), (Span("c", 5, 9), Span("b", 1, 4)), ("words",))
    assert not hits(Piece("words", (Span("b", 0, 9),)), (GOLD,), ("words",))


def test_a_piece_without_a_place_must_hold_the_words() -> None:
    assert hits(Piece("has  eight\nrungs in all", ()), (GOLD,), ("eight rungs",))
    assert not hits(Piece("has eight steps", ()), (GOLD,), ("eight rungs",))


def test_words_do_not_count_where_the_place_is_known() -> None:
    assert not hits(Piece("eight rungs", (Span("b", 0, 11),)), (GOLD,), ("eight rungs",))


def test_every_occurrence_is_found() -> None:
    assert occurrences("aa", "d", "aaa b aa") == (Span("d", 0, 2), Span("d", 1, 3), Span("d", 6, 8))
    assert occurrences("x", "d", "aaa") == ()
