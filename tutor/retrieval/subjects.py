"""What a passage is about, as against what it mentions."""

from __future__ import annotations

import re
from functools import lru_cache

from tutor.domain import SectionKind
from tutor.library.words import stems

_LABEL = re.compile(r"^(?P<label>[^:.!?]{2,90}?):\s+\S")
_BAND = re.compile(r"^(pass|merit|distinction|misconception|week \d+|level \d+)$", re.IGNORECASE)
_PREDICATE = re.compile(
    r"\b(is|are|was|were|means|mean|refers? to|describes?|involves?|stands? for|consists? of|has|have|sets?|shows?|"
    r"requires?|asks?|gives?|happens?|measures?|protects?|combines?|explains?|argues?|covers?|uses?)\b"
)
_SUBJECT_WORDS = 9


@lru_cache(maxsize=200_000)
def label(text: str) -> str:
    """The words that a passage puts before a colon to say what it is about, or nothing."""
    match = _LABEL.match(text)
    if match is None or _BAND.match(match["label"].strip()):
        return ""
    return match["label"].strip()


@lru_cache(maxsize=200_000)
def subject(text: str) -> str:
    """The words before the first verb of a passage, where they are few enough to be its grammatical subject."""
    named = label(text)
    if named:
        return named
    match = _PREDICATE.search(text[:140])
    if match is None:
        return ""
    words = text[: match.start()].split()
    return " ".join(words) if 0 < len(words) <= _SUBJECT_WORDS else ""


@lru_cache(maxsize=200_000)
def subject_stems(text: str) -> frozenset[str]:
    return frozenset(stems(subject(text)))


TELLING = frozenset(
    {
        SectionKind.CONCEPT,
        SectionKind.TERM,
        SectionKind.SYNOPSIS,
        SectionKind.OVERVIEW,
        SectionKind.FINDING,
        SectionKind.TEXT,
        SectionKind.EVALUATION,
        SectionKind.EXAMPLE,
    }
)
"""Kinds of section that tell about the subject, rather than about studying it."""
