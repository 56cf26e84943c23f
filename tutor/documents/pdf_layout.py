"""Lines of PDF pages in reading order: running heads taken out, columns one after the other, table rows joined."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

_MARGIN = 0.08
"""The part of a page's height, from the document's outermost lines inwards, in which running heads are looked for."""
_MOST = 0.5
_MOST_OF_SIDE = 0.8
"""On so many of the left or of the right pages, where the two sides of a book have heads of their own."""
_PAGE_OF_PAGES = re.compile(r"page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\d{1,4}\s*(?:of|/)\s*\d{1,4}", re.IGNORECASE)
_PAGE_NUMBER_IN_HEAD = re.compile(r"\bpage\s*#|^#\s|\s#$|^#$", re.IGNORECASE)
_BARE_MARKER = re.compile(r"[•●▪◦‣∙·■□○➢➤✓\uf0b7\uf0a7\uf0d8*\u2013-]|o|\(?\d{1,3}[.)]|\(?[a-z][.)]")
_MARKER_GAP = 5.0
"""How many times the font size a bullet may stand from its words."""
_SHORTEST_COLUMN = 3
_MEAN_COLUMN_WORDS = 15
"""Characters that the lines of a column hold on average; those of a table's cells hold fewer."""


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one base line; places in points, ``base`` grows upwards."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool = False
    is_row: bool = False
    """Whether these are the cells of a table row."""


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in the order of the file."""

    height: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A line in reading order, with the edges of the column in which it stands."""

    line: Line
    column: int
    left: float
    right: float


def in_reading_order(pages: Sequence[Page], body: float) -> list[Placed]:
    """All pages' lines without running heads and page numbers; ``body`` is the font size of the running text."""
    furniture = _furniture(pages, body)
    placed: list[Placed] = []
    column = 0
    for number, page in enumerate(pages):
        lines = _with_markers([line for line in page.lines if (number, line) not in furniture])
        for group in _columns(lines):
            left, right = min(line.left for line in group), _usual_right(group)
            placed += [Placed(line, column, left, right) for line in _rows(group)]
            column += 1
    return placed


def _furniture(pages: Sequence[Page], body: float) -> set[tuple[int, Line]]:
    """Page numbers, and what stands in the same place of the margin on most pages with nothing further out."""
    bases = [line.base for page in pages for line in page.lines]
    if not bases:
        return set()
    highest, lowest = max(bases), min(bases)
    candidates: list[list[list[Line]]] = []
    places: dict[tuple[str, int], set[int]] = defaultdict(set)
    for number, page in enumerate(pages):
        margin = min(_MARGIN * page.height, (highest - lowest) / 3)
        top = [line for line in page.lines if line.base > highest - margin]
        bottom = [line for line in page.lines if line.base < lowest + margin]
        candidates.append([sorted(top, key=lambda line: -line.base), sorted(bottom, key=lambda line: line.base)])
        for side in (top, bottom):
            for line in side:
                places[_place(line, body, is_bottom=side is bottom)].add(number)
    repeated = {place for place, numbers in places.items() if _is_on_most(numbers, len(pages))}
    found: set[tuple[int, Line]] = set()
    for number, sides in enumerate(candidates):
        for at, side in enumerate(sides):
            found |= {(number, line) for line in _outermost(side, repeated, number + 1, body, is_bottom=at == 1)}
    return found


def _outermost(
    side: Sequence[Line], repeated: set[tuple[str, int]], number: int, body: float, *, is_bottom: bool
) -> Iterator[Line]:
    """The running lines of one margin, from the edge of the page inwards up to the first row of text."""
    running = [
        line for line in side if _place(line, body, is_bottom=is_bottom) in repeated or _is_page_number(line, number)
    ]
    for line in side:
        if line in running:
            yield line
        elif not any(abs(each.base - line.base) <= 2 for each in running):
            return


def _place(line: Line, body: float, *, is_bottom: bool) -> tuple[str, int]:
    return _running_text(line, body, is_bottom=is_bottom), round(line.base / 3)


def _is_page_number(line: Line, number: int) -> bool:
    return _PAGE_OF_PAGES.fullmatch(line.text) is not None or line.text.strip("-\u2013 ") == str(number)


def _running_text(line: Line, body: float, *, is_bottom: bool) -> str:
    """What of a line would be the same on each page: page numbers are masked, those of a heading are its own."""
    masked = re.sub(r"\d+", "#", line.text)
    may_count = line.size <= 1.05 * body and (is_bottom or _PAGE_NUMBER_IN_HEAD.search(masked))
    return masked if may_count else line.text


