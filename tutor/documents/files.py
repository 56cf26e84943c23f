"""Finding the files to read, loading them within limits, and refusing archives that would swell beyond reason."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutor.documents.signature import MAX_ENTRIES, entries_at_most
from tutor.documents.text import one_line
from tutor.errors import UnreadableDocument

SUFFIXES = (".md", ".markdown", ".txt", ".html", ".htm", ".pdf", ".docx", ".pptx")
MAX_BYTES = 50_000_000
MAX_INFLATED = 300_000_000
"""Bytes that all entries of an archive may hold together once they are unpacked."""
MAX_XML = 100_000_000
"""The same for the entries that are parsed as XML."""
MAX_RATIO = 200
"""How many times its own size an archive may hold, once that is more than ``SMALL``."""
SMALL = 10_000_000

_CHUNK = 1 << 16
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read; ``shown`` is its path below ``root``, with forward slashes."""

    path: Path
    root: Path
    shown: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the given paths hold, and one error for each path that cannot be taken."""

    files: tuple[FoundFile, ...]
    refused: tuple[UnreadableDocument, ...]


def find_files(paths: Sequence[Path]) -> Found:
    """Look up files and folders in the order given, each folder's files sorted; the same file is found once.

    Hidden entries and files of other kinds in a folder are passed over; a file given by name must be readable.
    """
    files: list[FoundFile] = []
    refused: list[UnreadableDocument] = []
    seen: set[Path] = set()
    for path in paths:
        for result in _look_up(path):
            if isinstance(result, UnreadableDocument):
                refused.append(result)
                continue
            real = result.path.resolve()
            if real not in seen:
                seen.add(real)
                files.append(result)
    return Found(tuple(files), tuple(refused))


def load(found: FoundFile) -> bytes:
    """The file's bytes; raises ``UnreadableDocument`` for an empty, too large, unreadable or irregular file."""
    name = one_line(found.shown)
    try:
        # A named pipe would block on open and a device may act on it, so neither is opened at all.
        _check_state(os.stat(found.path), name)
        with open(found.path, "rb", opener=_open_without_waiting) as stream:
            _check_state(os.fstat(stream.fileno()), name)
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableDocument(
            f"{name}: expected a file that can be read, got: {error.strerror}; check its path and permissions"
        ) from error
    _check_size(len(data), name)
    return data


def beside(found: FoundFile, suffix: str) -> FoundFile | None:
    """The file of the same name with another suffix, where there is one inside the same folder tree."""
    path = found.path.with_suffix(suffix)
    if not path.is_file() or not path.resolve().is_relative_to(found.root.resolve()):
        return None
    return FoundFile(path, found.root, path.relative_to(found.root).as_posix())


def check_archive(data: bytes, name: str) -> None:
    """Raise ``UnreadableDocument`` for a .docx or .pptx that is damaged or unpacks to more than a document does.

    Every entry is unpacked once, in pieces and within the limits: the sizes that an archive declares may lie.
    """
    name = one_line(name)
    if entries_at_most(data) > MAX_ENTRIES:
        raise _archive_error(name, f"at most {MAX_ENTRIES:,} files inside", "more", "save it again as a new document")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
        raise _damaged(name) from error
    _check_inflated(name, sum(entry.file_size for entry in entries), len(data))
    total = xml = 0
    for entry in entries:
        is_xml = entry.filename.lower().endswith((".xml", ".rels"))
        size = 0
        for piece in _inflated(data, entry, name):
            size += piece
            total += piece
            xml += piece if is_xml else 0
            _check_inflated(name, total, len(data), xml)
        if size != entry.file_size:
            raise _archive_error(
                name,
                f"{entry.file_size:,} bytes in {one_line(entry.filename, 60)!r} as the file declares",
                f"{size:,}",
                "the file is damaged or made to mislead; save it again from the program that made it",
            )


def _look_up(path: Path) -> Iterator[FoundFile | UnreadableDocument]:
    name = one_line(path.name or str(path))
    try:
        state = path.stat()
    except (OSError, ValueError):
        yield UnreadableDocument(f"{name}: expected a file or folder, found nothing at {one_line(str(path))}; check it")
        return
    if stat.S_ISDIR(state.st_mode):
        yield from _walk(path, path.resolve())
    elif path.suffix.lower() not in SUFFIXES:
        kind = f"a {path.suffix.lower()} file" if path.suffix else "a file without a suffix"
        yield UnreadableDocument(
            f"{name}: expected one of {', '.join(SUFFIXES)}, found {one_line(kind)}; save it as one of those"
        )
    else:
        yield _found(path, path.parent)


