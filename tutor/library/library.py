"""The one interface to what the tutor knows: documents in, passages out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from tutor.domain import Document, Passage
from tutor.errors import LibraryBusy, LibraryError, UnknownDocument
from tutor.library.asked import AskedIndex
from tutor.library.keywords import KeywordIndex
from tutor.library.records import StoredDocument, StoredPlace
from tutor.library.store import ChromaStore
from tutor.library.writer import Writer
from tutor.settings import give_back_memory

_LOCK_PATIENCE = 600.0
_LOOKS = 4


@dataclass(frozen=True)
class Snapshot:
    """All that is live in the library at one revision, in memory; rows of every score array follow ``passages``."""

    revision: str
    documents: Mapping[str, StoredDocument]
    passages: tuple[Passage, ...]
    asked: AskedIndex = field(default_factory=lambda: AskedIndex((), {}))
    damaged: frozenset[str] = frozenset()
    """Documents that lack some of what their record promises; ingesting their files again mends them."""

    @cached_property
    def keywords(self) -> KeywordIndex:
        index = KeywordIndex(self.passages)
        give_back_memory()  # reading and indexing a large library leaves much of it free
        return index

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Row by passage id."""
        return {passage.id: row for row, passage in enumerate(self.passages)}

    def passages_of(self, document: str) -> tuple[Passage, ...]:
        """The passages whose first place is in a document, in its order."""
        start, end = self._of_document.get(document, (0, 0))
        return self.passages[start:end]

    @cached_property
    def _of_document(self) -> Mapping[str, tuple[int, int]]:
        """First row, and the row after the last, by document: passages lie in the order of their documents."""
        found: dict[str, tuple[int, int]] = {}
        for row, passage in enumerate(self.passages):
            start, _ = found.get(passage.place.document, (row, row))
            found[passage.place.document] = (start, row + 1)
        return found


