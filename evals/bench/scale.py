"""Retrieval time and memory as the library grows, over made-up passages."""

from __future__ import annotations

import hashlib
import json
import os
import random
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from evals.bench.timing import latency, peak_mib, timed
from evals.plain import OneVector
from tutor.domain import Document, Place, SectionKind
from tutor.facade import Tutor
from tutor.models.embedder import Embedder, open_embedder
from tutor.settings import Settings, quiet_libraries

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from evals.bench.jobs import Runner

SYNTHETIC = (
    "scale: the passages are made up: the words of two passages of the shipped notes, halved, mixed and shuffled "
    "(seeded); their vectors are the real vector of the first one, perturbed (seeded), cosine about 0.8. Questions and "
    "their vectors are real."
)
NAME = "bench:perturbed"
PER_DOCUMENT = 500
TOP = 4
_NOISE = 0.75
_WARM = 5
_CHROMA_BATCH = 2_000


def scale(runner: Runner, sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Build and query both systems at each size, each in fresh processes."""
    bases = runner.folder / "bases"
    write_bases(runner.folder / "tutor", bases)
    rows = []
    for size in sizes:
        row: dict[str, Any] = {"passages": size}
        for system in ("tutor", "plain"):
            home = f"scale-{system}-{size}"
            built = runner.job(f"build-{system}", home=home, size=size, bases=str(bases))
            row[system] = {**runner.job(f"query-{system}", home=home), "build_seconds": built["seconds"]}
        rows.append(row)
    return rows


def write_bases(home: Path, folder: Path) -> None:
    """Keep the passages of a built library and their real vectors, for all sizes to be made from."""
    import numpy as np

    embedder = open_embedder()
    tutor = Tutor.open(replace(Settings.from_environment(), home=home, chroma_url=None), embedder=embedder, build=False)
    texts = [" ".join(passage.text.split()) for passage in tutor.library.snapshot().passages]
    tutor.close()
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "vectors.npy", embedder.embed(texts))
    (folder / "texts.json").write_text(json.dumps(texts), encoding="utf-8")


class PerturbedEmbedder:
    """Vectors near the real ones of the passages that a made-up text comes from; for filling a library alone."""

    name = NAME

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors
        self.base: dict[str, int] = {}
        """Row of the base vector by made-up text; filled and emptied by the builder."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        rows = []
        for text in texts:
            vector = self._vectors[self.base[text.rpartition("\n")[2]]]
            noise = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(len(vector)).astype(np.float32)
            rows.append(vector + _NOISE * noise / np.linalg.norm(noise))
        stacked = np.stack(rows)
        return np.asarray(stacked / np.linalg.norm(stacked, axis=1, keepdims=True), dtype=np.float32)


class Renamed:
    """The real model under the name that the made-up library was built with."""

    name = NAME

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embedder.embed(texts)


def made_up(texts: Sequence[str], size: int) -> Iterator[tuple[str, int]]:
    """``size`` different texts, each with the row of the passage that its vector is near to."""
    seen: set[bytes] = set()
    number = 0
    while len(seen) < size:
        rng = random.Random(number)
        number += 1
        first, second = rng.randrange(len(texts)), rng.randrange(len(texts))
        words = texts[first].split()[:24] + texts[second].split()[:12]
        rng.shuffle(words)
        text = " ".join(words)
        mark = hashlib.blake2b(text.encode(), digest_size=8).digest()
        if mark not in seen:
            seen.add(mark)
            yield text, first


def build_tutor(settings: Settings, bases: Path, size: int) -> dict[str, Any]:
    """Fill a library through its own writer."""
    texts, embedder = _bases(bases)
    tutor = Tutor.open(settings, embedder=embedder, build=False)
    started = perf_counter()
    with tutor.library.writing() as writer:
        for number, batch in enumerate(_batches(texts, size, PER_DOCUMENT)):
            embedder.base = dict(batch)
            document, places = _document(number, [text for text, _ in batch])
            writer.put(document, places)
    seconds = perf_counter() - started
    held = len(tutor.library.snapshot().passages)
    return {"passages": held, "seconds": round(seconds, 1), "peak_mib": peak_mib(os.getpid())}


def _document(number: int, texts: Sequence[str]) -> tuple[Document, list[Place]]:
    id_, text, places = f"made-up-{number}", "", []
    for ordinal, words in enumerate(texts):
        places.append(Place(id_, ("Key points",), SectionKind.CONCEPT, len(text), len(text) + len(words), ordinal))
        text += words + "\n"
    version = hashlib.sha256(text.encode()).hexdigest()
    return Document(id_, f"Made up {number}", text, version, origin=f"bench:{number}", path=id_), places


def query_tutor(settings: Settings, asked: Sequence[str]) -> dict[str, Any]:
    """Open the library in a fresh process and search; the first search loads and indexes it."""
    embedder = Renamed(open_embedder())
    tutor = Tutor.open(settings, embedder=embedder, build=False)
    (first,) = timed(lambda question: tutor.search(question, TOP), asked[:1])
    timed(lambda question: tutor.search(question, TOP), asked[:_WARM])
    taken = timed(lambda question: tutor.search(question, TOP), asked)
    held = len(tutor.library.snapshot().passages)
    return _queried(held, first, taken, timed(lambda question: embedder.embed([question]), asked))


def _queried(held: int, first: float, taken: Sequence[float], embedding: Sequence[float]) -> dict[str, Any]:
    """Figures of one size; ``embed_ms`` is the part that does not depend on it, and tells a busy machine."""
    return {
        "held": held,
        "first_ms": round(1000 * first, 1),
        **latency(taken),
        "embed_ms": latency(embedding)["median_ms"],
        "peak_mib": peak_mib(os.getpid()),
    }


def build_plain(settings: Settings, bases: Path, size: int) -> dict[str, Any]:
    """Fill a plain Chroma collection with the same passages."""
    texts, embedder = _bases(bases)
    store = _plain_store(settings, embedder)
    started = perf_counter()
    for number, batch in enumerate(_batches(texts, size, _CHROMA_BATCH)):
        embedder.base = dict(batch)
        store.add_texts([text for text, _ in batch], ids=[f"{number}-{n}" for n in range(len(batch))])
    seconds = perf_counter() - started
    return {"seconds": round(seconds, 1), "peak_mib": peak_mib(os.getpid())}


def query_plain(settings: Settings, asked: Sequence[str]) -> dict[str, Any]:
    """Open the collection in a fresh process and search it."""
    embedder = Renamed(open_embedder())
    store = _plain_store(settings, embedder)
    (first,) = timed(lambda question: store.similarity_search(question, k=TOP), asked[:1])
    timed(lambda question: store.similarity_search(question, k=TOP), asked[:_WARM])
    taken = timed(lambda question: store.similarity_search(question, k=TOP), asked)
    held = int(store._collection.count())
    return _queried(held, first, taken, timed(lambda question: embedder.embed([question]), asked))


def _plain_store(settings: Settings, embedder: Embedder) -> Any:
    quiet_libraries()
    from langchain_chroma import Chroma

    return Chroma(
        collection_name="plain",
        embedding_function=OneVector(embedder),
        persist_directory=str(settings.home),
        collection_configuration={"hnsw": {"space": "cosine"}},
    )


def _bases(folder: Path) -> tuple[list[str], PerturbedEmbedder]:
    import numpy as np

    texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    return texts, PerturbedEmbedder(np.load(folder / "vectors.npy"))


def _batches(texts: Sequence[str], size: int, length: int) -> Iterator[list[tuple[str, int]]]:
    batch: list[tuple[str, int]] = []
    for item in made_up(texts, size):
        batch.append(item)
        if len(batch) == length:
            yield batch
            batch = []
    if batch:
        yield batch
