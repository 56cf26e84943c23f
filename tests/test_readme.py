"""The README is true: its commands run as written, its tables name what is there, its JSON is what comes."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from made_unit import checked
from running import START_PATIENCE, tutor_environment

from tutor.domain import Tier
from tutor.facade import Tutor

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The contents of the README's code blocks in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]
MADE = [command for command in COMMANDS if command.startswith("make ")]
TYPED = [command for command in COMMANDS if command not in MADE]


@pytest.fixture
def environment(tmp_path: Path, corpus_home: Path) -> dict[str, str]:
    """Someone's shell after ``make run``: the command on the path, a library of the shipped notes, an empty home."""
    shutil.copytree(corpus_home, tmp_path / "library")
    found = tutor_environment(tmp_path / "library", HOME=str(tmp_path))
    return {**found, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{found['PATH']}"}


def test_every_command_is_known() -> None:
    assert all(command.startswith(("make ", "tutor ")) for command in COMMANDS), COMMANDS
    assert {"make run", "make test", "tutor serve"} <= set(COMMANDS)


@pytest.mark.parametrize("command", [*MADE, "make lint", "make unit", "make lock"])
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed; run: apt-get install make")
def test_make_knows_its_targets(command: str) -> None:
    assert f"{command}" in README
    planned = subprocess.run(
        [*command.split(), "--dry-run"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert planned.returncode == 0, planned.stderr
    assert planned.stdout.strip()


@pytest.mark.slow
def test_the_commands_run_as_written(tmp_path: Path, environment: dict[str, str]) -> None:
    notes = tmp_path / "my-notes"
    notes.mkdir()
    (notes / "youth-services.md").write_text(blocks("markdown")[0], encoding="utf-8")
    unit_of_the_readme(tmp_path, more=300)
    for command in TYPED:
        if command == "tutor serve":
            served(command, tmp_path, environment)
            continue
        done = subprocess.run(
            command, shell=True, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=START_PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert "Traceback" not in done.stderr
        assert done.stdout or done.stderr
        if command.endswith("--json"):
            assert json.loads(done.stdout)["answered"]
        if command == "tutor library show youth-services":
            assert "- Detached youth work is" in done.stdout or "Detached youth work is" in done.stdout


def unit_of_the_readme(folder: Path, *, more: int) -> Path:
    """The note of the README as a unit of its own, ``more`` words longer; returns the unit's folder."""
    unit = folder / "youth-work"
    unit.mkdir()
    bullets = "".join(f"- Detached youth work has many sides: side {n} is {n}.\n" for n in range(more // 10))
    text = blocks("markdown")[1].replace("## How it works", f"{bullets}\n## How it works")
    (unit / "detached-youth-work.md").write_text(text, encoding="utf-8")
    [asked] = [block for block in blocks("text") if block.startswith(">")]
    (unit / "detached-youth-work.asked").write_text(asked, encoding="utf-8")
    return unit


def test_the_note_of_a_unit_lacks_nothing_but_words(tmp_path: Path) -> None:
    [finding] = checked(unit_of_the_readme(tmp_path, more=0)).findings
    assert finding.expected == "350 to 900 words"


def served(command: str, folder: Path, environment: dict[str, str]) -> None:
    """Run the server's command until it says where it is, then press Ctrl-C."""
    with (
        (folder / "server.log").open("w+", encoding="utf-8") as log,
        subprocess.Popen(command.split(), cwd=folder, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            deadline = time.monotonic() + START_PATIENCE
            while time.monotonic() < deadline and process.poll() is None:
                if "Tutor is at http://127.0.0.1:" in (folder / "server.log").read_text(encoding="utf-8"):
                    break
                time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()
    assert "Tutor is at http://127.0.0.1:" in (folder / "server.log").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_python_runs_as_written(tmp_path: Path, environment: dict[str, str]) -> None:
    [program] = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=START_PATIENCE, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 Body-worn video " in done.stdout


def shape(value: Any) -> Any:
    """Keys in their order, and types, of a JSON value; lists by their first item."""
    if isinstance(value, dict):
        return [(key, shape(item)) for key, item in value.items()]
    return [shape(value[0])] if isinstance(value, list) else type(value)


def test_the_json_is_of_the_shape_that_comes(corpus_tutor: Tutor) -> None:
    example = json.loads(blocks("json")[0])
    reply = json.loads(json.dumps(corpus_tutor.ask(example["question"]).to_dict()))
    assert shape(example) == shape(reply)
    assert example["intent"] == reply["intent"]
    assert example["citations"][0]["path"] in {citation["path"] for citation in reply["citations"]}
    quote = example["citations"][0]
    assert quote["end"] - quote["start"] == len(quote["quote"])


def rows(heading: str) -> list[str]:
    """The first cells of the table whose first head is ``heading``, without their backticks."""
    table = README.partition(f"\n| {heading} |")[2].partition("\n\n")[0]
    return [line.split("|")[1].strip().strip("`") for line in table.splitlines()[2:]]


def test_every_setting_is_in_the_table() -> None:
    read = set(re.findall(r'"(TUTOR_[A-Z_]+)"', (ROOT / "tutor" / "settings.py").read_text(encoding="utf-8")))
    assert read
    assert sorted(rows("variable")) == sorted(read)


def test_every_tier_is_in_the_table() -> None:
    assert rows("tier") == [tier.value for tier in Tier]


def test_every_command_is_in_the_table() -> None:
    from tutor.cli import app, corpus_app, library_app

    names = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    names |= {f"library {command.name}" for command in library_app.registered_commands}
    names |= {f"corpus {command.name}" for command in corpus_app.registered_commands}
    found = [re.match(r"tutor ((?:library |corpus )?[a-z]+)", cell) for cell in rows("command")]
    assert sorted(match[1] for match in found if match) == sorted(names)


def test_every_folder_is_there() -> None:
    folders = rows("folder")
    assert folders
    assert all((ROOT / folder).is_dir() for folder in folders)


def test_every_link_leads_to_a_file() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert links
    assert all((ROOT / link).is_file() for link in links)
