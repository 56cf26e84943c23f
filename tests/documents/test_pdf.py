from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    ListFlowable,
    ListItem,
    PageBreak,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
    Table,
)

from tutor.documents.pdf import read_pdf
from tutor.domain import SourceText
from tutor.errors import UnreadableDocument

STYLES = getSampleStyleSheet()
LADDER = (
    "Arnstein's ladder sorts participation by how much power citizens hold. "
    "Its bottom rungs are no participation at all, and its top rungs give citizens control. "
)
PANEL = (
    "A citizens' panel is a group of residents whom a council asks for their views again and again. "
    "Its members are chosen to be like the whole area, so that the answers can be compared over time. "
)


def drawn(draw: Callable[[Canvas], None], **options: Any) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, **options)
    draw(canvas)
    canvas.save()
    return stream.getvalue()


def lines_at(canvas: Canvas, top: float, lines: list[str], left: float = 72, step: float = 14) -> None:
    canvas.setFont("Helvetica", 11)
    for number, line in enumerate(lines):
        canvas.drawString(left, top - number * step, line)


def shown(source: SourceText) -> list[tuple[str, int, int | None, str]]:
    return [(b.role.value, b.level, b.number, source.text[b.start : b.end]) for b in source.blocks]


def words(source: SourceText) -> list[str]:
    return [source.text[b.start : b.end] for b in source.blocks]


def test_headings_paragraphs_lists_and_tables_are_told_apart() -> None:
    body = STYLES["BodyText"]
    nested = ListFlowable([Paragraph("Nested point.", body)], bulletType="bullet")
    story = [
        Paragraph("Participation", STYLES["Heading1"]),
        Paragraph("Key points", STYLES["Heading2"]),
        Paragraph(LADDER * 2, body),
        Paragraph(PANEL, body),
        ListFlowable(
            [
                ListItem(Paragraph(LADDER, body)),
                ListItem([Paragraph("Second point.", body), nested]),
            ],
            bulletType="bullet",
        ),
        ListFlowable(
            [Paragraph(f"Manipulation. {PANEL}", body), Paragraph("Therapy.", body)], bulletType="1", bulletFormat="%s."
        ),
        Table([["Rung", "Power"], ["Therapy", "none"]]),
        Paragraph("<b>A bold heading</b>", body),
        Paragraph(PANEL, body),
    ]
    stream = io.BytesIO()
    SimpleDocTemplate(stream, pagesize=A4, title="Ladder notes").build(story)
    source = read_pdf(stream.getvalue(), "notes.pdf")
    assert source.front_matter == {"title": "Ladder notes"}
    assert shown(source) == [
        ("heading", 1, None, "Participation"),
        ("heading", 2, None, "Key points"),
        ("paragraph", 0, None, (LADDER * 2).strip()),
        ("paragraph", 0, None, PANEL.strip()),
        ("item", 0, None, LADDER.strip()),
        ("item", 0, None, "Second point."),
        ("item", 1, None, "Nested point."),
        ("numbered", 0, 1, f"Manipulation. {PANEL}".strip()),
        ("numbered", 0, 2, "Therapy."),
        ("item", 0, None, "Rung | Power"),
        ("item", 0, None, "Therapy | none"),
        ("heading", 3, None, "A bold heading"),
        ("paragraph", 0, None, PANEL.strip()),
    ]


def test_running_heads_and_page_numbers_go_and_page_headings_stay() -> None:
    def furniture(canvas: Canvas, document: Any) -> None:
        canvas.setFont("Helvetica", 9)
        canvas.drawString(72, 815, "Public services revision")
        canvas.drawCentredString(300, 30, f"Page {document.page}")

    story: list[Any] = []
    for number in range(1, 5):
        story += [
            Paragraph(f"Question {number}", STYLES["Heading1"]),
            Paragraph(LADDER, STYLES["BodyText"]),
            PageBreak(),
        ]
    stream = io.BytesIO()
    SimpleDocTemplate(stream, pagesize=A4).build(story, onFirstPage=furniture, onLaterPages=furniture)
    found = words(read_pdf(stream.getvalue(), "notes.pdf"))
    assert found == [text for number in range(1, 5) for text in (f"Question {number}", LADDER.strip())]


def test_columns_are_read_one_after_the_other_however_they_were_drawn() -> None:
    left = [f"left line {n} has some words in it" for n in range(6)]
    right = [f"right line {n} has some words in it" for n in range(6)]

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 20)
        canvas.drawString(72, 780, "A heading that stands above both of the columns")
        for number in range(6):
            lines_at(canvas, 740 - 14 * number, [right[number]], left=330)
            lines_at(canvas, 740 - 14 * number, [left[number]])

    assert words(read_pdf(drawn(draw), "two.pdf")) == [
        "A heading that stands above both of the columns",
        " ".join([*left, *right]),
    ]


def test_paragraphs_run_on_over_columns_and_pages() -> None:
    stream = io.BytesIO()
    template = BaseDocTemplate(stream, pagesize=A4)
    template.addPageTemplates(PageTemplate(frames=[Frame(50, 50, 240, 740), Frame(305, 50, 240, 740)]))
    paragraphs = [f"Paragraph number {n} about panels. {PANEL * 2}".strip() for n in range(20)]
    template.build([Paragraph(text, STYLES["BodyText"]) for text in paragraphs])
    found = words(read_pdf(stream.getvalue(), "two.pdf"))
    assert " ".join(found) == " ".join(paragraphs)
    assert len(found) <= len(paragraphs) + 3


