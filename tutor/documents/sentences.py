"""Where sentences begin and end, in English text with abbreviations, initials, numbers, quotes and brackets."""

from __future__ import annotations

import re

_STOP = re.compile(
    r"""[.!?…]+["'”\u2019»)\]]*|[。\uff01\uff1f]+[」』”\u2019)]*"""
    r"""|\n(?=[^\S\n]*(?:\n|[•◦▪●‣\u2013*-][^\S\n]))"""
)
_AFTER = re.compile(r"""\s*["'“\u2018«(\[]*""")
_WORD = re.compile(r"[^\W\d_]{1,20}")
_TOKEN = re.compile(r"[^\s(\[“\u2018\"]{1,24}\Z")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_SPEAKER = re.compile(r"\s*[-\u2013—]\s?\(")
_GLUED = re.compile(r"[^\W\d_][a-z\u2019']")
_LIST_NUMBER = re.compile(r"\s*\(?(?:\d{1,3}|[a-zA-Z])")
_HAS_WORD = re.compile(r"\w")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NEVER = _set(
    "e.g i.e eg ie cf viz vs v mr mrs ms mx dr prof rev hon rt sgt insp supt cllr capt col gen lt messrs mt approx"
)
"""Abbreviations that something always follows."""
_BEFORE_NUMBER = _set(
    "no nos s ss sec sch p pp para paras ch chs art arts reg regs fig figs vol ed eds c ca cl pt st app jan feb"
    " mar apr jun jul aug sep sept oct nov dec"
)
"""Abbreviations that a number follows; a month's short form or "c." is one only there."""
_BEFORE_NAME = _set("st gen")
_OFTEN_INSIDE = _set("ltd co inc corp plc al dept govt assoc jr sr ed eds")
"""Abbreviations that end a sentence only where the next word can begin one."""
_OPENINGS = _set(
    "the a an this that these those it its they their he she we you i in on at for from by with to of as if"
    " when while where although though however but and so there here such some many most each every all both no"
    " not under after before since because during"
)
_BRACKET_REACH = 600
"""Characters after which an unclosed bracket no longer holds a sentence together."""


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences in reading order, stripped; together they hold every character that is not white space."""
    spans: list[tuple[int, int]] = []
    begin = counted = depth = 0
    worded = False
    for stop in _STOP.finditer(text):
        depth += text.count("(", counted, stop.end()) - text.count(")", counted, stop.end())
        worded = worded or _HAS_WORD.search(text, counted, stop.end()) is not None
        depth, counted = max(depth, 0), stop.end()
        inside = depth > 0 and stop.end() - begin < _BRACKET_REACH and stop.group()[0] != "\n"
        if worded and not inside and _ends_sentence(text, begin, stop):
            _add(spans, text, begin, stop.end())
            begin, depth, worded = stop.end(), 0, False
    _add(spans, text, begin, len(text))
    return spans


def _add(spans: list[tuple[int, int]], text: str, begin: int, end: int) -> None:
    piece = text[begin:end]
    start = begin + len(piece) - len(piece.lstrip())
    end = begin + len(piece.rstrip())
    if start >= end:
        return
    if spans and not _HAS_WORD.search(text, start, end):
        spans[-1] = (spans[-1][0], end)
    else:
        spans.append((start, end))


def _ends_sentence(text: str, begin: int, stop: re.Match[str]) -> bool:
    mark = stop.group()
    if mark[0] in "\n。\uff01\uff1f" or stop.end() == len(text):
        return True
    if _SPEAKER.match(text, stop.end()):
        return False
    after = _AFTER.match(text, stop.end())
    place = after.end() if after else stop.end()
    following = text[place : place + 1]
    if not following:
        return True
    if not text[stop.end()].isspace():
        return mark == "." and _is_glued(text, stop.start(), stop.end())
    if following.islower() or following in ",;:)]/%&=+\u2013—-":
        return False
    return mark[0] != "." or mark.startswith("..") or _full_stop(text, begin, stop.start(), place)


def _is_glued(text: str, dot: int, place: int) -> bool:
    """Two sentences whose space was lost, as in "served.Trust grew"."""
    token = _token(text, 0, dot)
    tail = token[-3:]
    return (
        len(tail) == 3
        and tail.isalpha()
        and tail.islower()
        and text[place].isupper()
        and _GLUED.match(text, place) is not None
        and not any(sign in token for sign in "/@.")
        and "www" not in token
    )


def _token(text: str, begin: int, dot: int) -> str:
    found = _TOKEN.search(text[max(begin, dot - 24) : dot])
    return found.group() if found else ""


def _full_stop(text: str, begin: int, dot: int, place: int) -> bool:
    """Whether the full stop at ``dot`` ends the sentence from ``begin``; ``place`` is where the next would begin."""
    if dot - begin < 12 and _LIST_NUMBER.fullmatch(text, begin, dot):
        return False
    token = _token(text, begin, dot)
    name = token.lower()
    word = _WORD.match(text, place)
    opens = word is not None and word.group().lower() in _OPENINGS
    if name in _NEVER or (name in _BEFORE_NUMBER and text[place].isdigit()) or (name in _BEFORE_NAME and not opens):
        return False
    if name in {"a.m", "p.m", "etc"}:
        return True
    is_initial = len(token) == 1 and token.isupper()
    return opens or not (is_initial or name in _OFTEN_INSIDE or _DOTTED.fullmatch(token))