def _is_on_most(numbers: set[int], pages: int) -> bool:
    if len(numbers) < 2:
        return False
    sides = [{number for number in numbers if number % 2 == side} for side in (0, 1)]
    of_side = [(pages + 1) // 2, pages // 2]
    on_a_side = any(len(side) >= 2 and len(side) > _MOST_OF_SIDE * of_side[at] for at, side in enumerate(sides))
    return len(numbers) > _MOST * pages or on_a_side


def _with_markers(lines: Sequence[Line]) -> list[Line]:
    """Join each bullet or number that was drawn apart to the words on its right."""
    markers = [line for line in lines if _BARE_MARKER.fullmatch(line.text)]
    words = [line for line in lines if not _BARE_MARKER.fullmatch(line.text)]
    marker_of: dict[int, Line] = {}
    used: set[int] = set()
    for marker in sorted(markers, key=lambda each: each.left):
        beside = [each for each in words if _stands_before(marker, each)]
        if beside:  # of two markers before the same words the nearer stays
            marker_of[id(min(beside, key=lambda each: each.left))] = marker
            used.add(id(marker))
    return [
        replace(line, text=f"{own.text} {line.text}", left=own.left) if (own := marker_of.get(id(line))) else line
        for line in lines
        if id(line) not in used
    ]


def _stands_before(marker: Line, words: Line) -> bool:
    gap = words.left - marker.right
    return 0 <= gap <= _MARKER_GAP * words.size and abs(words.base - marker.base) < 0.4 * words.size


def _columns(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Groups of lines, each to be read from top to bottom; lines across all columns part the page into bands."""
    gutter = _gutter(lines)
    if gutter is None:
        if lines:
            yield list(lines)
        return
    left: list[Line] = []
    right: list[Line] = []
    for line in sorted(lines, key=lambda each: -each.base):
        if line.right <= gutter:
            left.append(line)
        elif line.left >= gutter:
            right.append(line)
        else:
            yield from _columns(left)
            yield from _columns(right)
            left, right = [], []
            yield [line]
    yield from _columns(left)
    yield from _columns(right)


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where a blank strip parts two columns of running text, or None."""
    edges = sorted({round(line.right) for line in lines})
    best: tuple[int, float] | None = None
    for edge in edges[:-1]:
        at = edge + 1.0
        left = [line for line in lines if line.right <= at]
        right = [line for line in lines if line.left >= at]
        if not (_is_column(left) and _is_column(right)):
            continue
        low = max(min(line.base for line in left), min(line.base for line in right))
        high = min(max(line.base for line in left), max(line.base for line in right))
        shorter = min(_height(left), _height(right))
        crossing = sum(1 for line in lines if line.left < at < line.right and low <= line.base <= high)
        if high - low < 0.5 * shorter or crossing > 0.2 * min(len(left), len(right)):
            continue
        if best is None or crossing < best[0]:
            best = (crossing, at)
    return best[1] if best else None


def _is_column(lines: Sequence[Line]) -> bool:
    if len(lines) < _SHORTEST_COLUMN or _height(lines) <= 0:
        return False
    return sum(len(line.text) for line in lines) >= _MEAN_COLUMN_WORDS * len(lines)


def _height(lines: Sequence[Line]) -> float:
    return max(line.base for line in lines) - min(line.base for line in lines)


def _usual_right(lines: Sequence[Line]) -> float:
    """The right edge of the running text; a single line that sticks out does not count."""
    edges = sorted(line.right for line in lines)
    return edges[int(0.85 * (len(edges) - 1))]


def _rows(lines: Sequence[Line]) -> Iterator[Line]:
    """From top to bottom, what stands side by side joined as the cells of a row."""
    row: list[Line] = []
    for line in sorted(lines, key=lambda each: (-each.base, each.left)):
        if row and row[0].base - line.base > 0.4 * max(row[0].size, line.size):
            yield _joined(row)
            row = []
        row.append(line)
    if row:
        yield _joined(row)


def _joined(row: Sequence[Line]) -> Line:
    if len(row) == 1:
        return row[0]
    cells = sorted(row, key=lambda line: line.left)
    return replace(
        cells[0],
        text=" | ".join(cell.text for cell in cells),
        right=max(cell.right for cell in cells),
        bold=all(cell.bold for cell in cells),
        is_row=True,
    )
