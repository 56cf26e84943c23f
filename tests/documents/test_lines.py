"""Plain text to blocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_pages import ALL_PAGES, BARE, REPORT, REVISION, SEEDS, WRAPPED

from tutor.documents.lines import read_lines
from tutor.domain import Block, BlockRole, SourceText

HEADING, ITEM, NUMBERED = BlockRole.HEADING, BlockRole.ITEM, BlockRole.NUMBERED
PARAGRAPH, QUOTATION = BlockRole.PARAGRAPH, BlockRole.QUOTATION


def words(source: SourceText, role: BlockRole) -> list[str]:
    return [source.text[block.start : block.end] for block in source.blocks if block.role is role]


def only(text: str) -> tuple[Block, str]:
    source = read_lines(text)
    assert len(source.blocks) == 1
    block = source.blocks[0]
    return block, source.text[block.start : block.end]


@pytest.mark.parametrize(
    ("line", "role", "number", "expected"),
    [
        ("\u2022 Ask first.", ITEM, None, "Ask first."),
        ("- Ask first.", ITEM, None, "Ask first."),
        ("* Ask first.", ITEM, None, "Ask first."),
        ("\u2013 Ask first.", ITEM, None, "Ask first."),
        ("\u25e6Ask first.", ITEM, None, "Ask first."),
        ("\u2022 \U0001f4a1Ask first.", ITEM, None, "Ask first."),
        ("\U0001f4cb Ask first.", ITEM, None, "Ask first."),
        ("\u2705Ask first.", ITEM, None, "Ask first."),
        ("\u26a0\ufe0f Ask first.", ITEM, None, "Ask first."),
        ("\uf0b7 Ask first.", ITEM, None, "Ask first."),
        ("a) Ask first.", ITEM, None, "Ask first."),
        ("(ii) Ask first.", ITEM, None, "Ask first."),
        ("1. Ask first.", NUMBERED, 1, "Ask first."),
        ("12) Ask first.", NUMBERED, 12, "Ask first."),
        ("(3) Ask first.", NUMBERED, 3, "Ask first."),
        ("1. 1Week 1: Ask first.", NUMBERED, 1, "Week 1: Ask first."),
        ("2. 2. Ask first.", NUMBERED, 2, "Ask first."),
        ("\u2022 LO2: Ask first.", NUMBERED, 2, "Ask first."),
        ("3\ufe0f\u20e3 Ask first.", NUMBERED, 3, "Ask first."),
        ("\u2022\nAsk first.", ITEM, None, "Ask first."),
        ("4.\n\n  Ask first.", NUMBERED, 4, "Ask first."),
        ("1.5 million people asked.", PARAGRAPH, None, "1.5 million people asked."),
        ("-5 degrees is cold.", PARAGRAPH, None, "-5 degrees is cold."),
        ("2010 was a year of change.", PARAGRAPH, None, "2010 was a year of change."),
        ("\ufeffAsk first.", PARAGRAPH, None, "Ask first."),
    ],
)
def test_reads_markers(line: str, role: BlockRole, number: int | None, expected: str) -> None:
    block, shown = only(line)
    assert (block.role, block.number, shown) == (role, number, expected)


@pytest.mark.parametrize(
    ("first_line", "title"),
    [
        ("Fire SafetyPearson Occupational Qualification Public Services Revision", "Fire Safety"),
        ("Working with the NHSAQA GCSE Citizenship Revision", "Working with the NHS"),
        ("The Life of McDonaldNOCN Other Vocational Qualification Revision", "The Life of McDonald"),
        ("Fire SafetyNewboard Vocational Qualification Revision", "Fire Safety"),
        ("Fire Safety | Newboard Revision Notes", "Fire Safety"),
        ("Fire safety", "Fire safety"),
        ("Fire safety in England and Wales", "Fire safety in England and Wales"),
    ],
)
def test_finds_the_title(first_line: str, title: str) -> None:
    source = read_lines(f"{first_line}\n\nEvery home needs an alarm on each floor.")
    assert source.front_matter["title"] == title


def test_the_first_sentence_names_a_page_without_title_line() -> None:
    assert read_lines(BARE).front_matter == {"title": "Duties of wardens in small towns"}


@pytest.mark.parametrize("text", ["", "One sentence stands here.", "Key points\n- An alarm wakes people."])
def test_a_title_may_be_absent(text: str) -> None:
    assert "title" not in read_lines(text).front_matter


def test_reads_a_revision_page() -> None:
    source = read_lines(REVISION)
    assert source.text == REVISION
    assert source.front_matter == {
        "title": "Volunteers and Fire Safety",
        "qualification": "Pearson BTEC Level 3 National Certificate in Fire Studies",
    }
    assert words(source, HEADING) == [
        "Topic Synopsis",
        "Key Concepts & Core Principles",
        "Exam Tips & Revision Strategies",
        "Examiner Marking Points",
        "Volunteers and Fire Safety",
        "Assessment criteria",
        "Key Concepts",
        "Learning Objectives",
        "Assessment Guidance",
        "Common Mistakes",
        "Revision Plan",
        "Frequently Asked Questions",
        "Key Terminology",
    ]
    assert [text.split(". ")[-1] for text in words(source, PARAGRAPH)] == [
        "It also asks who pays.",
        "Volunteers visit homes and give advice on alarms.",
    ]
    assert words(source, ITEM)[2:4] == ["Name a real scheme.", "Weigh cost against benefit."]
    assert words(source, NUMBERED)[2:4] == ["Week 1: Read about home visits.", "Week 2: Plan one visit."]


def test_reads_a_report() -> None:
    source = read_lines(REPORT)
    assert source.front_matter == {"title": "Street wardens and trust in three towns"}
    assert words(source, HEADING) == [
        "Street wardens and trust in three towns",
        "Summary",
        "Key points",
        "Residents",
        "Background",
        "What wardens did each day",
        "Box 1: A shared office",
        "Policy implications",
        "For councils",
    ]
    assert words(source, QUOTATION) == ["You see them once and then nobody comes for a month or more.\n-(Shop owner)"]
    assert [block.level for block in source.blocks if block.role is ITEM][-2:] == [1, 1]
    shown = "\n".join(source.text[block.start : block.end] for block in source.blocks)
    for dropped in ("Skip to", "Written by", "Ann Other", "Date published", "Downloads"):
        assert dropped not in shown


def test_joins_hard_wrapped_lines() -> None:
    source = read_lines(WRAPPED)
    assert words(source, HEADING) == ["Neighbourhood watch in rural areas", "How it works", "Strengths"]
    assert [text.count("\n") for text in words(source, PARAGRAPH)] == [2, 2, 1]
    assert [text.count("\n") for text in words(source, ITEM)] == [1, 0]


def test_each_line_of_a_page_without_blank_lines_is_a_block() -> None:
    long = "Wardens walk the same streets each day, and they come to know the people who live and work there by name."
    source = read_lines("\n".join(f"{long} Line {i}." for i in range(4)))
    assert len(words(source, PARAGRAPH)) == 4


def test_a_broken_line_goes_on_below() -> None:
    source = read_lines("Wardens walk the same streets\nand learn names.\nThen they write reports.")
    assert words(source, PARAGRAPH) == [
        "Wardens walk the same streets\nand learn names.",
        "Then they write reports.",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Skip to main content",
        "Downloads",
        "Share this page",
        "Accept all cookies",
        "We use cookies to improve this site",
        "Back to top",
        "Home > Topics > Wardens",
        "Page 3 of 10",
        "Reading time: 4 minutes",
        "Last updated: 3 May 2011",
        "5 min read",
        "\u00a9 2020 Some Site",
        "-----",
        "17",
    ],
)
def test_drops_furniture(line: str) -> None:
    source = read_lines(f"Wardens walk.\n{line}\nResidents talk to them.")
    assert words(source, PARAGRAPH) == ["Wardens walk.", "Residents talk to them."]


@pytest.mark.parametrize(
    "line",
    [
        "Home visits are free.",
        "Search warrants need a magistrate.",
        "Cookies were offered at the meeting.",
        "Level 3 staff hold a Diploma.",
        "Ready meals are not a fire risk.",
        "Share what you learn with residents.",
    ],
)
def test_keeps_sentences_that_look_like_furniture(line: str) -> None:
    assert line in words(read_lines(f"Wardens walk.\n{line}\nResidents talk to them."), PARAGRAPH)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Wardens\n\nWardens walk.\n\n## Costs\n\nWardens cost money.", [("Wardens", 1), ("Costs", 2)]),
        ("Wardens\n\n2.1 Daily work\n\nWardens walk each day.", [("Wardens", 1), ("Daily work", 3)]),
        ("\U0001f4cb Key points\n- Wardens walk.", [("Key points", 2)]),
        (
            "Wardens\nStrengths:\n- They are cheap.\nLimits:\n- They are few.",
            [("Wardens", 1), ("Strengths", 3), ("Limits", 3)],
        ),
        ("The steps are:\n- Walk.\n- Talk.", []),
        ("Wardens walk.\nRungs\nOne\nTwo\nThree", [("Rungs", 2)]),
    ],
)
def test_headings_and_their_depth(text: str, expected: list[tuple[str, int]]) -> None:
    source = read_lines(text)
    found = [(text[block.start : block.end], block.level) for block in source.blocks if block.role is HEADING]
    assert found == expected


def test_nests_items() -> None:
    source = read_lines("- a walk\n  - a talk\n    - a note\n  - a call\n- a visit")
    assert [block.level for block in source.blocks] == [0, 1, 2, 1, 0]


MESSY = st.lists(
    st.sampled_from(
        [
            "\u2022 ",
            "1. ",
            "- ",
            "Key points",
            "Title here",
            ":",
            "\n",
            "\n\n",
            "    ",
            "word ",
            "Sentence. ",
            '"',
            "12",
            "\U0001f4a1",
        ]
    )
    | st.text(max_size=12),
    max_size=40,
).map("".join)


@given(MESSY)
def test_blocks_are_in_order_and_stripped(text: str) -> None:
    source = read_lines(text)
    assert source.text == text
    place = 0
    for block in source.blocks:
        assert place <= block.start < block.end <= len(text)
        assert text[block.start : block.end].strip() == text[block.start : block.end]
        place = block.end


@pytest.mark.parametrize("page", sorted(ALL_PAGES))
def test_windows_line_ends_change_nothing(page: str) -> None:
    unix, windows = read_lines(ALL_PAGES[page]), read_lines(ALL_PAGES[page].replace("\n", "\r\n"))
    assert [block.role for block in unix.blocks] == [block.role for block in windows.blocks]
    assert unix.front_matter == windows.front_matter


@pytest.mark.skipif(not SEEDS.is_dir(), reason="no ../shared/seeds here")
def test_seed_pages_keep_their_titles() -> None:
    sources = {path.name[:3]: read_lines(path.read_text(encoding="utf-8")) for path in SEEDS.glob("*.txt")}
    titles = {name: source.front_matter["title"] for name, source in sources.items()}
    assert titles["000"] == "Community Engagement"
    assert titles["001"] == "Technology in Public Services"
    assert titles["002"].startswith("Public officials")
    assert titles["003"].startswith("Understand partnership working")
    assert titles["004"].startswith("Principles and practices of partnership")
    assert {name for name, source in sources.items() if "qualification" in source.front_matter} == {"000", "001", "003"}
