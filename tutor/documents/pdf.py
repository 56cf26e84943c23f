"""Reading PDFs: characters with their places, put together into lines; ``pdf_blocks`` makes blocks of them."""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pypdfium2
import pypdfium2.raw as pdfium

from tutor.documents.compose import compose
from tutor.documents.pdf_blocks import blocks_of
from tutor.documents.pdf_layout import Line, Page
from tutor.documents.text import clean, one_line
from tutor.domain import SourceText
from tutor.errors import UnreadableDocument

MAX_CHARACTERS = 20_000_000
_LINE_END_HYPHENS = frozenset("\x02\xad\ufffe")
"""What PDFium and some programs write for a hyphen at the end of a line."""
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_PDFIUM = threading.Lock()
"""PDFium may not be called from two threads at once."""
_NO_TITLES = frozenset({"(anonymous)", "untitled", "untitled document", "(untitled)"})
_SPACE = ord(" ")
_BOLD = 600
_BOLD_FONT = re.compile(b"bold|black|heavy|demi", re.IGNORECASE)
_WORD_GAP = 0.3
"""A gap of so many times the font size is a space, where the file has none."""
_CELL_GAP = 1.15
"""A gap of so many times the font size parts a line: columns, or the cells of a table."""


@dataclass(frozen=True, slots=True)
class _Char:
    """One character; places in points, ``bottom`` is the line that it stands on, ``turn`` in degrees."""

    text: str
    left: float
    right: float
    bottom: float
    size: float
    turn: int
    bold: bool


def read_pdf(data: bytes, name: str) -> SourceText:
    """The words of a PDF in reading order; raises ``UnreadableDocument`` for one without words, locked or damaged."""
    shown = one_line(name)
    with _PDFIUM:
        try:
            pages, title, scanned = _read(data, shown)
        except pypdfium2.PdfiumError as error:
            if error.err_code == pdfium.FPDF_ERR_PASSWORD:
                raise UnreadableDocument(
                    f"{shown}: expected a PDF that opens without a password, found a protected one; "
                    "remove the password (open it, then print or export it as a new PDF)"
                ) from error
            raise UnreadableDocument(
                f"{shown}: expected a complete PDF, found a damaged one; open it in a PDF viewer and save it again"
            ) from error
    if not any(page.lines for page in pages) or scanned > len(pages) / 2:
        sort = "scanned pages" if scanned else "pages without text"
        raise UnreadableDocument(
            f"{shown}: expected a PDF with text, found {scanned or len(pages)} {sort} of {len(pages)}; "
            "run OCR (text recognition) on it first and add the result"
        )
    return compose(blocks_of(pages), {"title": title} if title else {})


def _read(data: bytes, name: str) -> tuple[list[Page], str, int]:
    """The pages, the document's title, and how many pages are pictures without text."""
    pages: list[Page] = []
    characters = scanned = 0
    with pypdfium2.PdfDocument(data) as document:
        title = one_line(clean(document.get_metadata_value("Title")))
        title = "" if title.lower() in _NO_TITLES else title
        for number in range(len(document)):
            page = document[number]
            text_page = page.get_textpage()
            characters += text_page.count_chars()
            if characters > MAX_CHARACTERS:
                raise UnreadableDocument(
                    f"{name}: expected at most {MAX_CHARACTERS:,} characters, found more; split it into smaller files"
                )
            chars = list(_characters(text_page))
            lines, upright = _lines(chars)
            width, height = page.get_size()
            pages.append(Page(height if upright else width, tuple(lines)))
            pictures = page.get_objects([pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)
            if not lines and next(pictures, None) is not None:
                scanned += 1
            text_page.close()
            page.close()
    return pages, title, scanned


def _characters(text_page: pypdfium2.PdfTextPage) -> Iterator[_Char]:
    matrix, box = pdfium.FS_MATRIX(), pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    font = ctypes.create_string_buffer(256)
    high = 0
    last: _Char | None = None
    for index in range(text_page.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if 0xD800 <= code < 0xDC00:  # the first half of a character beyond the first 65,536
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        high = 0
        if pdfium.FPDFText_IsGenerated(text_page, index) == 1:
            if code == _SPACE and last is not None:
                last = replace(last, text=" ", left=last.right)
                yield last
            continue
        if not code or code > 0x10FFFF:
            continue
        if not (
            pdfium.FPDFText_GetMatrix(text_page, index, matrix)
            and pdfium.FPDFText_GetLooseCharBox(text_page, index, box)
            and pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
        ):
            continue
        turn = round(math.degrees(math.atan2(matrix.b, matrix.a)) / 10) * 10 % 360
        size = pdfium.FPDFText_GetFontSize(text_page, index) * math.hypot(matrix.c, matrix.d)
        left, right, bottom = _turned(turn, (box.left, box.bottom, box.right, box.top), (x.value, y.value))
        pdfium.FPDFText_GetFontInfo(text_page, index, font, len(font), None)
        bold = pdfium.FPDFText_GetFontWeight(text_page, index) >= _BOLD or _BOLD_FONT.search(font.value) is not None
        last = _Char(chr(code), left, right, bottom, size, turn, bold)
        yield last


def _turned(
    turn: int, box: tuple[float, float, float, float], origin: tuple[float, float]
) -> tuple[float, float, float]:
    """Left, right and base line as seen by a reader who turns the page by so many degrees."""
    left, low, right, high = box
    match turn:
        case 90:
            return low, high, -origin[0]
        case 180:
            return -right, -left, -origin[1]
        case 270:
            return -high, -low, origin[0]
    return left, right, origin[1]


def _lines(chars: Sequence[_Char]) -> tuple[list[Line], bool]:
    """Lines in the order of the file, and whether the page is upright; words at an angle to the rest are left out."""
    seen = Counter(char.turn for char in chars if not char.text.isspace())
    if not seen:
        return [], True
    turn = seen.most_common(1)[0][0]
    lines: list[Line] = []
    current: list[_Char] = []
    for char in chars:
        if char.turn != turn:
            continue
        if current and not _goes_on(current, char):
            lines += _line(current)
            current = []
        if current or not char.text.isspace():
            current.append(char)
    lines += _line(current)
    return lines, turn % 180 == 0


def _goes_on(line: Sequence[_Char], char: _Char) -> bool:
    last = line[-1]
    size = max(last.size, char.size, 1.0)
    gap = char.left - last.right
    # A raised figure or a smaller letter stands off the base line, but within the height of the line.
    on_line = abs(char.bottom - last.bottom) < 0.5 * size or abs(char.bottom - line[0].bottom) < 0.2 * size
    return on_line and -size < gap < _CELL_GAP * size


def _line(chars: Sequence[_Char]) -> Iterator[Line]:
    while chars and chars[-1].text.isspace():
        chars = chars[:-1]
    if not chars:
        return
    pieces: list[str] = []
    for before, char in zip((None, *chars), chars, strict=False):
        if before is not None and char.left - before.right > _WORD_GAP * char.size:
            pieces.append(" ")
        pieces.append(char.text)
    if pieces[-1] in _LINE_END_HYPHENS:
        pieces[-1] = "-"
    text = " ".join(clean("".join(pieces).translate(_LIGATURES)).split())
    visible = [char for char in chars if not char.text.isspace()]
    if text:
        size = Counter(round(char.size * 2) / 2 for char in visible).most_common(1)[0][0]
        base = Counter(round(char.bottom, 1) for char in visible).most_common(1)[0][0]
        left, right = min(char.left for char in visible), max(char.right for char in visible)
        yield Line(text, left, right, base, size, bold=all(char.bold for char in visible))
