"""Chroma: two collections, one of documents (see ``document_records``) and one of passages, with their vectors.

A local Chroma writes its vector index to files in place, several at a time, and readers of other processes may do
the same: a kill in the middle leaves files that fail to load, or that end the process that loads them. So the
collection of passages in use never writes its index out (``sync_threshold``): new vectors lie in SQLite's log alone,
which is transactional, and are indexed on opening. As that log grows, ``rebuild`` writes a new collection with its
index in files, and names it in the same write that makes a revision. The documents' vectors mean nothing, so their
index files are thrown away on opening.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import uuid
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from tutor.errors import LibraryError, WrongEmbedding
from tutor.library.attempts import pages, retrying, unreachable
from tutor.library.document_records import DocumentRecords
from tutor.library.headed import HeadedEmbeddings, as_langchain, joined, passage_of
from tutor.library.records import StoredPlace, places_from_json, places_to_json
from tutor.settings import quiet_libraries

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from langchain_chroma import Chroma

    from tutor.models.embedder import Embedder

PASSAGES = "tutor-passages"
DOCUMENTS = "tutor-documents"
LAYOUT = "3"
_WRITE = 500
_NEVER = 2**31 - 1
_SYNCED = 1_000
_INDEX = "index_metadata.pickle"
_TAIL = 2_000
_SHARE = 0.25
"""The passages are written anew once their log holds more than ``_TAIL`` records, and this share of all passages:
every write reads the log, and every rebuild reads the passages."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as it lies in the store, all its places included, live or not."""

    id: str
    text: str
    places: tuple[StoredPlace, ...]


