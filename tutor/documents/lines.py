"""Plain text to blocks: revision pages, specifications and reports as they come off a web page, and typed notes.

The stored text is the text as given; blocks point into it. What a page prints around its content makes no block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tutor.documents.furniture import ends_open, find_furniture, same_words, split_lines
from tutor.documents.headings import heading_kind, is_box
from tutor.documents.rows import Row, read_rows
from tutor.domain import Block, BlockRole, SourceText

_HASHES = re.compile(r"(#{1,6})\s+(?=\S)")
_SECTION_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,4})\.?\s+(?=[A-Z])")
_SUBJECT = re.compile(
    r"This (?:element|unit|topic|subtopic|module|section|chapter|course|lesson) (?:[a-z]+ly )?"
    r"(?:explores?|examines?|covers?|introduces?|considers?|looks at|focuses on|centres on|investigates?|is about"
    r"|describes?|explains?|provides an? (?:overview|introduction) (?:of|to)) (?:the )?(?P<subject>[^,.;:\n]{8,140}?)"
    r"(?=[,.;:\n]| which | that | focusing | including |\Z)"
)
_VERBS = re.compile(
    r"\b(?:is|are|was|were|be|has|have|had|do|does|did|can|could|will|would|should|must|may|might|includes?|included"
    r"|including"
    r"|needs?|examines?|examined|considers?|covers?|means?|follows?|following|shows?|found|suggests?|asks?|asked|said"
    r"|says"
    r"|involves?|requires?|uses?|used|contains?|consists?|identified|explores?|describes?|reads?|said|told|remember"
    r"|note|to)\b",
    re.IGNORECASE,
)
_LINKS = re.compile(r"https?:|www\.|\S@\S")
_LISTED = (BlockRole.ITEM, BlockRole.NUMBERED)
_HEADING_WORDS = 12
_TITLE_WORDS = 14


def read_lines(text: str) -> SourceText:
    """Read plain text; ``text`` is stored verbatim. Front matter holds ``title`` and ``qualification`` where found."""
    lines = split_lines(text)
    furniture = find_furniture(lines)
    rows = read_rows([line for i, line in enumerate(lines) if i not in furniture.dropped], text)
    headings = _Headings(rows, text, furniture.title)
    blocks = tuple(headings.block(i) for i in range(len(rows)))
    front_matter: dict[str, Any] = {}
    title = furniture.title or headings.title or _subject(rows, text)
    if title:
        front_matter["title"] = title
    if furniture.qualification:
        front_matter["qualification"] = furniture.qualification
    return SourceText(text, blocks, front_matter)


def _subject(rows: Sequence[Row], text: str) -> str | None:
    """What a page without a title line says that it is about, in the first sentence below its first heading."""
    for row in rows[:4]:
        found = (
            _SUBJECT.match(text, row.start, min(row.end, row.start + 400)) if row.role is BlockRole.PARAGRAPH else None
        )
        if found and len(found["subject"].split()) <= _TITLE_WORDS:
            subject = found["subject"].strip()
            return subject[0].upper() + subject[1:]
    return None


@dataclass(frozen=True, slots=True)
class _Shape:
    """What speaks for a row's being a heading."""

    is_known: bool = False
    is_colon: bool = False
    is_plain: bool = False
    """Only its looks: short, open-ended, followed by something."""
    level: int | None = None
    skip: int = 0
    """Characters of hashes or section number at its beginning."""


