"""Passages: their spans, kinds, numbers and trails."""

from __future__ import annotations

import re
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_pages import ALL_PAGES, REPORT, REVISION, SEEDS, WRAPPED

from tutor.documents.headings import heading_kind
from tutor.documents.lines import read_lines
from tutor.documents.outline import outline
from tutor.documents.passages import PassageDraft, claim_and_correction, cut
from tutor.domain import Block, BlockRole, Section, SectionKind

K = SectionKind
LONG = "Wardens walk the same streets every day and they learn the names of those who live there. "


def drafts(text: str, title: str = "T") -> list[PassageDraft]:
    return cut(outline(read_lines(text), title), text)


def shown(text: str) -> list[str]:
    return [text[draft.start : draft.end] for draft in drafts(text)]


def one_block(
    text: str, kind: SectionKind, role: BlockRole = BlockRole.ITEM, number: int | None = None
) -> list[PassageDraft]:
    return cut([Section(("T",), kind, (Block(role, 0, len(text), 0, number),))], text)


def test_cuts_a_revision_page() -> None:
    found = [
        (draft.kind, draft.number, REVISION[draft.start : draft.end], len(draft.repeats)) for draft in drafts(REVISION)
    ]
    assert found[2:] == [
        (
            K.CONCEPT,
            None,
            "Home visits: A volunteer checks alarms (e.g. in the hall) and talks about escape routes.",
            0,
        ),
        (K.CONCEPT, None, "Training: Every volunteer is trained before a first visit.", 0),
        (K.LEARNING_OUTCOME, 1, "Explain why fire services use volunteers.", 2),
        (K.LEARNING_OUTCOME, 2, "Assess how volunteers are trained.", 2),
        (K.LEARNING_OUTCOME, 3, "Design a home visit.", 2),
        (K.GUIDANCE, None, "Name a real scheme.", 0),
        (K.GUIDANCE, None, "Weigh cost against benefit.", 0),
        (K.MISTAKE, None, "Naming a scheme without saying what it does.", 0),
        (
            K.MISCONCEPTION,
            None,
            "Misconception: Volunteers put out fires. Correction: Volunteers mostly give advice.",
            0,
        ),
        (
            K.MISCONCEPTION,
            None,
            "Fire volunteers are free of cost: At a station, somebody still pays for training and travel.",
            0,
        ),
        (K.PLAN, 1, "Week 1: Read about home visits.", 0),
        (K.PLAN, 2, "Week 2: Plan one visit.", 0),
    ]
    assert [draft.ordinal for draft in drafts(REVISION)] == list(range(len(found)))


def test_cuts_a_report() -> None:
    found = {REPORT[draft.start : draft.end]: draft for draft in drafts(REPORT)}
    assert found["who speaks to wardens"].trail == ("T", "The research asks")
    assert found["walking slowly"].trail[-1] == "Wardens relied on a few habits. These included"
    assert found["learning names"].trail == found["writing things down."].trail
    assert "Wardens relied on a few habits." in found
    said = found["You see them once and then nobody comes for a month or more.\n-(Shop owner)"]
    assert said.trail[-1].startswith("Some residents doubted")
    assert "Wardens began work in 2003.\n\nThey were paid by the council." in found
    assert found["Review the plan every year."].number == 3
    plans = next(text for text in found if text.startswith("Local plans need to consider:"))
    assert plans.endswith("who trains them.")
    assert found[plans].number == 2
    assert not any(text.startswith("The research asks") for text in found)


def test_wrapped_text_keeps_its_line_breaks() -> None:
    assert (
        "Watch schemes are cheap to run, and they use knowledge that only the\npeople who live in a place can have."
        in shown(WRAPPED)
    )


@pytest.mark.parametrize(
    ("text", "kind", "number", "expected"),
    [
        (
            "1. Explain it well.2. Assess it now.",
            K.LEARNING_OUTCOME,
            None,
            [(1, "Explain it well."), (2, "Assess it now.")],
        ),
        ("Explain it well. 2) Assess it now.", K.TEXT, 1, [(1, "Explain it well."), (2, "Assess it now.")]),
        ("LO1: Explain it well; LO2: Assess it now", K.TERM, None, [(1, "Explain it well"), (2, "Assess it now")]),
        (
            "Understand what wardens do, Understand how wardens work",
            K.LEARNING_OUTCOME,
            None,
            [(None, "Understand what wardens do"), (None, "Understand how wardens work")],
        ),
        (
            "Know what wardens do, Be able to plan a walk",
            K.LEARNING_OUTCOME,
            None,
            [(None, "Know what wardens do"), (None, "Be able to plan a walk")],
        ),
        (
            "Understand Art, Design and Technology in towns",
            K.TERM,
            None,
            [(None, "Understand Art, Design and Technology in towns")],
        ),
        ("Read Unit 2. Then write it up.", K.PLAN, 1, [(1, "Read Unit 2. Then write it up.")]),
        ("Version 1.2. It is new.", K.TEXT, None, [(None, "Version 1.2. It is new.")]),
    ],
)
def test_outcomes_run_together(
    text: str, kind: SectionKind, number: int | None, expected: list[tuple[int | None, str]]
) -> None:
    role = BlockRole.NUMBERED if number else BlockRole.ITEM
    found = one_block(text, kind, role, number)
    assert [(draft.number, text[draft.start : draft.end]) for draft in found] == expected


