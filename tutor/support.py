"""Does this sentence follow from these passages?"""

from __future__ import annotations

from collections.abc import Iterable


def support(sentence: str, quotes: Iterable[str]) -> float:
    """How far the quotes bear the sentence: 1 where it stands in one of them verbatim (white space apart), else 0."""
    plain = " ".join(sentence.split())
    return float(bool(plain) and any(plain in " ".join(quote.split()) for quote in quotes))
