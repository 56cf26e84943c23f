"""Running one measurement in a process of its own, so that times and memory are its own too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tutor.errors import EvalError

PATIENCE = 1_200.0
"""Seconds after which a measurement is given up."""
_KEPT = "TUTOR_EMBEDDING"


def environment(home: Path, **more: str) -> dict[str, str]:
    """This process's environment with a library of its own; of the tutor's settings only the model is kept."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TUTOR_") or name == _KEPT}
    return {**kept, "TUTOR_HOME": str(home), **more}


class Runner:
    """Starts ``evals.bench.child`` and reads the JSON line that it ends with."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.folder = folder
        self.say = say

    def job(self, job: str, *, home: str, corpus: Path | None = None, **options: int | float | str) -> dict[str, Any]:
        """Run one job to its end; ``home`` is a folder's name below the bench's own."""
        self.say(f"{job} ({home})")
        command = [sys.executable, "-m", "evals.bench.child", job]
        for name, value in options.items():
            command += [f"--{name}", str(value)]
        said = {} if corpus is None else {"TUTOR_CORPUS": str(corpus)}
        try:
            done = subprocess.run(
                command,
                env=environment(self.folder / home, **said),
                stdout=subprocess.PIPE,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise EvalError(f"{job}: expected an end within {PATIENCE:.0f} seconds, there was none") from error
        if done.returncode != 0:
            raise EvalError(f"{job}: expected exit code 0, got {done.returncode}; its error stands above")
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return result
