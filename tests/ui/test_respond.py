"""What the page does with a message when things go wrong: the student keeps the question and is told."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import current_thread
from typing import Any

import gradio as gr
import pytest

from tutor.dialogue import LONGEST_MESSAGE, Answered, Conversation
from tutor.domain import Citation, Intent, Reply, SectionKind, Tier
from tutor.errors import BadSetting, LibraryError, TutorError, UnknownDocument
from tutor.ui.page import OUR_FAULT, Session, _ask, _listen, _respond


class Prepared:
    """Answers every message with one reply, or raises one error; holds no documents."""

    def __init__(self, outcome: Reply | Exception) -> None:
        self.outcome = outcome
        self.library = self

    def turn(self, conversation: Conversation, message: str) -> tuple[Conversation, tuple[Answered, ...]]:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return Conversation("topic", conversation.turns + 1), (Answered(self.outcome),)

    def ask(self, question: str) -> Reply:
        return self.turn(Conversation(), question)[1][0].reply

    def document(self, name: str) -> None:
        raise UnknownDocument(name)


QUOTED = Citation(1, "gone", "Gone", "", SectionKind.TEXT, Tier.NOTES, "gone.md", "A quote.", 0, 8, 0.5)
DESK = ThreadPoolExecutor(1, thread_name_prefix="answer")
REPLY = Reply("?", Intent.EXPLAIN, True, "quoted", "A quote. [1]", citations=(QUOTED,), suggestions=("And then?",))


def steps(outcome: Reply | Exception, message: object, session: Session | None = None) -> list[tuple[Any, Any, Any]]:
    return list(_respond(Prepared(outcome), DESK, message, session or Session(), picked=False))  # type: ignore[arg-type]


def test_an_answer_follows_the_question_and_its_suggestions_are_offered_once() -> None:
    first, second = steps(REPLY, " What is it? ")
    assert [line["role"] for line in first[0]] == ["user", "assistant"]
    assert "What is it?</div>" in first[0][0]["content"]
    assert first[2] == ""
    assert second[0][-1]["options"] == [{"value": "And then?"}]
    assert second[1].conversation == Conversation("topic", 1)
    third = steps(REPLY, "And then?", second[1])[-1]
    assert [("options" in line) for line in third[0]] == [False, False, False, True]
    assert 'id="answer-1-0-passage-1"' in third[0][1]["content"]
    assert 'id="answer-2-0-passage-1"' in third[0][3]["content"]


def test_a_passage_whose_document_was_removed_shows_its_quote() -> None:
    assert "<mark>A quote.</mark>" in steps(REPLY, "x")[-1][0][-1]["content"]


@pytest.mark.parametrize("message", ["", "   \n", None, 5, ["x"]])
def test_nothing_happens_without_words(message: object) -> None:
    [(chat, session, box)] = steps(REPLY, message)
    assert chat == session == box == gr.skip()


def test_a_message_that_is_too_long_is_named_and_stays_in_the_box() -> None:
    [(chat, session, box)] = steps(REPLY, "x" * (LONGEST_MESSAGE + 1))
    assert "2,001 characters and I can read 2,000" in chat[-1]["content"]
    assert [line["role"] for line in chat] == ["assistant"]
    assert session.conversation == Conversation()
    assert box == gr.skip()
    assert len(steps(REPLY, "x" * LONGEST_MESSAGE)) == 2


def test_an_error_for_the_user_is_one_line_in_the_chat() -> None:
    chat, session, _ = steps(LibraryError("the library <b> is locked; wait"), "x")[-1]
    assert chat[-1]["content"] == '<p class="tutor-notice">the library &lt;b&gt; is locked; wait</p>'
    assert session.conversation == Conversation()


def test_an_error_of_ours_is_logged_and_gives_the_question_back(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        chat, session, box = steps(ZeroDivisionError("inner workings"), "What is it?")[-1]
    assert OUR_FAULT in chat[-1]["content"]
    assert "inner workings" not in str(chat)
    assert "ZeroDivisionError" in caplog.text
    assert (session.conversation, box) == (Conversation(), "What is it?")


@pytest.mark.parametrize(
    ("outcome", "question", "says"),
    [
        (TutorError("wait a minute"), "x", "wait a minute"),
        (ZeroDivisionError("inner workings"), "x", OUR_FAULT),
        (REPLY, 5, "question: expected a string, got int"),
    ],
)
def test_the_endpoint_says_what_is_wrong(outcome: Reply | Exception, question: object, says: str) -> None:
    with pytest.raises(gr.Error) as caught:
        _ask(Prepared(outcome), DESK, question)  # type: ignore[arg-type]
    assert caught.value.message == says


def test_models_run_in_the_answering_threads_alone() -> None:
    threads: list[str] = []

    class Watched(Prepared):
        def turn(self, conversation: Conversation, message: str) -> tuple[Conversation, tuple[Answered, ...]]:
            threads.append(current_thread().name)
            return super().turn(conversation, message)

    list(_respond(Watched(REPLY), DESK, "x", Session(), picked=False))  # type: ignore[arg-type]
    _ask(Watched(REPLY), DESK, "x")  # type: ignore[arg-type]
    assert threads == ["answer_0", "answer_0"]


def test_the_endpoint_returns_the_record() -> None:
    assert _ask(Prepared(REPLY), DESK, "x") == REPLY.to_dict()  # type: ignore[arg-type]


def test_a_busy_port_names_the_setting() -> None:
    with _listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(BadSetting, match=rf"TUTOR_PORT: .* listens on {port}; .*\(0 takes any free one"):
            _listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["x" * 70, "192.0.2.1"])
def test_a_host_that_is_not_ours_names_the_setting(host: str) -> None:
    with pytest.raises(BadSetting, match="TUTOR_HOST"):
        _listen(host, 0)
