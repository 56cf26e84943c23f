"""The command ``tutor corpus check``, and what it says of the shipped notes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from made_unit import checked, made_unit, note, spoil
from running import run_tutor

from tutor.cli import main
from tutor.corpus_check.check import check_corpus
from tutor.corpus_check.notes import read_folder
from tutor.corpus_check.reading import reading_ease
from tutor.corpus_check.records import Check
from tutor.domain import BlockRole
from tutor.settings import shipped

SEEDS = shipped("corpus").parent.parent / "shared" / "seeds"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made_unit(tmp_path / "notes")


class Done:
    """The outcome of a command in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        with pytest.raises(SystemExit) as ended:
            main(["corpus", "check", *arguments])
        self.code = ended.value.code
        self.out, self.err = capsys.readouterr()

    @property
    def json(self) -> dict[str, Any]:
        assert self.out.count("\n") == 1
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


def test_a_sound_folder_is_0_and_a_spoilt_one_1(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    done = Done(capsys, str(folder))
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("\n3 files: 0 to mend, 0 worth a look\n")
    spoil(folder / "youth-work" / "skating.md", "tier: notes", "tier: gold")
    done = Done(capsys, str(folder))
    assert (done.code, done.err) == (1, "")
    assert done.out.endswith("\n3 files: 1 to mend, 0 worth a look\n")
    [line] = [line for line in done.out.splitlines() if line.startswith("youth-work/skating.md:6: ")]
    assert line == (
        "youth-work/skating.md:6: expected one of research, awarding_body, notes, upload for tier, found 'gold'; "
        "write tier: notes for revision notes"
    )


def test_a_warning_is_no_failure(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    words = " ".join(f"same{n}" for n in range(12))
    for name in ("camping.md", "skating.md"):
        spoil(folder / "youth-work" / name, "do.\n", f"do. {words.capitalize()}.\n")
    done = Done(capsys, str(folder))
    assert done.code == 0
    assert "Worth a look\nyouth-work/skating.md:16: expected a sentence of its own, not 12 words" in done.out
    assert done.out.endswith("\n3 files: 0 to mend, 1 worth a look\n")


def test_the_tables_hold_words_ease_terms_and_outcomes(
    capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    (folder / "coverage.yaml").write_text(
        "Youth work: {terms: {'Skating in [bold]': [skating], Loitering: [loitering]}}", encoding="utf-8"
    )
    done = Done(capsys, str(folder))
    rows = [" ".join(line.split()) for line in done.out.splitlines()]
    measured = {row.file: row for row in checked(folder).notes}
    for file, row in measured.items():
        assert f"{file} {row.words} {row.reading_ease:.0f} {row.asked}" in rows
    assert {"Skating in [bold] skating", "Loitering none", "LO1 Exploring camping, skating"} <= set(rows)
    assert "\x1b" not in done.out


def test_json_is_one_object_with_everything(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "coverage.yaml").write_text("Youth work: {terms: {Skating: [skating]}}", encoding="utf-8")
    spoil(folder / "youth-work" / "skating.md", "related: []", "related: [fishing]")
    done = Done(capsys, str(folder), "--json")
    assert (done.code, done.err) == (1, "")
    report = done.json
    assert list(report) == ["folder", "findings", "warnings", "notes", "terms", "outcomes"]
    assert report["folder"] == str(folder)
    assert report["warnings"] == []
    assert report["findings"] == [
        {
            "check": "front_matter",
            "file": "youth-work/skating.md",
            "line": 11,
            "expected": "the names of files in this folder under related, without .md",
            "found": "'fishing'",
            "do": "mend the name, add that note, or take it out",
        }
    ]
    assert list(report["notes"][0]) == ["file", "words", "reading_ease", "asked"]
    assert report["terms"] == [{"unit": "Youth work", "term": "Skating", "notes": ["youth-work/skating.md"]}]
    assert [list(row) for row in report["outcomes"]] == [["unit", "outcome", "name", "notes"]] * 2


def test_against_is_an_option(capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "page.txt").write_text("A strength of Skating is that nobody pays.", encoding="utf-8")
    done = Done(capsys, str(folder), "--against", str(tmp_path / "texts"), "--json")
    assert (done.code, [finding["check"] for finding in done.json["findings"]]) == (1, ["copied"])


def test_without_a_folder_the_corpus_of_the_settings_is_checked(
    capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TUTOR_CORPUS", str(folder))
    done = Done(capsys, "--json")
    assert (done.code, done.json["folder"]) == (0, str(folder))
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{tmp}/nowhere"], "nowhere: expected a folder of notes, found none; "),
        (["{tmp}/notes/youth-work/skating.md"], "skating.md: expected a folder of notes, found none; "),
        (["{tmp}/empty"], "empty: expected notes in Markdown (.md) there, found none; "),
        (["{tmp}/notes", "--against", "{tmp}/nowhere"], "--against: expected a folder of .txt and .md files at "),
        (["{tmp}/notes", "--against", "{tmp}/broken"], "page.txt: expected text in UTF-8, found 0xFF at byte 0"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_cannot_be_checked_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "page.txt").write_bytes(b"\xffabc")
    done = Done(capsys, *(argument.format(tmp=tmp_path) for argument in arguments), "--json")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("tutor: ")
    assert said in done.err
    assert done.err.count("\n") == 1


@pytest.mark.slow
def test_reading_ease_fetches_nothing(folder: Path, tmp_path: Path) -> None:
    """The library that counts syllables would fetch a dictionary into the home folder, and say so."""
    home = tmp_path / "someone"
    home.mkdir()
    done = run_tutor(tmp_path / "home", "corpus", "check", str(folder), "--json", HOME=str(home))
    assert (done.returncode, done.stderr) == (0, "")
    assert {row["file"]: row["reading_ease"] for row in json.loads(done.stdout)["notes"]} == {
        row.file: row.reading_ease for row in checked(folder).notes
    }
    assert list(home.iterdir()) == []


def test_reading_ease_is_flesch_s(folder: Path) -> None:
    """206.835 - 1.015 words a sentence - 84.6 syllables a word; headings are no sentences."""
    [note_, *_] = read_folder(folder).notes
    heading, piece = note_.pieces[0], next(p for p in note_.pieces if p.role is not BlockRole.HEADING)
    plain = replace(piece, text="The cat sat on the mat.")
    hard = replace(piece, text="The organisation of consultations is administratively intimidating.")
    assert reading_ease(replace(note_, pieces=(heading, plain))) == pytest.approx(206.835 - 1.015 * 6 - 84.6, abs=0.1)
    assert reading_ease(replace(note_, pieces=(hard,))) < 0


def test_notes_of_other_kinds_are_passed_over(folder: Path) -> None:
    (folder / "youth-work" / "plan.txt").write_text("It is a plan.", encoding="utf-8")
    (folder / "youth-work" / "rollers.markdown").write_text(note("Rollers"), encoding="utf-8")
    found = checked(folder)
    assert found.findings == ()
    assert [row.file for row in found.notes][1] == "youth-work/rollers.markdown"


# -- the shipped notes


def test_the_shipped_notes_have_nothing_to_mend() -> None:
    found = check_corpus(shipped("corpus"), today=datetime.now(UTC).date())
    assert [str(finding) for finding in found.findings] == []
    assert len(found.notes) > 80


def test_the_shipped_notes_are_asked_for_every_unit() -> None:
    """Without these rows the test above would pass over anything that is missing."""
    found = check_corpus(shipped("corpus"), today=datetime.now(UTC).date())
    folder = read_folder(shipped("corpus"))
    assert {row.unit for row in found.terms} == {note_.unit for note_ in folder.notes}
    assert {row.unit for row in found.outcomes} == {specification.unit for specification in folder.specifications}
    assert len(found.terms) > 140


@pytest.mark.skipif(not SEEDS.is_dir(), reason="no ../shared/seeds here")
def test_the_shipped_notes_copy_nothing_from_the_seeds() -> None:
    found = check_corpus(shipped("corpus"), today=datetime.now(UTC).date(), against=SEEDS)
    assert [str(finding) for finding in found.findings if finding.check is Check.COPIED] == []
