from __future__ import annotations

import io
from typing import Any

import pptx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches

from tutor.documents.pptx import read_pptx
from tutor.domain import SourceText
from tutor.errors import UnreadableDocument


def saved(deck: Any) -> bytes:
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


def read(deck: Any) -> SourceText:
    return read_pptx(saved(deck), "deck.pptx")


def shown(source: SourceText) -> list[tuple[str, int, int | None, str]]:
    return [(b.role.value, b.level, b.number, source.text[b.start : b.end]) for b in source.blocks]


def add_slide(deck: Any, layout: int, title: str = "") -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    return slide


def add_lines(frame: Any, lines: list[tuple[str, int, str]]) -> None:
    """Add paragraphs: words, level, and a bullet element of DrawingML or nothing."""
    for number, (text, level, bullet) in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
        if bullet:
            paragraph._p.get_or_add_pPr().append(parse_xml(bullet.replace("/>", f" {nsdecls('a')}/>")))


def test_slides_in_order_with_titles_points_tables_and_notes() -> None:
    deck = pptx.Presentation()
    deck.core_properties.title = "Week 3"
    opening = add_slide(deck, 0, "Co-production")
    opening.placeholders[1].text = "Week three"
    slide = add_slide(deck, 1, "The ladder\vof participation")
    add_lines(
        slide.placeholders[1].text_frame,
        [("A point", 0, ""), ("Below it", 1, ""), ("Plain", 0, "<a:buNone/>")],
    )
    table = slide.shapes.add_table(2, 2, 0, 0, Inches(4), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Rung", "Power"
    table.cell(1, 0).merge(table.cell(1, 1))
    table.cell(1, 0).text = "Across both"
    slide.notes_slide.notes_text_frame.text = "Say this.\nThen this."
    blank = add_slide(deck, 6)
    group = blank.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "In a group"
    source = read(deck)
    assert source.front_matter == {"title": "Week 3"}
    assert shown(source) == [
        ("heading", 2, None, "Co-production"),
        ("paragraph", 0, None, "Week three"),
        ("heading", 2, None, "The ladder of participation"),
        ("item", 0, None, "A point"),
        ("item", 1, None, "Below it"),
        ("paragraph", 0, None, "Plain"),
        ("item", 0, None, "Rung | Power"),
        ("item", 0, None, "Across both"),
        ("paragraph", 0, None, "Say this."),
        ("paragraph", 0, None, "Then this."),
        ("heading", 2, None, "Slide 3"),
        ("paragraph", 0, None, "In a group"),
    ]


def test_numbers_are_counted_by_level() -> None:
    deck = pptx.Presentation()
    slide = add_slide(deck, 1, "Steps")
    auto = '<a:buAutoNum type="arabicPeriod"/>'
    add_lines(
        slide.placeholders[1].text_frame,
        [
            ("three", 0, '<a:buAutoNum type="arabicPeriod" startAt="3"/>'),
            ("a", 1, auto),
            ("b", 1, auto),
            ("four", 0, '<a:buAutoNum type="arabicPeriod" startAt="3"/>'),
            ("a again", 1, auto),
            ("point", 0, '<a:buChar char="•"/>'),
            ("one", 0, auto),
        ],
    )
    assert [(role, level, number) for role, level, number, _ in shown(read(deck))[1:]] == [
        ("numbered", 0, 3),
        ("numbered", 1, 1),
        ("numbered", 1, 2),
        ("numbered", 0, 4),
        ("numbered", 1, 1),
        ("item", 0, None),
        ("numbered", 0, 1),
    ]


def test_hidden_slides_and_footers_are_left_out() -> None:
    deck = pptx.Presentation()
    shown_slide = add_slide(deck, 5, "Shown")
    footer = next(shape for shape in deck.slide_layouts[5].placeholders if shape.placeholder_format.type == 15)
    shown_slide.shapes._spTree.append(parse_xml(_xml_of(footer)))
    shown_slide.placeholders[footer.placeholder_format.idx].text = "Footer words"
    add_slide(deck, 5, "Hidden").element.set("show", "0")
    assert shown(read(deck)) == [("heading", 2, None, "Shown")]


def _xml_of(shape: Any) -> bytes:
    from lxml import etree

    xml: bytes = etree.tostring(shape._element)
    return xml


def test_a_title_that_nobody_gave_is_none() -> None:
    deck = pptx.Presentation()
    deck.core_properties.title = "PowerPoint Presentation"
    add_slide(deck, 5, "Only")
    assert read(deck).front_matter == {}


def test_a_file_that_was_cut_short_is_refused() -> None:
    data = saved(pptx.Presentation())
    with pytest.raises(UnreadableDocument, match=r"^cut\.pptx: expected a complete document, found a damaged"):
        read_pptx(data[: len(data) // 2], "cut.pptx")


XML_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(XML_TEXT, st.lists(st.tuples(XML_TEXT, st.integers(0, 8)), max_size=4)), max_size=4))
def test_spans_are_stripped_in_order_and_apart(slides: list[tuple[str, list[tuple[str, int]]]]) -> None:
    deck = pptx.Presentation()
    for title, points in slides:
        slide = add_slide(deck, 1, title)
        add_lines(slide.placeholders[1].text_frame, [(text, level, "") for text, level in points])
    source = read(deck)
    place = 0
    for block in source.blocks:
        assert place <= block.start < block.end <= len(source.text)
        quote = source.text[block.start : block.end]
        assert quote == quote.strip()
        assert "\n" not in quote
        place = block.end
