"""How fast, how large: the tutor and the plain pipeline side by side, in one run that stops by itself."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from evals.bench.jobs import Runner
from evals.bench.scale import SYNTHETIC, scale
from evals.bench.served import served
from evals.bench.tables import show
from evals.report import versions

SIZES = (1_000, 10_000, 100_000)
QUICK_SIZES = (1_000, 10_000)
CLIENTS = (1, 20)


def main(as_json: bool = False, sizes: Sequence[int] | None = None, quick: bool = False) -> int:
    """Run the bench; prints tables, or one JSON object. Everything happens in a temporary folder and on 127.0.0.1."""
    started = perf_counter()
    with tempfile.TemporaryDirectory(prefix="tutor-bench-", ignore_cleanup_errors=True) as folder:
        report = bench(
            Path(folder), sizes=sizes or (QUICK_SIZES if quick else SIZES), repeats=1 if quick else 3, say=_say
        )
    report["seconds"] = round(perf_counter() - started, 1)
    if as_json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    else:
        from rich.console import Console

        show(Console(file=sys.stdout), report)
    return 0


def bench(folder: Path, *, sizes: Sequence[int], repeats: int, say: Callable[[str], None]) -> dict[str, Any]:
    """All measurements, each in fresh processes, with its files below ``folder``.

    ``repeats`` is how often every question is asked in process, and a third of the requests a client sends.
    """
    machine = {"cores": os.cpu_count(), "load before": round(os.getloadavg()[0], 2)}
    runner = Runner(folder, say)
    say("ingest:")
    ingested = {system: runner.job(f"ingest-{system}", home=system) for system in ("tutor", "plain")}
    say("first answer in a fresh process:")
    first = {
        system: {
            "empty": runner.first(f"first-{system}", home=f"{system}-empty"),
            "built": runner.first(f"first-{system}", home=system),
        }
        for system in ("tutor", "plain")
    }
    say("answers in process:")
    answers = {system: runner.job(f"answers-{system}", home=system, repeats=repeats) for system in ("tutor", "plain")}
    say("the served page:")
    pages = {
        "empty": served(folder / "served-empty", clients=(), requests=0, say=say),
        "built": served(folder / "tutor", clients=CLIENTS, requests=20 * repeats, say=say),
    }
    say("scale:")
    return {
        "versions": versions(),
        "machine": machine,
        "notes": [SYNTHETIC, "plain: recursive splitter, 1,000 characters, 200 overlap, the same embedding, top four"],
        "ingest": ingested,
        "first": first,
        "answers": answers,
        "served": pages,
        "scale": scale(runner, sizes),
    }


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
