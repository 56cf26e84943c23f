"""One turn of a conversation: state and message in, new state and events out.

The same function serves the page, the terminal and the evals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tutor.domain import Intent, Reply
from tutor.library.library import Library
from tutor.retrieval.retriever import Retriever
from tutor.skills.answer import answer

LONGEST_MESSAGE = 2_000
"""Characters of a message that are read; what is beyond is not a question."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one student's conversation is about so far."""

    topic: str = ""
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """The tutor answered, or said that the library does not hold it."""

    reply: Reply


Event = Answered


def turn(
    conversation: Conversation, message: str, *, library: Library, retriever: Retriever, clock: Callable[[], float]
) -> tuple[Conversation, tuple[Event, ...]]:
    """Answer one message; ``clock`` gives seconds, for the reply's ``seconds``."""
    started = clock()
    readable = message[:LONGEST_MESSAGE].encode("utf-8", "replace").decode()  # half a surrogate pair is no character
    reply = answer(readable, library=library, retriever=retriever, previous_topic=conversation.topic)
    reply = replace(reply, question=message, seconds=clock() - started)
    topic = conversation.topic if reply.intent is Intent.GREETING or not reply.answered else reply.topic
    return Conversation(topic=topic, turns=conversation.turns + 1), (Answered(reply),)
