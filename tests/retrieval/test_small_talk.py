"""Small talk is told from questions, however near they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.retrieval.small_talk import SmallTalk, small_talk
from tutor.wording import wording

MEANT = {
    SmallTalk.HELLO: ("hi", "Hello!", "hey there", "good morning", "How are you today?"),
    SmallTalk.THANKS: (
        "thanks very much",
        "cheers mate",
        "thanks that helped",
        "ok thanks, that's really helpful",
        "thank you so much for your help",
    ),
    SmallTalk.UNDERSTOOD: ("ok", "got it", "I get it now", "that makes sense", "oh I see"),
    SmallTalk.BYE: ("bye", "goodbye for now", "see you later", "that's all for today"),
    SmallTalk.WHO: ("who are you?", "what can you do?", "are you a robot", "help", "how does this work?"),
    SmallTalk.WORRIED: (
        "i'm stressed about my exam",
        "I'm so worried about this assignment",
        "this is too hard",
        "i cant do this",
        "exams stress me out",
        "I don't know where to start",
    ),
}
ASKED = (
    "hello, what is tokenism?",
    "thanks, now explain placation",
    "help me with the policy cycle",
    "i'm worried about consultation fatigue",
    "i'm stuck on Arnstein",
    "why is consultation hard?",
    "is it hard to measure?",
    "what is this duty?",
    "this is a law",
    "what makes sense of the ladder?",
    "who are key players?",
    "",
)


@pytest.mark.parametrize(("text", "meant"), [(text, meant) for meant, texts in MEANT.items() for text in texts])
def test_what_is_meant(text: str, meant: SmallTalk) -> None:
    assert small_talk(text) is meant
    assert small_talk(f"  {text.upper()}  ") is meant


@pytest.mark.parametrize("text", ASKED)
def test_a_question_is_no_small_talk(text: str) -> None:
    assert small_talk(text) is None


def test_there_are_words_for_each() -> None:
    said = {meant: wording("greet").say(meant.value, subjects="Ladders") for meant in SmallTalk}
    assert len(set(said.values())) == len(SmallTalk)


@given(st.text(max_size=2_000))
def test_any_text_is_judged(text: str) -> None:
    assert small_talk(text) in {*SmallTalk, None}
