"""Heading trails and section kinds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_pages import ALL_PAGES, BARE, REPORT, REVISION

from tutor.documents.compose import Part, compose
from tutor.documents.headings import heading_kind, is_box
from tutor.documents.lines import read_lines
from tutor.documents.outline import outline
from tutor.domain import BlockRole, SectionKind

K = SectionKind


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("In one sentence", K.CONCEPT),
        ("Key points", K.CONCEPT),
        ("How it works", K.CONCEPT),
        ("Key Concepts & Core Principles", K.CONCEPT),
        ("Example", K.EXAMPLE),
        ("Case study: Leeds", K.EXAMPLE),
        ("Evaluate", K.EVALUATION),
        ("Strengths", K.EVALUATION),
        ("Limits", K.EVALUATION),
        ("The debate", K.EVALUATION),
        ("Advantages and disadvantages of drones", K.EVALUATION),
        ("Common mistakes", K.MISTAKE),
        ("Common Misconceptions & Mistakes to Avoid", K.MISTAKE),
        ("Misconceptions", K.MISCONCEPTION),
        ("Common misconceptions about consent", K.MISCONCEPTION),
        ("Using it in an assignment", K.GUIDANCE),
        ("Exam Tips & Revision Strategies", K.GUIDANCE),
        ("Assessment Guidance", K.GUIDANCE),
        ("Guidance", K.GUIDANCE),
        ("Check yourself", K.QUESTION_TYPE),
        ("Question types", K.QUESTION_TYPE),
        ("Exam Question Types", K.QUESTION_TYPE),
        ("Examiner Marking Points", K.CRITERION),
        ("ASSESSMENT CRITERIA", K.CRITERION),
        ("Learning Objectives", K.LEARNING_OUTCOME),
        ("2. Learning outcomes:", K.LEARNING_OUTCOME),
        ("Key Terminology", K.TERM),
        ("Before You Start", K.PRIOR_KNOWLEDGE),
        ("Prior knowledge", K.PRIOR_KNOWLEDGE),
        ("Revision plan", K.PLAN),
        ("Topic Overview", K.OVERVIEW),
        ("Background", K.OVERVIEW),
        ("Topic Synopsis", K.SYNOPSIS),
        ("Summary", K.SYNOPSIS),
        ("Policy and practice implications", K.FINDING),
        ("Recommendations for councils", K.FINDING),
        ("References", K.TEXT),
        ("Frequently Asked Questions", K.TEXT),
        ("Outcome 1: Explain the need", None),
        ("Planning the visit", None),
        ("Wardens and their work", None),
        ("", None),
        ("!!!", None),
    ],
)
def test_headings_say_what_follows(heading: str, kind: SectionKind | None) -> None:
    assert heading_kind(heading) is kind


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Box 2: A shared office", True),
        ("Case study: Leeds", True),
        ("Boxing clubs: a study", False),
        ("Box office", False),
    ],
)
def test_boxes(heading: str, expected: bool) -> None:
    assert is_box(heading) is expected


def kinds(text: str, title: str) -> list[tuple[tuple[str, ...], SectionKind]]:
    return [(section.trail[1:], section.kind) for section in outline(read_lines(text), title)]


def test_outlines_a_revision_page() -> None:
    assert kinds(REVISION, "Volunteers and Fire Safety") == [
        (("Topic Synopsis",), K.SYNOPSIS),
        ((), K.SYNOPSIS),
        (("Key Concepts",), K.CONCEPT),
        (("Learning Objectives",), K.LEARNING_OUTCOME),
        (("Assessment Guidance",), K.GUIDANCE),
        (("Common Mistakes",), K.MISTAKE),
        (("Revision Plan",), K.PLAN),
        (("Key Terminology",), K.TERM),
    ]


def test_outlines_a_page_without_blank_lines() -> None:
    assert [kind for _, kind in kinds(BARE, "Wardens")] == [K.SYNOPSIS, K.CONCEPT, K.MISTAKE, K.CRITERION]


def test_outlines_a_report() -> None:
    assert kinds(REPORT, "Street wardens and trust in three towns") == [
        ((), K.SYNOPSIS),
        (("Summary",), K.SYNOPSIS),
        (("Summary", "Key points", "Residents"), K.FINDING),
        (("Background",), K.OVERVIEW),
        (("What wardens did each day",), K.FINDING),
        (("What wardens did each day", "Box 1: A shared office"), K.EXAMPLE),
        (("Policy implications", "For councils"), K.FINDING),
    ]


def test_a_box_ends_at_a_blank_line() -> None:
    text = "Wardens\n\nDaily work\n\nThey walk a lot.\n\nBox 1: An office\nThey share an office.\n\nThey also talk."
    assert [trail for trail, _ in kinds(text, "Wardens")] == [
        ("Daily work",),
        ("Daily work", "Box 1: An office"),
        ("Daily work",),
    ]


def test_outlines_a_note() -> None:
    heading, item = BlockRole.HEADING, BlockRole.ITEM
    source = compose(
        [
            Part(heading, "Street wardens", 1),
            Part(heading, "Evaluate", 2),
            Part(heading, "The cost of wardens", 3),
            Part(item, "Street wardens cost less than officers."),
            Part(heading, "Misconceptions", 2),
            Part(item, "Misconception: Wardens arrest people. Correction: Wardens have no such power."),
            Part(heading, "Assessment criteria", 2),
            Part(heading, "Outcome 1: Explain the need", 3),
            Part(item, "Pass: Explain one need."),
        ]
    )
    assert [(section.trail, section.kind) for section in outline(source, "Wardens in towns")] == [
        (("Wardens in towns", "Evaluate", "The cost of wardens"), K.EVALUATION),
        (("Wardens in towns", "Misconceptions"), K.MISCONCEPTION),
        (("Wardens in towns", "Assessment criteria", "Outcome 1: Explain the need"), K.CRITERION),
    ]


def test_text_without_headings_is_plain_text() -> None:
    assert kinds("Wardens walk. They talk.", "Wardens") == [((), K.TEXT)]


@pytest.mark.parametrize("page", sorted(ALL_PAGES))
def test_every_block_stands_in_one_section(page: str) -> None:
    source = read_lines(ALL_PAGES[page])
    inside = [block for section in outline(source, page) for block in section.blocks]
    assert inside == [block for block in source.blocks if block.role is not BlockRole.HEADING]


@given(st.text(max_size=200), st.text(max_size=20))
def test_any_text_has_an_outline(text: str, title: str) -> None:
    assert all(section.trail[0] == title and section.blocks for section in outline(read_lines(text), title))
