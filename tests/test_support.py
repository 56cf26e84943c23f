"""Support: does a sentence stand in its quotes?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.support import support

QUOTE = "Networking is informal. Nobody in a network\nhas to act together."


@pytest.mark.parametrize(
    ("sentence", "quotes", "expected"),
    [
        ("Networking is informal.", [QUOTE], 1.0),
        ("Nobody in a network has to act together.", [QUOTE], 1.0),
        ("  Nobody  in a network\thas to act together. ", [QUOTE], 1.0),
        ("Networking is informal.", ["Another quote.", QUOTE], 1.0),
        ("Networking is formal.", [QUOTE], 0.0),
        ("networking is informal.", [QUOTE], 0.0),
        ("Nobody has to act together.", [QUOTE], 0.0),
        ("Networking is informal. Consultation is not.", [QUOTE, "Consultation is not."], 0.0),
        ("Networking is informal.", [], 0.0),
        ("", [QUOTE], 0.0),
        (" \n ", [QUOTE], 0.0),
        ("", [""], 0.0),
    ],
)
def test_support_is_standing_there_verbatim(sentence: str, quotes: list[str], expected: float) -> None:
    assert support(sentence, quotes) == expected


@given(st.text(min_size=1).filter(str.strip), st.text(), st.text())
def test_a_sentence_inside_a_quote_is_borne(sentence: str, before: str, after: str) -> None:
    assert support(sentence, [f"{before} {sentence} {after}"]) == 1.0


@given(st.text(), st.lists(st.text(), max_size=4))
def test_support_is_a_share_and_more_quotes_take_none_away(sentence: str, quotes: list[str]) -> None:
    assert 0 <= support(sentence, quotes) <= support(sentence, [*quotes, f" {sentence}\n"]) <= 1
