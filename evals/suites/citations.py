"""Is every quote verbatim, and does every sentence stand in what it cites?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rapidfuzz.distance import OSA

from evals.data import Lookup, Question
from evals.results import Row, SuiteName, SuiteResult, mean
from evals.spans import folded
from evals.worlds import World
from tutor.domain import Reply
from tutor.errors import EvalError
from tutor.settings import shipped

_MARKER = re.compile(r"(?<!\\)\[(\d{1,3})\]")
_MARK = re.compile("\x00(\\d+)\x00")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
"""A character that Markdown is told to show as it is."""
_SHORTEST, _LONG = 4, 8
"""Letters from which a misspelling may be read as another word, and from which two letters may differ."""
_WORD = re.compile(r"[^\W_]+")


class Check(StrEnum):
    """What must hold of every reply."""

    QUOTE = "quote is the stored text"
    CITED = "sentence has a citation"
    VERBATIM = "sentence stands in its quotes"
    SHOWN = "sentence is in the text"
    MARKED = "marker has a citation"
    USED = "citation is used"
    FIXED = "other words are fixed ones"
    SILENT = "refusal asserts nothing"
    SPOKEN = "answer asserts something"
    QUOTED = "mode is quoted"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One check of one thing: a citation, a sentence, a marker or a whole reply."""

    check: Check
    holds: bool
    what: str


def citations(worlds: Sequence[World], questions: Mapping[str, Sequence[Question]]) -> SuiteResult:
    """Judge every reply to every question, refusals included."""
    judged = []
    for world in worlds:
        fixed = fixed_words() | _names(world)
        for question in questions[world.name]:
            judged += [(question, found) for found in judgements(world.ask(question.text), world.text, fixed)]
    rows = []
    for check in Check:
        held = [float(judgement.holds) for _, judgement in judged if judgement.check is check]
        rows.append(Row({"check": check.value}, {"rate": mean(held)}, len(held), len(held)))
    failures = tuple(_failure(question, judgement) for question, judgement in judged if not judgement.holds)
    return SuiteResult(SuiteName.CITATIONS, tuple(rows), failures)


def judgements(reply: Reply, lookup: Lookup, fixed: frozenset[str]) -> Iterator[Judgement]:
    """Everything that must hold of one reply; ``fixed`` are the words of the tutor's own wording."""
    yield Judgement(Check.QUOTED, reply.mode == "quoted", reply.mode)
    yield from _quotes(reply, lookup)
    if reply.answered:
        yield Judgement(Check.SPOKEN, bool(reply.sentences), reply.text[:200])
        yield from _sentences(reply)
        yield from _uses(reply)
    else:
        yield Judgement(Check.SILENT, not reply.sentences, " ".join(s.text for s in reply.sentences)[:200])
    yield from _own_words(reply, fixed)


def _quotes(reply: Reply, lookup: Lookup) -> Iterator[Judgement]:
    for citation in reply.citations:
        try:
            stored = lookup(citation.document)[citation.start : citation.end]
        except EvalError:
            stored = ""
        same = bool(citation.quote) and citation.quote == stored
        where = f"{citation.document} {citation.start}:{citation.end}"
        yield Judgement(Check.QUOTE, same, f"{where}: {citation.quote[:120]!r}, stored {stored[:120]!r}")


def _sentences(reply: Reply) -> Iterator[Judgement]:
    quotes = {citation.number: folded(citation.quote) for citation in reply.citations}
    text = shown(reply)
    for sentence in reply.sentences:
        words = folded(sentence.text)
        cited = bool(sentence.citations) and all(number in quotes for number in sentence.citations)
        yield Judgement(Check.CITED, cited, f"{words[:160]!r} cites {list(sentence.citations)}")
        verbatim = bool(words) and any(words in quotes.get(number, "") for number in sentence.citations)
        yield Judgement(Check.VERBATIM, verbatim, words[:200])
        yield Judgement(Check.SHOWN, words in text, words[:200])


def _uses(reply: Reply) -> Iterator[Judgement]:
    numbers = {citation.number for citation in reply.citations}
    markers = {int(found) for found in _MARK.findall(_frame(reply))}
    for marker in sorted(markers):
        yield Judgement(Check.MARKED, marker in numbers, f"[{marker}]")
    for citation in reply.citations:
        borne = any(citation.number in sentence.citations for sentence in reply.sentences)
        used = borne and citation.number in markers
        yield Judgement(Check.USED, used, f"[{citation.number}] {citation.quote[:120]!r}")


def _own_words(reply: Reply, fixed: frozenset[str]) -> Iterator[Judgement]:
    """The frame around the sentences may use the question's words and name the sources, and say nothing else."""
    asked = _words(reply.question)
    named = [words for c in reply.citations for words in (c.title, c.section)]
    named += [] if reply.answered else [c.quote for c in reply.citations]
    allowed = fixed | asked | _words(" ".join(named))
    strange = sorted(
        word
        for word in _words(_MARK.sub(" ", _frame(reply))) - allowed
        if not word.isdecimal() and not _is_repair(word, asked)
    )
    yield Judgement(Check.FIXED, not strange, ", ".join(strange)[:200])


def _is_repair(word: str, asked: frozenset[str]) -> bool:
    """Whether a word may be what a misspelt one of the question was read as."""
    slip = 1 if len(word) < _LONG else 2
    return len(word) >= _SHORTEST and any(OSA.distance(word, other, score_cutoff=slip) <= slip for other in asked)


def shown(reply: Reply) -> str:
    """The text as a reader sees it, white space folded; markers stand between NUL characters."""
    return folded(_ESCAPED.sub(r"\1", _MARKER.sub("\x00\\1\x00", reply.text)))


def _frame(reply: Reply) -> str:
    """What is shown beside the sentences."""
    text = shown(reply)
    for sentence in sorted(reply.sentences, key=lambda s: -len(s.text)):
        text = text.replace(folded(sentence.text), " ")
    return text


def fixed_words() -> frozenset[str]:
    """Every word of the shipped wording files."""
    return frozenset().union(
        *(_words(path.read_text(encoding="utf-8")) for path in sorted(shipped("prompts").glob("*.yaml")))
    )


def _names(world: World) -> frozenset[str]:
    """Words of what the library's documents are called, which a refusal may offer."""
    heads = world.tutor.library.snapshot().documents.values()
    return _words(" ".join(words for head in heads for words in (head.title, head.unit, *head.terms)))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def _failure(question: Question, judgement: Judgement) -> dict[str, Any]:
    return {
        "id": question.id,
        "set": question.set,
        "split": question.split.value,
        "question": question.text,
        "expected": judgement.check.value,
        "got": judgement.what,
    }
