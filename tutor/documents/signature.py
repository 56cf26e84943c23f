"""What a file is by its content, for when its name says otherwise."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from tutor.documents.text import one_line
from tutor.errors import UnreadableDocument


class Kind(StrEnum):
    """What content can be told from its first bytes, in the words of an error message."""

    PDF = "a PDF"
    DOCX = "a Word document"
    PPTX = "a PowerPoint file"
    XLSX = "an Excel workbook"
    ODT = "an OpenDocument text"
    ODP = "an OpenDocument presentation"
    EPUB = "an EPUB book"
    ZIP = "a ZIP archive"
    LOCKED = "an Office file that is protected by a password"
    OLD_OFFICE = "an Office file of before 2007"
    PNG = "a PNG image"
    JPEG = "a JPEG image"
    GIF = "a GIF image"
    TIFF = "a TIFF image"
    WEBP = "a WebP image"
    RTF = "an RTF document"
    GZIP = "a gzip archive"
    SEVEN_ZIP = "a 7-Zip archive"
    RAR = "a RAR archive"
    HTML = "a web page"
    TEXT = "plain text"
    UNKNOWN = "data of an unknown kind"


@dataclass(frozen=True, slots=True)
class _Advice:
    suffix: str
    step: str = ""
    """What to do beside renaming; empty where the renamed file can be read."""


_OCR = "to have its words read, run OCR on it and save a PDF with text"
_ADVICE = {
    Kind.PDF: _Advice(".pdf"),
    Kind.DOCX: _Advice(".docx"),
    Kind.PPTX: _Advice(".pptx"),
    Kind.HTML: _Advice(".html"),
    Kind.TEXT: _Advice(".txt"),
    Kind.XLSX: _Advice(".xlsx", "to have it read, save it as a PDF"),
    Kind.ODT: _Advice(".odt", "to have it read, save it as .docx"),
    Kind.ODP: _Advice(".odp", "to have it read, save it as .pptx"),
    Kind.EPUB: _Advice(".epub", "to have it read, convert it to .html"),
    Kind.ZIP: _Advice(".zip", "unpack it and add the files inside"),
    Kind.RTF: _Advice(".rtf", "to have it read, save it as .docx"),
    Kind.PNG: _Advice(".png", _OCR),
    Kind.JPEG: _Advice(".jpg", _OCR),
    Kind.GIF: _Advice(".gif", _OCR),
    Kind.TIFF: _Advice(".tiff", _OCR),
    Kind.WEBP: _Advice(".webp", _OCR),
    Kind.GZIP: _Advice(".gz", "unpack it and add the files inside"),
    Kind.SEVEN_ZIP: _Advice(".7z", "unpack it and add the files inside"),
    Kind.RAR: _Advice(".rar", "unpack it and add the files inside"),
}
_FIRST_BYTES = (
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"II*\0", Kind.TIFF),
    (b"MM\0*", Kind.TIFF),
    (b"{\\rtf", Kind.RTF),
    (b"\x1f\x8b", Kind.GZIP),
    (b"7z\xbc\xaf\x27\x1c", Kind.SEVEN_ZIP),
    (b"Rar!\x1a\x07", Kind.RAR),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKAGES = (
    ("word/", Kind.DOCX),
    ("ppt/", Kind.PPTX),
    ("xl/", Kind.XLSX),
)
_MIME_TYPES = {
    b"application/vnd.oasis.opendocument.text": Kind.ODT,
    b"application/vnd.oasis.opendocument.presentation": Kind.ODP,
    b"application/epub+zip": Kind.EPUB,
}
_TEXT = frozenset({Kind.TEXT, Kind.UNKNOWN})
_PAGE = frozenset({Kind.TEXT, Kind.UNKNOWN, Kind.HTML})
_EXPECTED: dict[str, tuple[str, frozenset[Kind]]] = {
    ".md": ("Markdown text", _TEXT),
    ".markdown": ("Markdown text", _TEXT),
    ".txt": ("plain text", _TEXT),
    ".html": ("a web page", _PAGE),
    ".htm": ("a web page", _PAGE),
    ".pdf": ("a PDF", frozenset({Kind.PDF})),
    ".docx": ("a Word document", frozenset({Kind.DOCX})),
    ".pptx": ("a PowerPoint file", frozenset({Kind.PPTX})),
}
_LOOK = 4096
"""How many bytes tell text from data."""
_CENTRAL_RECORD = b"PK\x01\x02"
MAX_ENTRIES = 5_000
"""How many files an archive may hold; the largest real documents hold a few hundred."""


def kind_of(data: bytes) -> Kind:
    """Tell the kind of a whole file's bytes; text in a legacy encoding counts as ``UNKNOWN``."""
    for start, kind in _FIRST_BYTES:
        if data.startswith(start):
            return kind
    if data.lstrip()[:5] == b"%PDF-":
        return Kind.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package(data)
    if data.startswith(_OLE):
        return Kind.LOCKED if "EncryptedPackage".encode("utf-16-le") in data else Kind.OLD_OFFICE
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    kind = _textual(data)
    return Kind.PDF if kind is Kind.UNKNOWN and b"%PDF-" in data[:1024] else kind


