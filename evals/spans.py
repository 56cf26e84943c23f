"""When a piece of text counts as having found a quote."""

from __future__ import annotations

from dataclasses import dataclass

ENOUGH = 0.5
"""Share of a gold quote's characters that a piece must overlap."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document's stored text, in characters, end exclusive."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that a system found: where it stands, and its words.

    ``spans`` are all the places where the same words stand; empty where a splitter lost them.
    """

    text: str
    spans: tuple[Span, ...]


def occurrences(quote: str, document: str, text: str) -> tuple[Span, ...]:
    """Every place where ``quote`` stands in ``text``; overlapping ones too."""
    found: list[Span] = []
    start = text.find(quote)
    while start >= 0:
        found.append(Span(document, start, start + len(quote)))
        start = text.find(quote, start + 1)
    return tuple(found)


def covers(span: Span, gold: Span) -> bool:
    """Whether ``span`` overlaps at least half of the characters of ``gold``."""
    if span.document != gold.document:
        return False
    shared = min(span.end, gold.end) - max(span.start, gold.start)
    return shared > 0 and shared >= ENOUGH * (gold.end - gold.start)


def hits(piece: Piece, gold: tuple[Span, ...], quotes: tuple[str, ...]) -> bool:
    """Whether a piece found one part of an answer.

    ``gold`` are the places where that part stands; ``quotes`` its words, for pieces whose place is not known: such a
    piece must hold all the words of a quote.
    """
    if piece.spans:
        return any(covers(span, place) for span in piece.spans for place in gold)
    words = folded(piece.text)
    return any(folded(quote) in words for quote in quotes)


def folded(text: str) -> str:
    """Text with every run of white space as one space."""
    return " ".join(text.split())
