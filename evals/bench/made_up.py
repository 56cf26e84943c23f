"""Made-up passages: as many as a library shall hold, from the sentences and vectors of real ones."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutor.domain import Document, Place, SectionKind, Tier
from tutor.library.duplicates import passage_key
from tutor.library.library import Library

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SYNTHETIC = (
    "Passages of the scale part are made up. Each joins a sentence of one real passage to a sentence of another, under "
    "the first one's headings, in documents that have real titles. Its vector is the first one's real vector mixed "
    "with the second's and with noise (seeded), cosine about 0.85 to the first. They are written through the store in "
    "bulk, without the search for duplicates that an ingest makes. Their vocabulary does not grow with their number. "
    "Questions, and the vectors of questions, are real."
)
PER_DOCUMENT = 200
_FIRST, _SECOND, _NOISE = 0.8, 0.4, 0.45
_SENTENCES = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Base:
    """A real passage to make others from, with what its document is called."""

    text: str
    document: str
    title: str
    terms: tuple[str, ...]
    unit: str
    trail: tuple[str, ...]
    kind: SectionKind

    @property
    def sentences(self) -> list[str]:
        return _SENTENCES.split(" ".join(self.text.split()))


@dataclass(frozen=True)
class Bases:
    """Real passages and their unit vectors, shape (passages, dimension), with the model that made them."""

    model: str
    passages: tuple[Base, ...]
    vectors: NDArray[np.float32]

    def save(self, folder: Path) -> None:
        import numpy as np

        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / "vectors.npy", self.vectors)
        rows = {"model": self.model, "passages": [asdict(base) for base in self.passages]}
        (folder / "passages.json").write_text(json.dumps(rows), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Bases:
        import numpy as np

        rows = json.loads((folder / "passages.json").read_text(encoding="utf-8"))
        return cls(rows["model"], tuple(_base(row) for row in rows["passages"]), np.load(folder / "vectors.npy"))


def _base(row: dict[str, Any]) -> Base:
    lists = {"terms": tuple(row["terms"]), "trail": tuple(row["trail"]), "kind": SectionKind(row["kind"])}
    return Base(**{**row, **lists})


def bases_of(library: Library, model: str) -> Bases:
    """The passages of a built library with the vectors that it stores."""
    import numpy as np

    snapshot = library.snapshot()
    vectors = library.vectors([passage.id for passage in snapshot.passages])
    kept = [passage for passage in snapshot.passages if passage.id in vectors]
    bases = []
    for passage in kept:
        head = snapshot.documents[passage.place.document]
        place = passage.place
        bases.append(Base(passage.text, head.id, head.title, head.terms, head.unit, place.trail, place.kind))
    return Bases(model, tuple(bases), np.stack([vectors[passage.id] for passage in kept]))


@dataclass(frozen=True, slots=True)
class MadePassage:
    """A passage that nobody wrote; ``first`` and ``second`` are the rows of the bases that its vector is near to."""

    key: str
    text: str
    first: int
    second: int


@dataclass(frozen=True)
class MadeDocument:
    """Made-up passages with their vectors, and the document that they stand in, one passage a line."""

    document: Document
    passages: tuple[MadePassage, ...]
    places: tuple[Place, ...]
    vectors: NDArray[np.float32]


def made_up(bases: Bases, size: int, per_document: int = PER_DOCUMENT) -> Iterator[MadeDocument]:
    """Documents with ``size`` different passages in all, the same ones each time.

    Each is modelled after one real document: its title, its terms, and the first sentences of its passages.
    """
    rows: dict[str, list[int]] = {}
    for row, base in enumerate(bases.passages):
        rows.setdefault(base.document, []).append(row)
    models = list(rows.values())
    seen: set[str] = set()
    for number in range(-(-size // per_document)):
        rng = random.Random(number)
        passages = []
        for _ in range(min(per_document, size - len(seen))):
            passages.append(_passage(bases.passages, models[number % len(models)], seen, rng))
            seen.add(passages[-1].key)
        yield _document(number, bases, passages)


def _passage(bases: Sequence[Base], own: Sequence[int], seen: set[str], rng: random.Random) -> MadePassage:
    first, second = rng.choice(own), rng.randrange(len(bases))
    text = rng.choice(bases[first].sentences)
    while True:
        text += " " + rng.choice(bases[second].sentences)
        key = passage_key(text)
        if key not in seen:
            return MadePassage(key, text, first, second)


def _document(number: int, bases: Bases, passages: Sequence[MadePassage]) -> MadeDocument:
    id_, text, places = f"made-up-{number}", "", []
    for ordinal, passage in enumerate(passages):
        base, start = bases.passages[passage.first], len(text)
        places.append(Place(id_, base.trail, base.kind, start, start + len(passage.text), ordinal))
        text += passage.text + "\n"
    model = bases.passages[passages[0].first]
    document = Document(
        id=id_,
        title=model.title,
        text=text,
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
        origin=f"bench:{number}",
        path=id_,
        tier=Tier.NOTES,
        unit=model.unit,
        terms=model.terms,
    )
    return MadeDocument(document, tuple(passages), tuple(places), _vectors(number, bases, passages))


def _vectors(number: int, bases: Bases, passages: Sequence[MadePassage]) -> NDArray[np.float32]:
    import numpy as np

    first = bases.vectors[[passage.first for passage in passages]]
    second = bases.vectors[[passage.second for passage in passages]]
    noise = np.random.default_rng(number).standard_normal(first.shape, dtype=np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    mixed = _FIRST * first + _SECOND * second + _NOISE * noise
    return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), dtype=np.float32)


class ReadyVectors:
    """An embedder that has been told the vectors; for filling a library alone."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._vectors: dict[str, NDArray[np.float32]] = {}

    @property
    def name(self) -> str:
        return self._name

    @property
    def question_name(self) -> str:
        return self._name

    def expect(self, made: Sequence[MadeDocument]) -> None:
        """The texts that come next; the ones before are forgotten."""
        self._vectors = {
            passage.text: vector for one in made for passage, vector in zip(one.passages, one.vectors, strict=True)
        }

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of expected passages, headings above them or not."""
        import numpy as np

        return np.stack([self._vectors[text.rpartition("\n")[2]] for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same."""
        return self.embed(texts)

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same; nobody asks while passages are written."""
        return self.embed(texts)

    def embed_known(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same."""
        return self.embed(texts)
