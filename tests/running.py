"""The ``tutor`` command as its users run it: in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_PATIENCE = 400.0
"""Seconds for a first start, which builds the library."""


@dataclass(frozen=True)
class Server:
    """A ``tutor serve`` that is running."""

    process: subprocess.Popen[bytes]
    url: str
    home: Path
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


def tutor_environment(home: Path, port: int = 0, **more: str) -> dict[str, str]:
    """The environment without anyone's settings, a library in ``home``, and ``more``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TUTOR_", "GRADIO_"))}
    return {**kept, "TUTOR_HOME": str(home), "TUTOR_PORT": str(port), **more}


def run_tutor(
    home: Path, *arguments: str, port: int = 0, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with ``typed`` on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "tutor", *arguments],
        env=tutor_environment(home, port, **environment),
        input=typed,
        capture_output=True,
        text=True,
        timeout=START_PATIENCE,
        check=False,
    )


@contextmanager
def started(
    home: Path,
    *arguments: str,
    streams: tuple[int, int, int] = (subprocess.DEVNULL, subprocess.PIPE, subprocess.PIPE),
    before: Callable[[], None] | None = None,
    **environment: str,
) -> Iterator[subprocess.Popen[str]]:
    """A command that is running; whatever comes of the test, it is gone at the end."""
    stdin, stdout, stderr = streams
    with subprocess.Popen(
        [sys.executable, "-m", "tutor", *arguments],
        env=tutor_environment(home, 0, **environment),
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        text=True,
        start_new_session=before is not None,
        preexec_fn=before,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def start_server(home: Path, log: Path) -> Server:
    """Start on any free port and wait until the server says where it is."""
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "tutor", "serve"],
            env=tutor_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
        )
    deadline = time.monotonic() + START_PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"Tutor is at (http://\S+)", log.read_text(errors="replace")):
            return Server(process, found.group(1), home, log)
        time.sleep(0.2)
    process.kill()
    process.wait()
    raise AssertionError(f"tutor serve did not start:\n{log.read_text(errors='replace')}")
