"""The wrong claim and its correction, in a passage that stands under mistakes or misconceptions."""

from __future__ import annotations

import re

_REACH = 600
"""Characters within which a claim must have ended."""
_CLAIM_LABEL = re.compile(
    r"\s*(?:(?:common |popular )?(?:misconception|myth|mistaken belief|misunderstanding|false belief|wrong claim"
    r"|claim|belief|fiction"
    r"|wrong|false|incorrect)(?: \d{1,2})?)\s?[:\u2013—-]\s*",
    re.IGNORECASE,
)
_CORRECTION_LABEL = re.compile(
    r"(?:\b|(?<=→))(?:correction|corrected|fact|reality|the reality|truth|the truth|right|correct|true|clarification"
    r"|actually|in fact"
    r"|in reality)\s?:\s*",
    re.IGNORECASE,
)
_TURN = re.compile(
    r"(?:In (?:reality|fact|truth|practice|law)|Actually|The (?:truth|reality|fact) is|On the contrary"
    r"|Not so)\b"
)
_MID_TURN = re.compile(
    r"(?:;|,|\s[\u2013—-])\s(?:but |yet |when |whereas |although )?(?=(?:in (?:reality|fact|truth)"
    r"|actually)\b)"
)
_BELIEVED = re.compile(
    r"\s*(?:(?:[Mm]any|[Ss]ome|[Mm]ost) )?(?:[Ss]tudents|[Ll]earners|[Cc]andidates|[Pp]eople) (?:\w{4,12} )?(?:think"
    r"|believe|assume|say|claim)s? (?:that )?"
)
_BUT = re.compile(r"(?:;|,)\s(?:but|yet|whereas|however,?)\s|\.\s(?=(?:However|But|Yet)\b)")
_COLON = re.compile(r":\s+(?=[\"'“\u2018(]?[A-Z])")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|isn't|aren't|means?|has|have|can|cannot|can't|will|must|do|does|don't|doesn't|always|never"
    r"|only"
    r"|works?|applies|apply|requires?|guarantees?|involves?|covers?|needs?|makes?|gives?|replaces?|solves?|equals?"
    r"|decides?)\b"
)
_NO_CLAIM = re.compile(
    r"\s*(?:\w+ing\b|Not\b|What\b|How\b|Why\b|When\b|Where\b|Which\b|If\b|Avoid\b|Do\b|Don't\b|Never\b|Always\b"
    r"|Remember\b"
    r"|(?:\w+ ){0,3}(?:mistakes?|errors?|pitfalls?|answers?|essays?|assignments?|students|learners|candidates|reports"
    r"|marks)\b)",
    re.IGNORECASE,
)
_STOPS = re.compile(r"[.!?]['\"”\u2019)]*\s")
Span = tuple[int, int]


def claim_and_correction(text: str) -> tuple[Span, Span] | None:
    """Spans of the claim and of its correction, both without their labels.

    Knows "Misconception: ... Correction: ...", "Myth: ... Fact: ..." and their like; a claim that is a full clause,
    with its correction behind a colon; "... In reality, ..."; "Students often think that ..., but ...". ``None`` for
    the rest.
    Meant for passages under a heading of mistakes or misconceptions: elsewhere a colon may mean something else.
    """
    label = _CLAIM_LABEL.match(text)
    begin = label.end() if label else 0
    correction = _CORRECTION_LABEL.search(text, begin, begin + _REACH)
    if correction and (label or not _NO_CLAIM.match(text)):
        found = _spans(text, begin, correction.start(), correction.end())
        if found:
            return found
    if label:
        return _after_label(text, begin)
    return _believed(text) or _turned(text) or _colon(text)


def begins_claim(text: str) -> bool:
    """Whether the passage is a labelled claim that still waits for its correction."""
    label = _CLAIM_LABEL.match(text)
    return label is not None and ":" in label.group() and claim_and_correction(text) is None


def begins_correction(text: str) -> bool:
    """Whether the passage opens with the label of a correction."""
    return _CORRECTION_LABEL.match(text) is not None


def names_behaviour(text: str) -> bool:
    """Whether the passage says what students do ("Confusing ...", "Failing to ...") rather than what they believe."""
    return _NO_CLAIM.match(text) is not None


def _after_label(text: str, begin: int) -> tuple[Span, Span] | None:
    for pattern in (_MID_TURN, _BUT, _STOPS):
        turn = pattern.search(text, begin, begin + _REACH)
        if turn:
            return _spans(text, begin, turn.start() + (pattern is _STOPS), turn.end())
    return None


def _believed(text: str) -> tuple[Span, Span] | None:
    opening = _BELIEVED.match(text)
    turn = opening and (_MID_TURN.search(text, opening.end(), _REACH) or _BUT.search(text, opening.end(), _REACH))
    if not opening or not turn:
        return _turned(text, opening.end()) if opening else None
    return _spans(text, opening.end(), turn.start(), turn.end())


def _turned(text: str, begin: int = 0) -> tuple[Span, Span] | None:
    """ "Claim. In reality, ..." or "Claim, but in reality ..."."""
    if begin == 0 and _NO_CLAIM.match(text):
        return None
    turn = next(
        (
            m
            for m in _TURN.finditer(text, begin, begin + _REACH)
            if text[: m.start()].rstrip()[-1:] in {".", "!", "?", ":"}
        ),
        None,
    )
    if turn:
        return _spans(text, begin, turn.start(), turn.start())
    middle = _MID_TURN.search(text, begin, begin + _REACH)
    return _spans(text, begin, middle.start(), middle.end()) if middle else None


def _colon(text: str) -> tuple[Span, Span] | None:
    colon = _COLON.search(text, 0, _REACH)
    if colon is None or _NO_CLAIM.match(text):
        return None
    claim = text[: colon.start()]
    if not 3 <= len(claim.split()) <= 30 or _STOPS.search(claim) or not _FINITE.search(claim):
        return None
    return _spans(text, 0, colon.start(), colon.end())


def _spans(text: str, begin: int, claim_end: int, correction_start: int) -> tuple[Span, Span] | None:
    claim, correction = text[begin:claim_end], text[correction_start:]
    start = begin + len(claim) - len(claim.lstrip())
    end = begin + len(claim.rstrip(" \t\n→-\u2013—:;("))
    correct = correction_start + len(correction) - len(correction.lstrip())
    last = correction_start + len(correction.rstrip())
    if end - start < 8 or last - correct < 8:
        return None
    return (start, end), (correct, last)
