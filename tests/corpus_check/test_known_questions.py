"""The questions kept beside notes: checked against the passages that they stand below."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_unit import checked, made_unit

from tutor.corpus_check.notes import read_folder
from tutor.corpus_check.records import Check


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made_unit(tmp_path / "notes")


def beside(folder: Path, text: str, name: str = "skating") -> None:
    (folder / "youth-work" / f"{name}.asked").write_text(text, encoding="utf-8")


def passage(folder: Path) -> str:
    [skating] = [note for note in read_folder(folder).notes if note.slug == "skating"]
    return " ".join(skating.passages[0][1].split()[:6])


def test_questions_below_a_passage_are_counted_and_nothing_is_found(folder: Path) -> None:
    beside(folder, f"> {passage(folder)}\nwhat is it\ncheck: is it dear\n")
    done = checked(folder)
    assert done.findings == ()
    assert {row.file: row.asked for row in done.notes if row.asked} == {"youth-work/skating.md": 2}


def test_first_words_of_no_passage_are_told_with_their_line(folder: Path) -> None:
    beside(folder, f"> {passage(folder)}\nwhat is it\n\n> Curling is\nwho does it\n")
    [finding] = checked(folder).findings
    assert (finding.check, finding.file, finding.line) == (Check.ASKED, "youth-work/skating.asked", 5)
    assert finding.found == "'Curling is'"


def test_a_file_of_another_form_is_told(folder: Path) -> None:
    beside(folder, "what is it\n")
    [finding] = checked(folder).findings
    assert (finding.check, finding.file) == (Check.FILE, "youth-work/skating.asked")


def test_questions_without_a_note_are_told(folder: Path) -> None:
    beside(folder, "> Curling is\nwho does it\n", "curling")
    [finding] = checked(folder).findings
    assert (finding.check, finding.file) == (Check.ASKED, "youth-work/curling.asked")
    assert finding.expected == "a document beside it, curling.md"


def test_words_shared_with_another_text_count_here_too(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "page.txt").write_text("who knows where the green geese go in winter", encoding="utf-8")
    beside(folder, f"> {passage(folder)}\nwho knows where the green geese go in winter\nwhere do they go\n")
    [finding] = checked(folder, tmp_path / "texts").findings
    assert (finding.check, finding.file, finding.line) == (Check.COPIED, "youth-work/skating.asked", 2)
