"""Headings, length and bullets of a note, and of a specification."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_unit import checked, findings, made_unit, note, spoil

from tutor.corpus_check.check import check_corpus
from tutor.corpus_check.notes import words_in
from tutor.corpus_check.records import Check
from tutor.corpus_check.structure import NOTE_HEADINGS, SPECIFICATION_HEADINGS, Heading
from tutor.documents.headings import heading_kind


def skating(folder: Path) -> Path:
    return made_unit(folder) / "youth-work" / "skating.md"


@pytest.mark.parametrize("heading", [*NOTE_HEADINGS, *SPECIFICATION_HEADINGS])
def test_the_outline_reader_knows_every_heading_of_the_house(heading: Heading) -> None:
    assert heading_kind(heading.words) is not None


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("# Skating\n", "", 14, "expected one heading of the first level, the title: # Skating, found none"),
        ("# Skating\n", "# Roller skating\n", 14, "found # Roller skating"),
        ("## Check yourself", "# Check yourself", None, "found # Skating, # Check yourself"),
        ("## Key points", "### Key points", 17, "expected ## Key points, found ### Key points"),
        (
            "## Example\n- Skating was tried in Anytown in 1987.\n",
            "",
            None,
            "expected the heading ## Example after ## How",
        ),
        ("### Limits", "### Costs", None, "expected the heading ### Limits after ### Strengths, found none"),
        ("- What is Skating?\n", "", None, "expected bullets below ## Check yourself, found nothing"),
        ("- What is Skating?\n", "What is Skating?\n", None, "below ## Check yourself, found 0 bullets"),
        ("Skating is what young people in Skatingtown do.\n", "", 15, "expected text below ## In one sentence, found"),
        ("## How it works", "## Skates and boards", 31, "expected a heading whose purpose the tutor knows"),
    ],
)
def test_a_wrong_heading_is_told(tmp_path: Path, old: str, new: str, line: int | None, said: str) -> None:
    spoil(skating(tmp_path), old, new)
    found = [f for f in checked(tmp_path).findings if f.check is Check.HEADINGS and said in str(f)]
    assert len(found) == 1
    assert found[0].file == "youth-work/skating.md"
    assert line in (None, found[0].line)


def test_the_house_order_holds(tmp_path: Path) -> None:
    file = skating(tmp_path)
    example = "## Example\n- Skating was tried in Anytown in 1987.\n"
    spoil(file, example, "")
    spoil(file, "## Misconceptions", example + "## Misconceptions")
    [finding] = findings(tmp_path, Check.HEADINGS)
    assert (finding.expected, finding.found) == ("## Example here", "## Evaluate")
    assert file.read_text(encoding="utf-8").splitlines()[(finding.line or 0) - 1] == "## Evaluate"


def test_how_it_works_may_be_left_out_and_a_known_heading_added(tmp_path: Path) -> None:
    file = skating(tmp_path)
    text = file.read_text(encoding="utf-8")
    start, end = text.index("## How it works"), text.index("## Example")
    file.write_text(text[:start] + text[end:], encoding="utf-8")
    spoil(file, "## Common mistakes", "### The debate\n- Skating divides people.\n## Common mistakes")
    assert findings(tmp_path, Check.HEADINGS) == []


def of_words(words: int) -> str:
    """A note with just so many words in its body."""
    text = note("Skating", points=1)
    lacking = words - sum(map(words_in, text.split("---\n", 2)[2].replace("1.", "").replace("2.", "").splitlines()))
    more = " ".join(f"word{n}" for n in range(lacking))
    return text.replace("do.\n", f"do. {more}\n", 1)


@pytest.mark.parametrize(("words", "fits"), [(349, False), (350, True), (900, True), (901, False)])
def test_a_note_has_350_to_900_words(tmp_path: Path, words: int, fits: bool) -> None:
    skating(tmp_path).write_text(of_words(words), encoding="utf-8")
    found = findings(tmp_path, Check.LENGTH)
    assert [f.found for f in found] == ([] if fits else [str(words)])
    assert {row.file: row.words for row in checked(tmp_path).notes}["youth-work/skating.md"] == words


def test_a_specification_may_be_of_any_length(tmp_path: Path) -> None:
    file = made_unit(tmp_path) / "youth-work" / "specification.md"
    spoil(file, "young people.", "young people. " + " ".join(f"word{n}" for n in range(1500)))
    assert findings(tmp_path, Check.LENGTH) == []


@pytest.mark.parametrize("word", "It This They These Those Such Here However".split())
def test_a_bullet_names_its_subject(tmp_path: Path, word: str) -> None:
    file = skating(tmp_path)
    spoil(file, "- A strength of Skating is", f"- {word} has the strength")
    [finding] = findings(tmp_path, Check.BULLETS)
    assert f"not one that begins with {word}," in str(finding)
    assert file.read_text(encoding="utf-8").splitlines()[(finding.line or 0) - 1].startswith(f"- {word} has")


def test_a_numbered_item_names_its_subject_too(tmp_path: Path) -> None:
    file = skating(tmp_path)
    spoil(file, "2. Ending: Skating", "2. It")
    [finding] = findings(tmp_path, Check.BULLETS)
    assert file.read_text(encoding="utf-8").splitlines()[(finding.line or 0) - 1] == "2. It ends with tea."


@pytest.mark.parametrize("word", ["Italy", "Thistles", "Hereford", "Nobody, however,"])
def test_a_bullet_may_begin_with_other_words(tmp_path: Path, word: str) -> None:
    spoil(skating(tmp_path), "- A strength of Skating is", f"- {word} has the strength")
    assert findings(tmp_path, Check.BULLETS) == []


@pytest.mark.parametrize(("words", "fits"), [(60, True), (61, False)])
def test_a_bullet_has_at_most_60_words(tmp_path: Path, words: int, fits: bool) -> None:
    bullet = " ".join(f"roll-er{n}" for n in range(words))
    spoil(skating(tmp_path), "- What is Skating?", f"- {bullet}")
    assert ["at most 60 words, not 61" in f.expected for f in findings(tmp_path, Check.BULLETS)] == [True] * (not fits)


@pytest.mark.parametrize(
    "bullet",
    [
        "Misconception: Skating is a kind of soup.",
        "Misconception: Skating is a kind of soup. Skating cannot be eaten.",
        "Everyone takes it for soup. Correction: Skating cannot be eaten.",
        "Misconception: Correction: Skating cannot be eaten.",
    ],
)
def test_a_misconception_has_its_correction(tmp_path: Path, bullet: str) -> None:
    spoil(skating(tmp_path), "Misconception: Skating is a kind of soup. Correction: Skating cannot be eaten.", bullet)
    [finding] = findings(tmp_path, Check.BULLETS)
    assert finding.expected == "Misconception: a claim. Correction: what is true."


@pytest.mark.parametrize(
    ("when", "fits"),
    [
        ("in 1987", True), ("in 1800", True), ("in 2026", True), ("in 1799", False), ("in 2027", False),
        ("at last", False), ("in May 2011, at night", True), ("(2014)", True), ("with 2,019 skaters", False),
        ("with 1987.5 skaters", False), ("at 12019 Main Street", False), ("from 2004-2010", True),
    ],
)  # fmt: skip
def test_an_example_has_its_year(tmp_path: Path, when: str, fits: bool) -> None:
    spoil(skating(tmp_path), "in Anytown in 1987.", f"in Anytown {when}.")
    expected = ["an example with its year, from 1800 to 2026"] * (not fits)
    assert [f.expected for f in findings(tmp_path, Check.BULLETS)] == expected


def take_out(start: str, count: int) -> Callable[[str], str]:
    """Take out the first ``count`` lines that begin so."""

    def spoilt(text: str) -> str:
        lines = text.splitlines()
        for line in [line for line in lines if line.startswith(start)][:count]:
            lines.remove(line)
        return "\n".join(lines)

    return spoilt


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (take_out("- A common mistake", 1), "expected at least 10 bullets below ## Common mistakes, found 9 bullets"),
        (take_out("- Misconception", 1), "expected at least 8 bullets below ## Misconceptions, found 7 bullets"),
        (take_out("## Synopsis", 1), "expected the heading ## Synopsis, found none"),
        (take_out("## Prior knowledge", 1), "expected the heading ## Prior knowledge after ## Revision plan"),
        (take_out("### Outcome 2", 1), "expected criteria as bullets below ### Outcome 2: ... in Assessment criteria"),
        (
            take_out("- Pass: evaluate", 1),
            "expected criteria as bullets below ### Outcome 2: ... in Assessment criteria",
        ),
        (
            lambda text: text.replace("## Guidance", "## Some help"),
            "expected the heading ## Guidance after ## Assessment",
        ),
    ],
)
def test_a_specification_has_its_parts(tmp_path: Path, spoilt: Callable[[str], str], said: str) -> None:
    file = made_unit(tmp_path) / "youth-work" / "specification.md"
    file.write_text(spoilt(file.read_text(encoding="utf-8")), encoding="utf-8")
    found = [f for f in checked(tmp_path).findings if f.check is Check.HEADINGS and said in str(f)]
    assert [f.file for f in found] == ["youth-work/specification.md"]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.sampled_from(
            ["- It is so.", "- Skating is so.", "- Boards\n  roll on and on.", "1. Skate: it rolls.", "A line."]
        ),
        min_size=1,
        max_size=12,
    )
)
def test_every_leaning_bullet_is_told_with_its_own_line(lines: list[str]) -> None:
    text = note("Skating").replace("## Check yourself\n", "## Check yourself\n" + "\n\n".join(lines) + "\n\n")
    with TemporaryDirectory() as folder:
        (Path(folder) / "skating.md").write_text(text, encoding="utf-8")
        found = [f.line for f in checked(Path(folder)).findings if "stands alone" in f.expected]
    assert found == [n for n, line in enumerate(text.splitlines(), 1) if line == "- It is so."]


def test_the_present_is_the_day_that_is_given(tmp_path: Path) -> None:
    spoil(skating(tmp_path), "in Anytown in 1987.", "in Anytown in 2027.")
    assert check_corpus(tmp_path, today=date(2027, 1, 1)).findings == ()
