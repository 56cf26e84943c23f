"""What a question is about: its topic, its sides, its terms, and what it leans on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_notes import passages

from tutor.domain import Intent
from tutor.library.words import stems
from tutor.retrieval.question import ASKING_WORDS, topic_of, understand, with_sides
from tutor.retrieval.vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    passages(
        "Arnstein's ladder of participation has eight rungs.",
        "The Public Sector Equality Duty (PSED) is a legal duty.",
        "The National Decision Model (NDM) and the Joint Decision Model (JDM) guide decisions.",
        "Co-production, networking, partnership and consultation are ways of working.",
        "SMART objectives have limits; body-worn video has stages.",
    ),
    ASKING_WORDS,
)
LADDER = "Arnstein's ladder of participation"


def about(text: str, previous: str = "") -> set[str]:
    return set(understand(text, VOCABULARY, previous).core)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Explain Arnstein's ladder, please", "Arnstein's ladder"),
        ("What is the difference between networking and partnership?", "networking and partnership"),
        ("can you tell me about body-worn video?", "body-worn video"),
        ("what are the strengths of SMART objectives?", "SMART objectives"),
        ("give me an example of co-production", "co-production"),
        ("What does PSED stand for?", "PSED"),
        ("please define due regard in simple terms", "due regard"),
        ("summarise the policy cycle for me", "policy cycle"),
        ("list the nine protected characteristics", "nine protected characteristics"),
        ("tokenism", "tokenism"),
        ("common mistakes with SMART objectives", "SMART objectives"),
        ("what are typical errors in co-production?", "co-production"),
        ("the common good", "common good"),
        ("tell me", ""),
        ("?", ""),
        ("", ""),
    ],
)
def test_the_topic_is_what_is_left_without_the_asking(text: str, topic: str) -> None:
    assert topic_of(text) == topic


@given(st.text(max_size=200))
def test_a_topic_is_made_of_the_texts_own_words(text: str) -> None:
    topic = topic_of(text)
    assert topic == " ".join(topic.split())
    assert all(word in text for word in topic.split())


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("What is the difference between networking and partnership?", ("networking", "partnership")),
        ("compare the NDM with the JDM", ("NDM", "JDM")),
        ("Contrast aims and objectives", ("aims", "objectives")),
        ("How is co-design different from co-production?", ("co-design", "co-production")),
        ("How does informing differ from consulting?", ("informing", "consulting")),
        ("aims vs objectives", ("aims", "objectives")),
        ("aims vs. objectives!", ("aims", "objectives")),
        ("aims versus objectives.", ("aims", "objectives")),
        ("how do I tell an aim and an objective apart?", ("aim", "objective")),
        ("distinguish between aims and objectives", ("aims", "objectives")),
        ("networking and partnership: what's the difference?", ("networking", "partnership")),
        ("Compare Arnstein's ladder to SMART objectives", ("Arnstein's ladder", "SMART objectives")),
        ("what's the distinction between merit and distinction?", ("merit", "distinction")),
        ("compare networking", ()),
        ("differences", ()),
    ],
)
def test_sides_of_a_comparison(text: str, sides: tuple[str, ...]) -> None:
    question = understand(text, VOCABULARY)
    assert question.intent is Intent.COMPARE
    assert question.sides == sides


def test_only_a_comparison_has_sides() -> None:
    assert understand("explain the link between networking and partnership", VOCABULARY).sides == ()


def test_one_side_alone_is_a_question_about_that_side() -> None:
    both = understand("compare the NDM and networking", VOCABULARY)
    left = with_sides(both, both.sides[0], VOCABULARY)
    assert left.core == ("ndm",)
    assert set(stems("national decision model")) <= set(left.terms)
    assert "network" not in left.terms
    assert left.sides == ()
    assert both.asked == left.asked


def test_terms_hold_both_forms_and_the_core_only_what_was_written() -> None:
    question = understand("what is the psed?", VOCABULARY)
    assert question.core == ("psed",)
    assert set(question.terms) == {"psed", *stems("public sector equality duty")}
    assert "coproduct" in understand("explain co production", VOCABULARY).terms


def test_a_repair_is_told_and_the_students_words_are_kept() -> None:
    question = understand("  explain   arnstines lader ", VOCABULARY)
    assert question.asked == "explain arnstines lader"
    assert question.read == "explain arnsteins ladder"
    assert [r.read for r in question.repairs] == ["arnsteins", "ladder"]
    assert set(question.core) == {"arnstein", "ladder"}


LEANING = [
    "what are its limits?",
    "what about its strengths?",
    "why?",
    "explain that again",
    "any criticisms of it?",
    "summarise it",
    "tell me more",
    "more",
    "how does it work?",
    "when was it published?",
    "who came up with it?",
    "is it a legal requirement?",
]
BARE = [
    "give me an example",
    "and the disadvantages?",
    "what are the limits?",
    "evaluate",
]
ALMOST_BARE = ["another example please", "what mistakes do people make?"]
STANDING = [
    "what is tokenism?",
    "what about body-worn video?",
    "explain the public sector equality duty",
    "give me an example of co-production",
    "what are the limits of SMART objectives?",
    "why do SMART objectives have limits?",
    "compare networking and partnership",
]


@pytest.mark.parametrize("text", LEANING)
def test_a_question_that_leans_on_the_conversation_gets_its_topic(text: str) -> None:
    assert set(stems(LADDER)) <= about(text, LADDER)
    assert not set(stems(LADDER)) & about(text)
    assert understand(text, VOCABULARY, LADDER).asked == text


@pytest.mark.parametrize("text", BARE)
def test_a_question_without_a_topic_gets_the_conversations(text: str) -> None:
    assert set(stems(LADDER)) <= about(text, LADDER)


@pytest.mark.parametrize("text", ALMOST_BARE)
def test_a_question_with_an_empty_word_gets_the_conversations_topic(text: str) -> None:
    assert set(stems(LADDER)) <= about(text, LADDER)


@pytest.mark.parametrize("text", STANDING)
def test_a_question_with_a_topic_of_its_own_stands(text: str) -> None:
    assert understand(text, VOCABULARY, LADDER) == understand(text, VOCABULARY)


@pytest.mark.parametrize(
    "manner", ["to a 10 year old", "like i'm 5", "as if I was a child", "eli5", "for dummies", "in simple terms"]
)
def test_how_a_student_wishes_to_be_spoken_to_is_not_what_is_asked(manner: str) -> None:
    assert about(f"explain the PSED {manner}") == about("explain the PSED")


def test_children_who_are_asked_about_stay() -> None:
    assert about("services for children") >= set(stems("children"))
    assert understand("in plain English", VOCABULARY).core


def test_a_greeting_leans_on_nothing() -> None:
    assert understand("thanks", VOCABULARY, LADDER) == understand("thanks", VOCABULARY)


@settings(deadline=None)
@given(st.text(max_size=300), st.sampled_from(["", LADDER]))
def test_any_text_is_understood(text: str, previous: str) -> None:
    question = understand(text, VOCABULARY, previous)
    assert question.asked == " ".join(text.split())
    assert set(question.core) <= set(question.terms)
    assert len(set(question.terms)) == len(question.terms)