def test_broken_words_are_mended_and_compounds_kept() -> None:
    def draw(canvas: Canvas) -> None:
        lines_at(
            canvas,
            700,
            [
                "Some people say that every commu-",
                "nity has needs, and that co-",
                "production meets them, as a well-",
                "being board for each tenant knows: well-being",
                "of a community comes first, and so on",
            ],
        )

    assert words(read_pdf(drawn(draw), "a.pdf")) == [
        "Some people say that every community has needs, and that co-production meets them, as a well-being board for "
        "each tenant knows: well-being of a community comes first, and so on"
    ]


def test_markers_make_items_but_figures_and_dashes_in_running_text_do_not() -> None:
    def draw(canvas: Canvas) -> None:
        lines_at(
            canvas,
            700,
            [
                "The duty stands in the Act of that year in section",
                "12. It names every authority whose work it covers",
                "- or nearly all of them - and what each must do.",
                "• First bullet in the list",
                "that runs on",
                "• Second bullet",
                "\u2013 dash bullet",
                "1) one",
                "2) two",
            ],
        )

    found = shown(read_pdf(drawn(draw), "a.pdf"))
    assert [(role, number) for role, _, number, _ in found] == [
        ("paragraph", None),
        ("item", None),
        ("item", None),
        ("item", None),
        ("numbered", 1),
        ("numbered", 2),
    ]
    assert found[0][3].endswith(
        "in section 12. It names every authority whose work it covers - or nearly all of them - and what each must do."
    )
    assert found[1][3] == "First bullet in the list that runs on"


def test_size_counts_as_drawn_and_slanted_words_are_left_out() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.scale(2, 2)
        canvas.setFont("Helvetica", 9)
        canvas.drawString(36, 390, "Scaled heading")
        canvas.restoreState()
        canvas.saveState()
        canvas.translate(200, 300)
        canvas.rotate(45)
        canvas.drawString(0, 0, "DRAFT")
        canvas.restoreState()
        lines_at(canvas, 740, ["Words of the body that are long enough to count as such."])

    assert shown(read_pdf(drawn(draw), "a.pdf")) == [
        ("heading", 1, None, "Scaled heading"),
        ("paragraph", 0, None, "Words of the body that are long enough to count as such."),
    ]


def test_a_page_that_lies_on_its_side_is_read_in_order() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(500, 100)
        canvas.rotate(90)
        lines_at(canvas, 300, ["first line of the page", "second line of it", "third line of it"], left=0)

    assert words(read_pdf(drawn(draw), "a.pdf")) == ["first line of the page second line of it third line of it"]


def scanned(pages: int, with_text: int = 0) -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (60, 80), "grey").save(picture, "PNG")

    def draw(canvas: Canvas) -> None:
        for number in range(pages):
            canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
            if number < with_text:
                lines_at(canvas, 700, ["A page with words on it."])
            canvas.showPage()

    return drawn(draw)


def test_scanned_pages_are_refused_with_their_number() -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read_pdf(scanned(3), "scan.pdf")
    assert str(caught.value) == (
        "scan.pdf: expected a PDF with text, found 3 scanned pages of 3; "
        "run OCR (text recognition) on it first and add the result"
    )
    with pytest.raises(UnreadableDocument, match="found 3 scanned pages of 4"):
        read_pdf(scanned(4, with_text=1), "scan.pdf")
    assert words(read_pdf(scanned(3, with_text=2), "scan.pdf")) == ["A page with words on it."] * 2


def test_a_blank_document_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="found 1 pages without text of 1; run OCR"):
        read_pdf(drawn(lambda canvas: canvas.showPage()), "blank.pdf")


def test_a_password_is_refused_only_where_it_is_needed_to_open() -> None:
    def draw(canvas: Canvas) -> None:
        lines_at(canvas, 700, ["Secret words."])

    with pytest.raises(UnreadableDocument, match=r"^locked\.pdf: .*remove the password") as caught:
        read_pdf(drawn(draw, encrypt=StandardEncryption("secret", strength=128)), "locked.pdf")
    assert "\n" not in str(caught.value)
    owned = StandardEncryption("", ownerPassword="owner", canModify=0, strength=128)
    assert words(read_pdf(drawn(draw, encrypt=owned), "owned.pdf")) == ["Secret words."]


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(500), b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF"])
def test_a_damaged_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"^bad\.pdf: expected a complete PDF, found a damaged one; open it"):
        read_pdf(data, "bad.pdf")


LINES = st.lists(st.lists(st.text("abcdefghABC.,-", min_size=1, max_size=9), min_size=1, max_size=8), max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(LINES, st.sampled_from([14, 18, 30]))
def test_spans_are_stripped_in_order_and_apart(lines: list[list[str]], step: int) -> None:
    def draw(canvas: Canvas) -> None:
        lines_at(canvas, 780, ["Opening line.", *(" ".join(line) for line in lines)], step=step)

    source = read_pdf(drawn(draw), "a.pdf")
    place = 0
    for block in source.blocks:
        assert place <= block.start < block.end <= len(source.text)
        quote = source.text[block.start : block.end]
        assert quote == quote.strip()
        assert "\n" not in quote
        place = block.end
    kept = "".join(char for char in "".join(words(source)) if char.isalpha())
    assert kept == "".join(char for char in "Openingline" + "".join("".join(line) for line in lines) if char.isalpha())
