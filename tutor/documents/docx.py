"""Reading Word: paragraphs and tables in the order in which they stand."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import XmlPart
from docx.oxml.ns import qn
from docx.parts.document import DocumentPart
from lxml.etree import _Element as Element

from tutor.documents.compose import Part, compose
from tutor.documents.files import check_archive
from tutor.documents.text import clean, one_line
from tutor.documents.word_styles import WordStyles
from tutor.domain import BlockRole, SourceText

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT = frozenset({qn("w:t"), qn("m:t")})
_SPACES = frozenset({qn("w:tab"), qn("w:ptab"), qn("w:br"), qn("w:cr")})
_TEXT_BOX = qn("w:txbxContent")
_NOT_SHOWN = frozenset({qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), f"{_COMPATIBILITY}Fallback"})
_TYPED_BULLET = re.compile(r"[•●▪◦‣∙·]\s*(?=\w)")
_NO_TITLE = "Word Document"
"""What is written where nobody gave the file a title."""


def read_docx(data: bytes, name: str) -> SourceText:
    """The document as it prints with all changes accepted; text boxes follow the paragraph that they hang on.

    Raises ``UnreadableDocument`` for a damaged or swollen archive.
    """
    check_archive(data, name)
    document = Document(io.BytesIO(data))
    styles = WordStyles.of(document.styles.element, _numbering(document.part))
    parts = list(_parts(document.element.body, styles))
    title = one_line(clean(document.core_properties.title or ""))
    if title in {"", _NO_TITLE}:
        title = ""
    return compose(parts, {"title": title} if title else {})


def _numbering(part: DocumentPart) -> Element | None:
    try:
        numbering = part.part_related_by(RELATIONSHIP_TYPE.NUMBERING)
    except KeyError:
        return None
    return numbering.element if isinstance(numbering, XmlPart) else None


def _parts(container: Element, styles: WordStyles) -> Iterator[Part]:
    for block in _blocks(container):
        if block.tag == _TABLE:
            yield from _table(block, styles)
            continue
        look = styles.look(block)
        text = _words(block)
        if look is not None and text:
            bullet = _TYPED_BULLET.match(text) if look.role is BlockRole.PARAGRAPH else None
            if bullet:
                yield Part(BlockRole.ITEM, text[bullet.end() :])
            else:
                yield Part(look.role, text, look.level, look.number)
        for box in _text_boxes(block):
            yield from _parts(box, styles)


def _blocks(container: Element) -> Iterator[Element]:
    """Paragraphs and tables, also those in content controls and accepted insertions."""
    for child in container:
        if child.tag in {_PARAGRAPH, _TABLE}:
            yield child
        elif child.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo")}:
            yield from _blocks(child)


def _table(table: Element, styles: WordStyles) -> Iterator[Part]:
    """A row an item; a table of one column is a frame, so what it holds is read as if it stood alone."""
    rows = [list(_within(row, _CELL)) for row in _within(table, _ROW)]
    if all(len(row) < 2 for row in rows):
        for row in rows:
            for cell in row:
                yield from _parts(cell, styles)
        return
    for row in rows:
        cells = [" ".join(_all_words(cell)) for cell in row]
        if any(cells):
            yield Part(BlockRole.ITEM, " | ".join(cells))


def _all_words(container: Element) -> Iterator[str]:
    """The words of each paragraph inside, also those in tables and text boxes in it."""
    for block in _blocks(container):
        if block.tag == _TABLE:
            inner = [cell for row in _within(block, _ROW) for cell in _within(row, _CELL)]
        else:
            inner = list(_text_boxes(block))
            if text := _words(block):
                yield text
        for each in inner:
            yield from _all_words(each)


def _within(element: Element, tag: str) -> Iterator[Element]:
    """Children with a tag, also those that a content control wraps."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml")}:
            yield from _within(child, tag)


def _words(paragraph: Element) -> str:
    pieces: list[str] = []
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        if element.tag in _TEXT:
            pieces.append(element.text or "")
        elif element.tag in _SPACES:
            pieces.append(" ")
        elif element.tag == qn("w:noBreakHyphen"):
            pieces.append("-")
        elif element.tag not in _NOT_SHOWN and element.tag != _TEXT_BOX and not _is_hidden(element):
            waiting += reversed(element)
    return " ".join(clean("".join(pieces)).split())


def _text_boxes(paragraph: Element) -> Iterator[Element]:
    """The outermost text boxes that hang on a paragraph; the fallback for old programs repeats the words."""
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        if element.tag == _TEXT_BOX:
            yield element
        elif element.tag not in _NOT_SHOWN:
            waiting += reversed(element)


def _is_hidden(run: Element) -> bool:
    properties = run.find(qn("w:rPr")) if run.tag == qn("w:r") else None
    vanish = properties.find(qn("w:vanish")) if properties is not None else None
    return vanish is not None and vanish.get(qn("w:val")) not in {"0", "false", "off"}
