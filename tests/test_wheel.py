"""The package as others install it: its pins, and a wheel that answers outside the clone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from running import START_PATIENCE, tutor_environment

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS_ONLY = ("ir_measures", "langchain_text_splitters", "psutil")
LARGE_MODEL = ("all_mpnet", "all-mpnet")
"""Left out too, as a plain installation has the small model alone."""


def pinned(lock: str) -> dict[str, str]:
    """Version by package of a lock, every line of which must be a plain pin."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    pins = [re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.]+)", line) for line in lines if not line.startswith("#")]
    assert all(pins), f"{lock} holds a line that is no plain pin"
    return {canonicalize_name(pin[1]): pin[2] for pin in pins if pin}


def test_the_locks_pin_every_dependency_once() -> None:
    run, test = pinned("requirements.lock"), pinned("requirements-test.lock")
    assert not run.keys() & test.keys()
    assert not [name for name in run | test if name.startswith("nvidia")]
    extras = PROJECT["optional-dependencies"]
    for pins, named in ((run, PROJECT["dependencies"]), (run | test, [*extras["evals"], *extras["test"]])):
        for requirement in map(Requirement, named):
            name = canonicalize_name(requirement.name)
            if name != PROJECT["name"]:
                assert requirement.specifier.contains(pins[name], prereleases=True), requirement


def test_the_version_is_one_everywhere() -> None:
    import tutor

    assert tutor.__version__ == PROJECT["version"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+)$", changes, flags=re.MULTILINE)[0] == PROJECT["version"]


@dataclass(frozen=True)
class Installed:
    """A fresh environment that holds the wheel, the run-time dependencies and nothing of the clone."""

    python: Path
    wheel: Path

    def run(self, *arguments: str, home: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.python), *arguments],
            cwd=cwd, env=tutor_environment(home), capture_output=True, text=True, timeout=START_PATIENCE, check=False,
        )  # fmt: skip

    def tutor(self, *arguments: str, home: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "tutor", *arguments, home=home, cwd=cwd)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    [wheel] = folder.glob("*.whl")

    # The dependencies are those of this environment, by links; what only the extras bring is left out.
    site, links = Path(sysconfig.get_path("purelib")), folder / "links"
    links.mkdir()
    for entry in site.iterdir():
        if not entry.name.startswith((*EXTRAS_ONLY, *LARGE_MODEL, "_revision_tutor", "revision_tutor", "__editable__")):
            (links / entry.name).symlink_to(entry)
    venv.create(folder / "env", with_pip=False, symlinks=True)
    python = folder / "env" / "bin" / "python"
    own = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder / "env")}))
    (own / "dependencies.pth").write_text(f"{links}\n", encoding="utf-8")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    done = subprocess.run(pip, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return Installed(python, wheel)


@pytest.mark.slow
def test_the_wheel_holds_what_it_should(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as archive:
        held = set(archive.namelist())
    for folder, shipped in (("corpus", "**/*.md"), ("prompts", "*.yaml")):
        files = [path.relative_to(ROOT).as_posix() for path in (ROOT / folder).glob(shipped)]
        assert files
        assert {f"tutor/shipped/{file}" for file in files} <= held
    assert {"tutor/shipped/corpus/LICENSE", "evals/gate.toml", "tutor/cli.py"} <= held
    assert {
        "tutor/shipped/corpus/coverage.yaml",
        "tutor/corpus_check/nltk_data/corpora/cmudict/cmudict",
    } <= held
    assert {name.partition("/")[0] for name in held} == {
        "tutor",
        "evals",
        f"revision_tutor-{PROJECT['version']}.dist-info",
    }
    assert not [name for name in held if name.startswith(("tests/", "docs/")) or "__pycache__" in name]


@pytest.mark.slow
def test_the_wheel_answers_outside_the_clone(installed: Installed, tmp_path: Path) -> None:
    where = installed.run(
        "-c", "import evals, tutor; print(tutor.__file__, evals.__file__)", home=tmp_path, cwd=tmp_path
    )
    assert where.returncode == 0, where.stderr
    assert str(ROOT) + os.sep not in where.stdout.replace(str(installed.python.parent.parent), "")
    assert where.stdout.count(str(installed.python.parent.parent)) == 2

    asked = installed.tutor("ask", "explain Arnstein's ladder", "--json", home=tmp_path / "home", cwd=tmp_path)
    assert asked.returncode == 0, asked.stderr
    reply = json.loads(asked.stdout)
    assert reply["answered"]
    assert reply["citations"][0]["document"] == "arnsteins-ladder"

    command = installed.python.parent / "tutor"
    assert command.is_file()
    measured = installed.tutor("eval", "refusal", home=tmp_path / "home", cwd=tmp_path)
    assert (measured.returncode, measured.stdout) == (1, "")
    assert measured.stderr.count("\n") == 1
    assert "pip install 'revision-tutor[evals]'" in measured.stderr
