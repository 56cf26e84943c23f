"""Which terms the notes explain, as against those that they only name, and which outcomes they serve."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_unit import checked, findings, made_unit, note, spoil

from tutor.corpus_check.records import Check
from tutor.errors import CorpusError


def cover(folder: Path, *terms: str, unit: str = "Youth work") -> None:
    """Write what the folder must cover: terms as lines of YAML."""
    text = f"# What it must cover.\n{unit}:\n  terms:\n" + "".join(f"    {term}\n" for term in terms)
    (folder / "coverage.yaml").write_text(text, encoding="utf-8")


def notes_for(folder: Path) -> dict[str, tuple[str, ...]]:
    return {row.term: row.notes for row in checked(folder).terms}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made_unit(tmp_path)


SKATING = ("youth-work/skating.md",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Skating\n", "title: Skating and half pipes\n"),
        ('  - "skating"\n', '  - "skating"\n  - "half-pipe"\n'),
        ("- Skating number 0 ", "- A half pipe is a ramp for skating, number 0 "),
        ("1. Beginning: Skating", "1. Half pipe: Skating"),
        ("- Skating was tried", "- The half pipes of Anytown show that skating was tried"),
        ("- A strength of Skating is", "- A strength of the half pipe is"),
    ],
)
def test_a_term_is_explained_by_title_terms_subject_or_label(folder: Path, old: str, new: str) -> None:
    cover(folder, 'Half pipe: ["half pipe"]')
    before = notes_for(folder)
    spoil(folder / "youth-work" / "skating.md", old, new)
    assert (before, notes_for(folder)) == ({"Half pipe": ()}, {"Half pipe": SKATING})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("what young people", "what, in a half pipe, young people"),
        ("- A common mistake with Skating is", "- A half pipe is"),
        ("- Pass: describe Skating.", "- A half pipe is worth a Merit."),
        ("- What is Skating?", "- A half pipe is what?"),
        ("Misconception: Skating is", "Misconception: A half pipe is"),
    ],
)
def test_a_term_that_is_only_named_is_a_finding(folder: Path, old: str, new: str) -> None:
    cover(folder, "Skating: [skating]", 'Half pipe: ["half pipe", "ramp"]')
    spoil(folder / "youth-work" / "skating.md", old, new)
    [finding] = findings(folder, Check.COVERAGE)
    assert str(finding).startswith(
        "coverage.yaml:5: expected a note that explains 'Half pipe' (Youth work), "
        "found it only named (youth-work/skating.md); "
    )


def test_a_term_that_is_nowhere_is_a_finding(folder: Path) -> None:
    cover(folder, "'Half pipe': [half pipe]", "Skating: [nowhere, skates]")
    [finding] = findings(folder, Check.COVERAGE)
    assert (finding.line, finding.found) == (4, "none")
    assert notes_for(folder)["Skating"] == SKATING


def test_a_point_of_a_topic_wants_a_note_on_the_topic_that_tells_of_it(folder: Path) -> None:
    cover(folder, 'Start of skating: ["skating: beginning"]', 'Start of camping: ["camping: start"]')
    assert notes_for(folder) == {"Start of skating": SKATING, "Start of camping": ()}
    assert [finding.line for finding in findings(folder, Check.COVERAGE)] == [5]


def test_a_specification_explains_nothing(folder: Path) -> None:
    cover(folder, "Loitering: [loitering]")
    spoil(folder / "youth-work" / "specification.md", "Youth work is a unit", "Loitering is a unit")
    assert notes_for(folder) == {"Loitering": ()}
    assert len(findings(folder, Check.COVERAGE)) == 1


def test_the_rows_keep_the_order_of_the_list(folder: Path) -> None:
    cover(folder, "Skating: [skating]", "Camping: [camping]", "All: [talk, tea, beginning]")
    assert list(notes_for(folder)) == ["Skating", "Camping", "All"]
    assert notes_for(folder)["All"] == ("youth-work/camping.md", *SKATING)


# -- outcomes


def test_every_outcome_is_served_by_two_notes(folder: Path) -> None:
    rows = checked(folder).outcomes
    both = ("youth-work/camping.md", *SKATING)
    assert [(row.unit, row.outcome, row.name, row.notes) for row in rows] == [
        ("Youth work", "LO1", "Exploring", both), ("Youth work", "LO2", "Evaluating", both),
    ]  # fmt: skip


def test_an_outcome_that_one_note_serves_is_a_finding(folder: Path) -> None:
    (folder / "youth-work" / "skating.md").write_text(note("Skating", outcomes=["LO1"]), encoding="utf-8")
    [finding] = findings(folder, Check.COVERAGE)
    assert str(finding).startswith(
        "youth-work/specification.md: expected at least 2 notes whose front matter serves 'LO2 Evaluating' "
        "(Youth work), found youth-work/camping.md; "
    )


def test_a_note_of_another_unit_does_not_serve(folder: Path) -> None:
    text = note("Fishing", outcomes=["LO1"]).replace("unit: Youth work", "unit: Waters")
    (folder / "fishing.md").write_text(text, encoding="utf-8")
    assert [len(row.notes) for row in checked(folder).outcomes] == [2, 2]


def test_outcomes_may_be_listed_without_a_specification(folder: Path) -> None:
    text = "Waters:\n  outcomes:\n    LO1: Swimming\nYouth work:\n  outcomes:\n    LO1: Looking\n"
    (folder / "coverage.yaml").write_text(text, encoding="utf-8")
    rows = checked(folder).outcomes
    assert [(row.unit, row.outcome, row.name) for row in rows] == [
        ("Waters", "LO1", "Swimming"), ("Youth work", "LO1", "Looking"), ("Youth work", "LO2", "Evaluating"),
    ]  # fmt: skip
    [finding] = findings(folder, Check.COVERAGE)
    assert (finding.file, finding.found) == ("coverage.yaml", "none")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a", "expected UNIT: "),
        ("Youth work: [a]", "found another form in Youth work"),
        ("Youth work: {terms: [a]}", "found another form in terms of Youth work"),
        ("Youth work: {outcomes: LO1}", "found another form in outcomes of Youth work"),
        (
            "Youth work: {terms: {Skating: skating}}",
            "expected words to look for as a list, found 'skating' for 'Skating'",
        ),
        ("Youth work: {terms: {Skating: []}}", "expected words to look for as a list, found [] for 'Skating'"),
        ("Youth work: {terms: {Skating: [the of]}}", "expected words to look for as a list"),
        ("Youth work: {terms: {Skating: [skating, 1]}}", "expected words to look for as a list"),
        ("Youth work: {terms: {Skating: ['skating: the']}}", "expected words to look for as a list"),
        ("a: [", "expected YAML, found a mistake in line "),
        ("a: 2026-99-99", "got: month must be in 1..12"),
    ],
)
def test_a_list_of_another_form_is_an_error(folder: Path, text: str, said: str) -> None:
    (folder / "coverage.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        checked(folder)
    assert str(caught.value).startswith("coverage.yaml: expected ")
    assert said in str(caught.value)


def test_a_folder_that_asks_for_nothing_gets_no_terms(folder: Path) -> None:
    assert checked(folder).terms == ()