def entries_at_most(data: bytes) -> int:
    """An upper bound of an archive's entries, told without opening it: every entry has a record of its own."""
    return data.count(_CENTRAL_RECORD)


def check_signature(data: bytes, name: str) -> None:
    """Raise ``UnreadableDocument`` where the content is plainly of another kind than the suffix of ``name`` says."""
    path = PurePosixPath(name)
    expected, kinds = _EXPECTED[path.suffix.lower()]
    kind = kind_of(data)
    if kind in kinds:
        if kind is Kind.UNKNOWN and _is_binary(data):
            raise UnreadableDocument(
                f"{one_line(name)}: expected {expected}, found binary data; "
                "open it in the program that made it and save it as text, PDF or .docx"
            )
        return
    raise UnreadableDocument(f"{one_line(name)}: expected {expected}, found {kind}; {_next_step(kind, path, expected)}")


def _next_step(kind: Kind, path: PurePosixPath, expected: str) -> str:
    if kind is Kind.LOCKED:
        return "open it in Office, remove the password and save it again"
    if kind is Kind.OLD_OFFICE:
        return "open it in Office or LibreOffice and save it as .docx or .pptx"
    if kind is Kind.UNKNOWN:
        return f"the file is damaged or not {expected}; open it in the program that made it and save it again"
    advice = _ADVICE[kind]
    rename = f"rename it to {one_line(path.stem)}{advice.suffix}"
    return f"{rename}; {advice.step}" if advice.step else rename


def _package(data: bytes) -> Kind:
    names = _entry_names(data)
    for folder, kind in _PACKAGES:
        if any(entry.startswith(folder) for entry in names):
            return kind
    for mime, kind in _MIME_TYPES.items():
        if mime in data[:200]:
            return kind
    return Kind.ZIP


def _entry_names(data: bytes) -> list[str]:
    # Names stand uncompressed in the local headers, so the kind of a damaged archive can still be told.
    if entries_at_most(data) <= MAX_ENTRIES:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return archive.namelist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
            pass
    return [folder for folder, _ in _PACKAGES if folder.encode() in data]


def _textual(data: bytes) -> Kind:
    head = data[:_LOOK]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Kind.TEXT
    lowered = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if lowered.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return Kind.HTML
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3 or len(data) <= _LOOK:
            return Kind.UNKNOWN
        text = head[: error.start].decode("utf-8")
    return Kind.UNKNOWN if "\0" in text else Kind.TEXT


def _is_binary(data: bytes) -> bool:
    """Whether the start holds many control characters, as no text does in any encoding of one byte."""
    head = data[:_LOOK]
    controls = sum(1 for byte in head if byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1b")
    return controls > len(head) // 20
