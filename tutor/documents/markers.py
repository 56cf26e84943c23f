"""What a line begins with: a bullet, an emoji, a printed number, a speaker's dash."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tutor.domain import BlockRole

_EMOJI = (
    r"(?:[\u2600-\u27bf\u2b50-\u2b55\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]"
    r"[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]{0,3})"
)
_BULLET = re.compile(
    rf"(?:[•◦▪▫●○■□‣\u2043∙➢➤►▶✓✔✗✘❌\uf0b7\uf0a7\uf0d8·»][\ufe0e\ufe0f]?\s*|[*\u2013—-](?:\s+|\Z)|{_EMOJI}\s*){{1,4}}"
)
_NUMBER = re.compile(
    r"\(?(?P<n>\d{1,3})[.)](?:\s+|(?=[^\W\d_])|\Z)|(?P<key>\d)\ufe0f?\u20e3\s*|(?:LO"
    r"|Outcome)\s?(?P<lo>\d{1,2})\s?[:.\u2013-]\s*"
)
_TWICE = re.compile(r"(?P<n>\d{1,3})(?:[.):]\s*|(?=[^\W\d_]))")
_LETTER = re.compile(r"(?:\([a-z]\)|\(?(?:i{1,3}|iv|vi{0,3}|ix|x)\)|[a-z]\))\s+(?=\S)")
_SPEAKER = re.compile(
    r"[-\u2013—]\s?\([^()\n]{2,80}\)\.?|\([A-Z][^()\n]{2,60}\b(?:official|officer|resident|manager"
    r"|councillor|worker|member)\)\.?"
)
_NAMED_SPEAKER = re.compile(r"[\u2013—-]\s?[A-Z][\w.\u2019'-]*(?:,? [\w.\u2019'-]+){0,10}")
_QUOTED = re.compile(r"[\"“\u2018].{20,4000}[\"”\u2019][.!?]?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Marker:
    """How far the marker reaches into the line, and what the line is because of it."""

    role: BlockRole
    length: int
    number: int | None = None


def read_marker(words: str) -> Marker | None:
    """The marker at the beginning of a line; ``None`` for running text."""
    bullet = _BULLET.match(words)
    length = bullet.end() if bullet else 0
    number = _NUMBER.match(words, length)
    if number:
        value = int(number["n"] or number["key"] or number["lo"])
        length = number.end()
        twice = _TWICE.match(words, length)
        if twice and int(twice["n"]) == value:
            length = twice.end()
        emoji = _BULLET.match(words, length)
        return Marker(BlockRole.NUMBERED, emoji.end() if emoji else length, value)
    if bullet:
        return Marker(BlockRole.ITEM, length)
    letter = _LETTER.match(words)
    return Marker(BlockRole.ITEM, letter.end()) if letter else None


def is_speaker(words: str, said: str) -> bool:
    """Whether the line says who spoke ``said``, the paragraph above: "-(An official)", or "- Name" below a quote."""
    if len(words) > 120:
        return False
    return bool(_SPEAKER.fullmatch(words) or (is_quoted(said) and _NAMED_SPEAKER.fullmatch(words)))


def is_quoted(words: str) -> bool:
    """Whether a whole paragraph stands in quotation marks."""
    return (
        len(words) < 4000
        and _QUOTED.fullmatch(words) is not None
        and not any(sign in words[1:-2] for sign in '"“”')
        and (words[0] != "\u2018" or "\u2019 " not in words[1:-2])
    )
