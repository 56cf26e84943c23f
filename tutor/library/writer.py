"""Changing the library: each document enters, is replaced and leaves in one visible step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tutor.domain import Asked, Document, Place
from tutor.library.duplicates import NearDuplicates, passage_key
from tutor.library.records import StoredDocument, StoredPlace
from tutor.library.store import StoredPassage

if TYPE_CHECKING:
    from tutor.library.store import ChromaStore


class Writer:
    """One writing session; holds the stored passages in memory and keeps them in step with the store.

    Order of writing: new passages, new places, stored text and questions, then the document's head, which makes the
    new version live and the old one dead, then the old version's passages. A kill between any two steps leaves the
    library at the old version or at the new one. The old version's text goes last of all, in ``finish``: until the
    session is announced, readers still show it.
    """

    def __init__(self, store: ChromaStore) -> None:
        self._store = store
        self.changed = False
        self._heads = store.documents.heads()
        self._origins = {head.origin: id_ for id_, head in self._heads.items()}
        self._passages: dict[str, StoredPassage] = {}
        self._near: NearDuplicates | None = None
        self._standing: defaultdict[str, set[str]] = defaultdict(set)
        self._outdated: list[StoredDocument] = []
        for passage in store.passages():
            self._keep(passage)
        self._sweep(self._passages)
        store.documents.sweep_texts({id_: head.version for id_, head in self._heads.items() if not head.removed})

    @property
    def documents(self) -> Mapping[str, StoredDocument]:
        """Head records by id, removed ones included."""
        return self._heads

    def by_origin(self, origin: str) -> StoredDocument | None:
        """The record of the document that came from this file, removed ones included."""
        return self._heads.get(self._origins.get(origin, ""))

    def is_whole(self, id_: str) -> bool:
        """Whether all that the document's head promises is in the store."""
        head = self._heads.get(id_)
        if head is None:
            return False
        passages = [self._passages[key] for key in self._standing[id_]]
        found = sum(p.place.document == id_ for passage in passages for p in passage.places)
        return found == head.places and self._store.documents.is_whole(head)

    def put(self, document: Document, places: Sequence[Place], asked: Sequence[Asked] = ()) -> int:
        """Add a document or replace it, with questions that it answers; returns how many passages were new."""
        self.changed = True
        before = self._heads.get(document.id)
        fresh, touched = self._placed(document, places)
        self._store.add_passages(list(fresh.values()), [self._heading(p, document) for p in fresh.values()])
        self._store.set_places({id_: passage.places for id_, passage in touched.items()})
        pieces = self._store.documents.put_text(document)
        self._heads[document.id] = self._store.documents.put_head(
            document, pieces, len(places), self._store.documents.put_asked(document, asked)
        )
        self._origins[document.origin] = document.id
        if before is not None and before.version != document.content_hash:
            self._outdated.append(before)
        for passage in (fresh | touched).values():
            self._keep(passage)
        for id_, passage in fresh.items():
            self._near_duplicates().add(id_, passage.text)
        self._sweep(self._standing[document.id])
        self._store.tidy()
        return len(fresh)

    def remove(self, id_: str, *, remember: bool = False) -> None:
        """Take a document out; see ``Library.remove``."""
        self.changed = True
        head = self._heads[id_]
        if remember:
            gone = Document(id=id_, title=head.title, text="", content_hash="", origin=head.origin, path=head.path)
            self._heads[id_] = self._store.documents.put_head(gone, 0, 0, removed=True)
        else:
            self._store.documents.drop_head(id_)
            del self._heads[id_]
            self._origins.pop(head.origin, None)
        self._outdated.append(head)
        self._sweep(self._standing[id_])

    def finish(self) -> None:
        """Delete what no reader shows any more; called once the session's changes have been announced."""
        live = {(head.id, head.version) for head in self._heads.values()}
        self._store.documents.drop_texts([head for head in self._outdated if (head.id, head.version) not in live])
        self._outdated.clear()

    def _near_duplicates(self) -> NearDuplicates:
        """Built when first needed: a session that finds nothing new does without."""
        if self._near is None:
            self._near = NearDuplicates()
            for passage in self._passages.values():
                self._near.add(passage.id, passage.text)
        return self._near

    def _heading(self, passage: StoredPassage, document: Document | None = None) -> str:
        place = passage.places[0].place
        title = document.title if document is not None else self._heads[place.document].title
        return " > ".join(dict.fromkeys((title, *place.trail)))

    def _placed(
        self, document: Document, places: Sequence[Place]
    ) -> tuple[dict[str, StoredPassage], dict[str, StoredPassage]]:
        """Sort a document's places into passages that are new and stored ones that gain a place."""
        fresh: dict[str, StoredPassage] = {}
        # Places of this very version are what a broken document has left; they are counted anew.
        touched = {
            key: replace(passage, places=kept)
            for key in self._standing[document.id]
            if (kept := _without(passage := self._passages[key], document)) != passage.places
        }
        for place in places:
            text = document.text[place.start : place.end]
            stored = StoredPlace(place, document.content_hash)
            key = passage_key(text)
            known = key if key in self._passages or key in fresh else self._near_duplicates().find(text)
            if known is None:
                fresh[key] = StoredPassage(key, text, (stored,))
                continue
            pool = fresh if known in fresh else touched
            passage = pool.get(known) or self._passages[known]
            differs = text != passage.text
            pool[known] = replace(passage, places=(*passage.places, replace(stored, text=text) if differs else stored))
        return fresh, touched

    def _sweep(self, among: Iterable[str]) -> None:
        """Forget places that are not live, and passages without a place."""
        changed: dict[str, StoredPassage] = {}
        reworded: list[StoredPassage] = []
        dead: set[str] = set()
        for id_ in sorted(among):
            passage = self._passages[id_]
            live = tuple(p for p in passage.places if self._is_live(p))
            own = [p for p in live if p.text is None]
            if live == passage.places and own:
                continue
            if own:
                changed[id_] = replace(passage, places=(*own, *(p for p in live if p.text is not None)))
                continue
            dead.add(id_)
            if live:
                # The words came from a document that is gone: the near duplicate that remains takes their place.
                reworded.append(_reworded(passage, live))
        moved: dict[str, StoredPassage] = {}
        for passage in reworded:
            there = moved.get(passage.id) or changed.pop(passage.id, None)
            if there is None and passage.id not in dead:
                there = self._passages.get(passage.id)
            moved[passage.id] = passage if there is None else _merged(there, passage)
        self._store.set_places({id_: passage.places for id_, passage in changed.items()})
        self._store.add_passages(list(moved.values()), [self._heading(passage) for passage in moved.values()])
        dead -= moved.keys()
        self._store.delete_passages(sorted(dead))
        for id_ in dead:
            self._forget(id_)
        for id_, passage in (changed | moved).items():
            self._keep(passage)
            if self._near is not None and id_ in moved:
                self._near.add(id_, passage.text)
        self.changed = self.changed or bool(dead or changed or moved)

    def _is_live(self, place: StoredPlace) -> bool:
        head = self._heads.get(place.place.document)
        return head is not None and not head.removed and head.version == place.version

    def _keep(self, passage: StoredPassage) -> None:
        """Remember a passage as it now is."""
        for old in self._passages[passage.id].places if passage.id in self._passages else ():
            self._standing[old.place.document].discard(passage.id)
        for place in passage.places:
            self._standing[place.place.document].add(passage.id)
        self._passages[passage.id] = passage

    def _forget(self, id_: str) -> None:
        for place in self._passages.pop(id_).places:
            self._standing[place.place.document].discard(id_)
        if self._near is not None:
            self._near.discard(id_)


def _without(passage: StoredPassage, document: Document) -> tuple[StoredPlace, ...]:
    return tuple(p for p in passage.places if (p.place.document, p.version) != (document.id, document.content_hash))


def _reworded(passage: StoredPassage, live: tuple[StoredPlace, ...]) -> StoredPassage:
    """The passage in the words of its first live place."""
    words = live[0].text or passage.text
    return _in_words(StoredPassage(passage_key(words), words, ()), passage.text, live)


def _merged(there: StoredPassage, more: StoredPassage) -> StoredPassage:
    """Both passages' places below the words of the first; a place that is in both counts once."""
    known = {p.place for p in there.places}
    return _in_words(there, more.text, tuple(p for p in more.places if p.place not in known))


def _in_words(passage: StoredPassage, words: str, places: tuple[StoredPlace, ...]) -> StoredPassage:
    """Add places that stood below ``words``; each keeps its own where they differ from the passage's."""
    said = ((p, p.text or words) for p in places)
    return replace(
        passage,
        places=(*passage.places, *(replace(p, text=None if text == passage.text else text) for p, text in said)),
    )
