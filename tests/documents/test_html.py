from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.documents.html import read_html
from tutor.domain import SourceText
from tutor.errors import UnreadableDocument

PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Co-production &ndash; notes</title><style>p { color: red }</style></head>
<body>
<header>Site name</header><nav><ul><li>Home</li></ul></nav>
<main><article><header><h1>Co-<em>production</em></h1><p>by a teacher</p></header>
<div>Words in a div, <b>bold</b>ly <p>A paragraph<br>with a break</p> and a tail.</div>
<script>alert("no")</script>
<ul><li>one<ul><li>nested</li></ul></li><li><p>two</p><p>more of two</p></li></ul>
<ol start="3"><li>third</li><li value="7">seventh</li><li>eighth</li></ol>
<blockquote><p>Nothing about us without us.</p></blockquote>
<table><caption>Rungs</caption><thead><tr><th>Rung</th><th>Power</th></tr></thead>
<tbody><tr><td>Therapy</td><td><p>none</p></td></tr><tr><td></td><td></td></tr></tbody></table>
<dl><dt>NDM:</dt><dd>a decision model</dd><dd>used by police</dd><dt>CSP</dt><dt>Partnership</dt><dd>shared</dd></dl>
<p hidden>gone</p><p aria-hidden="true">gone</p><p style="color: red; display : none">gone</p>
<form><label>Search</label><input></form><aside>Advert</aside>
First line<br><br>Second line
</article></main>
<footer>Copyright</footer>
</body></html>"""


def shown(source: SourceText) -> list[tuple[str, int, int | None, str]]:
    return [(b.role.value, b.level, b.number, source.text[b.start : b.end]) for b in source.blocks]


def words(source: SourceText) -> list[str]:
    return [source.text[b.start : b.end] for b in source.blocks]


def test_a_page_is_read_without_what_stands_around_it() -> None:
    source = read_html(PAGE.encode())
    assert source.front_matter == {"title": "Co-production \u2013 notes"}
    assert shown(source) == [
        ("heading", 1, None, "Co-production"),
        ("paragraph", 0, None, "Words in a div, boldly"),
        ("paragraph", 0, None, "A paragraph with a break"),
        ("paragraph", 0, None, "and a tail."),
        ("item", 0, None, "one"),
        ("item", 1, None, "nested"),
        ("item", 0, None, "two"),
        ("paragraph", 0, None, "more of two"),
        ("numbered", 0, 3, "third"),
        ("numbered", 0, 7, "seventh"),
        ("numbered", 0, 8, "eighth"),
        ("quotation", 0, None, "Nothing about us without us."),
        ("paragraph", 0, None, "Rungs"),
        ("item", 0, None, "Rung | Power"),
        ("item", 0, None, "Therapy | none"),
        ("item", 0, None, "NDM: a decision model"),
        ("item", 0, None, "NDM: used by police"),
        ("item", 0, None, "CSP, Partnership: shared"),
        ("paragraph", 0, None, "First line"),
        ("paragraph", 0, None, "Second line"),
    ]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("<p>café".encode(), "café"),
        ("<meta charset=iso-8859-1><p>\u201ccafé\u201d".encode("cp1252"), "\u201ccafé\u201d"),
        ("<meta charset=koi8-r><p>мир".encode("koi8-r"), "мир"),
        (
            "<?xml version='1.0' encoding='iso-8859-15'?><html><body><p>5 €</p></body></html>".encode("iso-8859-15"),
            "5 €",
        ),
        ("<p>café \u2013 bar".encode("cp1252"), "café \u2013 bar"),
        (b"\xef\xbb\xbf" + "<meta charset=latin1><p>café".encode(), "café"),
        (b"\xff\xfe" + "<p>café".encode("utf-16-le"), "café"),
        ("<meta charset=no-such-thing><p>café".encode(), "café"),
        ("<meta charset=idna><p>café".encode(), "café"),
        ("<meta charset=utf-16><p>café".encode(), "café"),
    ],
)
def test_the_character_set_is_the_page_s_own(data: bytes, text: str) -> None:
    assert words(read_html(data)) == [text]


def test_bytes_that_do_not_fit_the_declared_set_are_refused() -> None:
    with pytest.raises(UnreadableDocument, match=r"expected text in UTF-8, as the page declares.* at byte 23; open"):
        read_html(b"<meta charset=utf-8><p>\xe9t\xe9")


def test_the_first_heading_is_the_title_where_there_is_none() -> None:
    assert read_html(b"<h1>Wicked\n problems</h1><p>x").front_matter == {"title": "Wicked problems"}
    assert read_html(b"<p>x").front_matter == {}


def test_a_form_around_the_whole_page_is_not_dropped() -> None:
    assert words(read_html(b"<form><h1>Title</h1><p>Words</p><button>Go</button></form>")) == ["Title", "Words"]


def test_a_table_that_arranges_the_page_is_read_as_blocks() -> None:
    inner = "<table><tr><th>a</th><td>b</td></tr></table>"
    source = read_html(f"<table><tr><td><h2>Head</h2><p>Words</p></td><td>{inner}</td></tr></table>".encode())
    assert shown(source) == [("heading", 2, None, "Head"), ("paragraph", 0, None, "Words"), ("item", 0, None, "a | b")]


def test_unclosed_lists_and_reversed_numbers() -> None:
    source = read_html(b"<ol reversed><li>a<li>b</ol><li>stray<dl><dt>alone</dl>")
    assert shown(source) == [
        ("numbered", 0, 2, "a"),
        ("numbered", 0, 1, "b"),
        ("item", 0, None, "stray"),
        ("item", 0, None, "alone"),
    ]


@pytest.mark.parametrize("tag", ["div", "table", "ul", "ol><li", "blockquote", "b", "span", "dl><dd"])
def test_deep_nesting_is_read_whole_and_soon(tag: str) -> None:
    began = time.monotonic()
    source = read_html(f"<p>first</p>{f'<{tag}>' * 10_000}deep".encode())
    assert words(source) == ["first", "deep"]
    assert time.monotonic() - began < 20


TAGS = st.sampled_from(
    [
        "p",
        "div",
        "ul",
        "ol",
        "li",
        "table",
        "tr",
        "td",
        "th",
        "dl",
        "dt",
        "dd",
        "h1",
        "h3",
        "blockquote",
        "b",
        "br",
        "script",
        "nav",
        "header",
        "article",
        "form",
        "pre",
    ]
)
TOKENS = st.one_of(TAGS.map("<{}>".format), TAGS.map("</{}>".format), st.text(max_size=12))


@given(st.lists(TOKENS, max_size=25))
def test_spans_are_stripped_in_order_and_apart(tokens: list[str]) -> None:
    source = read_html("".join(tokens).encode("utf-8", errors="ignore"))
    place = 0
    for block in source.blocks:
        assert place <= block.start < block.end <= len(source.text)
        quote = source.text[block.start : block.end]
        assert quote == quote.strip()
        assert "\n" not in quote
        place = block.end


@given(
    st.lists(
        st.tuples(st.sampled_from(["div", "p", "section", "li", "blockquote", "td", "span", "b", "h2"]), st.booleans()),
        max_size=12,
    )
)
def test_no_words_are_lost_or_told_twice(tags: list[tuple[str, bool]]) -> None:
    markup, expected = "", []
    for number, (tag, close) in enumerate(tags):
        markup += f"<{tag}> w{number} "
        markup += f"</{tag}>" if close else ""
        expected.append(f"w{number}")
    found = " ".join(words(read_html(markup.encode()))).replace("|", " ").split()
    assert sorted(found) == sorted(expected)
