"""Chroma: two collections, one of documents (stored text, in pieces) and one of passages (with their vectors).

The document's head record is the commit point: passages whose document is not recorded with their version are
invisible, and are swept away by the next ingest.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from time import sleep
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from tutor.domain import Document
from tutor.errors import LibraryError, WrongEmbedding
from tutor.library.records import (
    StoredDocument,
    StoredPlace,
    document_from_metadata,
    document_to_metadata,
    places_from_json,
    places_to_json,
)
from tutor.settings import quiet_libraries

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from langchain_chroma import Chroma

    from tutor.models.embedder import Embedder

PASSAGES = "tutor-passages"
DOCUMENTS = "tutor-documents"
LAYOUT = "1"
_PIECE = 60_000
_PAGE = 5_000
_WRITE = 500
_ATTEMPTS = 4
_TEXT_MARK = "\u2028"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as it lies in the store, all its places included, live or not."""

    id: str
    text: str
    places: tuple[StoredPlace, ...]


class HeadedEmbeddings:
    """LangChain's embedding interface over texts of the form ``headings + separator + passage``.

    The vector of a passage is the sum of two: of its own words, and of its words below their headings. Its product
    with a question's vector is then the sum of both similarities, at the price of one search.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        bare = [text.rpartition(_TEXT_MARK)[2] for text in texts]
        headed = [text.replace(_TEXT_MARK, "\n") for text in texts]
        vectors = self._embedder.embed([*bare, *headed])
        both = vectors[: len(texts)] + vectors[len(texts) :]
        return [[float(x) for x in row] for row in both / np.linalg.norm(both, axis=1, keepdims=True)]

    def embed_query(self, text: str) -> list[float]:
        return [float(x) for x in self._embedder.embed([text])[0]]


class ChromaStore:
    """One library in Chroma: a folder, or a server. Safe to use from several threads.

    A local folder may be changed by another process; ``revision`` tells, and ``refresh`` opens the folder anew,
    because a local client keeps the vector index that it first loaded.
    """

    def __init__(self, folder: Path, url: str | None, embedder: Embedder) -> None:
        quiet_libraries()
        self._folder = folder
        self._url = url
        self._embedder = embedder
        self._lock = RLock()
        self._generation = 0
        self._retired: list[ClientAPI] = []
        self._written: set[str] = set()
        self._open()

    # -- opening

    def _open(self) -> None:
        client = self._connect()
        self._client = client
        self._documents = _retrying(
            lambda: client.get_or_create_collection(DOCUMENTS, embedding_function=None, metadata={"revision": "0"})
        )
        self._vectors = self._open_passages(client)
        self._passages = _retrying(lambda: client.get_collection(PASSAGES, embedding_function=None))
        self._check_embedding()

    def _connect(self) -> ClientAPI:
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        options = ChromaSettings(anonymized_telemetry=False)
        if self._url is not None:
            parts = urlsplit(self._url)
            tls = parts.scheme == "https"
            port = parts.port or (443 if tls else 8000)
            try:
                return chromadb.HttpClient(host=str(parts.hostname), port=port, ssl=tls, settings=options)
            except Exception as error:  # chromadb raises ValueError, httpx errors and its own, by version
                raise LibraryError(
                    f"TUTOR_CHROMA_URL: expected a Chroma server at {self._url}, got no answer ({error}); start it "
                    f"with: chroma run --port {port}, or unset TUTOR_CHROMA_URL for a local folder"
                ) from error
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"TUTOR_HOME: expected a folder that can be written at {self._folder}, got: {error.strerror}; "
                "name another folder"
            ) from error
        # Chroma shares one client a path string in a process; each generation needs a string of its own.
        path = str(self._folder) + "/." * self._generation
        return _retrying(lambda: chromadb.PersistentClient(path=path, settings=options))

    def _open_passages(self, client: ClientAPI) -> Chroma:
        from langchain_chroma import Chroma

        return _retrying(
            lambda: Chroma(
                collection_name=PASSAGES,
                embedding_function=_as_langchain(HeadedEmbeddings(self._embedder)),
                client=client,
                collection_metadata={"embedding": self._embedder.name, "layout": LAYOUT},
                collection_configuration={"hnsw": {"space": "cosine", "ef_search": 200}},
            )
        )

    def _check_embedding(self) -> None:
        built_with = (self._passages.metadata or {}).get("embedding")
        if built_with != self._embedder.name:
            raise WrongEmbedding(
                f"the library was built with the embedding model {built_with}, but {self._embedder.name} is in use; "
                "set TUTOR_EMBEDDING back, or name a new TUTOR_HOME and ingest again"
            )

    def refresh(self) -> None:
        """See what another process has written since."""
        with self._lock:
            self._retired.append(self._client)
            self._generation += 1
            self._open()
            # The newest retired client may still serve a question in another thread; older ones cannot.
            for client in self._retired[:-1]:
                with suppress(Exception):  # closing what is broken must not stop the opening of what is whole
                    client.close()  # type: ignore[attr-defined]
            del self._retired[:-1]

    def close(self) -> None:
        with self._lock:
            for client in [*self._retired, self._client]:
                with suppress(Exception):
                    client.close()  # type: ignore[attr-defined]

    # -- revision

    def revision(self) -> str:
        """A token that changes with every commit, whichever process made it."""
        metadata = _retrying(lambda: self._client.get_collection(DOCUMENTS, embedding_function=None).metadata)
        return str((metadata or {}).get("revision", "0"))

    def commit(self) -> str:
        """Tell every reader that the library has changed; returns the new revision."""
        revision = uuid.uuid4().hex
        self._written.add(revision)
        _retrying(lambda: self._documents.modify(metadata={"revision": revision}))
        return revision

    def wrote(self, revision: str) -> bool:
        """Whether this very client made that revision, and so has seen it already (a server's client always has)."""
        return self._url is not None or revision in self._written

    # -- documents

    def documents(self) -> dict[str, StoredDocument]:
        """Head records by document id, removed ones included."""
        rows = _pages(self._documents, where={"head": True}, include=["metadatas"])
        return {record.id: record for record in (document_from_metadata(row) for _, row, _ in rows)}

    def text(self, document: StoredDocument) -> str:
        """The stored text of a document, character for character."""
        ids = [_piece_id(document.id, document.version, n) for n in range(document.pieces)]
        got = _retrying(lambda: self._documents.get(ids=ids, include=["documents"]))
        by_id = dict(zip(got["ids"], got["documents"] or [], strict=True))
        missing = [piece for piece in ids if piece not in by_id]
        if missing:
            raise LibraryError(
                f"{document.id}: expected {document.pieces} pieces of stored text, {len(missing)} are missing; "
                "run tutor ingest on the file again"
            )
        return "".join(str(by_id[piece])[1:] for piece in ids)

    def put_text(self, document: Document) -> int:
        """Write the stored text; returns the number of pieces. Invisible until ``put_head``."""
        pieces = [document.text[i : i + _PIECE] for i in range(0, len(document.text), _PIECE)] or [""]
        ids = [_piece_id(document.id, document.content_hash, n) for n in range(len(pieces))]
        for i in range(0, len(pieces), 50):
            self._put_documents(
                ids[i : i + 50],
                # A piece may be empty or blank, which Chroma does not keep as it is: hence the mark in front.
                ["|" + piece for piece in pieces[i : i + 50]],
                [{"document": document.id, "version": document.content_hash, "head": False}] * len(ids[i : i + 50]),
            )
        return len(pieces)

    def put_head(self, document: Document, pieces: int, places: int, *, removed: bool = False) -> StoredDocument:
        """Record the document with this version: from here on it is in the library."""
        row = {**document_to_metadata(document, pieces, places, removed=removed), "head": True}
        self._put_documents([document.id], [document.title or document.id], [row])
        return document_from_metadata(row)

    def drop_head(self, document: str) -> None:
        _retrying(lambda: self._documents.delete(ids=[document]))

    def _put_documents(self, ids: list[str], texts: list[str], rows: Sequence[Mapping[str, Any]]) -> None:
        nowhere = np.ones((len(ids), 1), dtype=np.float32)  # documents are fetched by id, never by vector
        _retrying(
            lambda: self._documents.upsert(ids=ids, documents=texts, embeddings=nowhere, metadatas=[*rows])  # type: ignore[arg-type]
        )

    # -- passages

    def passages(self) -> Iterator[StoredPassage]:
        """Every stored passage, live or not."""
        for id_, row, text in _pages(self._passages, where=None, include=["metadatas", "documents"]):
            yield StoredPassage(id_, text.rpartition(_TEXT_MARK)[2], places_from_json(str(row["places"])))

    def add_passages(self, passages: Sequence[StoredPassage], headings: Sequence[str]) -> None:
        """Embed and write new passages; ``headings`` are the words that each one is read below."""
        for i in range(0, len(passages), _WRITE):
            batch = passages[i : i + _WRITE]
            texts = [h + _TEXT_MARK + p.text for p, h in zip(batch, headings[i : i + _WRITE], strict=True)]
            metadatas = [{"places": places_to_json(p.places)} for p in batch]
            ids = [p.id for p in batch]
            _retrying(lambda t=texts, m=metadatas, n=ids: self._vectors.add_texts(t, metadatas=m, ids=n))

    def set_places(self, places: Mapping[str, tuple[StoredPlace, ...]]) -> None:
        """Change where stored passages are said to stand; their words and vectors stay."""
        ids = list(places)
        for i in range(0, len(ids), _WRITE):
            batch = ids[i : i + _WRITE]
            rows: list[Mapping[str, Any]] = [{"places": places_to_json(places[id_])} for id_ in batch]
            _retrying(lambda n=batch, r=rows: self._passages.update(ids=n, metadatas=r))

    def delete_passages(self, ids: Sequence[str]) -> None:
        for i in range(0, len(ids), _WRITE):
            _retrying(lambda n=list(ids[i : i + _WRITE]): self._vectors.delete(ids=n))

    def sweep_texts(self, live: Mapping[str, str], only: str | None = None) -> None:
        """Delete pieces of stored text whose document is not recorded with their version (id to version)."""
        where: dict[str, Any] = {"head": False}
        if only is not None:
            where = {"$and": [where, {"document": only}]}
        rows = _pages(self._documents, where=where, include=["metadatas"])
        dead = [id_ for id_, row, _ in rows if live.get(str(row["document"])) != row["version"]]
        for i in range(0, len(dead), _WRITE):
            _retrying(lambda n=dead[i : i + _WRITE]: self._documents.delete(ids=n))

    # -- vectors

    def nearest(self, vector: NDArray[np.float32], k: int) -> dict[str, float]:
        """Cosine similarity by passage id of the nearest ``k`` stored passages."""
        count = _retrying(self._passages.count)
        if count == 0:
            return {}

        def ask() -> dict[str, float]:
            found = self._passages.query(query_embeddings=[vector], n_results=min(k, count), include=["distances"])
            distances = (found["distances"] or [[]])[0]
            return {id_: 1.0 - float(d) for id_, d in zip(found["ids"][0], distances, strict=True)}

        return self._or_refreshed(ask)

    def similarities(self, vector: NDArray[np.float32], ids: Sequence[str]) -> dict[str, float]:
        """Cosine similarity of the named passages."""
        if not ids:
            return {}

        def ask() -> dict[str, float]:
            got = self._passages.get(ids=list(ids), include=["embeddings"])
            embeddings = got["embeddings"]
            if embeddings is None or len(got["ids"]) == 0:
                return {}
            matrix = np.asarray(embeddings, dtype=np.float32)
            scores = matrix @ vector / (np.linalg.norm(matrix, axis=1) * np.linalg.norm(vector) + 1e-12)
            return {id_: float(score) for id_, score in zip(got["ids"], scores, strict=True)}

        return self._or_refreshed(ask)

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """Unit vector of a question."""
        return self._embedder.embed([text])[0]

    def _or_refreshed(self, ask: Callable[[], T]) -> T:
        """Ask; should the index have been rewritten under us by another process, open it anew and ask again."""
        try:
            return ask()
        except Exception:
            self.refresh()
            return _retrying(ask)


def _as_langchain(embeddings: HeadedEmbeddings) -> Any:
    """The same object under LangChain's abstract class, which is imported only now."""
    from langchain_core.embeddings import Embeddings

    class Headed(HeadedEmbeddings, Embeddings):
        pass

    headed = Headed.__new__(Headed)
    headed.__dict__.update(embeddings.__dict__)
    return headed


def _piece_id(document: str, version: str, number: int) -> str:
    return f"{document}#{version[:16]}#{number}"


def _pages(
    collection: Collection, where: dict[str, Any] | None, include: list[Any]
) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    offset = 0
    while True:
        got = _retrying(lambda o=offset: collection.get(where=where, include=include, limit=_PAGE, offset=o))
        ids = got["ids"]
        rows = got["metadatas"] or [{}] * len(ids)
        texts = got["documents"] or [""] * len(ids)
        yield from zip(ids, rows, texts, strict=True)
        if len(ids) < _PAGE:
            return
        offset += _PAGE


def _retrying(action: Callable[[], T]) -> T:
    """Run a store action; a folder that another process is writing to is tried again for about a second."""
    from chromadb.errors import ChromaError

    for attempt in range(_ATTEMPTS):
        try:
            return action()
        except LibraryError:
            raise
        except (ChromaError, OSError, RuntimeError, ValueError) as error:
            if attempt == _ATTEMPTS - 1:
                raise LibraryError(
                    f"the library could not be read or written ({type(error).__name__}: {_one_line(error)}); "
                    "if this stays, close other programs that use it and run tutor ingest again"
                ) from error
            sleep(0.1 * 2**attempt)
    raise AssertionError("unreachable")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
