"""Building the stored text of a document whose file is not plain text (Markdown, HTML, PDF, Word, slides).

A reader hands over parts in reading order; ``compose`` writes them out as plain text and notes where each one
landed, so spans are exact by construction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tutor.domain import Block, BlockRole, SourceText

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Part:
    """One block before it has a place: its role and its words."""

    role: BlockRole
    text: str
    level: int = 0
    number: int | None = None


def compose(parts: Iterable[Part], front_matter: dict[str, Any] | None = None) -> SourceText:
    """Join parts into stored text, one block a line, white space folded; parts without words are dropped."""
    pieces: list[str] = []
    blocks: list[Block] = []
    length = 0
    for part in parts:
        words = _SPACES.sub(" ", part.text).strip()
        if not words:
            continue
        separator = "\n\n" if pieces and not _same_list(blocks[-1].role, part.role) else "\n" if pieces else ""
        marker = _marker(part)
        start = length + len(separator) + len(marker)
        pieces.append(separator + marker + words)
        blocks.append(Block(part.role, start, start + len(words), part.level, part.number))
        length = start + len(words)
    return SourceText("".join(pieces) + ("\n" if pieces else ""), tuple(blocks), front_matter or {})


def _same_list(before: BlockRole, after: BlockRole) -> bool:
    return before == after and after in {BlockRole.ITEM, BlockRole.NUMBERED}


def _marker(part: Part) -> str:
    if part.role is BlockRole.ITEM:
        return "  " * part.level + "- "
    if part.role is BlockRole.NUMBERED:
        return f"{part.number}. " if part.number is not None else "- "
    return ""
