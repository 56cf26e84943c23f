from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutor.documents.docx import read_docx
from tutor.domain import SourceText
from tutor.errors import UnreadableDocument


def saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def read(document: Any) -> SourceText:
    return read_docx(saved(document), "notes.docx")


def shown(source: SourceText) -> list[tuple[str, int, int | None, str]]:
    return [(b.role.value, b.level, b.number, source.text[b.start : b.end]) for b in source.blocks]


def words(source: SourceText) -> list[str]:
    return [source.text[b.start : b.end] for b in source.blocks]


def add_xml(document: Any, inside: str) -> None:
    element = parse_xml(f"<w:p {nsdecls('w')}>{inside}</w:p>")
    document.element.body.insert(len(document.element.body) - 1, element)


def test_styles_make_headings_lists_and_quotations_and_tables_stay_in_place() -> None:
    document = docx.Document()
    document.core_properties.title = "Ladder notes"
    document.add_heading("Participation", 0)
    document.add_heading("Key points", 2)
    document.add_paragraph("A paragraph\nwith a break and a\ttab.")
    for text, style in [
        ("First", "List Bullet"),
        ("Deeper", "List Bullet 2"),
        ("Manipulation", "List Number"),
        ("Therapy", "List Number"),
        ("Said by a tenant", "Quote"),
        ("Said again", "Intense Quote"),
    ]:
        document.add_paragraph(text, style=style)
    table = document.add_table(3, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Rung", "Power"
    table.cell(1, 0).merge(table.cell(1, 1)).text = "Across both"
    document.add_paragraph("After the table")
    source = read(document)
    assert source.front_matter == {"title": "Ladder notes"}
    assert shown(source) == [
        ("heading", 1, None, "Participation"),
        ("heading", 2, None, "Key points"),
        ("paragraph", 0, None, "A paragraph with a break and a tab."),
        ("item", 0, None, "First"),
        ("item", 1, None, "Deeper"),
        ("numbered", 0, 1, "Manipulation"),
        ("numbered", 0, 2, "Therapy"),
        ("quotation", 0, None, "Said by a tenant"),
        ("quotation", 0, None, "Said again"),
        ("item", 0, None, "Rung | Power"),
        ("item", 0, None, "Across both"),
        ("paragraph", 0, None, "After the table"),
    ]


def test_direct_numbering_counts_by_level_and_restarts() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/></w:lvl>'
        for level, start, form in [(0, 3, "decimal"), (1, 1, "lowerLetter"), (2, 1, "bullet"), (3, 1, "none")]
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    for id_, override in (("71", ""), ("72", restart)):
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{id_}"><w:abstractNumId w:val="77"/>{override}</w:num>')
        )
    for list_id, level in [(71, 0), (71, 1), (71, 1), (71, 2), (71, 0), (71, 1), (71, 3), (72, 0), (72, 0), (0, 0)]:
        add_xml(
            document,
            f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr></w:pPr>'
            f"<w:r><w:t>list {list_id} level {level}</w:t></w:r>",
        )
    assert [(role, level, number) for role, level, number, _ in shown(read(document))] == [
        ("numbered", 0, 3),
        ("numbered", 1, 1),
        ("numbered", 1, 2),
        ("item", 2, None),
        ("numbered", 0, 4),
        ("numbered", 1, 1),
        ("paragraph", 0, None),
        ("numbered", 0, 1),
        ("numbered", 0, 2),
        ("paragraph", 0, None),
    ]


def test_only_what_prints_is_read() -> None:
    document = docx.Document()
    document.styles.add_style("toc 1", 1)
    document.add_paragraph("Contents line 3", style="toc 1")
    add_xml(
        document,
        "<w:r><w:t>kept </w:t></w:r><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>inserted</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        "<w:hyperlink><w:r><w:t> linked</w:t></w:r></w:hyperlink>"
        "<w:sdt><w:sdtContent><w:r><w:t> controlled</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:t> non</w:t><w:noBreakHyphen/><w:t>break</w:t></w:r>",
    )
    box = "<w:p><w:r><w:t>in a box</w:t></w:r></w:p>"
    add_xml(document, f"<w:r><w:t>host</w:t><w:pict><w:txbxContent>{box}</w:txbxContent></w:pict></w:r>")
    document.add_paragraph("• typed bullet")
    assert shown(read(document)) == [
        ("paragraph", 0, None, "kept inserted linked controlled non-break"),
        ("paragraph", 0, None, "host"),
        ("paragraph", 0, None, "in a box"),
        ("item", 0, None, "typed bullet"),
    ]


def test_a_table_of_one_column_is_a_frame_and_inner_tables_stay_in_their_cell() -> None:
    document = docx.Document()
    frame = document.add_table(1, 1).cell(0, 0)
    frame.paragraphs[0].text = "In a frame"
    frame.add_paragraph("a point", style="List Bullet")
    outer = document.add_table(1, 2)
    outer.cell(0, 0).text = "left"
    inner = outer.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "x", "y"
    assert shown(read(document)) == [
        ("paragraph", 0, None, "In a frame"),
        ("item", 0, None, "a point"),
        ("item", 0, None, "left | x y"),
    ]


def test_an_own_style_is_what_it_is_based_on() -> None:
    document = docx.Document()
    for name, base in (("House heading", "Heading 3"), ("House list", "List Bullet")):
        document.styles.add_style(name, 1).base_style = document.styles[base]
        document.add_paragraph(name, style=name)
    assert shown(read(document)) == [("heading", 3, None, "House heading"), ("item", 0, None, "House list")]


def test_a_title_that_nobody_gave_is_none() -> None:
    document = docx.Document()
    document.core_properties.title = "Word Document"
    document.add_paragraph("words")
    assert read(document).front_matter == {}


@pytest.mark.parametrize("cut", [100, 5_000, 20_000])
def test_a_file_that_was_cut_short_is_refused(cut: int) -> None:
    data = saved(docx.Document())
    with pytest.raises(UnreadableDocument, match=r"^cut\.docx: expected a complete document, found a damaged"):
        read_docx(data[:cut], "cut.docx")


STYLE_NAMES = st.sampled_from(
    ["Normal", "Heading 1", "Title", "List Bullet 3", "List Number", "Quote", "List Continue"]
)
XML_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(STYLE_NAMES, XML_TEXT), max_size=8))
def test_spans_are_stripped_in_order_and_apart(paragraphs: list[tuple[str, str]]) -> None:
    document = docx.Document()
    for style, text in paragraphs:
        document.add_paragraph(text, style=style)
    source = read(document)
    place = 0
    for block in source.blocks:
        assert place <= block.start < block.end <= len(source.text)
        quote = source.text[block.start : block.end]
        assert quote == quote.strip()
        assert "\n" not in quote
        place = block.end
    assert len(source.blocks) <= len(paragraphs)
