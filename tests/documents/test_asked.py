"""The file of students' questions beside a document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.documents.asked import AskedLine, attach, read_asked
from tutor.domain import Asked, Intent
from tutor.errors import UnreadableDocument

FILE = """# How students ask.

> The ladder has eight rungs
list: what are the  steps
how many steps has it got: 8 or 9?

> The ladder was published
explain: who made it up
list: what are the steps
"""


def test_questions_stand_below_the_first_words_of_their_passage() -> None:
    assert read_asked(FILE.encode(), "a.asked") == (
        AskedLine(4, "The ladder has eight rungs", "what are the steps", Intent.LIST),
        AskedLine(5, "The ladder has eight rungs", "how many steps has it got: 8 or 9?", None),
        AskedLine(8, "The ladder was published", "who made it up", Intent.EXPLAIN),
        AskedLine(9, "The ladder was published", "what are the steps", Intent.LIST),
    )


def test_a_question_below_several_passages_is_one_question_that_all_of_them_answer() -> None:
    passages = ["The ladder was  published in 1969.", "The ladder has eight rungs, from manipulation up."]
    asked, unknown = attach(read_asked(FILE.encode(), "a.asked"), passages)
    assert asked == (
        Asked("what are the steps", (1, 0), Intent.LIST),
        Asked("how many steps has it got: 8 or 9?", (1,)),
        Asked("who made it up", (0,), Intent.EXPLAIN),
    )
    assert unknown == ()


def test_first_words_that_no_passage_has_are_named_and_their_questions_left_out() -> None:
    asked, unknown = attach(read_asked(FILE.encode(), "a.asked"), ["The ladder was published in 1969."])
    assert [a.question for a in asked] == ["what are the steps", "who made it up"]
    assert unknown == ("The ladder has eight rungs",)


@pytest.mark.parametrize("text", ["what are the steps\n", "# only a comment\nwho made it\n> The ladder\n"])
def test_a_question_without_a_passage_is_an_error_that_says_what_to_do(text: str) -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.asked: expected a line that begins with >.*found .*; put"):
        read_asked(text.encode(), "a.asked")


@given(st.binary(max_size=200))
def test_any_bytes_give_questions_or_one_clear_error(data: bytes) -> None:
    try:
        lines = read_asked(data, "a.asked")
    except UnreadableDocument as error:
        assert "\n" not in str(error)
        return
    assert all(line.question for line in lines)


def test_below_a_mark_without_words_stand_questions_that_have_no_answer() -> None:
    lines = read_asked(b"> The ladder\nwhat is it\n>\nlist: who paid for it\nwhat is it\n", "a.asked")
    asked, unknown = attach(lines, ["The ladder was published."])
    assert asked == (Asked("what is it", (0,)), Asked("who paid for it", (), Intent.LIST))
    assert unknown == ()
    assert attach(lines[:1], ["Another."]) == ((), ("The ladder",))
