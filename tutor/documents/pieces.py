"""Cutting long text at sentence ends, and outcomes that a page has run together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.documents.sentences import sentences
from tutor.domain import Block, SectionKind

Span = tuple[int, int]

_LEANING = re.compile(
    r"(?:It|They|This|These|Those|Such|He|She|His|Her|Its|Their|However|But|And|So|Thus|Therefore|Moreover"
    r"|Furthermore|Also|Instead|Still"
    r"|Nevertheless|Similarly|Likewise|Otherwise|Consequently|Another|Others|For example|For instance|In addition"
    r"|As a result)\b"
)
_LIST_TAIL = re.compile(r"\s*[;,](?:\s*(?:and|or|and/or|but))?\s*\Z")
_NEXT_NUMBER = re.compile(r"(?:(?<=[.;:!?)])\s{0,4}|(?<=[a-z]))(?:LO ?)?(\d{1,2})\s?[.):]\s{0,4}(?=[A-Z])")
_OWN_NUMBER = re.compile(r"(?:LO ?)?(\d{1,2})\s?[.):]\s{0,4}(?=[A-Z])")
_VERB = re.compile(r"(?:Be able to|[A-Z][a-z]{2,14})\b")
_NEXT_VERB = re.compile(
    r"(?:[,;.]\s{0,4}|(?<=[a-z]))(?:and )?(?=(Understand|Know|Be able to|Explore|Examine|Analyse|Evaluate|Explain"
    r"|Describe|Identify"
    r"|Investigate|Demonstrate|Apply|Assess|Develop|Discuss)\b)"
)
_TOKEN = re.compile(r"\S+")
_SHORTEST, _SHORT, _LONG = 15, 40, 80
_REACH = 120
_OVERLONG = 110
_CHARS_A_WORD = 12
_OUTCOME_KINDS = (SectionKind.LEARNING_OUTCOME, SectionKind.TERM, SectionKind.CRITERION)
_RUN_CHARS = 20_000


def weight(text: str) -> int:
    """Length in words; text without spaces counts by its characters."""
    return max(len(text.split()), len(text) // _CHARS_A_WORD)


def trimmed(text: str, start: int, end: int, *, is_item: bool) -> Span:
    """The span without the spaces around it and, for an item, without the "; and" that tied it to the next."""
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    end = start + len(words.strip())
    if is_item:
        tail = _LIST_TAIL.search(text, max(start, end - 12), end)
        end = tail.start() if tail else end
    return start, max(start, end)


def pieces(text: str, span: Span, limit: int) -> list[Span]:
    """The span whole if it has at most ``limit`` words, else cut at sentence ends into 40 to 80 words or so."""
    start, end = span
    if weight(text[start:end]) <= limit:
        return [span]
    units: list[Span] = []
    for first, last in sentences(text[start:end]):
        units.extend(_bearable(text, start + first, start + last))
    return _grouped(text, units)


def _bearable(text: str, start: int, end: int) -> list[Span]:
    """One sentence; one that is longer than any piece may be is cut at a semicolon, a comma or a space."""
    if weight(text[start:end]) <= _OVERLONG:
        return [(start, end)]
    spans: list[Span] = []
    tokens = [span for match in _TOKEN.finditer(text, start, end) for span in _chopped(*match.span())]
    first = 0
    while first < len(tokens):
        last, size = first, 0
        while last < len(tokens) and size < _LONG:
            size += max(1, (tokens[last][1] - tokens[last][0]) // _CHARS_A_WORD)
            last += 1
        if last < len(tokens):
            last = _clause_end(text, tokens, first, last)
        spans.append((tokens[first][0], tokens[last - 1][1]))
        first = last
    return spans


def _chopped(start: int, end: int) -> list[Span]:
    step = _SHORT * _CHARS_A_WORD
    return [(place, min(place + step, end)) for place in range(start, end, step)]


def _clause_end(text: str, tokens: Sequence[Span], first: int, last: int) -> int:
    for signs in (";:", ","):
        for i in range(last, first + (last - first) // 2, -1):
            if text[tokens[i - 1][1] - 1] in signs:
                return i
    return last


def _grouped(text: str, units: Sequence[Span]) -> list[Span]:
    """The grouping of sentences that costs least: sizes near the aim, and no piece that leans on the one before."""
    sizes = [weight(text[start:end]) for start, end in units]
    leaning = [30.0 if i and _LEANING.match(text, start) else 0.0 for i, (start, _) in enumerate(units)]
    best: list[float] = [0.0]
    came: list[int] = [0]
    for last in range(1, len(units) + 1):
        size, cheapest, origin = 0, float("inf"), last - 1
        for first in range(last - 1, -1, -1):
            size += sizes[first]
            if size > _REACH and first < last - 1:
                break
            cost = best[first] + _cost(size) + leaning[first]
            if cost < cheapest:
                cheapest, origin = cost, first
        best.append(cheapest)
        came.append(origin)
    groups: list[Span] = []
    last = len(units)
    while last > 0:
        groups.append((units[came[last]][0], units[last - 1][1]))
        last = came[last]
    return groups[::-1]


def _cost(size: int) -> float:
    if size < _SHORTEST:
        return 1000.0
    if size < _SHORT:
        return 5.0 + (_SHORT - size) * 1.5
    return 5.0 + max(0, size - _LONG) * 2.0


def outcomes(text: str, block: Block, kind: SectionKind) -> list[tuple[int, int, int | None]] | None:
    """Spans and numbers of outcomes that stand in one block: "1. Explore ...2. Examine ...", "Know ..., Know ...".

    ``None`` where the block is no such run.
    """
    if block.end - block.start > _RUN_CHARS:
        return None
    return _numbered_run(text, block) or (_verb_run(text, block) if kind in _OUTCOME_KINDS else None)


def _numbered_run(text: str, block: Block) -> list[tuple[int, int, int | None]] | None:
    own = _OWN_NUMBER.match(text, block.start, block.end) if block.number is None else None
    number = block.number if own is None else int(own[1])
    if number is None:
        return None
    begin = own.end() if own else block.start
    run: list[tuple[int, int, int | None]] = []
    for mark in _NEXT_NUMBER.finditer(text, begin, block.end):
        if int(mark[1]) == number + 1:
            run.append((*trimmed(text, begin, mark.start(), is_item=True), number))
            begin, number = mark.end(), number + 1
    if not run:
        return None
    run.append((*trimmed(text, begin, block.end, is_item=True), number))
    return run if all(len(text[start:end].split()) >= 2 for start, end, _ in run) else None


def _verb_run(text: str, block: Block) -> list[tuple[int, int, int | None]] | None:
    verb = _VERB.match(text, block.start, block.end)
    if verb is None:
        return None
    again = re.compile(rf"(?:[,;.]\s{{0,4}}|(?<=[a-z]))(?:and )?(?={re.escape(verb.group())}\b)")
    marks = [*again.finditer(text, verb.end(), block.end)]
    if _NEXT_VERB.match(" ," + verb.group() + " ", 1):
        marks = [*_NEXT_VERB.finditer(text, verb.end(), block.end)] or marks
    if not marks:
        return None
    edges = [block.start, *(mark.end() for mark in marks), block.end]
    ends = [*(mark.start() for mark in marks), block.end]
    run: list[tuple[int, int, int | None]] = []
    for start, end in zip(edges[:-1], ends, strict=True):
        run.append((*trimmed(text, start, end + (text[end : end + 1] == "."), is_item=True), None))
    return run if all(len(text[start:end].split()) >= 3 for start, end, _ in run) else None
