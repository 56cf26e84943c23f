"""How fast, how large: the tutor and the plain pipeline side by side, in one run that stops by itself."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from evals.bench.jobs import Runner
from evals.bench.made_up import SYNTHETIC
from evals.bench.material import questions, sample
from evals.bench.scale import growth, scale
from evals.bench.served import served
from evals.bench.tables import markdown
from evals.report import versions

PLAIN = (
    "Plain: recursive splitter, 1,000 characters, 200 overlap, the same embedding model, Chroma, the four nearest "
    "chunks. It writes no answer, cites nothing and never refuses."
)
START = (
    "Pages start in a fresh process; the model's weights are unpacked already, and in the system's file cache. Times "
    "are of one run, and other work on the machine makes them longer."
)
SYSTEMS = ("tutor", "plain")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    sizes: tuple[int, ...] = (1_000, 10_000, 100_000)
    """Passages in the libraries of the scale part."""
    notes: int | None = None
    """How many of the shipped notes the pages are started over; all when None."""
    ingested: int = 16
    """How many notes the speed of ingest is measured on."""
    asked: int = 280
    """Questions in process."""
    searches: int = 100
    """Questions at each size."""
    seconds: float = 20.0
    """How long each number of clients asks."""


FULL = Plan()
QUICK = Plan(sizes=(1_000, 10_000), notes=4, ingested=4, asked=40, searches=30, seconds=4.0)
CLIENTS = (1, 20)

Say = Callable[[str], None]


def main(
    *,
    quick: bool = False,
    sizes: Sequence[int] | None = None,
    json_file: Path | None = None,
    markdown_file: Path | None = None,
) -> int:
    """Run the bench; writes Markdown to a file or to standard output, and JSON to a file where one is named.

    Everything happens in a temporary folder and on 127.0.0.1.
    """
    plan = QUICK if quick else FULL
    started = perf_counter()

    def say(line: str) -> None:
        sys.stderr.write(f"{perf_counter() - started:5.0f} s  {line}\n")

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the page and the folder go too
    with tempfile.TemporaryDirectory(prefix="tutor-bench-", ignore_cleanup_errors=True) as folder:
        report = bench(Path(folder), replace(plan, sizes=tuple(sizes)) if sizes else plan, say)
    report["seconds"] = round(perf_counter() - started, 1)
    if json_file is not None:
        json_file.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    table = markdown(report)
    if markdown_file is not None:
        markdown_file.write_text(table, encoding="utf-8")
    else:
        sys.stdout.write(table)
    return 0


def bench(folder: Path, plan: Plan, say: Say) -> dict[str, Any]:
    """All measurements, each in processes of their own, with its files below ``folder``."""
    machine = {"cores": os.cpu_count(), "load_before": round(os.getloadavg()[0], 2)}
    runner = Runner(folder, say)
    few, corpus, documents = folder / "few", None, None
    sample(plan.ingested, few)
    if plan.notes is not None:
        corpus = folder / "notes"
        documents = sample(plan.notes, corpus)
    asked = questions(documents)
    pages: dict[str, Any] = {}
    for system in SYSTEMS:
        say(f"page-{system}, nothing built")
        cold = served(system, folder / system, asked, clients=CLIENTS, seconds=plan.seconds, corpus=corpus)
        say(f"page-{system}, built")
        pages[system] = {"empty": cold, "built": served(system, folder / system, asked, corpus=corpus)}
    bases = folder / "bases"
    inside = {
        system: runner.job(
            f"inside-{system}",
            home=system,
            corpus=corpus,
            asked=plan.asked,
            documents=json.dumps(documents or []),
            bases=str(bases),
        )
        for system in SYSTEMS
    }
    ingested = {system: runner.job(f"ingest-{system}", home=f"few-{system}", corpus=few) for system in SYSTEMS}
    rows = scale(runner, plan.sizes, bases, plan.searches)
    machine["load_after"] = round(os.getloadavg()[0], 2)
    return {
        "versions": versions(),
        "machine": machine,
        "model": inside["tutor"]["model"],
        "plan": {**asdict(plan), "sizes": list(plan.sizes)},
        "notes": [PLAIN, START, SYNTHETIC],
        "ingest": ingested,
        "answers": {system: inside[system]["answers"] for system in SYSTEMS},
        "served": pages,
        "scale": rows,
        "growth": growth(rows),
    }
