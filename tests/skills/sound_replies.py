"""What must hold of every reply, whatever was asked."""

from __future__ import annotations

import re

from tutor.domain import Reply
from tutor.facade import Tutor

_MARKER = re.compile(r"(?<!\\)\[(\d+)\]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def shown(text: str) -> str:
    """Markdown as a reader sees its characters: escapes undone, white space folded."""
    return " ".join(_ESCAPED.sub(r"\1", text).split())


def assert_sound(reply: Reply, tutor: Tutor) -> None:
    """Quotes are verbatim, sentences stand in them, markers and citations match, a refusal asserts nothing."""
    assert reply.mode == "quoted"
    assert reply.text.strip()
    assert [citation.number for citation in reply.citations] == list(range(1, len(reply.citations) + 1))
    quotes = {}
    for citation in reply.citations:
        stored = tutor.library.document(citation.document).text
        assert citation.quote
        assert citation.quote == stored[citation.start : citation.end]
        assert 0 <= citation.score <= 1
        quotes[citation.number] = " ".join(citation.quote.split())
    markers = {int(number) for number in _MARKER.findall(reply.text)}
    if not reply.answered:
        assert reply.sentences == ()
        assert markers == set()
        return
    assert markers == set(quotes), "every marker has a citation and every citation a marker"
    assert {number for sentence in reply.sentences for number in sentence.citations} == set(quotes)
    visible = shown(reply.text)
    for sentence in reply.sentences:
        words = " ".join(sentence.text.split())
        assert sentence.support == 1.0
        assert sentence.citations
        assert any(words in quotes[number] for number in sentence.citations)
        assert words in visible


def sections(reply: Reply) -> dict[str, str]:
    """The text below each heading of a reply, in order; what stands before the first is under ``""``."""
    parts = re.split(r"^\*\*(.+)\*\*$", reply.text, flags=re.MULTILINE)
    return {"": parts[0].strip()} | {
        heading: body.strip() for heading, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def kinds(reply: Reply, body: str) -> list[str]:
    """Section kinds of the passages that a stretch of the text cites, in order."""
    by_number = {citation.number: citation.kind.value for citation in reply.citations}
    return [by_number[int(number)] for number in _MARKER.findall(body)]