def test_outcomes_under_terms_are_outcomes() -> None:
    assert {draft.kind for draft in one_block("1. Explain it well.2. Assess it now.", K.TERM)} == {K.LEARNING_OUTCOME}


def test_a_paragraph_of_ninety_words_stays_whole() -> None:
    text = (LONG * 5).strip()
    assert [text[draft.start : draft.end] for draft in one_block(text, K.TEXT, BlockRole.PARAGRAPH)] == [text]


@pytest.mark.parametrize("count", [7, 12, 40])
def test_long_paragraphs_are_cut_at_sentence_ends(count: int) -> None:
    text = " ".join(f"{LONG}That was town {i}." for i in range(count))
    found = [text[draft.start : draft.end] for draft in one_block(text, K.TEXT, BlockRole.PARAGRAPH)]
    assert len(found) > 1
    assert " ".join(found) == text
    assert all(piece.endswith(".") for piece in found)
    assert all(30 <= len(piece.split()) <= 90 for piece in found)


def test_a_piece_does_not_begin_with_a_word_that_leans_back() -> None:
    text = " ".join(f"{LONG}They also visited town number {i} to see how its own wardens did it." for i in range(8))
    found = [text[draft.start : draft.end] for draft in one_block(text, K.TEXT, BlockRole.PARAGRAPH)]
    assert len(found) > 1
    assert all(piece.startswith("Wardens") for piece in found)


def test_one_endless_sentence_is_cut_all_the_same() -> None:
    text = "wardens walk, " * 400
    found = one_block(text.strip(), K.TEXT, BlockRole.PARAGRAPH)
    repeats = sum(len(draft.repeats) for draft in found)
    assert len(found) + repeats > 5
    assert all(draft.end - draft.start < 1500 for draft in found)


def test_an_exact_repeat_is_kept_where_its_kind_says_most() -> None:
    text = "References\nWardens walk.\n\nKey Terminology\n- Wardens walk!\n\nLearning outcomes\n- Wardens  walk."
    (draft,) = drafts(text)
    assert draft.kind is K.LEARNING_OUTCOME
    assert [text[start:end] for start, end in draft.repeats] == ["Wardens walk.", "Wardens walk!"]


def test_a_correction_on_its_own_line_joins_its_claim() -> None:
    text = "Misconceptions\n- Misconception: Wardens arrest people.\n- Correction: Wardens have no such power."
    (draft,) = drafts(text)
    assert draft.kind is K.MISCONCEPTION
    assert claim_and_correction(text[draft.start : draft.end]) is not None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Confusing wardens with officers.", K.MISTAKE),
        ("Wardens are officers: In law, a warden is a council worker.", K.MISCONCEPTION),
        ("A common mistake with wardens is to skip the law: Name the Act.", K.MISTAKE),
        ("Students list duties but are vague on cost: Give one figure.", K.MISTAKE),
    ],
)
def test_mistakes_and_misconceptions_are_told_apart(text: str, kind: SectionKind) -> None:
    assert [draft.kind for draft in one_block(text, K.MISTAKE)] == [kind]


@pytest.mark.parametrize(
    ("text", "claim", "correction"),
    [
        ("Misconception: Wardens are police. Correction: They are not.", "Wardens are police.", "They are not."),
        ("Myth: Wardens are police. Fact: They are not.", "Wardens are police.", "They are not."),
        ("Myth 2 - Wardens are police. Reality: They are not.", "Wardens are police.", "They are not."),
        ("Wardens are police. Correction: They are not.", "Wardens are police.", "They are not."),
        ("Misconception: Wardens are police. They are not.", "Wardens are police.", "They are not."),
        (
            "Wardens are police: In reality, councils employ them.",
            "Wardens are police",
            "In reality, councils employ them.",
        ),
        (
            "Wardens are the same as police: At Level 5, examiners expect a contrast.",
            "Wardens are the same as police",
            "At Level 5, examiners expect a contrast.",
        ),
        (
            "Wardens means police: Students often forget councils.",
            "Wardens means police",
            "Students often forget councils.",
        ),
        ("Wardens are police. In fact, councils employ them.", "Wardens are police.", "In fact, councils employ them."),
        ("Students often think that wardens are police, but they are not.", "wardens are police", "they are not."),
        (
            "Some people believe wardens are police. Actually, they are not.",
            "wardens are police.",
            "Actually, they are not.",
        ),
    ],
)
def test_finds_claim_and_correction(text: str, claim: str, correction: str) -> None:
    spans = claim_and_correction(text)
    assert spans is not None
    assert [text[start:end] for start, end in spans] == [claim, correction]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Misconception:",
        "Wardens walk the streets.",
        "Failing to name an Act: Every answer is weaker for it.",
        "What wardens are: Council workers on patrol.",
        "Data protection: Students forget that it covers photographs.",
        "Avoid lists that are long: Examiners want depth.",
    ],
)
def test_other_text_has_no_claim(text: str) -> None:
    assert claim_and_correction(text) is None


