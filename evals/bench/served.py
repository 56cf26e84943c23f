"""The page as a student meets it: a fresh ``tutor serve``, asked over HTTP."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket
from time import perf_counter, sleep
from typing import Any

import httpx

from evals.bench.jobs import environment
from evals.bench.timing import latency, peak_mib, timed
from evals.data import load
from tutor.errors import EvalError

HOST = "127.0.0.1"
PATIENCE = 600.0
"""Seconds that a page or an answer may take before the bench gives up."""
_LOOK = 0.05
_STOP = 20.0


def served(home: Path, *, clients: Sequence[int], requests: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Start the page over the library in ``home``, measure the start, then load it with each number of clients."""
    questions = [question.text for question in load("layout")]
    with page(home) as (process, base, started):
        wait_for(process, base)
        first_page = perf_counter() - started
        ask_over_http(base, questions[0])
        first_answer = perf_counter() - started
        say(f"  {home.name}: page after {first_page:.1f} s, answer after {first_answer:.1f} s")
        loads = {}
        for count in clients:
            loads[str(count)] = load_with(base, questions, clients=count, requests=requests)
            say(f"  {count} clients: {loads[str(count)]}")
        return {
            "first_page_seconds": round(first_page, 2),
            "first_answer_seconds": round(first_answer, 2),
            "clients": loads,
            "peak_mib": peak_mib(process.pid),
        }


@contextmanager
def page(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str, float]]:
    """A running ``tutor serve``, its address, and when it was started; ended on leaving."""
    port = free_port()
    started = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "tutor", "serve"],
        env=environment(home, TUTOR_HOST=HOST, TUTOR_PORT=str(port)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process, f"http://{HOST}:{port}", started
    finally:
        process.terminate()
        try:
            process.wait(_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(process: subprocess.Popen[bytes], base: str, patience: float = PATIENCE) -> None:
    """Return when the page is there; raises ``EvalError`` when the process ends or nothing comes."""
    until = perf_counter() + patience
    while perf_counter() < until:
        if process.poll() is not None:
            raise EvalError(f"tutor serve: expected a page at {base}, it ended with exit code {process.returncode}")
        try:
            if httpx.get(base, timeout=5.0).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        sleep(_LOOK)
    raise EvalError(f"tutor serve: expected a page at {base} within {patience:.0f} seconds, there was none")


def ask_over_http(base: str, question: str, client: httpx.Client | None = None) -> str:
    """One question to the page's ``ask`` endpoint; returns the data that the stream ends with."""
    if client is None:
        with httpx.Client(timeout=PATIENCE) as own:
            return ask_over_http(base, question, own)
    begun = client.post(f"{base}/gradio_api/call/ask", json={"data": [question]})
    begun.raise_for_status()
    event = ""
    with client.stream("GET", f"{base}/gradio_api/call/ask/{begun.json()['event_id']}") as stream:
        stream.raise_for_status()
        for line in stream.iter_lines():
            if line.startswith("event:"):
                event = line.removeprefix("event:").strip()
            elif line.startswith("data:") and event == "complete":
                return line.removeprefix("data:").strip()
            elif line.startswith("data:") and event == "error":
                break
    raise EvalError(f"the page's ask endpoint: expected an answer to {question!r}, got the event {event!r}")


def load_with(base: str, questions: Sequence[str], *, clients: int, requests: int) -> dict[str, Any]:
    """Every client asks ``requests`` questions one after another, all clients at once."""

    def one(number: int) -> list[float]:
        asked = [questions[(number * 7 + n) % len(questions)] for n in range(requests)]
        with httpx.Client(timeout=PATIENCE) as client:
            return timed(lambda question: ask_over_http(base, question, client), asked)

    started = perf_counter()
    with ThreadPoolExecutor(max_workers=clients) as pool:
        taken = [seconds for client in pool.map(one, range(clients)) for seconds in client]
    return latency(taken, perf_counter() - started)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket(AF_INET, SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
