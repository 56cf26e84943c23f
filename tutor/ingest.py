"""From files to the library: read, outline, cut, embed. Incremental by content, safe to kill at any moment."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from tutor.documents.asked import SUFFIX as ASKED
from tutor.documents.asked import AskedLine, attach, read_asked
from tutor.documents.files import FoundFile, beside, find_files, load
from tutor.documents.outline import outline
from tutor.documents.passages import PassageDraft, cut
from tutor.documents.reader import read
from tutor.documents.text import one_line
from tutor.domain import Asked, BlockRole, Document, Place, SourceText, Tier
from tutor.errors import UnreadableDocument
from tutor.library.library import Library
from tutor.library.words import fold
from tutor.library.writer import Writer

PIPELINE = "1"
"""Raised when reading or cutting changes, so that every document is cut anew at its next ingest."""
SHIPPED = "corpus:"
_COMMON_STEMS = frozenset({"specification", "spec", "index", "readme", "notes", "document", "untitled"})

Progress = Callable[[str, int, int], None]
"""Called with a file's shown path, its number from 1, and how many files there are, before each file is read."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the person who ingests says of all the files; wins over their front matter."""

    tier: Tier | None = None
    unit: str | None = None
    qualification: str | None = None


@dataclass(frozen=True, slots=True)
class Ingested:
    """What one run did: document ids by outcome, and one clear line for each file that could not be read."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    new_passages: int = 0


def ingest(
    paths: Sequence[Path],
    library: Library,
    *,
    now: datetime | None = None,
    overrides: Overrides | None = None,
    progress: Progress | None = None,
    shipped: bool = False,
    patience: float = 600.0,
) -> Ingested:
    """Bring files and folders into the library.

    A file whose content the library holds already is left alone. ``shipped`` says that the paths are the corpus
    that the library is first built from: such documents keep their identity wherever the corpus lies, a document
    that the user removed stays out, and one that the corpus no longer has is taken out. Raises ``LibraryBusy`` when
    another program is writing to the library for longer than ``patience`` seconds.
    """
    found = find_files(paths)
    report = Ingested(failed=tuple(str(error) for error in found.refused))
    stamp = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    with library.writing(patience) as writer:
        for number, file in enumerate(found.files, start=1):
            if progress is not None:
                progress(file.shown, number, len(found.files))
            try:
                report = _one(file, writer, report, overrides or Overrides(), stamp, shipped=shipped)
            except UnreadableDocument as error:
                report = replace(report, failed=(*report.failed, str(error)))
        if shipped and not report.failed:
            kept = {_origin(file, shipped=True) for file in found.files}
            for head in list(writer.documents.values()):
                if head.origin.startswith(SHIPPED) and head.origin not in kept and not head.removed:
                    writer.remove(head.id)
    return report


def is_current(corpus: Path, library: Library) -> bool:
    """Whether the library holds the corpus as it is now, so that there is nothing to build. Takes no lock."""
    snapshot = library.snapshot()
    if snapshot.damaged:
        return False
    heads = {head.origin: head for head in library.records()}
    found = find_files([corpus])
    origins = {_origin(file, shipped=True) for file in found.files}
    if any(o.startswith(SHIPPED) and o not in origins and not head.removed for o, head in heads.items()):
        return False
    for file in found.files:
        head = heads.get(_origin(file, shipped=True))
        if head is not None and head.removed:
            continue
        try:
            version = _version(load(file), _asked_data(file)[0], Overrides())
        except UnreadableDocument:
            continue  # there is nothing to build from it
        if head is None or head.version != version:
            return False
        if head.asked and head.asked_by != library.question_name:
            return False
    return True


def _one(
    file: FoundFile, writer: Writer, report: Ingested, overrides: Overrides, stamp: str, *, shipped: bool
) -> Ingested:
    data = load(file)
    beside_it, unreadable = _asked_data(file)
    origin = _origin(file, shipped=shipped)
    head = writer.by_origin(origin)
    version = _version(data, beside_it, overrides)
    if head is not None:
        if head.removed and shipped:
            return report
        if head.version == version and writer.is_whole(head.id):
            return replace(report, unchanged=(*report.unchanged, head.id))
    id_ = head.id if head is not None else document_id(file, writer.documents)
    document, places = _document(file, data, id_, origin, version, overrides, stamp)
    asked, complaints = _asked(file, beside_it, document, places)
    fresh = writer.put(document, places, asked)
    report = replace(
        report, new_passages=report.new_passages + fresh, failed=(*report.failed, *unreadable, *complaints)
    )
    if head is None or head.removed:
        return replace(report, added=(*report.added, id_))
    return replace(report, updated=(*report.updated, id_))


def _asked_data(file: FoundFile) -> tuple[bytes, tuple[str, ...]]:
    """What stands in the file of students' questions beside a document, and one line where it cannot be loaded."""
    found = beside(file, ASKED)
    try:
        return (load(found) if found is not None else b""), ()
    except UnreadableDocument as error:
        return b"", (str(error),)