MESSY = st.lists(
    st.sampled_from(
        [
            "\u2022 ",
            "1. ",
            "2. ",
            "- ",
            "    - ",
            "Key points\n",
            "Common mistakes\n",
            "Learning outcomes\n",
            ":\n",
            "\n",
            "\n\n",
            "Understand it all, ",
            "This includes: ",
            "Sentence one is here. ",
            "Misconception: a lie is told. ",
            "Correction: no. ",
            "; and\n",
            "-(A speaker)\n",
            LONG * 6,
        ]
    )
    | st.text(max_size=12),
    max_size=30,
).map("".join)


def check_cover(text: str, sections: list[Section], found: list[PassageDraft]) -> None:
    """Every word of every block stands in exactly one passage or repeat, or in a trail, or was a list's "and"."""
    spans = sorted(span for draft in found for span in ((draft.start, draft.end), *draft.repeats))
    place = 0
    for start, end in spans:
        assert place <= start < end
        assert text[start:end] == text[start:end].strip()
        place = end
    covered = bytearray(len(text))
    for start, end in spans:
        covered[start:end] = b"\1" * (end - start)
    trails = Counter(word for draft in found for part in draft.trail for word in re.findall(r"[^\W\d_]+", part))
    for section in sections:
        for block in section.blocks:
            for match in re.finditer(r"[^\W\d_]+", text[block.start : block.end]):
                inside = set(covered[block.start + match.start() : block.start + match.end()])
                if inside != {1}:
                    left_out = inside == {0} and (trails[match.group()] or match.group() in {"and", "or", "but", "LO"})
                    assert left_out, f"{match.group()!r} is in no passage"


@given(MESSY)
def test_every_word_is_covered_once(text: str) -> None:
    sections = outline(read_lines(text), "T")
    check_cover(text, sections, cut(sections, text))


@pytest.mark.parametrize("page", sorted(ALL_PAGES))
def test_every_word_of_a_page_is_covered_once(page: str) -> None:
    text = ALL_PAGES[page]
    sections = outline(read_lines(text), "T")
    check_cover(text, sections, cut(sections, text))


@given(st.text(max_size=300))
def test_claims_are_spans_of_the_text(text: str) -> None:
    spans = claim_and_correction(text)
    if spans is not None:
        (start, end), (begin, last) = spans
        assert 0 <= start < end <= begin < last <= len(text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "a",
        " ",
        "\n",
        ". ",
        "(",
        "* ",
        "- x\n",
        "1. Explore it.2. Do it.",
        "X is: ",
        "Short line\n",
        "Understand it all, ",
        "Is it? ",
        "\n   ",
        "- a:\n  - b\n",
        "Misconception: a b c d. ",
        '"',
        "-(a b)\n",
        "low words go on and on to\n",
    ],
)
def test_a_megabyte_of_odd_text_takes_seconds(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    began = time.perf_counter()
    drafts(text)
    assert time.perf_counter() - began < 60


SEED_COUNTS = {
    "000": {K.LEARNING_OUTCOME: 4, K.CRITERION: 8, K.MISCONCEPTION: 3, K.MISTAKE: 7, K.GUIDANCE: 10, K.CONCEPT: 5},
    "001": {K.LEARNING_OUTCOME: 4, K.CRITERION: 8, K.MISCONCEPTION: 3, K.MISTAKE: 8, K.PLAN: 4, K.QUESTION_TYPE: 4},
    "002": {K.EXAMPLE: 3, K.OVERVIEW: 2},
    "003": {K.LEARNING_OUTCOME: 3, K.CRITERION: 3, K.MISCONCEPTION: 3, K.MISTAKE: 3, K.TERM: 0, K.SYNOPSIS: 1},
    "004": {K.CRITERION: 3, K.MISTAKE: 3, K.CONCEPT: 5, K.GUIDANCE: 3, K.SYNOPSIS: 1},
}


@pytest.mark.skipif(not SEEDS.is_dir(), reason="no ../shared/seeds here")
@pytest.mark.parametrize("name", sorted(SEED_COUNTS))
def test_seed_pages(name: str) -> None:
    (path,) = SEEDS.glob(f"{name}_*.txt")
    text = path.read_text(encoding="utf-8")
    sections = outline(read_lines(text), name)
    found = cut(sections, text)
    check_cover(text, sections, found)
    counts = Counter(draft.kind for draft in found)
    assert {kind: counts[kind] for kind in SEED_COUNTS[name]} == SEED_COUNTS[name]
    for draft in found:
        words = text[draft.start : draft.end]
        assert heading_kind(words) is None
        assert not re.match(
            r"(?:Skip to|Downloads|Ready to|AI-powered|Written by|Date published|PEARSON|NOCN$|\d+$)", words
        )
        assert len(words.split()) <= 120
        assert draft.kind is not K.MISCONCEPTION or claim_and_correction(words) is not None
