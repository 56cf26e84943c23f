"""One measurement: ``python -m evals.bench.child JOB``, with the library in ``TUTOR_HOME``. Ends with a JSON line."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

from evals.bench.scale import build_plain, build_tutor, query_plain, query_tutor
from evals.bench.timing import latency, peak_mib, timed
from evals.data import load
from evals.plain import Cut, PlainPipeline
from tutor.facade import Tutor
from tutor.models.embedder import Embedder, open_embedder
from tutor.settings import Settings, shipped

PLAIN = Cut(1000, 200)
TOP = 4
_WARM = 5


def questions() -> list[str]:
    """What is asked: the questions of the set over documents laid out like revision pages, and of the seeds' set."""
    return [question.text for question in load("layout")]


def corpus_texts() -> dict[str, str]:
    """The shipped notes as the plain pipeline reads them: the files as they are."""
    return {str(path.relative_to(shipped("corpus"))): path.read_text("utf-8") for path in _notes()}


def _notes() -> list[Path]:
    return sorted(shipped("corpus").rglob("*.md"))


def _settings() -> Settings:
    return replace(Settings.from_environment(), corpus=shipped("corpus"))


def _plain(embedder: Embedder) -> PlainPipeline:
    return PlainPipeline(corpus_texts(), embedder, PLAIN, _settings().home)


def ingest_tutor(_: argparse.Namespace) -> dict[str, Any]:
    embedder = open_embedder()
    embedder.embed(["warm"])
    started = perf_counter()
    tutor = Tutor.open(_settings(), embedder=embedder)
    seconds = perf_counter() - started
    return _ingested(len(tutor.library.snapshot().passages), seconds)


def ingest_plain(_: argparse.Namespace) -> dict[str, Any]:
    embedder = open_embedder()
    embedder.embed(["warm"])
    started = perf_counter()
    pipeline = _plain(embedder)
    return _ingested(len(pipeline), perf_counter() - started)


def _ingested(pieces: int, seconds: float) -> dict[str, Any]:
    return {
        "pieces": pieces,
        "seconds": round(seconds, 2),
        "pieces_per_second": round(pieces / seconds, 1),
        "characters_per_second": round(sum(map(len, corpus_texts().values())) / seconds),
        "peak_mib": peak_mib(os.getpid()),
    }


def first_tutor(_: argparse.Namespace) -> dict[str, Any]:
    reply = Tutor.open(_settings()).ask(questions()[0])
    return {"answered": reply.answered}


def first_plain(_: argparse.Namespace) -> dict[str, Any]:
    return {"chunks": len(_plain(open_embedder()).find(questions()[0], TOP))}


def answers_tutor(options: argparse.Namespace) -> dict[str, Any]:
    tutor = Tutor.open(_settings())
    return _answers(tutor.ask, options.repeats)


def answers_plain(options: argparse.Namespace) -> dict[str, Any]:
    pipeline = _plain(open_embedder())
    return _answers(lambda question: pipeline.find(question, TOP), options.repeats)


def _answers(call: Callable[[str], object], repeats: int) -> dict[str, Any]:
    asked = questions()
    timed(call, asked[:_WARM])
    return {**latency(timed(call, asked * repeats)), "peak_mib": peak_mib(os.getpid())}


JOBS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "ingest-tutor": ingest_tutor,
    "ingest-plain": ingest_plain,
    "first-tutor": first_tutor,
    "first-plain": first_plain,
    "answers-tutor": answers_tutor,
    "answers-plain": answers_plain,
    "build-tutor": lambda options: build_tutor(_settings(), Path(options.bases), options.size),
    "build-plain": lambda options: build_plain(_settings(), Path(options.bases), options.size),
    "query-tutor": lambda _: query_tutor(_settings(), questions()),
    "query-plain": lambda _: query_plain(_settings(), questions()),
}


def main() -> None:
    """Run the job named on the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--size", type=int, default=1_000)
    parser.add_argument("--bases", default="")
    options = parser.parse_args()
    result = JOBS[options.job](options)
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
    os._exit(0)  # the measurement is over; closing large libraries would only take time


if __name__ == "__main__":
    main()
