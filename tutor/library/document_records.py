"""The collection of documents in Chroma: of each a head record, its text in pieces, and the questions beside it.

The head record is the commit point: text, questions and passages whose document is not recorded with their version are
invisible, and are swept away by the next ingest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from tutor.domain import Asked, Document
from tutor.errors import LibraryError
from tutor.library.asked import TOGETHER, StoredAsked, asked_from_json, asked_to_json
from tutor.library.attempts import pages, retrying
from tutor.library.records import StoredDocument, document_from_metadata, document_to_metadata

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

    from tutor.models.embedder import Embedder

_PIECE = 60_000
_WRITE = 500
_DIGITS = 16
"""How much of a version stands in the ids of its pieces."""
_ASKED = "questions"

T = TypeVar("T")


class DocumentRecords:
    """Reads and writes of one library's documents. ``collection`` is asked for each time: a refresh replaces it."""

    def __init__(self, collection: Callable[[], Collection], url: str | None, embedder: Embedder) -> None:
        self._collection = collection
        self._url = url
        self._embedder = embedder

    def heads(self) -> dict[str, StoredDocument]:
        """Head records by document id, removed ones included."""
        rows = pages(self._collection, self._url, where={"head": True}, include=["metadatas"])
        return {record.id: record for record in (document_from_metadata(row) for _, row, _ in rows)}

    def text(self, document: StoredDocument) -> str:
        """The stored text of a document, character for character."""
        ids = _piece_ids(document)
        got = self._try(lambda: self._collection().get(ids=ids, include=["documents"]))
        by_id = dict(zip(got["ids"], got["documents"] or [], strict=True))
        missing = [piece for piece in ids if piece not in by_id]
        if missing:
            raise LibraryError(
                f"{document.id}: expected {document.pieces} pieces of stored text, {len(missing)} are missing; "
                "run tutor ingest on the file again"
            )
        return "".join(str(by_id[piece])[1:] for piece in ids)

    def is_whole(self, document: StoredDocument) -> bool:
        """Whether all pieces of the stored text are there, and of its questions, as this embedder reads them."""
        ids = [*_piece_ids(document), *_asked_ids(document)]
        got = self._try(lambda: self._collection().get(ids=ids, include=[]))
        read = not document.asked or document.asked_by == self._embedder.question_name
        return len(got["ids"]) == len(ids) and read

    def put_text(self, document: Document) -> int:
        """Write the stored text; returns the number of pieces. Invisible until ``put_head``."""
        pieces = [document.text[i : i + _PIECE] for i in range(0, len(document.text), _PIECE)] or [""]
        ids = [_piece_id(document.id, document.content_hash, n) for n in range(len(pieces))]
        for i in range(0, len(pieces), 50):
            self._put(
                ids[i : i + 50],
                # A piece may be empty or blank, which Chroma does not keep as it is: hence the mark in front.
                ["|" + piece for piece in pieces[i : i + 50]],
                [{"document": document.id, "version": document.content_hash, "head": False}] * len(ids[i : i + 50]),
            )
        return len(pieces)

    def put_asked(self, document: Document, asked: Sequence[Asked]) -> int:
        """Embed and write the questions beside a document; returns the number of records. Invisible until then too."""
        parts = [asked[i : i + TOGETHER] for i in range(0, len(asked), TOGETHER)]
        for number, part in enumerate(parts):
            self._put(
                [_asked_id(document.id, document.content_hash, number)],
                # Not as the record's text, which Chroma would index by every three letters of it.
                [_ASKED],
                [
                    {
                        "document": document.id,
                        "version": document.content_hash,
                        "head": False,
                        "asked": True,
                        _ASKED: asked_to_json(part, self._embedder.embed_known([a.question for a in part])),
                    }
                ],
            )
        return len(parts)

    def asked(self) -> Iterator[StoredAsked]:
        """All stored questions, live or not."""
        where = {"$and": [{"head": False}, {"asked": True}]}
        for _, row, _ in pages(self._collection, self._url, where=where, include=["metadatas"]):
            if _ASKED in row:  # an earlier version kept them elsewhere, and ingest writes them anew
                yield asked_from_json(str(row[_ASKED]), str(row["document"]), str(row["version"]))

    def put_head(
        self, document: Document, pieces: int, places: int, asked: int = 0, *, removed: bool = False
    ) -> StoredDocument:
        """Record the document with this version: from here on it is in the library."""
        by = self._embedder.question_name if asked else ""
        row = {**document_to_metadata(document, pieces, places, asked, by, removed=removed), "head": True}
        self._put([document.id], [document.title or document.id], [row])
        return document_from_metadata(row)

    def drop_head(self, document: str) -> None:
        self._try(lambda: self._collection().delete(ids=[document]))

    def _put(self, ids: list[str], texts: list[str], rows: Sequence[Mapping[str, Any]]) -> None:
        nowhere = np.ones((len(ids), 1), dtype=np.float32)  # documents are fetched by id, never by vector
        self._try(lambda: self._collection().upsert(ids=ids, documents=texts, embeddings=nowhere, metadatas=[*rows]))

    def drop_texts(self, documents: Sequence[StoredDocument]) -> None:
        """Delete the stored text and questions of versions that are no longer live."""
        self._drop_pieces([id_ for document in documents for id_ in (*_piece_ids(document), *_asked_ids(document))])

    def sweep_texts(self, live: Mapping[str, str]) -> None:
        """Delete pieces of stored text whose document is not recorded with their version (id to version)."""
        rows = pages(self._collection, self._url, where={"head": False}, include=[])
        self._drop_pieces([id_ for id_, _, _ in rows if not _is_of(id_, live)])

    def _drop_pieces(self, ids: Sequence[str]) -> None:
        for i in range(0, len(ids), _WRITE):
            self._try(partial(_delete, self._collection, list(ids[i : i + _WRITE])))

    def _try(self, action: Callable[[], T]) -> T:
        return retrying(action, self._url)


def _delete(collection: Callable[[], Collection], ids: list[str]) -> None:
    collection().delete(ids=ids)


def _is_of(id_: str, live: Mapping[str, str]) -> bool:
    document, version, _ = id_.rsplit("#", 2)
    return document in live and live[document][:_DIGITS] == version


def _piece_id(document: str, version: str, number: int) -> str:
    return f"{document}#{version[:_DIGITS]}#{number}"


def _piece_ids(document: StoredDocument) -> list[str]:
    return [_piece_id(document.id, document.version, number) for number in range(document.pieces)]


def _asked_id(document: str, version: str, number: int) -> str:
    return f"{document}#{version[:_DIGITS]}#questions-{number}"


def _asked_ids(document: StoredDocument) -> list[str]:
    return [_asked_id(document.id, document.version, number) for number in range(document.asked)]
