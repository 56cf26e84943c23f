"""Reading Markdown: blocks in order, as plain text, with the YAML front matter apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tutor.documents.compose import Part, compose
from tutor.documents.text import clean, one_line
from tutor.domain import BlockRole, SourceText
from tutor.errors import UnreadableDocument

MAX_NESTING = 100
"""How deep Markdown's blocks may stand in one another; a list takes two levels."""
MAX_FRONT_MATTER = 65_536
_FENCE = "---"
_CLOSING = frozenset({"---", "..."})
_RAW_TEXT = re.compile(r"<(/?)(script|style|textarea|template)\b", re.IGNORECASE)
_BREAK = re.compile(r"<br\b", re.IGNORECASE)


@dataclass(slots=True)
class _Item:
    """An open list item; its first block takes the role, what follows is running text."""

    number: int | None
    quotations: int
    """How many quotations were open where the item began."""
    fresh: bool = True


@dataclass(slots=True)
class _State:
    """What the reader is inside of, and the parts so far."""

    numbers: list[Iterator[int] | None] = field(default_factory=list)
    """For each open list the numbers still to be given; None for bullets."""
    items: list[_Item] = field(default_factory=list)
    quotations: int = 0
    heading: int | None = None
    row: list[str] | None = None
    parts: list[Part] = field(default_factory=list)


def read_markdown(text: str) -> SourceText:
    """The blocks of a Markdown note; raises ``UnreadableDocument`` for front matter that is no YAML mapping."""
    front_matter, body = _split_front_matter(text)
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
    tokens = parser.parse(body)
    if any(token.level >= MAX_NESTING - 1 for token in tokens):
        raise UnreadableDocument(
            f"expected lists and quotations at most {MAX_NESTING // 2 - 2} deep, found deeper ones; "
            "take some levels of indentation out"
        )
    state = _State()
    for index, token in enumerate(tokens):
        _take(token, index, tokens, state)
    return compose((replace(part, text=clean(part.text)) for part in state.parts), front_matter)


def _split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        return {}, text
    closing = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() in _CLOSING), None)
    if closing is None:
        return {}, text
    return _front_matter("\n".join(lines[1:closing])), "\n".join(lines[closing + 1 :])


def _front_matter(source: str) -> dict[str, Any]:
    expected = "expected front matter of `name: value` lines between the leading --- lines"
    if len(source) > MAX_FRONT_MATTER:
        raise UnreadableDocument(f"{expected}, found {len(source):,} characters; close it with a line of ---")
    try:
        # An alias lets a few lines stand for millions of values.
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(source)):
            raise UnreadableDocument(f"{expected}, found a YAML alias (*name); write the value out")
        values = yaml.safe_load(source)
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 2}" if error.problem_mark else ""
        raise UnreadableDocument(
            f"{expected}, found a mistake{line} ({one_line(error.problem or 'not YAML', 80)}); "
            "put values that hold a colon in quotation marks"
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableDocument(f"{expected}, found {one_line(str(error), 80)}; mend that value") from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise UnreadableDocument(
            f"{expected}, found {_sort_of_value(values)}; write title: ... there, or put an empty line above the ---"
        )
    return {clean(str(name)): _cleaned(value) for name, value in values.items()}


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return clean(value)
        case list():
            return [_cleaned(part) for part in value]
        case dict():
            return {_cleaned(name): _cleaned(part) for name, part in value.items()}
    return value


def _sort_of_value(value: object) -> str:
    return "a list" if isinstance(value, list) else "text" if isinstance(value, str) else "a single value"


def _take(token: Token, index: int, tokens: Sequence[Token], state: _State) -> None:
    match token.type:
        case "inline":
            _put(_plain(token.children or []), state)
        case "fence" | "code_block":
            _put(token.content, state)
        case "heading_open":
            state.heading = int(token.tag[1])
        case "heading_close":
            state.heading = None
        case "tr_open":
            state.row = []
        case "tr_close":
            _end_row(state)
        case "blockquote_open" | "blockquote_close":
            state.quotations += token.nesting
        case _:
            _take_list(token, index, tokens, state)


def _take_list(token: Token, index: int, tokens: Sequence[Token], state: _State) -> None:
    match token.type:
        case "bullet_list_open":
            state.numbers.append(None)
        case "ordered_list_open":
            state.numbers.append(iter(_printed_numbers(index, tokens)))
        case "bullet_list_close" | "ordered_list_close":
            state.numbers.pop()
        case "list_item_open":
            numbers = state.numbers[-1]
            state.items.append(_Item(None if numbers is None else next(numbers), state.quotations))
        case "list_item_close":
            state.items.pop()


def _printed_numbers(index: int, tokens: Sequence[Token]) -> list[int]:
    """The numbers that a list shows: as written where they rise, else counted on from the first (``1. 1. 1.``)."""
    level = tokens[index].level
    written: list[int] = []
    for at in range(index + 1, len(tokens)):
        token = tokens[at]
        if token.level == level:
            break
        if token.type == "list_item_open" and token.level == level + 1:
            written.append(int(token.info))
    if all(before < after for before, after in pairwise(written)):
        return written
    return [written[0] + offset for offset in range(len(written))]


def _put(text: str, state: _State) -> None:
    """Add a block of text in the role that the place where it stands gives it."""
    if state.row is not None:
        state.row.append(" ".join(text.split()))
        return
    if not text.strip():
        return
    level = max(len(state.numbers) - 1, 0)
    item = state.items[-1] if state.items else None
    if state.heading is not None:
        state.parts.append(Part(BlockRole.HEADING, text, state.heading))
    elif item is not None and item.fresh and item.quotations == state.quotations:
        item.fresh = False
        role = BlockRole.ITEM if item.number is None else BlockRole.NUMBERED
        state.parts.append(Part(role, text, level, item.number))
    else:
        state.parts.append(Part(BlockRole.QUOTATION if state.quotations else BlockRole.PARAGRAPH, text))


def _end_row(state: _State) -> None:
    cells, state.row = state.row or [], None
    if any(cells):
        state.parts.append(Part(BlockRole.ITEM, " | ".join(cells), max(len(state.numbers) - 1, 0)))


def _plain(tokens: Sequence[Token]) -> str:
    """The words of a block without their markup; pictures, HTML tags and what scripts hold are left out."""
    words: list[str] = []
    raw = ""
    for token in tokens:
        if token.type == "html_inline":
            tag = _RAW_TEXT.match(token.content)
            if tag and not raw and not tag[1]:
                raw = tag[2].lower()
            elif tag and tag[1] and tag[2].lower() == raw:
                raw = ""
            elif _BREAK.match(token.content):
                words.append(" ")
        elif raw:
            continue
        elif token.type in {"softbreak", "hardbreak"}:
            words.append(" ")
        elif token.type in {"text", "code_inline"}:
            words.append(token.content)
    return "".join(words)
