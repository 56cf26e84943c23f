"""Retrieval time and memory as the library grows, over made-up passages."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from evals.bench.made_up import PER_DOCUMENT, Bases, MadeDocument, ReadyVectors, made_up
from evals.bench.plain_page import TOP
from evals.bench.timing import Stopwatch, latency, memory, timed
from evals.plain import OneVector
from tutor.facade import Tutor
from tutor.library.records import StoredPlace
from tutor.library.store import PASSAGES, ChromaStore, StoredPassage
from tutor.models.embedder import Embedder, open_embedder
from tutor.settings import Settings, quiet_libraries

if TYPE_CHECKING:
    from evals.bench.jobs import Runner

_HOME = "scale"
_WARM = 5
_SYNCED = 1_000
_AT_ONCE = 2_000
"""Passages that are written together."""


def scale(runner: Runner, sizes: Sequence[int], bases: Path, searches: int) -> list[dict[str, Any]]:
    """Fill libraries of both systems at each size in one process, then query each in a process of its own."""
    sizes = sorted(sizes)
    filled = runner.job("fill", home=_HOME, sizes=json.dumps(sizes), bases=str(bases))
    rows = []
    for size in sizes:
        row: dict[str, Any] = {"passages": size}
        for system in ("tutor", "plain"):
            found = runner.job(f"query-{system}", home=f"{_HOME}/{_name(system, size)}", asked=searches)
            row[system] = {**found, "fill_seconds": filled[_name(system, size)]}
        rows.append(row)
    return rows


def _name(system: str, size: int) -> str:
    return f"{system}-{size}"


def growth(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """From each size to the next: how many times the passages, and how many times the median retrieval time."""
    found = []
    for before, after in pairwise(rows):
        one: dict[str, Any] = {"from": before["passages"], "to": after["passages"]}
        for system in ("tutor", "plain"):
            one[system] = {
                part: _times(before[system][part]["median_ms"], after[system][part]["median_ms"])
                for part in ("whole", "without_embedding")
            }
        found.append(one)
    return found


def _times(before: float, after: float) -> float | None:
    return round(after / before, 2) if before > 0 else None


# -- in a process of their own


def fill(settings: Settings, bases: Bases, sizes: Sequence[int]) -> dict[str, float]:
    """Fill libraries of both systems below ``settings.home``; seconds by name."""
    taken = {}
    for size in sizes:
        for system, one in (("tutor", fill_tutor), ("plain", fill_plain)):
            started = perf_counter()
            one(replace(settings, home=settings.home / _name(system, size)), bases, size)
            taken[_name(system, size)] = round(perf_counter() - started, 1)
    return taken


def fill_tutor(settings: Settings, bases: Bases, size: int) -> None:
    """Write made-up documents through the library's store, in the form that an ingest of this size ends with."""
    embedder = ReadyVectors(bases.model)
    folder = settings.home / "chroma"
    store = ChromaStore(folder, None, embedder)
    _keep_index_in_files(folder)
    for made in _batches(bases, size):
        embedder.expect(made)
        passages, headings = [], []
        for one in made:
            for passage, place in zip(one.passages, one.places, strict=True):
                stored = StoredPlace(place, one.document.content_hash)
                passages.append(StoredPassage(passage.key, passage.text, (stored,)))
                headings.append(" > ".join(dict.fromkeys((one.document.title, *place.trail))))
        store.add_passages(passages, headings)
        for one in made:
            store.documents.put_head(one.document, store.documents.put_text(one.document), len(one.places))
    store.commit()
    store.close()


def _keep_index_in_files(folder: Path) -> None:
    """Have the index written out as it grows; each write would read the whole log otherwise, which is square time."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    client = chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))
    with warnings.catch_warnings():
        # Chroma warns of every collection that, like this one, is given its vectors.
        warnings.filterwarnings("ignore", "legacy embedding function config", DeprecationWarning)
        collection = client.get_collection(PASSAGES, embedding_function=None)
        collection.modify(configuration={"hnsw": {"sync_threshold": _SYNCED}})


def fill_plain(settings: Settings, bases: Bases, size: int) -> None:
    """Fill a plain Chroma collection with the same passages and vectors."""
    embedder = ReadyVectors(bases.model)
    store = _plain_store(settings, embedder)
    for made in _batches(bases, size):
        embedder.expect(made)
        passages = [passage for one in made for passage in one.passages]
        store.add_texts([passage.text for passage in passages], ids=[passage.key for passage in passages])
    store._client.close()


def _batches(bases: Bases, size: int) -> Iterator[list[MadeDocument]]:
    documents = made_up(bases, size)
    while batch := list(islice(documents, -(-_AT_ONCE // PER_DOCUMENT))):
        yield batch


def query_tutor(settings: Settings, asked: Sequence[str]) -> dict[str, Any]:
    """Open the library in a fresh process, search and answer; the first search loads and indexes it."""
    embedder = Stopwatch(open_embedder(settings.embedding))
    started = perf_counter()
    tutor = Tutor.open(settings, embedder=embedder, build=False)
    tutor.search(asked[0], TOP)
    first = perf_counter() - started
    found = _searches(lambda question: tutor.search(question, TOP), asked, embedder)
    answers = _searches(tutor.ask, asked, embedder)
    held = len(tutor.library.snapshot().passages)
    return {"held": held, "first_seconds": round(first, 2), **found, "answer": answers["whole"], **memory(os.getpid())}


def query_plain(settings: Settings, asked: Sequence[str]) -> dict[str, Any]:
    """Open the collection in a fresh process and search it."""
    embedder = Stopwatch(open_embedder(settings.embedding))
    started = perf_counter()
    store = _plain_store(settings, embedder)
    store.similarity_search(asked[0], k=TOP)
    first = perf_counter() - started
    found = _searches(lambda question: store.similarity_search(question, k=TOP), asked, embedder)
    held = int(store._collection.count())
    return {"held": held, "first_seconds": round(first, 2), **found, **memory(os.getpid())}


def _searches(call: Callable[[str], object], asked: Sequence[str], embedder: Stopwatch) -> dict[str, dict[str, Any]]:
    """Latency as a whole, and of all but embedding the question, which does not depend on the size."""
    timed(call, asked[:_WARM])
    whole, rest = [], []
    for question in asked:
        before = embedder.seconds
        whole += timed(call, [question])
        rest.append(whole[-1] - (embedder.seconds - before))
    return {"whole": latency(whole), "without_embedding": latency(rest)}


def _plain_store(settings: Settings, embedder: Embedder) -> Any:
    quiet_libraries()
    from langchain_chroma import Chroma

    return Chroma(
        collection_name="plain",
        embedding_function=OneVector(embedder),
        persist_directory=str(settings.home),
        collection_configuration={"hnsw": {"space": "cosine"}},
    )