class ChromaStore:
    """One library in Chroma: a folder, or a server. Safe to use from several threads.

    A local folder may be changed by another process; ``revision`` tells, and ``refresh`` opens the folder anew.
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
        self._tail = 0
        self.torn = False
        """Whether index files were found damaged: passages are whole, but want their vectors back; see ``mend``."""
        self._open()
        self.documents = DocumentRecords(lambda: self._documents, url, embedder)

    # -- opening

    def _open(self, client: ClientAPI | None = None) -> None:
        client = client or self._connect()
        for folder in self._index_folders(DOCUMENTS):
            (folder / _INDEX).unlink(missing_ok=True)
        documents = self._try(
            lambda: client.get_or_create_collection(
                DOCUMENTS,
                embedding_function=None,
                metadata={"revision": "0"},
            )
        )
        state = documents.metadata or {}
        self.torn = self._without_torn_files(str(state.get("files", "{}"))) or self.torn
        name = str(state.get("passages", PASSAGES))
        vectors = self._open_passages(client, name)
        passages = self._try(lambda: client.get_collection(name, embedding_function=None))
        self._check_embedding(passages)
        self._tail = int(state.get("tail", 0))
        self._client, self._documents, self._vectors, self._passages = client, documents, vectors, passages

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
                raise unreachable(self._url, error) from error
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            reason = None if os.access(self._folder, os.W_OK | os.X_OK) else "permission denied"
        except OSError as error:
            reason = error.strerror
        if reason is not None:
            raise LibraryError(
                f"TUTOR_HOME: expected a folder that can be written at {self._folder}, got: {reason}; "
                "name another folder"
            )
        # Chroma shares one client a path string in a process; each generation needs a string of its own.
        path = str(self._folder) + "/." * (self._generation % 8)
        return self._try(lambda: chromadb.PersistentClient(path=path, settings=options))

    def _open_passages(self, client: ClientAPI, name: str) -> Chroma:
        from langchain_chroma import Chroma

        return self._try(
            lambda: Chroma(
                collection_name=name,
                embedding_function=as_langchain(HeadedEmbeddings(self._embedder)),
                client=client,
                collection_metadata={"embedding": self._embedder.name, "layout": LAYOUT},
                collection_configuration={"hnsw": {"space": "cosine", "ef_search": 200, "sync_threshold": _NEVER}},
            )
        )

    def _check_embedding(self, passages: Collection) -> None:
        built_with = (passages.metadata or {}).get("embedding")
        if built_with != self._embedder.name:
            raise WrongEmbedding(
                f"the library was built with the embedding model {built_with}, but {self._embedder.name} is in use; "
                "set TUTOR_EMBEDDING back, or name a new TUTOR_HOME and ingest again",
                str(built_with or ""),
            )

    def refresh(self, seen: int | None = None) -> None:
        """See what another process has written since; does nothing where another thread did so after ``seen``."""
        with self._lock:
            if seen is not None and seen != self._generation:
                return
            retired = self._client
            self._generation += 1
            if self._url is not None:
                self._open(retired)
                return
            self._open()
            self._retired.append(retired)
            # The newest retired client may still serve a question in another thread; older ones cannot.
            for client in self._retired[:-1]:
                with suppress(Exception):  # closing what is broken must not stop the opening of what is whole
                    client.close()
            del self._retired[:-1]

    def close(self) -> None:
        with self._lock:
            for client in [*self._retired, self._client]:
                with suppress(Exception):
                    client.close()
            # A server's client leaves its connections open.
            for owner in (self._client, getattr(self._client, "_admin_client", None)):
                session = getattr(getattr(owner, "_server", None), "_session", None)
                if session is not None:
                    session.close()

    # -- revision

    @property
    def embedding(self) -> str:
        return self._embedder.name

    @property
    def question_name(self) -> str:
        return self._embedder.question_name

    def revision(self) -> str:
        """A token that changes with every commit, whichever process made it."""
        return str(self._state().get("revision", "0"))

    def _state(self) -> dict[str, Any]:
        return dict(self._try(lambda: self._client.get_collection(DOCUMENTS, embedding_function=None).metadata or {}))

    def commit(self, **changes: str) -> str:
        """Tell every reader that the library has changed; returns the new revision."""
        revision = uuid.uuid4().hex
        state = {**self._state(), "tail": self._tail, **changes, "revision": revision}
        self._written.add(revision)
        self._try(lambda: self._documents.modify(metadata=state))
        return revision

    def wrote(self, revision: str) -> bool:
        """Whether this very client made that revision, and so has seen it already."""
        return revision in self._written

    # -- care of the index

    def mend(self) -> None:
        """Before writing: give torn passages their vectors back, and drop what an unfinished ``rebuild`` left."""
        current = self._passages.name
        for collection in self._try(self._client.list_collections):
            if collection.name.startswith(PASSAGES) and collection.name != current:
                self._try(partial(self._client.delete_collection, collection.name))
        if self.torn or (self._passages.metadata or {}).get("layout") != LAYOUT:
            self.rebuild(afresh=True)

    def tidy(self) -> None:
        """Between writes: keep writing and opening quick, where much of the index lies in the log."""
        if self._tail > _TAIL and self._tail > _SHARE * self._try(self._passages.count):
            self.mend()
            self.rebuild()

    def rebuild(self, *, afresh: bool = False) -> None:
        """Write the passages into a new collection and make it the library's in one step; kill-safe throughout.

        ``afresh`` embeds them again, instead of copying their vectors.
        """
        name = f"{PASSAGES}-{uuid.uuid4().hex[:12]}"
        hnsw = {"space": "cosine", "ef_search": 200, "sync_threshold": _SYNCED}
        target = self._try(
            lambda: self._client.create_collection(
                name,
                embedding_function=None,
                metadata={"embedding": self._embedder.name, "layout": LAYOUT},
                configuration={"hnsw": hnsw},
            )
        )
        embeddings = HeadedEmbeddings(self._embedder)
        offset = 0
        while True:
            got = self._try(
                partial(
                    self._passages.get,
                    include=["metadatas", "documents"] + ([] if afresh else ["embeddings"]),
                    limit=_WRITE,
                    offset=offset,
                )
            )
            ids = got["ids"]
            if ids:
                vectors = embeddings.vectors(got["documents"]) if afresh else got["embeddings"]
                self._try(
                    partial(
                        target.upsert,
                        ids=ids,
                        embeddings=vectors,
                        documents=got["documents"],
                        metadatas=got["metadatas"],
                    )
                )
            if len(ids) < _WRITE:
                break
            offset += _WRITE
        with warnings.catch_warnings():
            # Chroma warns of every collection that, like these, is given its vectors.
            warnings.filterwarnings("ignore", "legacy embedding function config", DeprecationWarning)
            self._try(lambda: target.modify(configuration={"hnsw": {"sync_threshold": _NEVER}}))
        files = {
            str(file.relative_to(self._folder)): file.stat().st_size
            for folder in self._index_folders(name)
            if (folder / _INDEX).is_file()
            for file in folder.iterdir()
        }
        self._tail = 0
        self.torn = False
        self.commit(passages=name, files=json.dumps(files))
        self.refresh()

    def _index_folders(self, collection: str) -> list[Path]:
        """Where a local Chroma keeps the index files of a collection; it does not tell, so its tables are read."""
        file = self._folder / "chroma.sqlite3"
        if self._url is not None or not file.is_file():
            return []
        query = (
            "SELECT segments.id FROM segments JOIN collections ON segments.collection = collections.id "
            "WHERE segments.scope = 'VECTOR' AND collections.name = ?"
        )
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as base:
            return [self._folder / str(row[0]) for row in base.execute(query, (collection,))]
        return []

    def _without_torn_files(self, recorded: str) -> bool:
        """Delete index files that are not as they were written: to load them can end the process. True if any were."""
        sizes: dict[str, int] = {} if self._url is not None else json.loads(recorded)
        torn = [n for n, size in sizes.items() if _size(self._folder / n) != size]
        for folder in {(self._folder / name).parent for name in torn}:
            shutil.rmtree(folder, ignore_errors=True)
        return bool(torn)

    # -- passages

    def passages(self) -> Iterator[StoredPassage]:
        """Every stored passage, live or not."""
        for id_, row, text in pages(lambda: self._passages, self._url, include=["metadatas", "documents"]):
            yield StoredPassage(id_, passage_of(text), places_from_json(str(row["places"])))

    def add_passages(self, passages: Sequence[StoredPassage], headings: Sequence[str]) -> None:
        """Embed and write new passages; ``headings`` are the words that each one is read below."""
        for i in range(0, len(passages), _WRITE):
            batch = passages[i : i + _WRITE]
            texts = [joined(h, p.text) for p, h in zip(batch, headings[i : i + _WRITE], strict=True)]
            metadatas = [{"places": places_to_json(p.places)} for p in batch]
            ids = [p.id for p in batch]
            self._try(partial(self._vectors.add_texts, texts, metadatas=metadatas, ids=ids))
        self._tail += len(passages)

    def set_places(self, places: Mapping[str, tuple[StoredPlace, ...]]) -> None:
        """Change where stored passages are said to stand; their words and vectors stay."""
        ids = list(places)
        for i in range(0, len(ids), _WRITE):
            batch = ids[i : i + _WRITE]
            rows: list[Mapping[str, Any]] = [{"places": places_to_json(places[id_])} for id_ in batch]
            self._try(partial(self._passages.update, ids=batch, metadatas=rows))
        self._tail += len(ids)

    def delete_passages(self, ids: Sequence[str]) -> None:
        for i in range(0, len(ids), _WRITE):
            self._try(partial(self._vectors.delete, ids=list(ids[i : i + _WRITE])))
        self._tail += len(ids)

    # -- vectors

    def nearest(self, vector: NDArray[np.float32], k: int) -> dict[str, float]:
        """Cosine similarity by passage id of the nearest ``k`` stored passages."""

        def ask() -> dict[str, float]:
            count = self._passages.count()
            if count == 0:
                return {}
            found = self._passages.query(query_embeddings=[vector], n_results=min(k, count), include=["distances"])
            distances = (found["distances"] or [[]])[0]
            return {id_: 1.0 - float(d) for id_, d in zip(found["ids"][0], distances, strict=True)}

        return self._or_refreshed(ask)

    def vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Unit vectors of the named passages; unknown ones are left out."""
        if not ids:
            return {}

        def ask() -> dict[str, NDArray[np.float32]]:
            include: list[Any] = ["documents"] if self.torn else ["embeddings"]
            got = self._passages.get(ids=list(ids), include=include)
            if len(got["ids"]) == 0:
                return {}
            rows = HeadedEmbeddings(self._embedder).vectors(got["documents"]) if self.torn else got["embeddings"]
            matrix = np.asarray(rows, dtype=np.float32)
            return dict(zip(got["ids"], matrix / np.linalg.norm(matrix, axis=1, keepdims=True), strict=True))

        return self._or_refreshed(ask)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of questions, one row a text."""
        return self._embedder.embed_questions(texts)

    # -- asking

    def _or_refreshed(self, ask: Callable[[], T]) -> T:
        """Ask; should the index have been rewritten under us by another process, open it anew and ask again."""
        seen = self._generation
        try:
            return retrying(ask, self._url, attempts=1)
        except LibraryError:
            self.refresh(seen)
            return self._try(ask)

    def _try(self, action: Callable[[], T]) -> T:
        return retrying(action, self._url)


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else -1
