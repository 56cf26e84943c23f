"""One measurement: ``python -m evals.bench.child JOB``, with the library in ``TUTOR_HOME``. Ends with a JSON line."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from evals.bench.made_up import Bases, bases_of
from evals.bench.material import notes, questions, some
from evals.bench.plain_page import TOP, plain
from evals.bench.scale import fill, query_plain, query_tutor
from evals.bench.timing import latency, memory, timed
from tutor.facade import Tutor
from tutor.models.embedder import Embedder, open_embedder
from tutor.settings import Settings, share_heaps

_WARM = 5


def inside_tutor(options: argparse.Namespace) -> dict[str, Any]:
    """Answers over the library in ``TUTOR_HOME``."""
    settings = Settings.from_environment()
    embedder, model = _loaded(settings)
    tutor = Tutor.open(settings, embedder=embedder)
    answers = _answers(lambda question: tutor.ask(question).answered, options)
    if options.bases:
        bases_of(tutor.library, embedder.name).save(Path(options.bases))
    tutor.close()
    return {"model": model, "answers": answers}


def inside_plain(options: argparse.Namespace) -> dict[str, Any]:
    """The same for the plain pipeline; it answers with chunks."""
    settings = Settings.from_environment()
    embedder, model = _loaded(settings)
    pipeline = plain(settings, embedder)
    answers = _answers(lambda question: bool(pipeline.find(question, TOP)), options)
    pipeline.close()
    return {"model": model, "answers": answers}


def ingest_tutor(_: argparse.Namespace) -> dict[str, Any]:
    """An ingest of a few notes into a library of their own."""

    def build(settings: Settings, embedder: Embedder) -> int:
        return len(Tutor.open(settings, embedder=embedder).library.snapshot().passages)

    return _ingest(build)


def ingest_plain(_: argparse.Namespace) -> dict[str, Any]:
    """The same for the plain pipeline."""
    return _ingest(lambda settings, embedder: len(plain(settings, embedder)))


def _loaded(settings: Settings) -> tuple[Embedder, dict[str, Any]]:
    started = perf_counter()
    # What ships of the shipped notes says nothing of a teacher's own: all is computed.
    embedder = open_embedder(settings.embedding, prepared=False)
    seconds = perf_counter() - started
    dimension = int(embedder.embed(["warm"]).shape[1])
    return embedder, {"name": embedder.name, "dimension": dimension, "load_seconds": round(seconds, 2)}


def _answers(call: Callable[[str], bool], options: argparse.Namespace) -> dict[str, Any]:
    answered = 0

    def ask(question: str) -> None:
        nonlocal answered
        answered += call(question)

    asked = _asked(options)
    timed(call, asked[:_WARM])
    return {**latency(timed(ask, asked)), "answered": answered, **memory(os.getpid())}


def _asked(options: argparse.Namespace) -> list[str]:
    """The same questions for both systems."""
    documents: Sequence[str] = json.loads(options.documents)
    return some(questions([*documents] or None), options.asked)


def _ingest(build: Callable[[Settings, Embedder], int]) -> dict[str, Any]:
    """Build over the notes in ``TUTOR_CORPUS``, with the model loaded and warm; ``build`` returns how many pieces."""
    settings = Settings.from_environment()
    embedder, _ = _loaded(settings)
    texts = notes(settings.corpus)
    started = perf_counter()
    pieces = build(settings, embedder)
    seconds = perf_counter() - started
    return {
        "documents": len(texts),
        "pieces": pieces,
        "seconds": round(seconds, 2),
        "pieces_per_second": round(pieces / seconds, 1),
        "characters_per_second": round(sum(map(len, texts.values())) / seconds),
        **memory(os.getpid()),
    }


JOBS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "inside-tutor": inside_tutor,
    "inside-plain": inside_plain,
    "ingest-tutor": ingest_tutor,
    "ingest-plain": ingest_plain,
    "fill": lambda o: fill(Settings.from_environment(), Bases.read(Path(o.bases)), json.loads(o.sizes)),
    "query-tutor": lambda o: query_tutor(Settings.from_environment(), _asked(o)),
    "query-plain": lambda o: query_plain(Settings.from_environment(), _asked(o)),
}


def main() -> None:
    """Run the job named on the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("--asked", type=int, default=100, help="how many questions")
    parser.add_argument("--documents", default="[]", help="JSON: ask about these notes alone; about all when empty")
    parser.add_argument("--sizes", default="[]", help="JSON: how many passages to make up")
    parser.add_argument("--bases", default="", help="folder of the passages to make others from")
    options = parser.parse_args()
    share_heaps()  # as every command of the tutor does
    result = JOBS[options.job](options)
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
    os._exit(0)  # the measurement is over; closing large libraries would only take time


if __name__ == "__main__":
    main()
