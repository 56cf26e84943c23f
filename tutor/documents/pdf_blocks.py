"""From a PDF's lines to blocks: headings by their size, lists by their markers, paragraphs by how lines are filled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tutor.documents.compose import Part
from tutor.documents.pdf_layout import Line, Page, Placed, in_reading_order
from tutor.domain import BlockRole

_HEADING = 1.08
"""How many times the body's size a heading has at least."""
_CLEAR_HEADING = 1.2
_LONGEST_HEADING = 160
_BULLET = re.compile(r"(?:[•●▪◦‣∙·■□○➢➤✓\uf0b7\uf0a7\uf0d8]\s*)+(?=\S)")
_DASH = re.compile(r"(?:[*\u2013-]|o)\s+(?=\S)")
_NUMBER = re.compile(r"\(?(\d{1,3})[.)]\s+(?=\S)")
_ENDS = re.compile(r"[.!?:;][\"'\u201d\u2019)\]]*$")
_HYPHENATED = re.compile(r"(\w+)-$")
_WORD = re.compile(r"\w+(?:[-'\u2019]\w+)*")
_KEPT_PREFIXES = frozenset(
    {"anti", "co", "cross", "ex", "half", "mid", "multi", "non", "post", "pre", "pro", "self", "semi", "socio", "well"}
)


@dataclass(slots=True)
class _Open:
    """The block that lines are being added to."""

    role: BlockRole
    text: str
    last: Placed
    level: int = 0
    number: int | None = None
    marker_left: float | None = None


@dataclass(slots=True)
class _State:
    body: float
    leading: float
    """The usual distance of base lines, in times the font size."""
    heading_sizes: list[float]
    words: Counter[str]
    lefts: list[float] = field(default_factory=list)
    """Where the markers of the list's open levels stand, from the column's edge."""
    current: _Open | None = None
    parts: list[Part] = field(default_factory=list)


def blocks_of(pages: Sequence[Page]) -> list[Part]:
    """The blocks of a document in reading order."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[line.size] += len(line.text)
    if not sizes:
        return []
    body = sizes.most_common(1)[0][0]
    placed = in_reading_order(pages, body)
    larger = sorted({each.line.size for each in placed if _is_larger(each.line, body)}, reverse=True)
    state = _State(body, _leading(placed), larger, _vocabulary(each.line.text for each in placed))
    for at, each in enumerate(placed):
        _take(each, _is_bold_heading(placed, at, state), state)
    _end(state)
    return state.parts


def _is_larger(line: Line, body: float) -> bool:
    if line.size < _HEADING * body or line.is_row or len(line.text) > _LONGEST_HEADING:
        return False
    has_words = any(char.isalpha() for char in line.text)
    return has_words and (line.size >= _CLEAR_HEADING * body or not line.text.endswith((".", ",", ";")))


def _is_bold_heading(placed: Sequence[Placed], at: int, state: _State) -> bool:
    """A short bold line of the body's size that stands alone above lighter text."""
    line = placed[at].line
    if not line.bold or line.is_row or len(line.text) > _LONGEST_HEADING // 2 or line.size < 0.95 * state.body:
        return False
    if _ENDS.search(line.text) or _BULLET.match(line.text) or at + 1 == len(placed):
        return False
    before, after = placed[at - 1] if at else None, placed[at + 1].line
    return not after.bold and not after.is_row and (before is None or not _is_close(before, placed[at], state))