def _asked(
    file: FoundFile, data: bytes, document: Document, places: Sequence[Place]
) -> tuple[tuple[Asked, ...], tuple[str, ...]]:
    """The questions beside a document, and one line for what of them cannot be used; the document goes in anyway."""
    if not data:
        return (), ()
    name = one_line(str(Path(file.shown).with_suffix(ASKED)))
    lines: tuple[AskedLine, ...]
    try:
        lines = read_asked(data, name)
    except UnreadableDocument as error:
        return (), (str(error),)
    texts = {place.ordinal: document.text[place.start : place.end] for place in reversed(places)}
    asked, unknown = attach(lines, [texts[n] for n in sorted(texts)])
    if not unknown:
        return asked, ()
    more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
    return asked, (
        f"{name}: expected first words of passages of {one_line(file.path.name)}, found "
        f"{one_line(unknown[0], 60)!r}{more}; copy them from the document again",
    )


def _document(
    file: FoundFile, data: bytes, id_: str, origin: str, version: str, overrides: Overrides, stamp: str
) -> tuple[Document, list[Place]]:
    source = read(data, file.path.name)
    meta = source.front_matter
    title = _title(source, file)
    drafts = cut(outline(source, title), source.text)
    if not drafts:
        raise UnreadableDocument(
            f"{file.shown}: expected sentences or bullets to quote, found headings alone; add text below them"
        )
    document = Document(
        id=id_,
        title=title,
        text=source.text,
        content_hash=version,
        origin=origin,
        path=file.shown,
        tier=overrides.tier or _tier(meta.get("tier"), file),
        unit=overrides.unit or _words(meta.get("unit")),
        qualification=overrides.qualification or _words(meta.get("qualification")),
        terms=_terms(meta.get("terms")),
        added=stamp,
    )
    return document, [place for draft in drafts for place in _places(draft, id_)]


def _places(draft: PassageDraft, id_: str) -> Iterable[Place]:
    for start, end in ((draft.start, draft.end), *draft.repeats):
        yield Place(id_, draft.trail, draft.kind, start, end, draft.ordinal, draft.number)


def _title(source: SourceText, file: FoundFile) -> str:
    given = _words(source.front_matter.get("title"))
    if given:
        return given
    for block in source.blocks:
        if block.role is BlockRole.HEADING and block.level == 1:
            return source.text[block.start : block.end]
    stem = re.sub(r"[\s_-]+", " ", file.path.stem).strip()
    return stem[:1].upper() + stem[1:]


def _tier(value: Any, file: FoundFile) -> Tier:
    if value is None:
        return Tier.UPLOAD
    try:
        return Tier(str(value))
    except ValueError as error:
        expected = ", ".join(tier.value for tier in Tier)
        raise UnreadableDocument(
            f"{file.shown}: expected a tier of {expected} in the front matter, got {str(value)!r}; mend that line"
        ) from error


def _terms(value: Any) -> tuple[str, ...]:
    return tuple(term for term in (_words(v) for v in value) if term) if isinstance(value, list) else ()


def _words(value: Any) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def _version(data: bytes, asked: bytes, overrides: Overrides) -> str:
    said = repr((PIPELINE, overrides.tier, overrides.unit, overrides.qualification))
    beside_it = hashlib.sha256(asked).digest() if asked else b""
    return hashlib.sha256(said.encode() + b"\0" + beside_it + data).hexdigest()


def _origin(file: FoundFile, *, shipped: bool) -> str:
    return SHIPPED + file.shown if shipped else str(file.path.resolve())


def document_id(file: FoundFile, taken: Container[str]) -> str:
    """A name from the file's own, told apart by its folder or a number where that is taken or says nothing."""
    stem, folder = slug(file.path.stem), slug(file.path.resolve().parent.name)
    both = "-".join(part for part in (folder, stem) if part)
    names = [name for name in ([both] if stem in _COMMON_STEMS else [stem, both]) if name] or ["document"]
    for name in names:
        if name not in taken:
            return name
    return next(name for n in count(2) if (name := f"{names[0]}-{n}") not in taken)


def slug(text: str) -> str:
    """Lower-case words joined by hyphens, for use as a document's id."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text).replace("'", "")).strip("-")[:80].rstrip("-")
