"""Small libraries for tests: a quick embedder, made-up documents, and what must hold after any change."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.domain import Document, Place, SectionKind, Tier
from tutor.library.library import Library
from tutor.library.store import ChromaStore

DIMENSION = 32
_WORDS = [f"{a}{b}" for a in "ba ce di fo gu ha ki lo mu pe".split() for b in "lon mar net pol ris tan ver wog".split()]


class HashingEmbedder:
    """Words hashed into a few dimensions: quick, the same in every process, and alike for alike texts."""

    def __init__(self, name: str = "hashing@1") -> None:
        self._name = name
        self.texts = 0
        """How many texts were embedded so far."""

    @property
    def name(self) -> str:
        return self._name

    @property
    def question_name(self) -> str:
        return self._name

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += len(texts)
        rows = np.full((len(texts), DIMENSION), 0.01, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                digest = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=4).digest()
                row[digest[0] % DIMENSION] += 1 if digest[1] & 1 else -1
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed(texts)

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed(texts)

    def embed_known(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed(texts)


@dataclass(frozen=True)
class Made:
    """A document with the spans of its passages."""

    document: Document
    places: list[Place]


def library_at(home: Path, embedder: HashingEmbedder | None = None, url: str | None = None) -> Library:
    return Library(ChromaStore(home / "chroma", url, embedder or HashingEmbedder()), home / "library.lock")


def made(id_: str, *texts: str, title: str = "", trail: tuple[str, ...] = ("Key points",)) -> Made:
    """A document of one passage a text."""
    whole, places = "", []
    for ordinal, words in enumerate(texts):
        start = len(whole) + 2
        places.append(Place(id_, trail, SectionKind.CONCEPT, start, start + len(words), ordinal, ordinal + 1))
        whole += "- " + words + "\n"
    version = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
    document = Document(
        id_, title or id_.title(), whole, version, f"test:{id_}", f"{id_}.md", Tier.NOTES, "Unit 4", "BTEC", ("also",)
    )
    return Made(document, places)


def sentence(seed: int, words: int = 12) -> str:
    return " ".join(random.Random(seed).choices(_WORDS, k=words))


def put(library: Library, *items: Made) -> None:
    with library.writing() as writer:
        for item in items:
            writer.put(item.document, item.places)


def stored(library: Library) -> dict[str, set[tuple[str, int, int, str]]]:
    """What the library holds: by document, the spans of its passages and their words."""
    snapshot = library.snapshot()
    found: dict[str, set[tuple[str, int, int, str]]] = {id_: set() for id_ in snapshot.documents}
    texts = {id_: library.document(id_).text for id_ in snapshot.documents}
    for passage in snapshot.passages:
        for place in (passage.place, *passage.also):
            words = texts[place.document][place.start : place.end]
            found[place.document].add((place.kind.value, place.start, place.end, words))
    return found


def check(library: Library) -> None:
    """What holds at every moment: nothing damaged, quotes exact, keyword and vector index in step with the passages."""
    snapshot = library.snapshot()
    assert snapshot.damaged == frozenset()
    texts = {id_: library.document(id_).text for id_ in snapshot.documents}
    for passage in snapshot.passages:
        assert passage.text == texts[passage.place.document][passage.place.start : passage.place.end]
    ids = [passage.id for passage in snapshot.passages]
    assert len(set(ids)) == len(ids) == len(snapshot.keywords)
    if not ids:
        return
    vectors = library.vectors(ids)
    assert set(vectors) == set(ids)
    leftovers = 1_000  # of a writer that was killed: they may be nearer, and are not shown
    nearest = set(library.nearest(vectors[ids[0]], len(ids) + leftovers))
    assert nearest <= set(ids)
    assert len(nearest) >= 0.98 * len(ids)  # the search is approximate: it need not reach the very last
