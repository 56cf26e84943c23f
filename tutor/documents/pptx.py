"""Reading PowerPoint: slide by slide, title, text, tables and notes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.slide import Slide
from pptx.table import Table
from pptx.text.text import TextFrame, _Paragraph

from tutor.documents.compose import Part, compose
from tutor.documents.files import check_archive
from tutor.documents.text import clean, one_line
from tutor.domain import BlockRole, SourceText

_TITLE_LEVEL = 2
_BODIES = frozenset({PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY})
_FURNITURE = frozenset({PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER})
_NO_TITLE = "PowerPoint Presentation"
"""What PowerPoint writes where nobody gave the file a title."""


def read_pptx(data: bytes, name: str) -> SourceText:
    """The slides in order, hidden ones left out; raises ``UnreadableDocument`` for a damaged or swollen archive.

    A slide begins with its title, or its number, as a heading of level 2 and ends with its notes.
    """
    check_archive(data, name)
    presentation = Presentation(io.BytesIO(data))
    parts = [
        part
        for number, slide in enumerate(presentation.slides, start=1)
        if slide.element.get("show") not in {"0", "false"}
        for part in _slide(slide, number)
    ]
    title = one_line(clean(presentation.core_properties.title or ""))
    return compose(parts, {"title": title} if title and title != _NO_TITLE else {})


def _slide(slide: Slide, number: int) -> Iterator[Part]:
    title = slide.shapes.title
    heading = _words(title.text_frame.text) if title is not None else ""
    skip = title.shape_id if title is not None else None
    parts = [part for shape in _shapes(slide.shapes) if shape.shape_id != skip for part in _shape(shape)]
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None:
        parts += [Part(BlockRole.PARAGRAPH, text) for p in notes.paragraphs if (text := _words(p.text))]
    if heading or parts:
        yield Part(BlockRole.HEADING, heading or f"Slide {number}", _TITLE_LEVEL)
    yield from parts


def _shapes(shapes: Iterable[BaseShape]) -> Iterator[BaseShape]:
    """In the order in which a screen reader goes through them, groups opened."""
    for shape in shapes:
        if isinstance(shape, GroupShape):
            yield from _shapes(shape.shapes)
        else:
            yield shape


def _shape(shape: BaseShape) -> Iterator[Part]:
    kind = shape.placeholder_format.type if shape.is_placeholder else None
    if kind in _FURNITURE:
        return
    if isinstance(shape, GraphicFrame) and shape.has_table:
        yield from _rows(shape.table)
    elif shape.has_text_frame:
        frame: TextFrame = getattr(shape, "text_frame")  # noqa: B009 - only some shapes have one
        yield from _paragraphs(frame, is_body=kind in _BODIES)


def _paragraphs(frame: TextFrame, *, is_body: bool) -> Iterator[Part]:
    """Bulleted by default in a slide's body and plain elsewhere, unless the paragraph itself says otherwise."""
    counts: dict[int, int] = {}
    for paragraph in frame.paragraphs:
        text = _words(paragraph.text)
        if not text:
            continue
        level = paragraph.level
        counts = {depth: count for depth, count in counts.items() if depth <= level}
        start = _numbered_from(paragraph)
        if start is not None:
            counts[level] = counts[level] + 1 if level in counts else start
            yield Part(BlockRole.NUMBERED, text, level, counts[level])
            continue
        counts.pop(level, None)
        if _has(paragraph, "a:buChar", "a:buBlip") or (is_body and not _has(paragraph, "a:buNone")):
            yield Part(BlockRole.ITEM, text, level)
        else:
            yield Part(BlockRole.PARAGRAPH, text)


def _numbered_from(paragraph: _Paragraph) -> int | None:
    properties = paragraph._p.pPr
    numbering = properties.find(qn("a:buAutoNum")) if properties is not None else None
    if numbering is None:
        return None
    start = numbering.get("startAt", "1")
    return int(start) if start.isdecimal() else 1


def _has(paragraph: _Paragraph, *names: str) -> bool:
    properties = paragraph._p.pPr
    return properties is not None and any(properties.find(qn(name)) is not None for name in names)


def _rows(table: Table) -> Iterator[Part]:
    for row in table.rows:
        cells = [_words(cell.text) for cell in row.cells if not cell.is_spanned]
        if any(cells):
            yield Part(BlockRole.ITEM, " | ".join(cells))


def _words(text: str) -> str:
    return " ".join(clean(text).split())
