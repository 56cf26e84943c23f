from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pptx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from tutor.documents.compose import Part, compose
from tutor.documents.files import SUFFIXES
from tutor.documents.reader import read
from tutor.documents.text import clean, decode, one_line
from tutor.domain import BlockRole
from tutor.errors import UnreadableDocument

SENTENCE = "Co-production shares power between services and citizens."


def saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def a_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    return saved(document)


def a_pptx() -> bytes:
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = SENTENCE
    return saved(deck)


def a_pdf() -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(72, 700, SENTENCE)
    canvas.save()
    return stream.getvalue()


def a_png() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (4, 4)).save(stream, "PNG")
    return stream.getvalue()


def a_zip(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, b"<x/>")
    return stream.getvalue()


OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
LOCKED = OLD_OFFICE + "EncryptedPackage".encode("utf-16-le") + bytes(100)
FILES = {
    ".md": SENTENCE.encode(),
    ".markdown": SENTENCE.encode(),
    ".txt": SENTENCE.encode(),
    ".html": f"<p>{SENTENCE}".encode(),
    ".htm": SENTENCE.encode(),
    ".pdf": a_pdf(),
    ".docx": a_docx(),
    ".pptx": a_pptx(),
}


def message(data: bytes, name: str) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        read(data, name)
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith(f"{one_line(name)}: expected ")
    return text


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_is_read(suffix: str) -> None:
    for name in (f"note{suffix}", f"unit/NOTE{suffix.upper()}"):
        source = read(FILES[suffix], name)
        assert [source.text[b.start : b.end] for b in source.blocks] == [SENTENCE]


@pytest.mark.parametrize(
    ("data", "name", "found", "step"),
    [
        (a_pdf(), "a.docx", "found a PDF", "rename it to a.pdf"),
        (a_pdf(), "a.txt", "found a PDF", "rename it to a.pdf"),
        (a_png(), "a.pdf", "found a PNG image", "rename it to a.png; to have its words read, run OCR"),
        (a_docx(), "a.txt", "found a Word document", "rename it to a.docx"),
        (a_docx(), "a.pptx", "found a Word document", "rename it to a.docx"),
        (a_pptx(), "a.docx", "found a PowerPoint file", "rename it to a.pptx"),
        (b"<!DOCTYPE html><p>x", "a.pdf", "found a web page", "rename it to a.html"),
        (b"<html><p>x", "a.md", "found a web page", "rename it to a.html"),
        (b"only words", "a.docx", "found plain text", "rename it to a.txt"),
        (b"{\\rtf1 words}", "a.txt", "found an RTF document", "save it as .docx"),
        (a_zip("xl/workbook.xml"), "a.docx", "found an Excel workbook", "save it as a PDF"),
        (a_zip("notes.md"), "a.docx", "found a ZIP archive", "unpack it"),
        (OLD_OFFICE, "a.docx", "found an Office file of before 2007", "save it as .docx or .pptx"),
        (LOCKED, "a.docx", "protected by a password", "remove the password"),
        (bytes(range(256)), "a.txt", "found binary data", "save it as text"),
        (bytes(range(256)), "a.html", "found binary data", "save it as text"),
        (bytes(range(256)), "a.pdf", "found data of an unknown kind", "save it again"),
    ],
)
def test_a_wrong_suffix_is_told_by_the_content(data: bytes, name: str, found: str, step: str) -> None:
    text = message(data, name)
    assert found in text
    assert step in text


def test_what_has_no_reader_or_no_words_is_refused() -> None:
    assert "found .odt" in message(b"x", "a.odt")
    assert "found no suffix" in message(b"x", "README")
    assert "found an empty file" in message(b"", "a.md")
    for data, name in [
        (b"-- \n\n***\n", "a.md"),
        (b"<script>x</script>", "a.html"),
        (saved(docx.Document()), "a.docx"),
    ]:
        assert "expected a document with words, found none" in message(data, name)


