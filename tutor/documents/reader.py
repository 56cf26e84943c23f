"""One way into all readers: bytes and a name in, stored text and blocks out."""

from __future__ import annotations

from pathlib import PurePosixPath

from tutor.documents.files import SUFFIXES
from tutor.documents.signature import check_signature
from tutor.documents.text import decode, one_line
from tutor.domain import SourceText
from tutor.errors import UnreadableDocument


def read(data: bytes, name: str) -> SourceText:
    """Read a file by the suffix of its name; raises ``UnreadableDocument``, and nothing else, for what cannot be."""
    shown = one_line(name)
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise UnreadableDocument(
            f"{shown}: expected one of {', '.join(SUFFIXES)}, found {one_line(suffix) or 'no suffix'}; "
            "save it as one of those"
        )
    if not data:
        raise UnreadableDocument(f"{shown}: expected a document, found an empty file; save it again with its content")
    try:
        check_signature(data, name)
        source = _read(data, name, suffix)
    except UnreadableDocument as error:
        message = str(error)
        if message.startswith(shown):
            raise
        raise UnreadableDocument(f"{shown}: {message}") from error
    except Exception as error:
        # Parsers meet broken files with whatever their innards raise, from KeyError to RecursionError.
        reason = one_line(f"{type(error).__name__}: {error}", 120)
        raise UnreadableDocument(
            f"{shown}: expected a complete {suffix} file, found one that cannot be read ({reason}); "
            "open it in the program that made it and save it again"
        ) from error
    if not any(char.isalnum() for char in source.text):
        raise UnreadableDocument(f"{shown}: expected a document with words, found none; add text, or leave it out")
    return source


def _read(data: bytes, name: str, suffix: str) -> SourceText:
    """Load the one reader that the file needs: the libraries behind them are slow to start."""
    match suffix:
        case ".pdf":
            from tutor.documents.pdf import read_pdf

            return read_pdf(data, name)
        case ".docx":
            from tutor.documents.docx import read_docx

            return read_docx(data, name)
        case ".pptx":
            from tutor.documents.pptx import read_pptx

            return read_pptx(data, name)
        case ".html" | ".htm":
            from tutor.documents.html import read_html

            return read_html(data)
        case ".md" | ".markdown":
            from tutor.documents.markdown import read_markdown

            return read_markdown(decode(data, name))
        case _:
            from tutor.documents.lines import read_lines

            return read_lines(decode(data, name))
