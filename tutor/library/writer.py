"""Changing the library: each document enters, is replaced and leaves in one visible step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tutor.domain import Document, Place
from tutor.library.duplicates import NearDuplicates, passage_key
from tutor.library.records import StoredDocument, StoredPlace
from tutor.library.store import StoredPassage

if TYPE_CHECKING:
    from tutor.library.store import ChromaStore


class Writer:
    """One writing session; holds the stored passages in memory and keeps them in step with the store.

    Order of writing: new passages, new places, stored text, then the document's head, which makes the new version
    live and the old one dead, then the old version's remains. A kill between any two steps leaves the library at
    the old version or at the new one.
    """

    def __init__(self, store: ChromaStore) -> None:
        self._store = store
        self.changed = False
        self._heads = store.documents()
        self._passages = {passage.id: passage for passage in store.passages()}
        self._near = NearDuplicates()
        self._standing: dict[str, set[str]] = defaultdict(set)
        for passage in self._passages.values():
            self._keep(passage)
            self._near.add(passage.id, passage.text)
        self._sweep({id_: head.version for id_, head in self._heads.items() if not head.removed})

    @property
    def documents(self) -> Mapping[str, StoredDocument]:
        """Head records by id, removed ones included."""
        return self._heads

    def is_whole(self, id_: str) -> bool:
        """Whether all that the document's head promises is in the store."""
        head = self._heads.get(id_)
        if head is None:
            return False
        passages = [self._passages[key] for key in self._standing[id_]]
        found = sum(p.place.document == id_ for passage in passages for p in passage.places)
        return found == head.places

    def put(self, document: Document, places: Sequence[Place]) -> int:
        """Add a document or replace it; returns how many passages were new to the library."""
        self.changed = True
        fresh, touched = self._placed(document, places)
        headings = [
            " > ".join(dict.fromkeys((document.title, *passage.places[0].place.trail))) for passage in fresh.values()
        ]
        self._store.add_passages(list(fresh.values()), headings)
        self._store.set_places({id_: passage.places for id_, passage in touched.items()})
        pieces = self._store.put_text(document)
        self._heads[document.id] = self._store.put_head(document, pieces, len(places))
        for passage in (fresh | touched).values():
            self._keep(passage)
        for id_, passage in fresh.items():
            self._near.add(id_, passage.text)
        self._sweep(self._versions(), only=document.id)
        return len(fresh)

    def remove(self, id_: str, *, remember: bool = False) -> None:
        """Take a document out; see ``Library.remove``."""
        self.changed = True
        head = self._heads[id_]
        if remember:
            gone = Document(id=id_, title=head.title, text="", content_hash="", origin=head.origin, path=head.path)
            self._heads[id_] = self._store.put_head(gone, 0, 0, removed=True)
        else:
            self._store.drop_head(id_)
            del self._heads[id_]
        self._sweep(self._versions(), only=id_)

    def _versions(self) -> dict[str, str]:
        return {id_: head.version for id_, head in self._heads.items() if not head.removed}

    def _placed(
        self, document: Document, places: Sequence[Place]
    ) -> tuple[dict[str, StoredPassage], dict[str, StoredPassage]]:
        """Sort a document's places into passages that are new and stored ones that gain a place."""
        fresh: dict[str, StoredPassage] = {}
        touched: dict[str, StoredPassage] = {}
        for place in places:
            text = document.text[place.start : place.end]
            stored = StoredPlace(place, document.content_hash)
            key = passage_key(text)
            known = key if key in self._passages or key in fresh else self._near.find(text)
            if known is None:
                fresh[key] = StoredPassage(key, text, (stored,))
                continue
            pool = fresh if known in fresh else touched
            passage = pool.get(known) or self._passages[known]
            differs = text != passage.text
            pool[known] = replace(passage, places=(*passage.places, replace(stored, text=text) if differs else stored))
        return fresh, touched

    def _sweep(self, versions: Mapping[str, str], only: str | None = None) -> None:
        """Forget places that are not live, and passages without a place."""
        changed: dict[str, tuple[StoredPlace, ...]] = {}
        moved: dict[str, StoredPassage] = {}
        dead: list[str] = []
        for id_ in self._passages if only is None else set(self._standing[only]):
            passage = self._passages[id_]
            live = tuple(p for p in passage.places if versions.get(p.place.document) == p.version)
            if live == passage.places:
                continue
            if not live:
                dead.append(id_)
            elif live[0].text is not None:
                # The words came from a document that is gone: the near duplicate that remains takes their place.
                dead.append(id_)
                moved[passage_key(live[0].text)] = _reworded(passage, live)
            else:
                changed[id_] = live
        self._store.set_places(changed)
        for id_, live in changed.items():
            self._keep(replace(self._passages[id_], places=live))
        if moved:
            trails = [passage.places[0].place.trail for passage in moved.values()]
            self._store.add_passages(list(moved.values()), [" > ".join(dict.fromkeys(trail)) for trail in trails])
        dead = [id_ for id_ in dead if id_ not in moved]
        self._store.delete_passages(dead)
        for id_ in dead:
            for place in self._passages.pop(id_).places:
                self._standing[place.place.document].discard(id_)
            self._near.discard(id_)
        for id_, passage in moved.items():
            self._keep(passage)
            self._near.add(id_, passage.text)
        self._store.sweep_texts(versions, only)
        self.changed = self.changed or bool(dead or changed)

    def _keep(self, passage: StoredPassage) -> None:
        for place in passage.places:
            self._standing[place.place.document].add(passage.id)
        self._passages[passage.id] = passage


def _reworded(passage: StoredPassage, live: tuple[StoredPlace, ...]) -> StoredPassage:
    words = live[0].text
    assert words is not None
    places = tuple(replace(p, text=None if (p.text or passage.text) == words else p.text or passage.text) for p in live)
    return StoredPassage(passage_key(words), words, places)
