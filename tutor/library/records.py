"""How places and documents are written into Chroma metadata, and read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from sys import intern
from typing import Any

from tutor.domain import Document, Place, SectionKind, Tier


@dataclass(frozen=True, slots=True)
class StoredPlace:
    """A place of a stored passage, and the version of the document that it belongs to.

    A place counts only while its document is recorded with that very version: so an interrupted ingest leaves
    nothing visible, and a replaced document disappears in one write.
    """

    place: Place
    version: str
    text: str | None = None
    """The words at this place, where they differ from the passage's (a near duplicate)."""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document's record without its text; ``version`` is its content hash."""

    id: str
    version: str
    title: str
    origin: str
    path: str
    tier: Tier
    unit: str
    qualification: str
    terms: tuple[str, ...]
    added: str
    pieces: int
    """In how many records the stored text lies."""
    places: int
    """How many places of passages the document has; fewer in the store mean that it is damaged."""
    asked: int = 0
    """In how many records the questions beside the document lie."""
    asked_by: str = ""
    """What made the vectors of those questions, as ``Embedder.question_name`` has it."""
    removed: bool = False
    """A shipped document that the user removed: remembered, so that the next start does not add it again."""


def places_to_json(places: tuple[StoredPlace, ...]) -> str:
    return json.dumps(
        [
            {
                "d": p.place.document,
                "v": p.version,
                "t": p.place.trail,
                "k": p.place.kind.value,
                "s": p.place.start,
                "e": p.place.end,
                "o": p.place.ordinal,
                "n": p.place.number,
                "x": p.text,
            }
            for p in places
        ],
        ensure_ascii=False,
    )


def places_from_json(text: str) -> tuple[StoredPlace, ...]:
    """Names and headings are interned: those that many passages share are held once."""
    return tuple(
        StoredPlace(
            Place(
                document=intern(row["d"]),
                trail=tuple(map(intern, row["t"])),
                kind=SectionKind(row["k"]),
                start=row["s"],
                end=row["e"],
                ordinal=row["o"],
                number=row["n"],
            ),
            version=row["v"],
            text=row["x"],
        )
        for row in json.loads(text)
    )


def document_to_metadata(
    document: Document, pieces: int, places: int, asked: int = 0, asked_by: str = "", *, removed: bool = False
) -> dict[str, Any]:
    return {
        "document": document.id,
        "version": document.content_hash,
        "title": document.title,
        "origin": document.origin,
        "path": document.path,
        "tier": document.tier.value,
        "unit": document.unit,
        "qualification": document.qualification,
        "terms": json.dumps(list(document.terms), ensure_ascii=False),
        "added": document.added,
        "pieces": pieces,
        "places": places,
        "asked": asked,
        "asked_by": asked_by,
        "removed": removed,
    }


def document_from_metadata(row: Mapping[str, Any]) -> StoredDocument:
    return StoredDocument(
        id=str(row["document"]),
        version=str(row["version"]),
        title=str(row["title"]),
        origin=str(row["origin"]),
        path=str(row["path"]),
        tier=Tier(str(row["tier"])),
        unit=str(row["unit"]),
        qualification=str(row["qualification"]),
        terms=tuple(json.loads(str(row["terms"]))),
        added=str(row["added"]),
        pieces=int(row["pieces"]),
        places=int(row["places"]),
        asked=int(row.get("asked", 0)),
        asked_by=str(row.get("asked_by", "")),
        removed=bool(row["removed"]),
    )