class _Headings:
    """Which rows are headings, and how deep; a scraped page has no depths of its own, so the vocabulary decides."""

    def __init__(self, rows: Sequence[Row], text: str, title: str | None) -> None:
        self._rows, self._text, self._page_title = rows, text, title
        self.title: str | None = None
        self._heads_list = False
        shapes = [self._shape(i) for i in range(len(rows))]
        self._blocks = self._levelled(self._without_lists(shapes))

    def block(self, i: int) -> Block:
        row = self._rows[i]
        return self._blocks.get(i) or Block(row.role, row.start, row.end, row.level, row.number)

    def _shape(self, i: int) -> _Shape | None:
        row = self._rows[i]
        words = self._text[row.start : min(row.end, row.start + 200)]
        if not row.is_single or row.role is BlockRole.QUOTATION or row.end - row.start > 160:
            return None
        following = self._rows[i + 1] if i + 1 < len(self._rows) else None
        known = (
            heading_kind(words) is not None and len(words.split()) <= _HEADING_WORDS and ends_open(words.rstrip(":?"))
        )
        if row.role in _LISTED:
            return self._listed_shape(row, following, words, known)
        if hashes := _HASHES.match(words):
            return _Shape(is_known=known, level=len(hashes[1]), skip=hashes.end())
        if self._page_title and same_words(words, self._page_title):
            return _Shape(level=1)
        if is_box(words) and ends_open(words) and following:
            return _Shape(level=3)
        if known:
            is_question = words.endswith("?") and following is not None
            return _Shape(is_known=not is_question, is_colon=words.endswith(":"), is_plain=is_question)
        if following is None or not words[0].isprintable() or words[0].islower() or _LINKS.search(words):
            return None
        if (number := _SECTION_NUMBER.match(words)) and _is_title_like(words[number.end() :]):
            return _Shape(level=min(2 + number[1].count("."), 6), skip=number.end())
        if words.endswith(":"):
            heads = len(words.split()) <= 8 and following.role is not BlockRole.QUOTATION
            return _Shape(is_colon=True) if heads and not _VERBS.search(words) else None
        return _Shape(is_plain=True) if _is_title_like(words) else None

    def _listed_shape(self, row: Row, following: Row | None, words: str, known: bool) -> _Shape | None:
        """ "1. Introduction" above a paragraph, or a known heading behind an emoji."""
        if following is None or following.role is BlockRole.NUMBERED or not ends_open(words):
            return None
        if row.role is BlockRole.ITEM:
            return _Shape(is_known=True) if known and ord(row.first.text[0]) >= 0x2600 else None
        is_above_prose = following.role is BlockRole.PARAGRAPH and self._count(following) >= _HEADING_WORDS
        if known or (is_above_prose and _is_title_like(words) and len(words.split()) <= 8):
            return _Shape(is_known=known, level=2)
        return None

    def _count(self, row: Row) -> int:
        return len(self._text[row.start : min(row.end, row.start + 400)].split())

    def _without_lists(self, shapes: list[_Shape | None]) -> list[_Shape | None]:
        """Take back headings out of a run of short lines, which is a list without bullets."""
        i = 1
        while i < len(shapes):
            j = i
            while j < len(shapes) and (shape := shapes[j]) and shape.is_plain:
                j += 1
            if j - i >= 3:
                first = i if shapes[i - 1] else i + 1
                shapes[first : j - 1] = [None] * (j - 1 - first)
                if j == len(shapes) or self._count(self._rows[j]) < _HEADING_WORDS:
                    shapes[j - 1] = None
            i = max(j, i + 1)
        return shapes

    def _levelled(self, shapes: Sequence[_Shape | None]) -> dict[int, Block]:
        blocks: dict[int, Block] = {}
        plain_level = 2
        for i, shape in enumerate(shapes):
            if shape is None:
                continue
            above = shapes[i - 1] if i else None
            above_level = blocks[i - 1].level if above else 0
            if shape.is_plain and not self.title and not self._page_title and i == 0:
                level = 1
                self.title = self._text[self._rows[i].start : self._rows[i].end].rstrip(" :")
            elif shape.level is not None:
                level = shape.level
            elif shape.is_known:
                level, plain_level = (3 if shape.is_colon else 2), 2
            elif above and above.is_colon:
                level = min(above_level + 1, 6)
            elif shape.is_colon:
                level = 3
            else:
                plain_level = self._plain_level(i, plain_level, above)
                level = plain_level
            blocks[i] = self._heading(i, shape, level)
        return blocks

    def _plain_level(self, i: int, level: int, above: _Shape | None) -> int:
        """Plain headings stand below a known one that has no content of its own, as long as they head the same sort."""
        if above and above.is_known:
            self._heads_list = self._rows[i + 1].role in _LISTED
            return 3
        heads_prose = self._rows[i + 1].role is BlockRole.PARAGRAPH
        return 2 if level == 3 and self._heads_list and heads_prose else level

    def _heading(self, i: int, shape: _Shape, level: int) -> Block:
        row = self._rows[i]
        words = self._text[row.start : row.end]
        end = row.start + len(words.rstrip(": \t"))
        return Block(BlockRole.HEADING, row.start + shape.skip, max(end, row.start + shape.skip + 1), level)


def _is_title_like(words: str) -> bool:
    parts = words.split()
    if len(words) > 100 or not parts or len(parts) > _HEADING_WORDS or not any(letter.isalpha() for letter in words):
        return False
    return (ends_open(words) or words.endswith("?")) and (
        len(parts) <= 8 or words.endswith("?") or not _VERBS.search(words)
    )
