"""Plain text to blocks: revision pages, specifications and reports as they come off a web page, and typed notes.

The stored text is the text as given; blocks point into it. What a page prints around its content makes no block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tutor.documents.furniture import Line, ends_open, find_furniture, same_words, split_lines
from tutor.documents.headings import heading_kind, is_box, normal
from tutor.documents.markers import is_quoted, is_speaker, read_marker
from tutor.domain import Block, BlockRole, SourceText

_HAS_WORD = re.compile(r"\w")
_HASHES = re.compile(r"(#{1,6})\s+(?=\S)")
_SECTION_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,4})\.?\s+(?=[A-Z])")
_SUBJECT = re.compile(
    r"This (?:element|unit|topic|subtopic|module|section|chapter|course|lesson) (?:[a-z]+ly )?"
    r"(?:explores?|examines?|covers?|introduces?|considers?|looks at|focuses on|centres on|investigates?|is about|describes?"
    r"|explains?|provides an? (?:overview|introduction) (?:of|to)) (?:the )?(?P<subject>[^,.;:\n]{8,140}?)"
    r"(?=[,.;:\n]| which | that | focusing | including |\Z)"
)
_VERBS = re.compile(
    r"\b(?:is|are|was|were|be|has|have|had|do|does|did|can|could|will|would|should|must|may|might|includes?|included|including"
    r"|needs?|examines?|examined|considers?|covers?|means?|follows?|following|shows?|found|suggests?|asks?|asked|said|says"
    r"|involves?|requires?|uses?|used|contains?|consists?|identified|explores?|describes?|reads?|remember|note|to)\b",
    re.IGNORECASE,
)
_WRAP_COLUMNS = (45, 100)


@dataclass(frozen=True, slots=True)
class _Row:
    """A block in the making. ``last`` is the line that it ends with; ``listed`` the depth of an item."""

    role: BlockRole
    start: int
    end: int
    words: str
    last: Line
    gap: bool
    number: int | None = None
    level: int = 0


def read_lines(text: str) -> SourceText:
    """Read plain text; ``text`` is stored verbatim. Front matter holds ``title`` and ``qualification`` where found."""
    lines = split_lines(text)
    furniture = find_furniture(lines)
    kept = [line for i, line in enumerate(lines) if i not in furniture.dropped]
    rows = _nested(_rows(kept, text))
    blocks, heading_title = _blocks(rows, furniture.title, text)
    front_matter: dict[str, Any] = {}
    title = furniture.title or heading_title or _subject(rows)
    if title:
        front_matter["title"] = title
    if furniture.qualification:
        front_matter["qualification"] = furniture.qualification
    return SourceText(text, tuple(blocks), front_matter)


def _rows(lines: Sequence[Line], text: str) -> list[_Row]:
    """Join what belongs together: wrapped lines, a bullet printed above its words, a quotation and its speaker."""
    width = _wrap_width(lines)
    rows: list[_Row] = []
    pending: _Row | None = None
    for line in lines:
        if not _HAS_WORD.search(line.text) and read_marker(line.text) is None:
            continue
        if rows and pending is None and rows[-1].role is BlockRole.PARAGRAPH and is_speaker(line.text, rows[-1].words):
            _quote(rows, line, text)
            continue
        marker = read_marker(line.text)
        if marker and pending is None and rows and _only_looks_numbered(rows[-1], line, marker.number, width):
            marker = None
        if marker is None:
            row = _Row(BlockRole.PARAGRAPH, line.start, line.end, line.text, line, line.gap)
        else:
            start = line.start + marker.length
            row = _Row(marker.role, start, line.end, line.text[marker.length :], line, line.gap, marker.number)
        if pending and marker is None:
            row = replace(pending, start=row.start, end=row.end, words=row.words)
        elif rows and marker is None and pending is None and _continues(rows[-1], line, width):
            before = rows.pop()
            row = replace(before, end=line.end, words=text[before.start : line.end], last=line)
        pending = None
        if row.words.strip():
            rows.append(row)
        else:
            pending = row
    return [replace(row, role=BlockRole.QUOTATION) if _stands_quoted(row) else row for row in rows if _HAS_WORD.search(row.words)]
