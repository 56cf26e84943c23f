"""From bytes to clean text: decoding, and the characters that a stored text never holds."""

from __future__ import annotations

import codecs
import re
import unicodedata

from tutor.errors import UnreadableDocument

_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls
    "\xad\u200b\u2060\ufeff"  # soft hyphen, zero-width space, word joiner, byte order mark
    "\u202a-\u202e\u2066-\u2069"  # overrides that make a line read otherwise than it is stored
    "\ufffe\uffff\ud800-\udfff]"  # not characters at all
)
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_NAMES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}


def clean(text: str) -> str:
    r"""Normalise to NFC with ``\n`` line ends; drop control and invisible characters other than ``\n`` and ``\t``."""
    return unicodedata.normalize("NFC", _UNWANTED.sub("", _NEWLINES.sub("\n", text)))


def one_line(text: str, limit: int = 200) -> str:
    """Text fit for an error message: no line break, nothing that cannot be printed, at most ``limit`` characters."""
    flat = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return flat if len(flat) <= limit else flat[: limit - 3] + "..."


def decode(data: bytes, name: str) -> str:
    """UTF-8, with or without a byte order mark, or UTF-16 with one; raises ``UnreadableDocument`` for the rest."""
    shown = one_line(name)
    bom = next((mark for mark in _BOMS if data.startswith(mark)), b"")
    encoding = _BOMS.get(bom, "utf-8")
    try:
        text = data[len(bom) :].decode(encoding)
    except UnicodeDecodeError as error:
        at = len(bom) + error.start
        raise UnreadableDocument(
            f"{shown}: expected text in {_NAMES[encoding]}, found {_hex(data, at)} at byte {at} "
            f"(line {_line(data[:at])}); open it in a text editor and save it as UTF-8"
        ) from error
    if "\0" in text:
        at = data.find(b"\0") if encoding == "utf-8" else len(bom) + 2 * _units(text[: text.index("\0")])
        raise UnreadableDocument(
            f"{shown}: expected text, found a NUL at byte {at}, which text never holds; "
            "if it is text, open it in a text editor and save it as UTF-8"
        )
    return clean(text)


def _hex(data: bytes, at: int) -> str:
    return f"0x{data[at]:02X}" if at < len(data) else "the end of the file"


def _line(data: bytes) -> int:
    return data.count(b"\n") + 1


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
