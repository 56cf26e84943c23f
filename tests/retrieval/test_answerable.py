"""Named is not explained: when the tutor answers, and when it says that it cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from small_notes import NOTES, tutor_over, write_notes

from tutor.domain import Reply
from tutor.facade import Tutor
from tutor.retrieval.answerable import Verdict, judge

NAMED = {
    "open-evenings": """# Open evenings at the town hall
## Key points
- An open evening is a meeting at which residents can look at plans and talk to council officers.
- Open evenings cost little, because the town hall is free after six.
- Planners at the open evening mentioned Arnstein's ladder and moved on to parking.
## Example
- The open evening of May 2019 drew ninety residents of the harbour ward to look at plans for a bridge.
""",
}
EXPLAINED = {
    "arnsteins-ladder": """# Arnstein's ladder
## Key points
- Arnstein's ladder is a model of how much power residents have in decisions, in eight rungs.
- The eight rungs of Arnstein's ladder are manipulation, therapy, informing, consultation, placation, partnership,
  delegated power and citizen control.
""",
}
ABOUT_THE_LADDER = ("what are the eight rungs of Arnstein's ladder?", "explain Arnstein's ladder")
OFF_TOPIC = (
    "how do I make sourdough bread?",
    "who won the world cup in 1966?",
    "what is the boiling point of mercury?",
    "write me a python function that sorts a list",
)


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tutor]:
    with closing(tutor_over(tmp_path_factory.mktemp("named"), NAMED)) as made:
        yield made


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tutor]:
    with closing(tutor_over(tmp_path_factory.mktemp("notes"), NOTES)) as made:
        yield made


def assert_asserts_nothing(reply: Reply) -> None:
    """A refusal says nothing about the subject: no sentence, no marker, no word of a passage."""
    assert not reply.answered
    assert reply.sentences == ()
    assert not re.search(r"(?<!\\)\[\d+\]", reply.text)
    assert not any(citation.quote in reply.text for citation in reply.citations)


@pytest.mark.parametrize("asked", ABOUT_THE_LADDER)
def test_a_library_that_only_names_it_does_not_answer(named: Tutor, asked: str) -> None:
    reply = named.ask(asked)
    assert_asserts_nothing(reply)
    assert any("Arnstein's ladder" in citation.quote for citation in reply.citations), "the nearest passages"
    assert reply.suggestions
    assert all(named.ask(suggestion).answered for suggestion in reply.suggestions)


def test_what_that_library_explains_is_answered(named: Tutor) -> None:
    for asked in ("what is an open evening?", "explain open evenings", "who came to the open evening of May 2019?"):
        assert named.ask(asked).answered, asked


def test_the_verdict_says_that_it_is_named(named: Tutor) -> None:
    for asked in ABOUT_THE_LADDER:
        question = named.retriever.understand(asked)
        evidence = named.retriever.retrieve(question, 40)
        knowledge = named.retriever.knowledge(named.library.snapshot())
        assert judge(question, evidence, knowledge, named.retriever.calibration) is Verdict.ONLY_NAMED
        assert knowledge.unexplained(question.read, question.core)
        assert judge(question, [], knowledge, named.retriever.calibration) is Verdict.OFF_TOPIC


@pytest.mark.parametrize("asked", ABOUT_THE_LADDER)
def test_the_same_question_is_answered_once_a_document_explains_it(tmp_path: Path, asked: str) -> None:
    with closing(tutor_over(tmp_path / "both", NAMED)) as tutor:
        assert not tutor.ask(asked).answered
        tutor.ingest([write_notes(tmp_path / "more", EXPLAINED)])
        reply = tutor.ask(asked)
        assert reply.answered
        assert reply.citations[0].document == "arnsteins-ladder"
        tutor.remove("arnsteins-ladder")
        assert not tutor.ask(asked).answered


@pytest.mark.parametrize("asked", OFF_TOPIC)
def test_what_is_off_topic_is_not_answered(notes: Tutor, asked: str) -> None:
    reply = notes.ask(asked)
    assert_asserts_nothing(reply)
    assert reply.suggestions


@pytest.mark.parametrize(
    "asked",
    [
        "what is a rain garden?",
        "why do rain gardens stop streets flooding?",
        "can street wardens arrest anyone?",
        "does a parish poll bind the council?",
        "how do time banks work?",
        "what is wrong with counting beds in night shelters?",
    ],
)
def test_what_the_notes_explain_is_answered(notes: Tutor, asked: str) -> None:
    assert notes.ask(asked).answered


def test_a_nearby_thing_that_no_note_holds_is_not_answered(notes: Tutor) -> None:
    for asked in ("what is a Beveridge curve?", "explain Maslow's hierarchy of needs", "who was Elinor Ostrom?"):
        assert_asserts_nothing(notes.ask(asked))


@pytest.mark.parametrize("asked", ["summarise unit 2", "what is the answer to question 3?", "explain slide 14"])
def test_a_place_in_papers_that_the_library_has_not_is_not_answered(notes: Tutor, asked: str) -> None:
    assert_asserts_nothing(notes.ask(asked))


def test_whoever_invented_a_thing_is_not_what_it_is(corpus_tutor: Tutor) -> None:
    assert_asserts_nothing(corpus_tutor.ask("who invented body worn video"))
    assert corpus_tutor.ask("who came up with Arnstein's ladder").answered


def test_an_empty_library_says_so(tmp_path: Path) -> None:
    with closing(tutor_over(tmp_path / "empty", {})) as tutor:
        reply = tutor.ask("what is a rain garden?")
        assert_asserts_nothing(reply)
        assert reply.citations == ()
        assert reply.suggestions == ()
        assert "no documents" in reply.text


@pytest.mark.parametrize("asked", ["", "   ", "?", "...", "the and of"])
def test_a_message_without_a_topic_is_asked_back(notes: Tutor, asked: str) -> None:
    reply = notes.ask(asked)
    assert_asserts_nothing(reply)
    assert reply.citations == ()