class Library:
    """Documents and their passages. Safe to share between threads; other processes may change it at any time."""

    def __init__(self, store: ChromaStore, lock_file: Path) -> None:
        self._store = store
        self._lock_file = lock_file
        self._loading = Lock()
        self._snapshot: Snapshot | None = None

    def snapshot(self) -> Snapshot:
        """What is in the library now. Cheap while nothing has changed; otherwise read and indexed anew."""
        revision = self._store.revision()
        snapshot = self._snapshot
        if snapshot is not None and snapshot.revision == revision:
            return snapshot
        with self._loading:
            snapshot = self._snapshot
            if snapshot is not None and snapshot.revision == revision:
                return snapshot
            if snapshot is not None and not self._store.wrote(revision):
                self._store.refresh()
            self._snapshot = self._loaded()
            return self._snapshot

    def _loaded(self) -> Snapshot:
        """Documents and passages are read one after the other; a document that was written between the two seems
        damaged, so it is looked at again."""
        for attempt in range(_LOOKS):
            try:
                loaded = self._load(self._store.revision())
            except LibraryError:
                if attempt == _LOOKS - 1:
                    raise
                self._store.refresh()  # the passages may just have moved to a new collection
                continue
            if not loaded.damaged or self._store.torn or attempt == _LOOKS - 1:
                break
            now = {id_: head for id_, head in self._store.documents.heads().items() if not head.removed}
            if now == loaded.documents:
                break
        return loaded

    def _load(self, revision: str) -> Snapshot:
        heads = {id_: head for id_, head in self._store.documents.heads().items() if not head.removed}
        passages: list[Passage] = []
        standing: Counter[str] = Counter()
        for stored in self._store.passages():
            live = [p for p in stored.places if is_live(p, heads)]
            if not live:
                continue
            standing.update(p.place.document for p in live)
            first = next((p for p in live if p.text is None), live[0])
            head = heads[first.place.document]
            passages.append(
                Passage(
                    id=stored.id,
                    text=stored.text if first.text is None else first.text,
                    place=first.place,
                    title=head.title,
                    tier=head.tier,
                    unit=head.unit,
                    path=head.path,
                    also=tuple(p.place for p in live if p is not first),
                )
            )
        passages.sort(key=lambda p: (p.place.document, p.place.ordinal, p.place.start))
        damaged = frozenset(id_ for id_, head in heads.items() if self._store.torn or standing[id_] != head.places)
        return Snapshot(revision, heads, tuple(passages), self._asked(heads, passages), damaged)

    def _asked(self, heads: Mapping[str, StoredDocument], passages: Sequence[Passage]) -> AskedIndex:
        with_some = {id_: head.version for id_, head in heads.items() if head.asked}
        if not with_some:
            return AskedIndex((), {})
        rows = {(place.document, place.ordinal): n for n, p in enumerate(passages) for place in (*p.also, p.place)}
        live = [some for some in self._store.documents.asked() if with_some.get(some.document) == some.version]
        return AskedIndex(live, rows)

    @property
    def embedding(self) -> str:
        """Identity of the embedding model, as ``Embedder.name`` has it."""
        return self._store.embedding

    @property
    def question_name(self) -> str:
        """Identity of what reads questions, as ``Embedder.question_name`` has it."""
        return self._store.question_name

    def document(self, id_: str) -> Document:
        """One document with its stored text; raises ``UnknownDocument``."""
        head = self.head(id_)
        try:
            text = self._store.documents.text(head)
        except LibraryError:
            now = self.head(id_)
            if now == head:
                raise
            head, text = now, self._store.documents.text(now)  # it was replaced between the two readings
        return Document(
            id=head.id,
            title=head.title,
            text=text,
            content_hash=head.version,
            origin=head.origin,
            path=head.path,
            tier=head.tier,
            unit=head.unit,
            qualification=head.qualification,
            terms=head.terms,
            added=head.added,
        )

    def head(self, id_: str) -> StoredDocument:
        """One document's record; raises ``UnknownDocument``."""
        documents = self.snapshot().documents
        if id_ not in documents:
            raise UnknownDocument(f"no document {id_!r} is in the library; run tutor library list to see their names")
        return documents[id_]

    def records(self) -> list[StoredDocument]:
        """Records of all documents, removed ones that are remembered included."""
        return list(self._store.documents.heads().values())

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of questions, one row a text."""
        return self._store.embed(texts)

    def nearest(self, vector: NDArray[np.float32], k: int) -> dict[str, float]:
        """Cosine similarity by passage id of the ``k`` nearest live passages, or somewhat fewer."""
        rows = self.snapshot().rows
        return {id_: s for id_, s in self._store.nearest(vector, k).items() if id_ in rows}

    def vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Unit vectors of the named passages, those that are live."""
        rows = self.snapshot().rows
        return {id_: v for id_, v in self._store.vectors(ids).items() if id_ in rows}

    @contextmanager
    def writing(self, patience: float = _LOCK_PATIENCE) -> Iterator[Writer]:
        """The right to change the library, one writer at a time across processes; readers are not held up.

        Waits up to ``patience`` seconds for another writer, then raises ``LibraryBusy``.

        Leftovers of a writer that was killed are swept away first. Changes are announced to readers on leaving,
        also when leaving by an error: what was written whole stays.
        """
        lock = FileLock(self._lock_file, timeout=patience)
        try:
            self._lock_file.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise LibraryBusy(
                f"expected the library to be free for writing, another program has held it for {patience:.0f} "
                "seconds; wait for the other tutor ingest to end"
            ) from error
        except OSError as error:
            raise LibraryError(
                f"TUTOR_HOME: expected a folder that can be written at {self._lock_file.parent}, got: "
                f"{error.strerror}; name another folder"
            ) from error
        try:
            self.snapshot()  # see what the previous writer left, also from another process
            self._store.mend()
            writer = Writer(self._store)
            try:
                yield writer
            finally:
                if writer.changed:
                    self._store.commit()
            writer.finish()
        finally:
            lock.release()

    def remove(self, id_: str, *, remember: bool = False) -> None:
        """Take one document out; passages that stand in another document too stay.

        ``remember`` keeps a note of the removal, so that a later build from the shipped corpus leaves it out.
        """
        self.head(id_)
        with self.writing() as writer:
            writer.remove(id_, remember=remember)

    def close(self) -> None:
        self._store.close()


def is_live(place: StoredPlace, heads: Mapping[str, StoredDocument]) -> bool:
    head = heads.get(place.place.document)
    return head is not None and not head.removed and head.version == place.version