def test_messages_of_readers_without_a_name_get_the_name() -> None:
    assert "found a list" in message(b"---\n- a\n---\nx", "a.md")
    assert "as the page declares" in message(b"<meta charset=utf-8><p>\xe9", "a.html")
    assert message(b"caf\xe9", "bad\nname.md").startswith("bad name.md: ")


def test_whatever_a_library_raises_becomes_one_line() -> None:
    missing = a_zip("word/document.xml", "[Content_Types].xml")
    assert "expected a complete .docx file, found one that cannot be read (" in message(missing, "a.docx")
    deep = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_docx())) as good, zipfile.ZipFile(deep, "w") as bad:
        for entry in good.namelist():
            is_body = entry == "word/document.xml"
            bad.writestr(entry, b"<x>" * 100_000 if is_body else good.read(entry))
    assert "cannot be read" in message(deep.getvalue(), "a.docx")


def test_entities_in_a_document_are_not_expanded() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_docx())) as good, zipfile.ZipFile(stream, "w") as bad:
        for entry in good.namelist():
            data = good.read(entry)
            if entry == "word/document.xml":
                head = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname"><!ENTITY a "LOL">]>'
                data = data.replace(b"<w:document", head + b"<w:document", 1)
                data = data.replace(SENTENCE.encode(), b"kept &e;&a; words")
            bad.writestr(entry, data)
    text = read(stream.getvalue(), "a.docx").text
    assert "kept" in text
    assert "LOL" not in text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfcaf\xc3\xa9\r\nb\rc", "café\nb\nc"),
        (b"\xff\xfea\0\n\0", "a\n"),
        (b"\xfe\xff\0a", "a"),
        (
            "cafe\u0301 \u202eevil\u202c a\u00adb \x07bell\ttab\x0cpage\u2028line".encode(),
            "café evil ab bell\ttab\npage\nline",
        ),
        (b"", ""),
    ],
)
def test_text_is_decoded_and_cleaned(data: bytes, text: str) -> None:
    assert decode(data, "a.txt") == text


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"line\ncaf\xe9 au lait", "expected text in UTF-8, found 0xE9 at byte 8 (line 2)"),
        (b"\xef\xbb\xbfab\xff", "expected text in UTF-8, found 0xFF at byte 5 (line 1)"),
        (b"\xff\xfea\0b", "expected text in UTF-16, found 0x62 at byte 4 (line 1)"),
        (b"ab\0c", "found a NUL at byte 2"),
        (b"\xff\xfea\0\0\0", "found a NUL at byte 4"),
        ("words".encode("utf-16-le"), "found a NUL at byte 1"),
    ],
)
def test_bytes_that_are_not_text_are_refused_at_their_place(data: bytes, complaint: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        decode(data, "a.txt")
    assert complaint in str(caught.value)
    assert "save it as UTF-8" in str(caught.value)


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not any(char < " " and char not in "\n\t" for char in once)
    once.encode()


PARTS = st.builds(Part, st.sampled_from(list(BlockRole)), st.text(max_size=20), st.integers(0, 6), st.integers(0, 99))


@given(st.lists(PARTS, max_size=10))
def test_compose_puts_each_part_where_its_block_says(parts: list[Part]) -> None:
    source = compose(parts)
    kept = [part for part in parts if part.text.split()]
    assert [source.text[b.start : b.end] for b in source.blocks] == [" ".join(part.text.split()) for part in kept]
    assert [b.role for b in source.blocks] == [part.role for part in kept]
    place = 0
    for block in source.blocks:
        assert place <= block.start < block.end <= len(source.text)
        place = block.end


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(SUFFIXES), st.data())
def test_damage_is_read_or_refused_but_never_raises_anything_else(suffix: str, data: st.DataObject) -> None:
    broken = bytearray(FILES[suffix])
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    broken = broken[: data.draw(st.integers(0, len(broken)))]
    try:
        source = read(bytes(broken), f"broken{suffix}")
    except UnreadableDocument as error:
        assert str(error).startswith(f"broken{suffix}: expected ")
        assert "\n" not in str(error)
    else:
        assert all(source.text[b.start : b.end].strip() for b in source.blocks)
