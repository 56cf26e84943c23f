"""What importing the package costs: the heavy libraries load when they are first needed, no sooner."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    "bm25s", "chromadb", "gradio", "langchain_chroma", "langchain_core", "nltk", "numpy", "scipy",
    "sentence_transformers", "sklearn", "torch", "transformers", "uvicorn", "wordfreq",
}  # fmt: skip


def heavy_after(statement: str) -> set[str]:
    """The heavy modules that a fresh interpreter holds after a statement."""
    code = f"import json, sys\n{statement}\nsys.stderr.write(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return HEAVY & set(json.loads(done.stderr))


def test_the_measure_sees_a_heavy_module() -> None:
    assert "numpy" in heavy_after("import numpy")


@pytest.mark.parametrize("module", ["tutor", "tutor.cli", "tutor.terminal", "tutor.wording", "tutor.settings"])
def test_importing_is_light(module: str) -> None:
    assert heavy_after(f"import {module}") == set()


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["ask", "--help"], ["library", "show", "--help"], ["corpus", "check", "--help"], ["eval", "--help"]],
)
def test_help_is_light(arguments: list[str]) -> None:
    run = f"""
from tutor.cli import main
try:
    main({arguments!r})
except SystemExit as done:
    assert not done.code, done.code
"""
    assert heavy_after(run) == set()


def test_the_name_in_the_readme_is_there() -> None:
    import tutor
    from tutor.facade import Tutor

    assert tutor.Tutor is Tutor
    with pytest.raises(AttributeError, match="no attribute 'Teacher'"):
        _ = tutor.Teacher
