"""The ``tutor`` command: exit codes, what goes to which stream, the JSON that is promised, and rough handling."""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from running import START_PATIENCE, run_tutor, started
from typer.testing import CliRunner

from tutor.cli import app, main

NOTE = """---
title: Fire cadets
tier: notes
unit: Youth work
---
# Fire cadets

## Key points

- Fire cadets is a scheme in which young people learn drills with their local fire station.
- A fire cadet is between twelve and eighteen years old.
"""
GOOD = "# Street pastors\n\nStreet pastors are volunteers who look after people at night in town centres.\n"
COMMANDS = ["ask", "chat", "corpus", "eval", "ingest", "library", "serve"]


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object that standard output holds."""
        assert self.out.endswith("}\n")
        assert self.out.count("\n") == 1
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process."""

    def ran(*arguments: str) -> Done:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Done(ended.value.code, said.out, said.err)

    return ran


@pytest.fixture
def corpus(corpus_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library that all tests share, to read from."""
    monkeypatch.setenv("TUTOR_HOME", str(corpus_home))


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of this test's own, first built from one note; returns the folder of that note."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "fire-cadets.md").write_text(NOTE, encoding="utf-8")
    monkeypatch.setenv("TUTOR_CORPUS", str(folder))
    return folder


def names(listed: Done) -> list[str]:
    return [row["document"] for row in listed.json["documents"]]


# -- ask


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize(
    ("question", "intent", "answered"),
    [
        ("explain Arnstein's ladder", "explain", True),
        ("compare partnership working and networking", "compare", True),
        ("who won the 1966 world cup?", None, False),
        ("hello", "greeting", None),
    ],
)
def test_the_json_of_an_answer_is_as_promised(run: Run, question: str, intent: str | None, answered: bool) -> None:
    done = run("ask", question, "--json")
    assert (done.code, done.err) == (0, "")
    reply = done.json
    assert list(reply) == [
        "question", "intent", "answered", "mode", "text", "sentences", "citations", "suggestions", "seconds",
    ]  # fmt: skip
    assert reply["question"] == question
    assert reply["mode"] == "quoted"
    assert intent in (None, reply["intent"])
    assert answered in (None, reply["answered"])
    assert reply["text"].strip()
    assert all(isinstance(suggestion, str) for suggestion in reply["suggestions"])
    for sentence in reply["sentences"]:
        assert list(sentence) == ["text", "citations", "support"]
        assert 0 <= sentence["support"] <= 1
    for number, citation in enumerate(reply["citations"], start=1):
        assert list(citation) == [
            "number", "document", "title", "section", "kind", "tier", "path", "quote", "start", "end", "score",
        ]  # fmt: skip
        assert citation["number"] == number
    if answered:
        assert {number for s in reply["sentences"] for number in s["citations"]} == {
            c["number"] for c in reply["citations"]
        }
        assert all(f"[{citation['number']}]" in reply["text"] for citation in reply["citations"])


@pytest.mark.usefixtures("corpus")
def test_every_quote_stands_where_its_citation_says(run: Run) -> None:
    citations = run("ask", "compare consultation and co-production", "--json").json["citations"]
    assert citations
    for document in {citation["document"] for citation in citations}:
        stored = run("library", "show", document)
        assert (stored.code, stored.err) == (0, "")
        for citation in citations:
            if citation["document"] == document:
                assert stored.out[citation["start"] : citation["end"]] == citation["quote"] != ""


@pytest.mark.usefixtures("corpus")
def test_an_answer_in_the_terminal_names_its_sources(run: Run) -> None:
    done = run("ask", "explain Arnstein's ladder")
    assert (done.code, done.err) == (0, "")
    assert "Sources" in done.out
    assert "[1] Arnstein's ladder of participation" in done.out
    assert "\x1b" not in done.out
    refused = run("ask", "who won the 1966 world cup?")
    assert refused.code == 0
    assert "Sources" not in refused.out


@pytest.mark.usefixtures("corpus")
def test_the_terminals_width_and_colour_are_heeded(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    assert max(len(line) for line in run("ask", "explain Arnstein's ladder").out.splitlines()) <= 50
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    colour = re.compile("\x1b\\[[0-9;]*3[0-9]")
    assert colour.search(run("ask", "explain Arnstein's ladder").out)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colour.search(run("ask", "explain Arnstein's ladder").out)


@pytest.mark.usefixtures("corpus")
def test_a_narrow_character_set_loses_no_json(monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments in (["ask", "explain co-production", "--json"], ["ask", "explain co-production"]):
        out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        monkeypatch.setattr(sys, "stdout", out)
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
        out.seek(0)
        said = out.read()
        if "--json" in arguments:
            assert json.loads(said)["answered"]


@pytest.mark.usefixtures("corpus")
def test_bytes_that_are_no_text_are_read_as_such(run: Run) -> None:
    assert run("ask", "explain co-production \udcff", "--json").json["question"] == "explain co-production \ufffd"


# -- wrong usage, and what cannot be done


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["ask", ""],
        ["ask", "  \n"],
        ["ask", "one", "two"],
        ["ask", "--yell", "x"],
        ["sing"],
        ["ingest"],
        ["ingest", "x", "--tier", "gold"],
        ["library", "burn"],
        ["library", "show"],
        ["corpus", "mend"],
        ["corpus", "check", "one", "two"],
        ["eval", "--limit", "0"],
        ["eval", "speed"],
    ],
)
def test_wrong_usage_is_one_line_and_two(run: Run, arguments: list[str], tmp_path: Path) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("tutor")
    assert done.err.count("\n") == 1
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("arguments", [[], ["library"], ["corpus"]])
def test_a_command_alone_shows_its_help(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: ")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("TUTOR_CHROMA_URL", "http://127.0.0.1:1", "expected a Chroma server at http://127.0.0.1:1"),
        ("TUTOR_CHROMA_URL", "not an address", "expected http://HOST:PORT"),
        ("TUTOR_PORT", "abc", "expected a whole number from 0 to 65535, got 'abc'"),
        ("TUTOR_HOME", "{file}/home", "expected a folder that can be written"),
        ("TUTOR_CORPUS", "{file}", "expected a folder of documents"),
        ("TUTOR_EMBEDDING", "packaged:other", "expected packaged:all-mpnet-base-v2 or packaged:all-MiniLM-L6-v2"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, value: str, said: str
) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv(variable, value.format(file=tmp_path / "file"))
    done = run("ask", "explain co-production", "--json")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"tutor: {variable}: ")
    assert said in done.err
    assert done.err.count("\n") == 1


def test_a_wrong_port_is_told_before_the_library_is_built(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TUTOR_PORT", "70000")
    assert run("serve").code == 1
    assert not (tmp_path / "home").exists()


@pytest.mark.usefixtures("small")
def test_what_nobody_foresaw_is_one_line_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home" / "library.lock").mkdir(parents=True)
    done = run("ask", "what are fire cadets?", "--json")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("tutor: ")
    assert "Traceback" not in done.err
    assert done.err.count("\n") <= 2


# -- documents in and out


@pytest.mark.usefixtures("small")
def test_the_first_command_builds_the_library(run: Run) -> None:
    first = run("library", "list", "--json")
    assert (first.code, first.err) == (0, "Reading documents: 1\n")
    assert list(first.json) == ["documents"]
    [row] = first.json["documents"]
    assert list(row) == ["document", "title", "tier", "unit", "qualification", "path", "passages", "added"]
    assert (row["document"], row["title"], row["tier"], row["unit"]) == (
        "fire-cadets", "Fire cadets", "notes", "Youth work",
    )  # fmt: skip
    assert row["passages"] == 2
    again = run("library", "list")
    assert (again.code, again.err) == (0, "")
    assert again.out == "Youth work\n  fire-cadets  Fire cadets (notes, 2 passages)\n"


@pytest.mark.usefixtures("small")
def test_a_folder_with_nothing_to_read_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").write_bytes(b"no text")
    done = run("ingest", str(tmp_path / "photos"))
    assert (done.code, done.out) == (1, "")
    assert done.err.endswith(f"docx or .pptx files in {tmp_path / 'photos'}, found none; name another folder\n")


def test_a_bad_file_is_one_line_and_the_good_one_goes_in(run: Run, small: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "street-pastors.md").write_text(GOOD, encoding="utf-8")
    (inbox / "broken.pdf").write_bytes(b"no PDF at all")
    assert run("library", "list").code == 0
    done = run("ingest", str(inbox), "--tier", "research", "--unit", "Volunteering", "--json")
    assert done.code == 1
    report = done.json
    assert list(report) == ["added", "updated", "unchanged", "failed", "new_passages"]
    assert (report["added"], report["new_passages"]) == (["street-pastors"], 1)
    [failed] = report["failed"]
    assert failed.startswith("broken.pdf: expected ")
    assert done.err.splitlines() == ["Reading documents: 2", failed]

    (inbox / "broken.pdf").unlink()
    again = run("ingest", str(inbox), "--tier", "research", "--unit", "Volunteering")
    assert (again.code, again.out) == (0, "")
    assert again.err.endswith("0 added, 0 updated, 1 unchanged, 0 could not be read; 0 new passages\n")
    assert run("ask", "who are street pastors?", "--json").json["citations"][0]["tier"] == "research"
    assert small.is_dir()


@pytest.mark.usefixtures("small")
def test_a_path_that_is_not_there(run: Run, tmp_path: Path) -> None:
    assert run("library", "list").code == 0
    done = run("ingest", str(tmp_path / "nowhere.md"), "--json")
    assert done.code == 1
    assert "nowhere.md: expected a file or folder" in done.json["failed"][0]
    assert done.err == done.json["failed"][0] + "\n"


def test_a_removed_document_stays_out_and_its_file_stays(run: Run, small: Path) -> None:
    (small / "street-pastors.md").write_text(GOOD, encoding="utf-8")
    assert names(run("library", "list", "--json")) == ["street-pastors", "fire-cadets"]
    done = run("library", "remove", "street-pastors")
    assert (done.code, done.out, done.err) == (0, "", "street-pastors: removed\n")
    assert names(run("library", "list", "--json")) == ["fire-cadets"]
    assert (small / "street-pastors.md").is_file()
    assert not run("ask", "who are street pastors?", "--json").json["answered"]


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize("command", ["show", "remove"])
def test_an_unknown_document_is_one_line(run: Run, command: str) -> None:
    done = run("library", command, "nowhere")
    assert (done.code, done.out) == (1, "")
    assert done.err == "tutor: no document 'nowhere' is in the library; run tutor library list to see their names\n"


def test_an_empty_library_says_so(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    monkeypatch.setenv("TUTOR_CORPUS", str(tmp_path / "none"))
    reply = run("ask", "what are fire cadets?", "--json").json
    assert (reply["answered"], reply["citations"], reply["suggestions"]) == (False, [], [])
    assert "tutor ingest" in reply["text"]


# -- help


def test_help_names_every_command_and_explains_it() -> None:
    runner = CliRunner()
    whole = runner.invoke(app, ["--help"])
    assert whole.exit_code == 0
    listed = re.findall(r"^  ([a-z]+) {2,}(\S.*)$", whole.stdout.partition("Commands:")[2], flags=re.MULTILINE)
    assert sorted(name for name, _ in listed) == COMMANDS
    inner = [["library", name] for name in ("list", "show", "remove")] + [["corpus", "check"]]
    for command in [[name] for name in COMMANDS] + inner:
        shown = runner.invoke(app, [*command, "--help"])
        assert shown.exit_code == 0
        options = shown.stdout.partition("Options:")[2]
        explained = re.findall(r"^  --[a-z-]+(?: <[^>]+>)?\s{2,}[A-Z]", options, flags=re.MULTILINE)
        assert len(explained) == len(re.findall(r"^  --", options, flags=re.MULTILINE)) > 0


# -- talking


@pytest.mark.usefixtures("corpus")
def test_a_follow_up_knows_what_the_talk_is_about(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("explain Arnstein's ladder\ngive me an example of it\n"))
    done = run("chat")
    assert done.code == 0
    assert done.err.startswith("Ask me about your unit")
    first, second = done.out.split("You: ")[1:3]
    assert "eight rungs" in first
    assert "Arnstein's ladder of participation" in second.partition("Sources")[2]
    assert "eight rungs" not in second


def read_until(terminal: int, words: str, seen: str = "", patience: float = START_PATIENCE) -> str:
    """What a terminal shows until ``words`` are among it; its end counts as an answer too."""
    deadline = time.monotonic() + patience
    while words not in seen and time.monotonic() < deadline:
        if select.select([terminal], [], [], 1.0)[0]:
            try:
                seen += os.read(terminal, 65536).decode("utf-8", "replace")
            except OSError:  # the other side has closed the terminal
                break
    return seen


@pytest.mark.slow
@pytest.mark.parametrize(("last_key", "code"), [(b"\x04", 0), (b"\n", 0), (b"\x03", 130)])
def test_a_talk_in_a_terminal(corpus_home: Path, last_key: bytes, code: int) -> None:
    ours, theirs = pty.openpty()
    with started(
        corpus_home, "chat", streams=(theirs, theirs, theirs), before=_take_terminal, TERM="xterm", COLUMNS="80"
    ) as process:
        os.close(theirs)
        seen = read_until(ours, "You:")
        os.write(ours, b"what is co-production?\n")
        seen += read_until(ours, "You:")
        for _ in range(6):
            # A key that comes between the prompt and the reading of it can be lost; a student would press it again.
            os.write(ours, last_key)
            seen += read_until(ours, "no such words", patience=10)
            if process.poll() is not None:
                break
        assert process.wait(timeout=60) == code
    os.close(ours)
    assert "Ask me about your unit" in seen
    assert "Sources" in seen
    assert "Traceback" not in seen
    assert ("tutor: stopped" in seen) == (code == 130)


def _take_terminal() -> None:
    """Make the terminal the child's own, so that Ctrl-C reaches it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


# -- rough handling, in processes of their own


@pytest.mark.slow
def test_a_process_keeps_its_streams_apart(corpus_home: Path) -> None:
    done = run_tutor(corpus_home, "ask", "explain Arnstein's ladder", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["answered"]
    assert done.stdout.count("\n") == 1
    wrong = run_tutor(corpus_home, "ask")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    dead = run_tutor(corpus_home, "ask", "x", TUTOR_CHROMA_URL="http://127.0.0.1:1")
    assert (dead.returncode, dead.stdout) == (1, "")
    assert dead.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ["library", "show", "arnsteins-ladder"],
        ["ask", "explain co-production", "--json"],
        ["ask", "explain co-production"],
        ["--help"],
    ],
)
def test_a_reader_that_leaves_is_no_error(corpus_home: Path, arguments: list[str]) -> None:
    with started(corpus_home, *arguments) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 1


@pytest.mark.slow
def test_ctrl_c_stops_a_first_build_in_one_line(tmp_path: Path) -> None:
    with started(tmp_path / "home", "ask", "explain co-production") as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Reading documents: ")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (130, "", "tutor: stopped\n")


def test_ctrl_c_while_a_string_is_executed_stops_with_the_exit_code_of_ctrl_c(tmp_path: Path) -> None:
    (tmp_path / "interrupted.py").write_text("""
import sys, tutor.cli
def interrupted(**_):
    exec("raise KeyboardInterrupt")
tutor.cli.app = interrupted
tutor.cli.main([])
""")
    done = subprocess.run(
        [sys.executable, "-m", "interrupted"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "tutor: stopped\n")


@pytest.mark.slow
def test_a_copied_library_answers(corpus_home: Path, tmp_path: Path) -> None:
    shutil.copytree(corpus_home, tmp_path / "moved")
    done = run_tutor(tmp_path / "moved", "ask", "what is co-production?", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["answered"]
