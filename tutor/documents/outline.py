"""Blocks to sections: the heading trail that stands over each block, and what the section is for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.documents.headings import heading_kind, is_box, is_report, normal, report_kind
from tutor.domain import Block, BlockRole, Section, SectionKind, SourceText

_SPACES = re.compile(r"\s+")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading under which the reader stands."""

    level: int
    words: str
    kind: SectionKind | None
    is_box: bool = False


def outline(source: SourceText, title: str) -> list[Section]:
    """Group the blocks by heading trail; ``title`` comes first in every trail. Headings without content make none."""
    headings = [_words(source.text, block) for block in source.blocks if block.role is BlockRole.HEADING]
    kinds = _Kinds(headings, source.text)
    own_title = _title_block(source.blocks)
    stack: list[_Open] = []
    sections: list[Section] = []
    content: list[Block] = []

    def close() -> None:
        if content:
            trail = (title, *(heading.words for heading in stack))
            sections.append(Section(trail, kinds.of(stack), tuple(content)))
            content.clear()

    for i, block in enumerate(source.blocks):
        if block.role is BlockRole.HEADING:
            close()
            words = _words(source.text, block)
            while stack and (stack[-1].level >= block.level or stack[-1].is_box):
                stack.pop()
            if i == own_title or normal(words) == normal(title):
                stack.clear()
            elif words:
                stack.append(_Open(block.level, words, kinds.named(words, block.level), is_box(words)))
            continue
        if stack and stack[-1].is_box and _leaves_box(source, i):
            close()
            stack.pop()
        content.append(block)
    close()
    return sections


def _words(text: str, block: Block) -> str:
    return _SPACES.sub(" ", text[block.start : block.end]).strip(" :")


def _title_block(blocks: Sequence[Block]) -> int | None:
    """The first block, where it is the only heading of the first depth: it names the document, not a section."""
    tops = [i for i, block in enumerate(blocks) if block.role is BlockRole.HEADING and block.level == 1]
    return 0 if tops == [0] else None


def _leaves_box(source: SourceText, i: int) -> bool:
    """Whether block ``i`` stands outside the box above: a blank line divides it from a box printed without one."""
    inside = source.blocks[i - 1]
    if inside.role is BlockRole.HEADING:
        return False
    j = i - 1
    while source.blocks[j].role is not BlockRole.HEADING:
        j -= 1
    heading, first = source.blocks[j], source.blocks[j + 1]
    if _BLANK_LINE.search(source.text, heading.end, first.start):
        return False
    above = _BLANK_LINE.search(source.text, inside.end, source.blocks[i].start) is not None
    return above or _BLANK_LINE.search(source.text) is None


class _Kinds:
    """What sections are for, given the headings of the whole document."""

    def __init__(self, headings: list[str], text: str) -> None:
        self._is_report = is_report(headings, text)
        self._is_structured = sum(heading_kind(heading) is not None for heading in headings) >= 2

    def named(self, words: str, level: int) -> SectionKind | None:
        """The kind that a heading gives by itself; ``None`` where it takes its parent's."""
        kind = report_kind(words) if self._is_report else heading_kind(words)
        if kind is None and is_box(words):
            return SectionKind.EXAMPLE
        if kind is None and self._is_report and level <= 2:
            return SectionKind.FINDING
        return kind

    def of(self, stack: Sequence[_Open]) -> SectionKind:
        if not stack:
            return SectionKind.SYNOPSIS if self._is_structured else SectionKind.TEXT
        return next((heading.kind for heading in reversed(stack) if heading.kind is not None), SectionKind.TEXT)
