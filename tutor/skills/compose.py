"""Writing a plan out: Markdown with numbered citations. A quote that is not verbatim is not written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tutor.documents.sentences import sentences
from tutor.domain import Citation, Sentence
from tutor.skills.parts import Part, Plan, Quote, Style
from tutor.support import support

_MARKUP = re.compile(r"([\\`*_\[\]<>|~$&#])")
_BLOCK_START = re.compile(r"^(\s*)(\d+)([.)])|^(\s*)([-+=])")


@dataclass(slots=True)
class _Written:
    citations: list[Citation] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    numbers: dict[tuple[str, int, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Composed:
    """A written answer."""

    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]


def compose(plan: Plan) -> Composed:
    """Write a plan out as Markdown; citations are numbered in order of appearance from 1."""
    written = _Written()
    blocks = [plan.opening] if plan.opening else []
    for part in plan.parts:
        block = _part(part, written)
        if block:
            blocks.append(f"**{part.heading}**\n\n{block}" if part.heading else block)
    return Composed("\n\n".join(blocks), tuple(written.sentences), tuple(written.citations))


def escape(text: str) -> str:
    """Document text as Markdown that shows exactly these characters: no markup in it takes effect."""
    escaped = _MARKUP.sub(r"\\\1", text)
    return _BLOCK_START.sub(lambda m: f"{m[1]}{m[2]}\\{m[3]}" if m[2] else f"{m[4]}\\{m[5]}", escaped)


def _part(part: Part, written: _Written) -> str:
    if part.style is Style.COLUMNS:
        return _table(part, written)
    texts = [_quote(quote, written) for quote in part.quotes]
    match part.style:
        case Style.PARAGRAPH:
            return "\n\n".join(texts)
        case Style.NUMBERED:
            numbers = [quote.evidence.passage.place.number or n for n, quote in enumerate(part.quotes, 1)]
            return "\n".join(f"{number}. {text}" for number, text in zip(numbers, texts, strict=True))
        case _:
            return "\n".join(f"- {text}" for text in texts)


def _table(part: Part, written: _Written) -> str:
    heads = " | ".join(escape(name) for name, _ in part.columns)
    rule = " | ".join("---" for _ in part.columns)
    cells = [[_quote(quote, written) for quote in quotes] for _, quotes in part.columns]
    rows = [
        " | ".join(column[i] if i < len(column) else "" for column in cells)
        for i in range(max(len(column) for column in cells))
    ]
    return "\n".join(f"| {line} |" for line in (heads, rule, *rows))


def _quote(quote: Quote, written: _Written) -> str:
    text = quote.text.strip()
    number = _cite(quote, written)
    citation = written.citations[number - 1]
    for start, end in sentences(text):
        sentence = text[start:end]
        written.sentences.append(Sentence(sentence, (number,), support(sentence, [citation.quote])))
    lead = f"{quote.lead}: " if quote.lead else ""
    return f"{lead}{escape(' '.join(text.split()))} [{number}]"


def _cite(quote: Quote, written: _Written) -> int:
    """The number of the citation that holds the quote; stretches of one passage share the citation of the whole."""
    passage = quote.evidence.passage
    key = (passage.place.document, passage.place.start, passage.place.end)
    if key not in written.numbers:
        written.numbers[key] = len(written.citations) + 1
        written.citations.append(
            Citation(
                number=len(written.citations) + 1,
                document=passage.place.document,
                title=passage.title,
                section=passage.trail[-1] if passage.trail else passage.title,
                kind=passage.kind,
                tier=passage.tier,
                path=passage.path,
                quote=passage.text,
                start=passage.place.start,
                end=passage.place.end,
                score=round(quote.evidence.score, 4),
            )
        )
    return written.numbers[key]
