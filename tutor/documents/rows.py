"""From lines to rows: what belongs together becomes one row, and each row knows its role and depth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tutor.documents.furniture import Line, ends_open
from tutor.documents.headings import heading_kind
from tutor.documents.markers import is_quoted, is_speaker, read_marker
from tutor.domain import BlockRole

_HAS_WORD = re.compile(r"\w")
_LISTED = (BlockRole.ITEM, BlockRole.NUMBERED)
_NARROWEST, _WIDEST = 45, 100
"""Columns between which a line that goes on below is a wrapped one."""
_QUOTATION_REACH = 3
"""Paragraphs that one speaker's line may stand for."""


@dataclass(frozen=True, slots=True)
class Row:
    """A block in the making: its span without marker, and the lines that it begins and ends with."""

    role: BlockRole
    start: int
    end: int
    first: Line
    last: Line
    number: int | None = None
    level: int = 0

    @property
    def is_single(self) -> bool:
        return self.first.start == self.last.start


def read_rows(lines: Sequence[Line], text: str) -> list[Row]:
    """Join wrapped lines, a bullet printed above its words, a quotation and its speaker; note how deep items stand."""
    width = _wrap_width(lines)
    rows: list[Row] = []
    pending: Row | None = None
    for line in lines:
        if not _HAS_WORD.search(line.text) and len(line.text) > 2:
            continue
        if rows and pending is None and rows[-1].role is BlockRole.PARAGRAPH and _speaks(line, rows[-1], text):
            _quote(rows, line, text)
            continue
        row = _row(line, rows[-1] if rows and pending is None else None, width)
        if pending and row.role is BlockRole.PARAGRAPH:
            row = replace(pending, start=row.start, end=row.end, last=line)
        elif rows and pending is None and row.role is BlockRole.PARAGRAPH and _continues(rows[-1], line, width):
            row = replace(rows.pop(), end=line.end, last=line)
        pending = None if _HAS_WORD.search(text, row.start, row.end) else row
        if pending is None:
            rows.append(row)
    quoted = [_as_quotation(row, text) for row in rows]
    return _nested(quoted, text)


def _row(line: Line, before: Row | None, width: int) -> Row:
    marker = read_marker(line.text)
    if marker is None or (before and marker.number is not None and _is_figure(before, line, marker.number, width)):
        return Row(BlockRole.PARAGRAPH, line.start, line.end, line, line)
    return Row(marker.role, line.start + marker.length, line.end, line, line, marker.number)


def _is_figure(before: Row, line: Line, number: int, width: int) -> bool:
    """A number that wrapped text happens to carry to the beginning of a line: "... in Unit / 12. The ..."."""
    return bool(width) and not line.gap and number not in {1, (before.number or 0) + 1} and ends_open(before.last.text)


def _speaks(line: Line, said: Row, text: str) -> bool:
    return len(line.text) <= 120 and is_speaker(line.text, text[said.start : min(said.end, said.start + 4000)])


def _quote(rows: list[Row], line: Line, text: str) -> None:
    """Make the last paragraph, or the last few since a colon, a quotation that ends with its speaker."""
    first = len(rows) - 1
    for i in range(len(rows) - 2, max(-1, len(rows) - 2 - _QUOTATION_REACH), -1):
        if rows[i].role is not BlockRole.PARAGRAPH:
            break
        if text[rows[i].end - 1] == ":":
            first = i + 1
            break
    opening = rows[first]
    del rows[first:]
    rows.append(replace(opening, role=BlockRole.QUOTATION, end=line.end, last=line))


def _as_quotation(row: Row, text: str) -> Row:
    if row.role is not BlockRole.PARAGRAPH or row.end - row.start > 4000 or not is_quoted(text[row.start : row.end]):
        return row
    return replace(row, role=BlockRole.QUOTATION)


def _continues(before: Row, line: Line, width: int) -> bool:
    """Whether the line goes on with the row above it."""
    last = before.last
    if line.gap or before.role is BlockRole.QUOTATION or line.start == last.start:
        return False
    lower = line.text[0].islower()
    if lower and not last.text.endswith((".", "!", "?", ":", ";")) and len(last.text.split(None, 4)) > 4:
        return True
    if not width or last.text.endswith(":"):
        return False
    if before.is_single and before.role is BlockRole.PARAGRAPH and heading_kind(last.text) is not None:
        return False
    if heading_kind(line.text) is not None and not lower and not ends_open(last.text):
        return False
    is_full = last.indent + len(last.text) >= 0.6 * width
    return is_full or lower or (before.role in _LISTED and line.indent > before.first.indent)


def _wrap_width(lines: Sequence[Line]) -> int:
    """The longest line's length where the text is evidently hard-wrapped, else 0."""
    lengths = [line.indent + len(line.text) for line in lines]
    if len(lines) < 3 or sum(length > _WIDEST for length in lengths) > len(lines) * 0.02:
        return 0
    wrapped = sum(
        _NARROWEST <= length <= _WIDEST and not below.gap and _breaks_off(line.text, below.text)
        for line, below, length in zip(lines, lines[1:], lengths, strict=False)
    )
    return min(max(lengths), _WIDEST) if wrapped >= max(2, 0.15 * len(lines)) else 0


def _breaks_off(words: str, below: str) -> bool:
    if read_marker(below) is not None or words.endswith((".", "!", "?", ":", ";")):
        return False
    return below[0].islower() or words[-1].islower() or words[-1] == ","


def _nested(rows: Sequence[Row], text: str) -> list[Row]:
    """Note how deep each item stands in its list, by indentation or by a change of marker below a colon."""
    result: list[Row] = []
    depths: list[tuple[int, BlockRole]] = []
    for i, row in enumerate(rows):
        if row.role not in _LISTED:
            depths = []
            result.append(row)
            continue
        indent = row.first.indent
        while depths and depths[-1][0] > indent:
            depths.pop()
        opens = bool(depths) and depths[-1][1] is not row.role and text[rows[i - 1].end - 1] == ":"
        known = any(depth == (indent, row.role) for depth in depths)
        if not depths or depths[-1][0] < indent or (opens and not known):
            depths.append((indent, row.role))
        elif known:
            while depths[-1] != (indent, row.role):
                depths.pop()
        result.append(replace(row, level=min(len(depths) - 1, 6)))
    return result
