"""Replies as HTML: what is quoted cannot become markup, markers lead to their passages, quotes stand out."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.domain import Citation, Intent, Reply, SectionKind, Tier
from tutor.ui.render import (
    KIND_WORDS,
    TIER_WORDS,
    Surroundings,
    answer_html,
    notice_html,
    said_html,
    surroundings_of,
)

TEXT = "Before the quote.\n\nCo-production shares power.\n\nAfter the quote."
HARMLESS = {
    "a", "blockquote", "br", "details", "div", "h3", "li", "mark", "ol", "p", "section", "span", "strong", "summary",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


class Outline(HTMLParser):
    """The elements and the words of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def citation(number: int = 1, quote: str = "Co-production shares power.", **changes: object) -> Citation:
    values: dict[str, object] = {
        "number": number,
        "document": "co-production",
        "title": "Co-production",
        "section": "Key points",
        "kind": SectionKind.CONCEPT,
        "tier": Tier.NOTES,
        "path": "co-production.md",
        "quote": quote,
        "start": TEXT.find(quote),
        "end": TEXT.find(quote) + len(quote),
        "score": 0.8,
    }
    return Citation(**{**values, **changes})  # type: ignore[arg-type]


def reply(text: str, *citations: Citation, answered: bool = True) -> Reply:
    return Reply("?", Intent.EXPLAIN, answered, "quoted", text, citations=citations)


def shown(text: str, *citations: Citation) -> Outline:
    return Outline(answer_html(reply(text, *citations), {}, "a1"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One line.", "<p>One line.</p>"),
        ("One line.\nAnother.", "<p>One line.<br>Another.</p>"),
        ("**Key points**", "<h3>Key points</h3>"),
        ("About **co-production** now.", "<p>About <strong>co-production</strong> now.</p>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("2. two\n5. five", '<ol start="2">\n<li value="2">two</li>\n<li value="5">five</li>\n</ol>'),
        ("> a line", "<blockquote>\n<p>a line</p>\n</blockquote>"),
        (r"1\. not a list, 5 \* 3 \[1\]", "<p>1. not a list, 5 * 3 [1]</p>"),
        (r"**A \* B**", "<h3>A * B</h3>"),
        ("`code`, _x_, ~~y~~ and &amp;", "<p>`code`, _x_, ~~y~~ and &amp;amp;</p>"),
        ("# not a heading", "<p># not a heading</p>"),
    ],
)
def test_markdown_of_a_reply(text: str, html: str) -> None:
    assert answer_html(reply(text), {}, "a1") == f'<div class="tutor-answer">{html}\n</div>'


def test_a_table_keeps_its_cells() -> None:
    outline = shown("| A | B |\n| --- | --- |\n| one \\| half [1] | two |", citation())
    assert [len(outline.all(tag)) for tag in ("table", "th", "td")] == [1, 2, 2]
    assert "one | half [1]" in outline.words
    assert len(outline.all("a")) == 1


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](http://remote.example/a.png)",
        "[x](http://remote.example/)",
        "[x](javascript:alert(1))",
        "<http://remote.example/>",
        "http://remote.example/",
        "[x]: http://remote.example/\n\n[x]",
        "$$\\frac{1}{2}$$",
        "```mermaid\ngraph TD\n```",
        '"><svg onload=alert(1)>',
        "</details></div><iframe>",
        "&lt;b&gt;",
    ],
)
def test_hostile_words_stay_words(hostile: str) -> None:
    everywhere = citation(quote=hostile, title=hostile, section=hostile, start=0, end=len(hostile))
    html = answer_html(reply(f"{hostile} [1]", everywhere), {1: Surroundings(hostile, hostile)}, "a1")
    outline = Outline(html)
    assert {name for name, _ in outline.elements} <= HARMLESS
    assert [link["href"] for link in outline.all("a")] == ["#a1-passage-1"]
    assert all(not name.startswith("on") and name != "src" for _, found in outline.elements for name in found)
    for html in (said_html(hostile), notice_html(hostile)):
        assert len(Outline(html).elements) == 1
        assert Outline(html).words == hostile


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r")))
def test_a_message_is_shown_as_it_was_typed(message: str) -> None:
    outline = Outline(said_html(message))
    assert outline.words == message
    assert [name for name, _ in outline.elements] == ["div"]
    assert "\n" not in said_html(message)


@given(st.text(max_size=60), st.text(max_size=20))
def test_no_reply_makes_an_element_of_its_own(text: str, quote: str) -> None:
    outline = shown(text, citation(quote=quote))
    assert {name for name, _ in outline.elements} <= HARMLESS
    assert quote.replace("\r", "\n").strip() in outline.words.replace("\r", "\n")


def test_markers_lead_to_the_passage_of_their_own_message() -> None:
    text = "First [1]. Second [2], [1]. No such passage [9]."
    first, second = citation(1), citation(2, "After the quote.")
    for message_id in ("answer-1-0", "answer-2-0"):
        outline = Outline(answer_html(reply(text, first, second), {}, message_id))
        targets = [f"#{found['id']}" for found in outline.all("details")]
        assert targets == [f"#{message_id}-passage-1", f"#{message_id}-passage-2"]
        assert [link["href"] for link in outline.all("a")] == [targets[0], targets[1], targets[0]]
        assert "No such passage [9]." in outline.words


def test_a_passage_shows_the_quote_in_its_surroundings() -> None:
    around = surroundings_of(citation(), TEXT)
    assert around == Surroundings("Before the quote.\n\n", "\n\nAfter the quote.")
    html = answer_html(reply("Text [1]", citation()), {1: around}, "a1")
    assert "Before the quote.&#10;&#10;<mark>Co-production shares power.</mark>&#10;&#10;After the quote." in html
    assert '<span class="tutor-number">1</span>' in html
    assert "Co-production &gt; Key points" in html
    assert ">Key idea<" in html
    assert ">Revision notes<" in html


def test_long_surroundings_are_cut_between_words() -> None:
    text = "alpha beta gamma delta QUOTE epsilon zeta eta theta"
    quoted = citation(quote="QUOTE", start=text.index("QUOTE"), end=text.index("QUOTE") + 5)
    assert surroundings_of(quoted, text, reach=14) == Surroundings("… gamma delta ", " epsilon zeta …")


@pytest.mark.parametrize("text", ["", "Something else altogether.", TEXT[1:]])
def test_the_quote_stands_alone_where_the_document_no_longer_holds_it(text: str) -> None:
    assert surroundings_of(citation(), text) == Surroundings()
    assert "<mark>Co-production shares power.</mark></blockquote>" in answer_html(reply("x [1]", citation()), {}, "a1")


def test_passages_of_a_question_without_answer_are_named_as_such() -> None:
    html = answer_html(reply("The library does not hold that.", citation(), answered=False), {}, "a1")
    assert "The nearest that the library holds" in html
    assert "Where this comes from" not in html


def test_every_kind_and_tier_has_plain_words() -> None:
    assert set(KIND_WORDS) == set(SectionKind)
    assert set(TIER_WORDS) == set(Tier)
