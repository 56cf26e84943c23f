"""A page as a student meets it, in a fresh process and asked over HTTP: the tutor's, or the plain pipeline's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket
from time import perf_counter, sleep
from typing import Any

import httpx

from evals.bench.jobs import environment
from evals.bench.timing import latency, memory, timed_for
from tutor.errors import EvalError

HOST = "127.0.0.1"
PATIENCE = 600.0
"""Seconds that a page or an answer may take before the bench gives up."""
_LOOK = 0.05
_STOP = 20.0
_APART = 7
"""How many questions after one client the next begins."""


PAGES = {"tutor": ("-m", "tutor", "serve"), "plain": ("-m", "evals.bench.plain_page")}
"""What Python is started with for each system's page."""


def served(
    system: str,
    home: Path,
    asked: Sequence[str],
    *,
    clients: Sequence[int] = (),
    seconds: float = 0.0,
    corpus: Path | None = None,
) -> dict[str, Any]:
    """Start a page over what is in ``home``, measure the start, then load it with each number of clients in turn."""
    with page(system, home, corpus) as (process, base, started):
        wait_for(process, base)
        first_page = perf_counter() - started
        ask_over_http(base, asked[0])
        first_answer = perf_counter() - started
        return {
            "first_page_seconds": round(first_page, 2),
            "first_answer_seconds": round(first_answer, 2),
            "clients": {str(count): load_with(base, asked, clients=count, seconds=seconds) for count in clients},
            **memory(process.pid),
        }


@contextmanager
def page(system: str, home: Path, corpus: Path | None = None) -> Iterator[tuple[subprocess.Popen[bytes], str, float]]:
    """A running page of the tutor or of the plain pipeline, its address, and when it was started; ended on leaving."""
    port = free_port()
    said = {"TUTOR_HOST": HOST, "TUTOR_PORT": str(port)} | ({"TUTOR_CORPUS": str(corpus)} if corpus else {})
    started = perf_counter()
    process = subprocess.Popen(
        [sys.executable, *PAGES[system]],
        env=environment(home, **said),
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
            raise EvalError(f"expected a page at {base}, it ended with exit code {process.returncode}")
        try:
            if httpx.get(base, timeout=5.0).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        sleep(_LOOK)
    raise EvalError(f"expected a page at {base} within {patience:.0f} seconds, there was none")


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


def load_with(base: str, asked: Sequence[str], *, clients: int, seconds: float) -> dict[str, Any]:
    """Every client asks one question after another, all clients at once, until the time is up."""

    def one(number: int) -> list[float]:
        first = number * _APART % len(asked)
        with httpx.Client(timeout=PATIENCE) as client:
            return timed_for(
                seconds, lambda question: ask_over_http(base, question, client), [*asked[first:], *asked[:first]]
            )

    started = perf_counter()
    with ThreadPoolExecutor(max_workers=clients) as pool:
        taken = [seconds for client in pool.map(one, range(clients)) for seconds in client]
    return latency(taken, perf_counter() - started)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket(AF_INET, SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
