"""What the front matter of a note must say, and what it may name."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_unit import checked, findings, made_unit, note, spoil

from tutor.corpus_check.records import Check


def skating(folder: Path) -> Path:
    return made_unit(folder) / "youth-work" / "skating.md"


def test_a_whole_unit_has_nothing_to_mend(tmp_path: Path) -> None:
    found = checked(made_unit(tmp_path))
    assert (found.findings, found.warnings) == ((), ())
    assert [row.file for row in found.notes] == [
        "youth-work/camping.md", "youth-work/skating.md", "youth-work/specification.md",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("title: Skating\n", "", None, "expected text for title, found nothing"),
        ("title: Skating", "title: [Skating]", 2, "expected text for title, found ['Skating']"),
        ("unit: Youth work\n", "unit:\n", 3, "expected text for unit, found nothing"),
        ("unit: Youth work", "unit: Youth werk", 3, "expected 'Youth work' as in youth-work/specification.md for unit"),
        ("qualification: Level 3 Youth Work\n", "", None, "expected text for qualification, found nothing"),
        ('["LO1", "LO2"]', "LO1", 5, "expected a list of texts for outcomes, found 'LO1'"),
        ('["LO1", "LO2"]', '["LO1", "LO2", "LO3"]', 5, "lists (LO1, LO2), found LO3"),
        (
            "tier: notes",
            "tier: gold",
            6,
            "expected one of research, awarding_body, notes, upload for tier, found 'gold'",
        ),
        ("tier: notes\n", "", None, "for tier, found nothing"),
        ('terms:\n  - "skating"\n', "terms: []\n", 7, "expected at least one for terms, found nothing"),
        ('terms:\n  - "skating"\n', "terms: [[1]]\n", 7, "expected a list of texts for terms, found [[1]]"),
        ("related: []\n", "", None, "expected a list of texts for related, found nothing"),
        ("related: []", "related: [camping, fishing]", 11, "without .md, found 'fishing'"),
        ("checked: 2026-11-22\n", "", None, "expected a date for checked, found nothing"),
        ("checked: 2026-11-22", 'checked: "2026-11-22"', 12, "expected a date for checked, found '2026-11-22'"),
        ("checked: 2026-11-22", "checked: 2026-11-22 10:00:00", 12, "expected a date for checked"),
        ("checked: 2026-11-22", "checked: 2026-11-23", 12, "expected a day up to 2026-11-22 for checked"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int | None, said: str) -> None:
    file = skating(tmp_path)
    spoil(file, old, new)
    found = [finding for finding in checked(tmp_path).findings if finding.check is Check.FRONT_MATTER]
    [finding] = [f for f in found if said in str(f)]
    assert (finding.file, finding.line) == ("youth-work/skating.md", line)
    assert finding.do
    assert len(found) == 1


def test_references_may_be_empty_in_a_specification_alone(tmp_path: Path) -> None:
    text = skating(tmp_path).read_text(encoding="utf-8")
    start = text.index("references:")
    skating_file = tmp_path / "youth-work" / "skating.md"
    skating_file.write_text(text[:start] + "references: []\n" + text[text.index("related:") :], encoding="utf-8")
    [finding] = findings(tmp_path, Check.FRONT_MATTER)
    assert str(finding).startswith("youth-work/skating.md:9: expected at least one for references, found nothing; ")


@pytest.mark.parametrize("related", ["[camping]", "[youth-work-specification]", "[specification, camping]"])
def test_related_names_files_of_the_folder(tmp_path: Path, related: str) -> None:
    spoil(skating(tmp_path), "related: []", f"related: {related}")
    assert findings(tmp_path, Check.FRONT_MATTER) == []


def test_a_unit_without_specification_may_list_any_outcomes(tmp_path: Path) -> None:
    other = made_unit(tmp_path) / "other"
    other.mkdir()
    text = note("Fishing").replace("unit: Youth work", "unit: Waters").replace('["LO1", "LO2"]', '["LO9"]')
    (other / "fishing.md").write_text(text, encoding="utf-8")
    assert findings(tmp_path, Check.FRONT_MATTER) == []


def test_a_note_of_a_specified_unit_serves_an_outcome_wherever_it_lies(tmp_path: Path) -> None:
    other = made_unit(tmp_path) / "other"
    other.mkdir()
    (other / "fishing.md").write_text(note("Fishing", outcomes=()), encoding="utf-8")
    [finding] = findings(tmp_path, Check.FRONT_MATTER)
    assert "other/fishing.md:5: expected outcomes that youth-work/specification.md lists (LO1, LO2), found none" in str(
        finding
    )


def test_a_note_without_front_matter_is_told_so_once(tmp_path: Path) -> None:
    file = skating(tmp_path)
    file.write_text(file.read_text(encoding="utf-8").split("---\n", 2)[2], encoding="utf-8")
    found = [f for f in checked(tmp_path).findings if f.check is Check.FRONT_MATTER]
    assert [(f.file, f.line, f.found) for f in found] == [("youth-work/skating.md", 1, "none")]


@pytest.mark.parametrize(
    ("text", "expected", "said"),
    [
        ("---\ntitle: [a\n---\n# A\n", "front matter of `name: value` lines", "a mistake in line 2"),
        ("", "a document", "an empty file"),
        ("---\na: &x [1]\nb: *x\n---\n# A\n", "front matter of `name: value` lines", "a YAML alias"),
    ],
)
def test_a_file_that_ingest_refuses_is_a_finding(tmp_path: Path, text: str, expected: str, said: str) -> None:
    (made_unit(tmp_path) / "youth-work" / "bad.md").write_text(text, encoding="utf-8")
    [finding] = findings(tmp_path, Check.FILE)
    assert finding.file == "youth-work/bad.md"
    assert finding.expected.startswith(expected)
    assert finding.found.startswith(said)
    assert finding.do
