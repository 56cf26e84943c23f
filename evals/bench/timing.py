"""Latencies and memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any


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


def timed(call: Callable[[str], object], inputs: Iterable[str]) -> list[float]:
    """Seconds that each call takes."""
    taken = []
    for value in inputs:
        started = perf_counter()
        call(value)
        taken.append(perf_counter() - started)
    return taken


def peak_mib(pid: int) -> float:
    """The most memory that a process and its children have held at once; on other systems than Linux, hold now.

    Summed over children, so pages that they share count more than once.
    """
    import psutil

    total = 0.0
    process = psutil.Process(pid)
    for member in [process, *process.children(recursive=True)]:
        try:
            total += _high_water(member.pid) or float(member.memory_info().rss)
        except psutil.NoSuchProcess:
            continue
    return round(total / 2**20, 1)


def _high_water(pid: int) -> float | None:
    status = Path(f"/proc/{pid}/status")
    try:
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    found = next((line.split()[1] for line in lines if line.startswith("VmHWM:")), None)
    return 1024.0 * float(found) if found is not None else None
