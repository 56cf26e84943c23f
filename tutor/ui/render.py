"""Replies and messages as HTML; what a student or a document wrote is escaped and never read as markup."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tutor.domain import Citation, Reply, SectionKind, Tier

REACH = 300
"""Characters of the document that are shown on either side of a quote."""

TIER_WORDS = {
    Tier.RESEARCH: "Research",
    Tier.AWARDING_BODY: "Awarding body",
    Tier.NOTES: "Revision notes",
    Tier.UPLOAD: "Added document",
}

KIND_WORDS = {
    SectionKind.SYNOPSIS: "Summary",
    SectionKind.OVERVIEW: "Overview",
    SectionKind.CONCEPT: "Key idea",
    SectionKind.LEARNING_OUTCOME: "Learning outcome",
    SectionKind.CRITERION: "Assessment criterion",
    SectionKind.GUIDANCE: "Guidance",
    SectionKind.MISTAKE: "Common mistake",
    SectionKind.MISCONCEPTION: "Misconception",
    SectionKind.QUESTION_TYPE: "Kind of question",
    SectionKind.PLAN: "Plan for an answer",
    SectionKind.PRIOR_KNOWLEDGE: "Good to know first",
    SectionKind.TERM: "Key term",
    SectionKind.EXAMPLE: "Example",
    SectionKind.FINDING: "Research finding",
    SectionKind.EVALUATION: "Strengths and limits",
    SectionKind.TEXT: "Text",
}

_HEADING = re.compile(r"\*\*((?:\\.|[^*\\\n])+)\*\*")
_INLINE = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|\*\*(?P<bold>(?:\\.|[^*\\\n])+)\*\*"
    r"|\[(?P<number>\d{1,3})\]"
    r"|(?P<line_end>\n)"
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The stored text on either side of a quote; both empty where the document cannot be read."""

    before: str = ""
    after: str = ""


def surroundings_of(citation: Citation, text: str, reach: int = REACH) -> Surroundings:
    """Up to ``reach`` characters on either side of the quote, cut at white space, with an ellipsis where cut.

    Empty where ``text`` does not hold the quote at its place, as when the document has changed since.
    """
    if text[citation.start : citation.end] != citation.quote:
        return Surroundings()
    before = text[max(0, citation.start - reach) : citation.start]
    after = text[citation.end : citation.end + reach]
    if citation.start > reach:
        before = "… " + re.sub(r"^\S*\s+", "", before, count=1)
    if citation.end + reach < len(text):
        after = re.sub(r"\s+\S*$", "", after, count=1) + " …"
    return Surroundings(before, after)


def answer_html(reply: Reply, surroundings: Mapping[int, Surroundings], message_id: str) -> str:
    """A reply with its passages beneath; ``surroundings`` by citation number, ``message_id`` unique in the page."""
    numbers = frozenset(citation.number for citation in reply.citations)
    body = _markdown_html(reply.text, numbers, message_id)
    return f'<div class="tutor-answer">{body}{_sources_html(reply, surroundings, message_id)}</div>'


def said_html(message: str) -> str:
    """A student's message: the characters that were typed, nothing more."""
    return f'<div class="tutor-said">{_on_one_line(escape(message))}</div>'


def notice_html(line: str) -> str:
    """A line from the tutor about the conversation itself."""
    return f'<p class="tutor-notice">{_on_one_line(escape(line))}</p>'


def _markdown_html(text: str, numbers: frozenset[int], message_id: str) -> str:
    """Paragraphs, lists, tables, quotations, ``**bold**``, backslash escapes and markers; the rest is plain text."""
    markdown = MarkdownIt("zero").enable(["list", "blockquote", "table"])
    tokens = markdown.parse(text)
    for place, token in enumerate(tokens):
        if token.type == "list_item_open" and token.info:
            token.attrSet("value", token.info)  # a list that skips numbers keeps the printed ones
        elif token.type == "inline" and (heading := _HEADING.fullmatch(token.content.strip())):
            _make_heading(tokens, place, heading.group(1))

    def inline(tokens: Sequence[Token], place: int, _options: object, _env: object) -> str:
        return _inline_html(tokens[place].content, numbers, message_id)

    markdown.renderer.rules["text"] = inline  # type: ignore[attr-defined]
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def _make_heading(tokens: list[Token], place: int, words: str) -> None:
    opening, inline, closing = tokens[place - 1 : place + 2]
    if opening.type == "paragraph_open" and opening.level == 0:
        opening.tag = closing.tag = "h3"
        inline.children = [Token("text", "", 0, content=words)]


def _inline_html(text: str, numbers: frozenset[int], message_id: str) -> str:
    pieces: list[str] = []
    end = 0
    for found in _INLINE.finditer(text):
        pieces.append(escape(text[end : found.start()]))
        end = found.end()
        if found["escaped"]:
            pieces.append(escape(found["escaped"]))
        elif found["bold"]:
            pieces.append(f"<strong>{_inline_html(found['bold'], numbers, message_id)}</strong>")
        elif found["line_end"]:
            pieces.append("<br>")
        elif int(found["number"]) in numbers:
            pieces.append(_marker_html(int(found["number"]), message_id))
        else:
            pieces.append(found.group())
    return "".join([*pieces, escape(text[end:])])


def _marker_html(number: int, message_id: str) -> str:
    return f'<a class="tutor-marker" href="#{_anchor(message_id, number)}" title="Read passage {number}">[{number}]</a>'


def _sources_html(reply: Reply, surroundings: Mapping[int, Surroundings], message_id: str) -> str:
    if not reply.citations:
        return ""
    heading = "Where this comes from" if reply.answered else "The nearest that the library holds"
    sources = "".join(
        _source_html(citation, surroundings.get(citation.number, Surroundings()), message_id)
        for citation in reply.citations
    )
    return f'<section class="tutor-sources"><h3>{heading}</h3>{sources}</section>'


def _source_html(citation: Citation, around: Surroundings, message_id: str) -> str:
    trail = citation.title + (f" > {citation.section}" if citation.section else "")
    passage = _on_one_line(f"{escape(around.before)}<mark>{escape(citation.quote)}</mark>{escape(around.after)}")
    return (
        f'<details class="tutor-source" id="{_anchor(message_id, citation.number)}">'
        f'<summary><span class="tutor-number">{citation.number}</span> '
        f'<span class="tutor-trail">{_on_one_line(escape(trail))}</span> '
        f'<span class="tutor-tag">{KIND_WORDS[citation.kind]}</span> '
        f'<span class="tutor-tag">{TIER_WORDS[citation.tier]}</span></summary>'
        f'<blockquote class="tutor-passage">{passage}</blockquote></details>'
    )


def _anchor(message_id: str, number: int) -> str:
    return f"{escape(message_id)}-passage-{number}"


def _on_one_line(html: str) -> str:
    """Line ends as references, so that nothing on the way to the browser takes them for layout."""
    return html.replace("\r\n", "\n").replace("\n", "&#10;").replace("\t", "&#9;")
