"""Sentence spans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.documents.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["Trust grew.", "Costs fell."],
        ["Use cases (e.g. Leeds) and tools, i.e. Drones, with care.", "Then stop."],
        ["Bring maps, pens, etc. when you go.", "Go early."],
        ["Bring maps, pens, etc.", "Then go."],
        ["Police vs. Fire is a false contest.", "Both serve."],
        ["R v. Brent was cited.", "It matters."],
        ["Mr. Hall met Dr. A. B. Stone of the U.K. Home Office.", "They spoke."],
        ["She moved to the U.K.", "The job began."],
        ["See s. 149 and No. 10 and pp. 4-5.", "Read on."],
        ["The firm Acme Ltd. Norwich supplied it.", "Good."],
        ["It was sold to Acme Ltd.", "The price was 3.5 million."],
        ["Doors open at 9 a.m.", "Bring a coat."],
        ['"Stop!" he said.', "She stopped."],
        ['He wrote "the end."', "She read it."],
        ["Plans changed (see Box 2. It lists them).", "Nobody minded."],
        ["It rose to 4.2%.", "4 towns gained."],
        ["1. Explain the need.", "2. Examine the cost."],
        ["The service was served.", "Trust grew."],
        ["Visit www.Example.org for more.", "Or call."],
        ["Wait... what?", "Nothing."],
        ["Others stay.", "They come once.\n-(Shop owner)"],
        ["A line\nthat wraps.", "Another line"],
        ["One idea", "Another idea"],
        ["See Smith et al. 2010 for more.", "The end."],
        ["In Sgt. Pepper v St. John it was so.", "Really?", "Yes!"],
    ],
)
def test_splits(expected: list[str]) -> None:
    joiner = "\n\n" if expected[0] == "One idea" else " "
    assert split(joiner.join(expected)) == expected


def test_finds_the_sentence_end_where_the_space_was_lost() -> None:
    assert split("Every home was served.Trust grew.") == ["Every home was served.", "Trust grew."]


def test_holds_items_of_a_list_apart() -> None:
    assert split("Plans need:\n  - money\n  - time") == ["Plans need:", "- money", "- time"]


@pytest.mark.parametrize("text", ["", " \n\t", "\u2028"])
def test_nothing_has_no_sentences(text: str) -> None:
    assert sentences(text) == []


@given(st.text(alphabet=st.sampled_from("aB1 .!?\"'()\u2019\n-\u2026\u3002e.g"), max_size=120) | st.text(max_size=80))
def test_spans_hold_every_character_in_order(text: str) -> None:
    spans = sentences(text)
    place = 0
    for start, end in spans:
        assert place <= start < end
        assert not text[place:start].strip()
        assert text[start:end] == text[start:end].strip()
        place = end
    assert not text[place:].strip()
