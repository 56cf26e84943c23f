"""Latencies and memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tutor.models.embedder import Embedder


def latency(seconds: Sequence[float], elapsed: float | None = None) -> dict[str, Any]:
    """Median and 95th percentile in milliseconds, and how many a second in ``elapsed`` (default: one at a time)."""
    import numpy as np

    median, high = np.percentile(np.asarray(seconds), [50, 95])
    return {
        "count": len(seconds),
        "median_ms": round(1000 * float(median), 1),
        "p95_ms": round(1000 * float(high), 1),
        "per_second": round(len(seconds) / (sum(seconds) if elapsed is None else elapsed), 2),
    }


def timed(call: Callable[[str], object], inputs: Sequence[str]) -> list[float]:
    """Seconds that each call takes."""
    taken = []
    for value in inputs:
        started = perf_counter()
        call(value)
        taken.append(perf_counter() - started)
    return taken


def timed_for(seconds: float, call: Callable[[str], object], inputs: Sequence[str]) -> list[float]:
    """Seconds that each call takes, over the inputs again and again until the time is up; at least one call."""
    until = perf_counter() + seconds
    taken = []
    for value in cycle(inputs):
        taken += timed(call, [value])
        if perf_counter() >= until:
            break
    return taken


class Stopwatch:
    """An embedder that counts the seconds it is at work; for one thread."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.seconds = 0.0

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def question_name(self) -> str:
        return self._embedder.question_name

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        started = perf_counter()
        try:
            return self._embedder.embed(texts)
        finally:
            self.seconds += perf_counter() - started

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        started = perf_counter()
        try:
            return self._embedder.embed_passages(texts)
        finally:
            self.seconds += perf_counter() - started

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        started = perf_counter()
        try:
            return self._embedder.embed_questions(texts)
        finally:
            self.seconds += perf_counter() - started

    def embed_known(self, texts: Sequence[str]) -> NDArray[np.float32]:
        started = perf_counter()
        try:
            return self._embedder.embed_known(texts)
        finally:
            self.seconds += perf_counter() - started


def memory(pid: int) -> dict[str, float]:
    """MiB that a process and its children hold now, and the most that they have held; where no system tells, now.

    Summed over children, so pages that they share count more than once.
    """
    import psutil

    held = peak = 0.0
    process = psutil.Process(pid)
    for member in [process, *process.children(recursive=True)]:
        try:
            now = float(member.memory_info().rss)
            held, peak = held + now, peak + (_high_water(member.pid) or now)
        except psutil.NoSuchProcess:
            continue
    return {"held_mib": round(held / 2**20, 1), "peak_mib": round(peak / 2**20, 1)}


def _high_water(pid: int) -> float | None:
    status = Path(f"/proc/{pid}/status")
    try:
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    found = next((line.split()[1] for line in lines if line.startswith("VmHWM:")), None)
    return 1024.0 * float(found) if found is not None else None