def _leading(placed: Sequence[Placed]) -> float:
    """From the narrower of the distances between neighbours, as the wider ones part paragraphs."""
    steps = sorted(
        (before.line.base - after.line.base) / after.line.size
        for before, after in pairwise(placed)
        if before.column == after.column and before.line.size == after.line.size
    )
    plausible = [step for step in steps if 0.8 <= step <= 2.6]
    return plausible[len(plausible) // 5] if plausible else 1.2


def _vocabulary(texts: Iterable[str]) -> Counter[str]:
    """The document's words as they stand inside its lines, to tell a broken word from a compound."""
    words: Counter[str] = Counter()
    for text in texts:
        words.update(word.lower() for word in _WORD.findall(_HYPHENATED.sub("", text)))
    return words


def _take(placed: Placed, is_bold_heading: bool, state: _State) -> None:
    line = placed.line
    is_larger = _is_larger(line, state.body)
    if is_larger or is_bold_heading:
        level = state.heading_sizes.index(line.size) if is_larger else len(state.heading_sizes)
        _add_heading(placed, min(level + 1, 6), state)
    elif line.is_row:
        _begin(BlockRole.ITEM, line.text, placed, state)
        _end(state)
    elif (marker := _marker(placed, state)) is not None:
        text, number = marker
        left = line.left - placed.left
        role = BlockRole.ITEM if number is None else BlockRole.NUMBERED
        level = _list_level(left, 0.5 * line.size, state)
        _begin(role, text, placed, state, level, number, left)
    elif state.current is not None and _goes_on(state.current, placed, state):
        state.current.text = _mended(state.current.text, line.text, state.words)
        state.current.last = placed
    else:
        _begin(BlockRole.PARAGRAPH, line.text, placed, state)


def _add_heading(placed: Placed, level: int, state: _State) -> None:
    current = state.current
    if (
        current is not None
        and current.role is BlockRole.HEADING
        and current.level == level
        and _is_close(current.last, placed, state)
    ):
        current.text = _mended(current.text, placed.line.text, state.words)
        current.last = placed
        return
    _begin(BlockRole.HEADING, placed.line.text, placed, state, level)


def _begin(
    role: BlockRole,
    text: str,
    placed: Placed,
    state: _State,
    level: int = 0,
    number: int | None = None,
    marker_left: float | None = None,
) -> None:
    _end(state)
    if marker_left is None:
        state.lefts.clear()
    state.current = _Open(role, text, placed, level, number, marker_left)


def _end(state: _State) -> None:
    if state.current is not None:
        current = state.current
        state.parts.append(Part(current.role, current.text, current.level, current.number))
    state.current = None


def _marker(placed: Placed, state: _State) -> tuple[str, int | None] | None:
    """The words after a bullet or number, and the number; a figure or dash that a line merely begins with is none."""
    text, current = placed.line.text, state.current
    if bullet := _BULLET.match(text):
        return text[bullet.end() :], None
    in_list = current is not None and current.marker_left is not None
    is_start = current is None or current.role is BlockRole.HEADING or not _is_close(current.last, placed, state)
    is_start = is_start or (current is not None and _ENDS.search(current.text) is not None)
    is_start = is_start or (current is not None and in_list and _had_room(current.last, placed.line))
    if dash := _DASH.match(text):
        is_start = is_start or (in_list and _is_at_marker(placed, state))
        is_letter = text.startswith("o")
        return (text[dash.end() :], None) if is_start and (in_list or not is_letter) else None
    if numbered := _NUMBER.match(text):
        number = int(numbered[1])
        last = current.number if current is not None else None
        follows = number == last + 1 if last is not None else in_list and number == 1
        return (text[numbered.end() :], number) if is_start or follows else None
    return None


def _is_at_marker(placed: Placed, state: _State) -> bool:
    left = state.current.marker_left if state.current is not None else None
    return left is not None and abs(placed.line.left - placed.left - left) < 0.3 * placed.line.size


def _list_level(left: float, slack: float, state: _State) -> int:
    while state.lefts and state.lefts[-1] > left + slack:
        state.lefts.pop()
    if not state.lefts or left > state.lefts[-1] + slack:
        state.lefts.append(left)
    return len(state.lefts) - 1


def _is_close(before: Placed, after: Placed, state: _State) -> bool:
    """Whether a line follows at the distance of lines of one paragraph."""
    if before.column != after.column:
        return False
    step = before.line.base - after.line.base
    return 0 <= step <= 1.25 * state.leading * max(before.line.size, after.line.size)


def _goes_on(current: _Open, placed: Placed, state: _State) -> bool:
    """Whether a line belongs to the block above it."""
    if current.role is BlockRole.HEADING:
        return False
    before, line = current.last.line, placed.line
    if current.last.column != placed.column:
        if _ENDS.search(current.text):
            return False
        return current.text.endswith(("-", ",")) or line.text[:1].islower()
    if not _is_close(current.last, placed, state) or abs(before.size - line.size) > 0.1 * state.body:
        return False
    if current.marker_left is not None and line.left - placed.left > current.marker_left + 0.3 * line.size:
        return True
    may_end = _ENDS.search(before.text) is not None
    if may_end and line.left > before.left + line.size:
        return False
    return not (_had_room(current.last, line) and (may_end or line.text[:1].isupper()))


def _had_room(before: Placed, line: Line) -> bool:
    """Whether the first word of ``line`` would have fitted on the line before, so that the break is meant."""
    width = (line.right - line.left) / max(len(line.text), 1)
    first = len(line.text.split(maxsplit=1)[0]) + 1
    return before.line.right + width * first < before.right - 1.5 * line.size


def _mended(text: str, more: str, words: Counter[str]) -> str:
    """Two lines joined; a hyphen at the end of the first goes, unless the word is written with it."""
    broken = _HYPHENATED.search(text)
    if broken is None or not more[:1].islower():
        return f"{text}{more}" if broken else f"{text} {more}"
    rest = _WORD.match(more)
    first, second = broken[1].lower(), rest[0].lower() if rest else ""
    compound, whole = words[f"{first}-{second}"], words[first + second]
    keeps = compound > whole or (compound == whole and first in _KEPT_PREFIXES)
    return f"{text if keeps else text[:-1]}{more}"
