"""Words in a row that notes share with other texts, and with each other."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_unit import checked, made_unit, note, spoil

from tutor.corpus_check.records import Check, Finding
from tutor.errors import CorpusError

SEVEN = "Seven grey geese flew over the pond"
EIGHT = "Eight grey geese flew slowly over the pond"


def against(folder: Path, text: str, name: str = "other.txt") -> list[Finding]:
    """What the made unit below ``folder`` shares with one text."""
    texts = folder.parent / "texts"
    texts.mkdir(exist_ok=True)
    (texts / name).write_text(text, encoding="utf-8")
    found = checked(folder, texts).findings
    assert {finding.check for finding in found} <= {Check.COPIED}
    return list(found)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made_unit(tmp_path / "notes")


def say(folder: Path, words: str, name: str = "skating.md") -> Path:
    """Put words into a note, in a sentence of their own."""
    file = folder / "youth-work" / name
    spoil(file, "do.\n", f"do. {words}.\n")
    return file


@pytest.mark.parametrize("name", ["other.txt", "other.md"])
def test_eight_words_in_a_row_are_told_with_their_line_and_source(folder: Path, name: str) -> None:
    file = say(folder, EIGHT)
    [finding] = against(folder, f"And then {EIGHT.upper()}, and off.", name)
    assert finding.file == "youth-work/skating.md"
    assert EIGHT in file.read_text(encoding="utf-8").splitlines()[(finding.line or 0) - 1]
    assert finding.expected == f"words of its own, not 8 in a row of {name}"
    assert finding.found == repr(EIGHT.lower())


def test_seven_words_in_a_row_may_be_shared(folder: Path) -> None:
    say(folder, SEVEN)
    assert against(folder, f"And then {SEVEN.upper()}, and off.") == []


def test_without_another_folder_nothing_is_compared(folder: Path) -> None:
    say(folder, EIGHT)
    assert checked(folder).findings == ()


def test_a_longer_row_is_told_once_and_whole(folder: Path) -> None:
    say(folder, f"{EIGHT} and {SEVEN}")
    [finding] = against(folder, f"{EIGHT}, and {SEVEN}.")
    assert "not 16 in a row" in finding.expected


def test_two_rows_are_told_apart(folder: Path) -> None:
    say(folder, EIGHT)
    say(folder, f"Twelve {EIGHT[6:]}", "camping.md")
    found = against(folder, f"{EIGHT}. Twelve {EIGHT[6:]}.")
    assert [(f.file, f.found) for f in found] == [
        ("youth-work/camping.md", repr(f"Twelve {EIGHT[6:]}".lower())),
        ("youth-work/skating.md", repr(EIGHT.lower())),
    ]


def test_layout_and_punctuation_hide_nothing(folder: Path) -> None:
    say(folder, "The warden’s well-known dog (a collie) slept all day")  # noqa: RUF001
    [finding] = against(folder, "the warden's\nwell known dog, a COLLIE:\n\n- slept\n- all day")
    assert "not 10 in a row" in finding.expected


def test_a_list_that_is_copied_bullet_by_bullet_is_told(folder: Path) -> None:
    spoil(
        folder / "youth-work" / "skating.md",
        "- What is Skating?",
        "- Red kites\n- Blue tits\n- Grey geese\n- Barn owls",
    )
    [finding] = against(folder, "red kites; blue tits; grey geese; barn owls")
    assert "not 8 in a row" in finding.expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Skating\n", f"title: {EIGHT}\n"),
        ("  - \"Batsleer", f"  - \"{EIGHT}.\"\n  - \"Batsleer"),
        ("unit: Youth work\nqual", f"unit: {EIGHT}\nqual"),
    ],
)  # fmt: skip
def test_titles_references_and_names_of_units_may_be_shared(folder: Path, old: str, new: str) -> None:
    (folder / "youth-work" / "specification.md").unlink()
    for name in ("skating.md", "camping.md"):
        spoil(folder / "youth-work" / name, old.replace("Skating", name[:-3].capitalize()), new)
        if "title" in old:
            spoil(folder / "youth-work" / name, f"\n# {name[:-3].capitalize()}\n", f"\n# {EIGHT}\n")
    assert against(folder, f"{EIGHT}.") == []


def test_terms_may_not(folder: Path) -> None:
    spoil(folder / "youth-work" / "skating.md", '  - "skating"', f'  - "{EIGHT}"')
    [finding] = against(folder, EIGHT)
    assert finding.line == 8


def test_official_names_may_be_shared_and_the_words_around_them_may_not(folder: Path) -> None:
    (folder / "official-names.yaml").write_text(f"- {EIGHT} Act 2003\n- Mill Act\n", encoding="utf-8")
    say(folder, f"{EIGHT} Act 2003 is law")
    say(folder, f"{SEVEN} Mill Act now", "camping.md")
    text = f"{EIGHT} Act 2003 is law. {SEVEN} Mill Act now."
    assert against(folder, text) == []
    spoil(
        folder / "youth-work" / "skating.md",
        "with tea.",
        f"with tea. Seven black swans swam under the bridge, as the {EIGHT} Act 2003 says",
    )
    [finding] = against(folder, f"{text} Seven black swans swam under the bridge as the {EIGHT} Act 2003 says")
    assert finding.found == repr("seven black swans swam under the bridge as the")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("names: [a]", "official-names.yaml: expected a list of names, found none; write - NAME, one a line"),
        ("- [a", "official-names.yaml: expected YAML, found a mistake in line "),
        ("- 1", "official-names.yaml: expected a list of names"),
    ],
)
def test_a_wrong_list_of_official_names_is_an_error(folder: Path, text: str, said: str) -> None:
    (folder / "official-names.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        checked(folder)
    assert str(caught.value).startswith(said)


def test_a_folder_of_texts_that_cannot_be_read_is_an_error(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(
        CorpusError, match=r"--against: expected a folder of \.txt and .md files at .*nowhere, found none"
    ):
        checked(folder, tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "page.html").write_text("<p>x", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"--against: expected \.txt or .md files in .*empty, found none"):
        checked(folder, tmp_path / "empty")


def test_the_notes_are_not_compared_with_themselves(folder: Path) -> None:
    (folder / "texts.txt").write_text("Nothing of the kind.", encoding="utf-8")
    assert checked(folder, folder).findings == ()


@settings(deadline=None, max_examples=40)
@given(start=st.integers(0, 30), length=st.integers(1, 20))
def test_any_row_is_found_from_eight_words_on(start: int, length: int) -> None:
    ours = [f"word{n}" for n in range(60)]
    theirs = " and ".join([f"other{n}" for n in range(start)] + [" ".join(ours[start : start + length])])
    with TemporaryDirectory() as folder:
        unit = made_unit(Path(folder) / "notes")
        say(unit, " ".join(ours))
        found = against(unit, f"{theirs} so")
    assert [f.found for f in found] == ([repr(" ".join(ours[start : start + length]))] if length >= 8 else [])


# -- between two notes


@pytest.mark.parametrize(("more", "told"), [("and the old mill", True), ("and the mill", False)])
def test_two_notes_that_say_the_same_in_twelve_words_are_a_warning(folder: Path, more: str, told: bool) -> None:
    say(folder, f"{EIGHT} {more}", "camping.md")
    file = say(folder, f"{EIGHT} {more}")
    found = checked(folder)
    assert found.findings == ()
    assert [f.file for f in found.warnings] == ["youth-work/skating.md"] * told
    for warning in found.warnings:
        assert EIGHT in file.read_text(encoding="utf-8").splitlines()[(warning.line or 0) - 1]
        assert warning.expected == "a sentence of its own, not 12 words in a row of youth-work/camping.md:16"


def test_words_that_two_sentences_share_are_none(folder: Path) -> None:
    for name in ("camping.md", "skating.md"):
        say(folder, "Grey geese flew slowly over the pond. Black swans swam under the bridge", name)
    assert checked(folder).warnings == ()


def test_a_name_that_two_notes_share_is_none(folder: Path) -> None:
    (folder / "official-names.yaml").write_text(f"- {EIGHT} and the old mill\n", encoding="utf-8")
    for name in ("camping.md", "skating.md"):
        say(folder, f"Ten black swans swam quietly under {EIGHT} and the old mill while one barn owl slept", name)
    assert checked(folder).warnings == ()


def test_one_note_may_repeat_itself(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(note("Fishing") + f"- {EIGHT} and the old mill.\n" * 2, encoding="utf-8")
    assert checked(tmp_path).warnings == ()
