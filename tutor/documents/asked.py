"""Questions that students ask, kept in a file beside a document: ``arnsteins-ladder.asked`` for ``…-ladder.md``.

A line that begins with ``>`` holds the first words of a passage of the document; the lines below it are questions
that this passage answers, one a line, with the kind of question in front where it is known (``list: what are the …``).
A question that several passages answer stands below each of them. Below a ``>`` without words stand questions about
the document's topic that the document does not answer. Lines that begin with ``#`` are comments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tutor.documents.text import decode, one_line
from tutor.domain import Asked, Intent
from tutor.errors import UnreadableDocument

SUFFIX = ".asked"
_KINDS: Mapping[str, Intent] = {intent.value: intent for intent in Intent if intent is not Intent.GREETING}


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One question of the file, below the first words of the passage that answers it."""

    number: int
    """Its line in the file, from 1."""
    begins: str
    """Empty for a question that the document does not answer."""
    question: str
    intent: Intent | None


def read_asked(data: bytes, name: str) -> tuple[AskedLine, ...]:
    """The file's questions in order; raises ``UnreadableDocument`` where it has not the form that it should."""
    lines: list[AskedLine] = []
    begins: str | None = None
    for number, line in enumerate(decode(data, name).splitlines(), start=1):
        words = " ".join(line.split())
        if not words or words.startswith("#"):
            continue
        if words.startswith(">"):
            begins = words[1:].strip()
            continue
        if begins is None:
            raise UnreadableDocument(
                f"{one_line(name)}: expected a line that begins with > and the first words of a passage, "
                f"found {one_line(words, 60)!r} on line {number}; put the passage's first words above its questions"
            )
        kind, colon, question = words.partition(": ")
        intent = _KINDS.get(kind) if colon else None
        lines.append(AskedLine(number, begins, question if intent else words, intent))
    return tuple(lines)


def attach(lines: Sequence[AskedLine], passages: Sequence[str]) -> tuple[tuple[Asked, ...], tuple[str, ...]]:
    """Each question once, with the passages that answer it, by their position; and the first words that none has.

    A question below such words alone is left out; one that the document does not answer has no passages.
    """
    texts = [" ".join(text.split()) for text in passages]
    found: dict[str, tuple[int, ...]] = {"": ()}
    answers: dict[str, list[int]] = {}
    below: dict[str, set[str]] = {}
    intents: dict[str, Intent | None] = {}
    for line in lines:
        if line.begins not in found:
            found[line.begins] = tuple(n for n, text in enumerate(texts) if text.startswith(line.begins))
        answers.setdefault(line.question, []).extend(found[line.begins])
        below.setdefault(line.question, set()).add(line.begins)
        intents[line.question] = intents.get(line.question) or line.intent
    asked = tuple(
        Asked(question, tuple(dict.fromkeys(rows)), intents[question])
        for question, rows in answers.items()
        if rows or below[question] == {""}
    )
    return asked, tuple(begins for begins, rows in found.items() if begins and not rows)
