from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.documents.markdown import read_markdown
from tutor.domain import BlockRole, SourceText
from tutor.errors import UnreadableDocument

NOTE = """---
title: Arnstein's ladder of participation
unit: Community engagement
outcomes: ["LO1", "LO3"]
tier: notes
terms:
  - "ladder of participation"
related: [co-production]
checked: 2026-11-22
---
# Arnstein's ladder of participation

## In one sentence
Arnstein's ladder of participation is a model that sorts
engagement by how much power citizens hold.

## How it works
1. Manipulation: the bottom rung of Arnstein's ladder.
2. Therapy: the second rung.

## Evaluate
### Limits
- Arnstein's ladder treats citizens as one group.
"""


def shown(source: SourceText) -> list[tuple[str, int, int | None, str]]:
    return [(b.role.value, b.level, b.number, source.text[b.start : b.end]) for b in source.blocks]


def words(source: SourceText) -> list[str]:
    return [source.text[b.start : b.end] for b in source.blocks]


def test_a_note_is_read_with_its_front_matter() -> None:
    source = read_markdown(NOTE)
    assert source.front_matter["title"] == "Arnstein's ladder of participation"
    assert source.front_matter["outcomes"] == ["LO1", "LO3"]
    assert source.front_matter["checked"] == date(2026, 11, 22)
    assert shown(source) == [
        ("heading", 1, None, "Arnstein's ladder of participation"),
        ("heading", 2, None, "In one sentence"),
        (
            "paragraph",
            0,
            None,
            "Arnstein's ladder of participation is a model that sorts engagement by how much power citizens hold.",
        ),
        ("heading", 2, None, "How it works"),
        ("numbered", 0, 1, "Manipulation: the bottom rung of Arnstein's ladder."),
        ("numbered", 0, 2, "Therapy: the second rung."),
        ("heading", 2, None, "Evaluate"),
        ("heading", 3, None, "Limits"),
        ("item", 0, None, "Arnstein's ladder treats citizens as one group."),
    ]


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("A *very* **bold** ~~old~~ `code_here`", "A very bold old code_here"),
        ("See [the Act](https://example.org 'title') and <https://example.org>", "See the Act and https://example.org"),
        ("one\ntwo  \nthree", "one two three"),
        ("R&amp;D costs &pound;5 \\*net\\*", "R&D costs £5 *net*"),
        ("before ![a picture](x.png) after", "before after"),
        ("a <b>bold</b> word<br>next <!-- note -->end", "a bold word next end"),
        ("kept <script>alert('x')</script> kept", "kept kept"),
        ("cafe\u0301 soft\u00adhyphen", "café softhyphen"),
    ],
)
def test_inline_markup_goes_and_words_stay(markup: str, plain: str) -> None:
    assert words(read_markdown(markup)) == [plain]


def test_nested_lists_keep_depth_and_printed_numbers() -> None:
    source = read_markdown("- one\n  - two\n\n    3. three\n    4. four\n\n       more of four\n- five\n")
    assert shown(source) == [
        ("item", 0, None, "one"),
        ("item", 1, None, "two"),
        ("numbered", 2, 3, "three"),
        ("numbered", 2, 4, "four"),
        ("paragraph", 0, None, "more of four"),
        ("item", 0, None, "five"),
    ]


@pytest.mark.parametrize(
    ("listed", "numbers"),
    [("1. a\n1. b\n1. c", [1, 2, 3]), ("5. a\n5. b", [5, 6]), ("2. a\n4. b\n9. c", [2, 4, 9]), ("0) a\n1) b", [0, 1])],
)
def test_numbers_are_those_that_a_reader_sees(listed: str, numbers: list[int]) -> None:
    assert [block.number for block in read_markdown(listed).blocks] == numbers


def test_quotations_tables_code_and_html_blocks() -> None:
    source = read_markdown(
        "> Said by\n> a tenant.\n>\n> - a point\n\n- > quoted\n\n"
        "| Rung | Power |\n|---|---|\n| *Therapy* | none |\n| | |\n\n"
        "<div>\ndropped\n</div>\n\n```py\nx = 1\ny = 2\n```\n"
    )
    assert shown(source) == [
        ("quotation", 0, None, "Said by a tenant."),
        ("item", 0, None, "a point"),
        ("quotation", 0, None, "quoted"),
        ("item", 0, None, "Rung | Power"),
        ("item", 0, None, "Therapy | none"),
        ("paragraph", 0, None, "x = 1 y = 2"),
    ]


@pytest.mark.parametrize(
    ("front", "complaint"),
    [
        ("- a\n- b", "found a list"),
        ("just words", "found text"),
        ("title: a: b", "mistake in line 2"),
        ("title: [a", "mistake in line"),
        ("a: &x [1]\nb: *x", "alias"),
        ("checked: 2026-13-45", "month must be in 1..12"),
        ("deep: " + "[" * 3000, "front matter"),
        ("long: " + "x" * 70_000, "70,006 characters"),
    ],
)
def test_front_matter_that_is_no_mapping_is_refused(front: str, complaint: str) -> None:
    with pytest.raises(UnreadableDocument, match=complaint) as caught:
        read_markdown(f"---\n{front}\n---\n# Title\n")
    assert "\n" not in str(caught.value)


def test_a_rule_that_is_never_closed_is_no_front_matter() -> None:
    source = read_markdown("---\n\nSome words: and more\n")
    assert source.front_matter == {}
    assert words(source) == ["Some words: and more"]


def test_empty_front_matter_is_allowed() -> None:
    assert read_markdown("---\n---\nWords\n").front_matter == {}


def test_deep_nesting_is_read_as_far_as_it_is_whole_and_refused_beyond() -> None:
    def nested(depth: int) -> str:
        return "".join("  " * level + f"- level {level}\n" for level in range(depth))

    assert len(read_markdown(nested(48)).blocks) == 48
    for text in (nested(49), nested(400), ">" * 5000 + " x"):
        with pytest.raises(UnreadableDocument, match="at most 48 deep"):
            read_markdown(text)


PIECES = st.sampled_from(
    [
        "# H",
        "- a",
        "  - b",
        "1. c",
        "7) d",
        "> q",
        "| a | b |\n|---|---|\n| c | d |",
        "```\ncode\n```",
        "<p>x</p>",
        "---",
    ]
)
TEXT = st.lists(st.one_of(PIECES, st.text(max_size=30)), max_size=12).map("\n".join)


@given(TEXT)
def test_spans_are_stripped_in_order_and_apart(text: str) -> None:
    try:
        source = read_markdown("\n" + text)
    except UnreadableDocument:
        pytest.fail("text that does not begin with front matter can always be read")
    place = 0
    for block in source.blocks:
        assert place <= block.start < block.end <= len(source.text)
        quote = source.text[block.start : block.end]
        assert quote == quote.strip()
        assert "\n" not in quote
        place = block.end
    assert all((b.number is not None) == (b.role is BlockRole.NUMBERED) for b in source.blocks)


SENTENCES = st.lists(st.text("abcdefgh", min_size=1, max_size=8), min_size=1, max_size=6).map(" ".join)


@given(st.lists(st.tuples(st.sampled_from(["# ", "### ", "- ", "> ", ""]), SENTENCES), min_size=1, max_size=8))
def test_plain_words_survive_unchanged(blocks: list[tuple[str, str]]) -> None:
    source = read_markdown("\n\n".join(marker + sentence for marker, sentence in blocks))
    assert words(source) == [sentence for _, sentence in blocks]
