"""Running one measurement in a process of its own, so that times and memory are its own too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

from tutor.errors import EvalError

PATIENCE = 2_400.0
"""Seconds after which a measurement is given up."""


def environment(home: Path, **more: str) -> dict[str, str]:
    """This process's environment with a library of its own and the tutor's defaults besides."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TUTOR_")}
    return {**kept, "TUTOR_HOME": str(home), **more}


class Runner:
    """Starts ``evals.bench.child`` and reads the JSON line that it ends with."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.folder = folder
        self.say = say

    def job(self, job: str, *, home: str, **options: int | str) -> dict[str, Any]:
        """Run one job to its end; ``home`` is a folder's name below the bench's own."""
        return self._run(job, home, options)[0]

    def first(self, job: str, *, home: str) -> dict[str, Any]:
        """Run a job that ends with its first answer; adds the seconds from the start of the process to that."""
        result, seconds = self._run(job, home, {})
        return {**result, "seconds": round(seconds, 2)}

    def _run(self, job: str, home: str, options: Mapping[str, int | str]) -> tuple[dict[str, Any], float]:
        self.say(f"  {job} {' '.join(f'{name} {value}' for name, value in options.items())}".rstrip())
        command = [sys.executable, "-m", "evals.bench.child", job]
        for name, value in options.items():
            command += [f"--{name}", str(value)]
        started = perf_counter()
        try:
            done = subprocess.run(
                command,
                env=environment(self.folder / home),
                stdout=subprocess.PIPE,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise EvalError(f"{job}: expected an end within {PATIENCE:.0f} seconds, there was none") from error
        if done.returncode != 0:
            raise EvalError(f"{job}: expected exit code 0, got {done.returncode}; its error stands above")
        result = json.loads(done.stdout.splitlines()[-1])
        seconds = perf_counter() - started - float(result.pop("after", 0.0))
        return result, seconds