def _walk(root: Path, real_root: Path) -> Iterator[FoundFile | UnreadableDocument]:
    """The readable files below ``root``, sorted; linked folders are never entered, so the walk ends."""
    waiting = [root]
    while waiting:
        path = waiting.pop()
        try:
            if path != root and path.is_symlink():
                yield from _linked(path, root, real_root)
            elif path.is_dir():
                inside = sorted(path.iterdir(), key=lambda entry: entry.name, reverse=True)
                waiting += [entry for entry in inside if not entry.name.startswith((".", "~$"))]
            elif path.suffix.lower() in SUFFIXES:
                yield _found(path, root)
        except OSError as error:
            yield UnreadableDocument(
                f"{one_line(path.name or str(path))}: expected a folder that can be read, got: {error.strerror}; "
                "check its permissions"
            )


def _linked(link: Path, root: Path, real_root: Path) -> Iterator[FoundFile | UnreadableDocument]:
    """A link to a file inside the folder is that file; a link to a folder inside it adds nothing to the walk."""
    shown = one_line(link.relative_to(root).as_posix())
    readable = link.suffix.lower() in SUFFIXES
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):
        if readable:
            yield UnreadableDocument(f"{shown}: expected a file, found a link that leads nowhere; mend or delete it")
        return
    if not target.is_relative_to(real_root):
        if readable or target.is_dir():
            yield UnreadableDocument(
                f"{shown}: expected a file inside the folder {one_line(real_root.name)!r}, found a link that leads "
                "outside it; copy what it points to into the folder, or give that path by name"
            )
    elif readable and not target.is_dir():
        yield _found(link, root)


def _found(path: Path, root: Path) -> FoundFile | UnreadableDocument:
    shown = path.relative_to(root).as_posix()
    try:
        shown.encode()
    except UnicodeEncodeError:
        return UnreadableDocument(f"{one_line(shown)}: expected a file name in UTF-8, found other bytes; rename it")
    return FoundFile(path, root, shown)


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _check_state(state: os.stat_result, name: str) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise UnreadableDocument(
            f"{name}: expected a regular file, found {_sort_of_file(state.st_mode)}; save its content to a file first"
        )
    _check_size(state.st_size, name)


def _check_size(size: int, name: str) -> None:
    if size == 0:
        raise UnreadableDocument(f"{name}: expected a document, found an empty file; save it again with its content")
    if size > MAX_BYTES:
        raise UnreadableDocument(
            f"{name}: expected at most {_megabytes(MAX_BYTES)}, found {_megabytes(size)}; split it into smaller files"
        )


def _sort_of_file(mode: int) -> str:
    sorts = (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
    )
    return next((words for test, words in sorts if test(mode)), "a device")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}".removesuffix(".0") + " MB"


def _check_inflated(name: str, total: int, packed: int, xml: int = 0) -> None:
    step = "take out pictures and pasted objects, or save it as a PDF"
    if total > MAX_INFLATED:
        expected = f"at most {_megabytes(MAX_INFLATED)} when unpacked"
        raise _archive_error(name, expected, f"at least {_megabytes(total)}", step)
    if xml > MAX_XML:
        expected = f"at most {_megabytes(MAX_XML)} of text and layout when unpacked"
        raise _archive_error(name, expected, f"at least {_megabytes(xml)}", "split it into smaller files")
    if total > max(SMALL, MAX_RATIO * packed):
        expected = f"a document that unpacks to at most {MAX_RATIO} times its {_megabytes(packed)}"
        raise _archive_error(name, expected, f"at least {_megabytes(total)}", step)


def _inflated(data: bytes, entry: zipfile.ZipInfo, name: str) -> Iterator[int]:
    """The sizes of the pieces that an entry unpacks to; holds no more than one piece."""
    header = data[entry.header_offset : entry.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise _damaged(name)
    _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    start = entry.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    end = start + entry.compress_size
    if entry.flag_bits & _ENCRYPTED:
        raise _archive_error(name, "a document without a password", "an encrypted one", "remove the password")
    if end > len(data) or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _damaged(name)
    if entry.compress_type == zipfile.ZIP_STORED:
        yield entry.compress_size
        return
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    view = memoryview(data)
    try:
        for at in range(start, end, _CHUNK):
            packed: bytes | memoryview = view[at : min(at + _CHUNK, end)]
            while packed and not unpacker.eof:
                yield len(unpacker.decompress(packed, _CHUNK))
                packed = unpacker.unconsumed_tail
        while not unpacker.eof and (rest := len(unpacker.decompress(b"", _CHUNK))):
            yield rest
    except zlib.error as error:
        raise _damaged(name) from error
    if not unpacker.eof:
        raise _damaged(name)


def _damaged(name: str) -> UnreadableDocument:
    return _archive_error(
        name,
        "a complete document",
        "a damaged or unfinished one",
        "open it in the program that made it and save it again",
    )


def _archive_error(name: str, expected: str, found: str, step: str) -> UnreadableDocument:
    return UnreadableDocument(f"{name}: expected {expected}, found {found}; {step}")
