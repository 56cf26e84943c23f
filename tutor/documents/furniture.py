"""What a scraped page prints around its content: menus, counters, taglines, labels, the page title.

These lines stay in the stored text; they only make no blocks. They are told by how they are laid out, and by the words
that any site uses for them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tutor.documents.headings import heading_kind, normal

_MARKS = "\ufeff\u200b\u200c\u200d\u2060"
_BULLETED = re.compile(
    r"[•◦▪▫●○■□‣\u2043∙➢➤►▶✓✔✗✘❌\uf0b7\uf0a7*\u2013—-]"
    r"|\(?\d{1,3}[.)]|[\u2600-\u27bf\U0001f300-\U0001faff]"
)
_NAVIGATION = re.compile(
    r"(?:skip|jump) to (?:main |the )?(?:content|navigation)|skip (?:navigation|links?)|downloads?"
    r"|download (?:the )?(?:pdf|report|full report|this page)|share(?: (?:this|on|via|with)\b.{0,40})?"
    r"|print(?: this page)?"
    r"|menu|search(?: this site)?|home(?:page)?|log ?in|log ?out|sign (?:in|up|out)(?: .{0,30})?|register"
    r"|subscribe(?: .{0,40})?|newsletter|back(?: to (?:the )?(?:top|home|results))?"
    r"|(?:next|previous)(?: (?:page|topic|unit|lesson))?|read more|show (?:more|less)|see (?:more|all)|learn more"
    r"|load(?:ing)?(?: more)?(?:\.{3}|…)?|close|open|edit|copy(?: link)?|follow us(?: .{0,30})?|contact(?: us)?"
    r"|advertisement|(?:accept|reject|manage|allow)(?: all)?(?: cookies)?|cookies?(?: (?:policy|settings|preferences"
    r"|notice))?"
    r"|privacy(?: (?:policy|notice))?|terms (?:of use|and conditions|of service)|accessibility statement"
    r"|all rights reserved.?|(?:table of )?contents|(?:on|in) this (?:page|section)"
    r"|related (?:content|articles|pages|links|publications|resources)|get started(?: .{0,30})?"
    r"|(?:start|begin) (?:learning|revising|studying|now|quiz|practice|for free)(?: .{0,30})?|try (?:it )?(?:for )?free"
    r"|facebook|twitter|linkedin|whatsapp|x|email(?: this)?|instagram|youtube|\W?\s?(?:copyright|©).{0,80}"
    r"|(?:home|you are here)\s?[>\u203a»/|:].{0,120}|(?:reading time:?\s?)?\d{1,3}[- ]min(?:ute)?s?(?: read)?"
    r"|page \d{1,4}(?: of \d{1,4})?|\d{1,3}|ai[- ]powered .{0,80}|powered by .{0,40}",
    re.IGNORECASE,
)
_COOKIES = re.compile(
    r"(?:we|this (?:web)?site|our (?:web)?site) (?:uses?|would like to use) .{0,30}\bcookies\b", re.IGNORECASE
)
_CALL = re.compile(r"(?:are you )?ready to .{3,30}\?|want to (?:learn|know|read|practise) .{0,30}\?", re.IGNORECASE)
_TYPE_LABEL = re.compile(
    r"(?:research |policy |annual )?(?:report|briefing|article|blog(?: post)?|news|publication|press release|paper"
    r"|web ?page|resource|topic|lesson)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?P<who>(?:written |reviewed |edited |published )?by|authors?|reviewer|editor|publisher|contributors?)\s?:\s*"
    r"(?P<name>.*)"
    r"|(?P<when>(?:date )?(?:published|updated|reviewed|posted)(?: on)?|(?:last |date )(?:updated|reviewed|modified)"
    r"|(?:publication )?date)\s?:\s*(?P<date>.*)"
    r"|(?:isbn|issn|doi|tags?|categor(?:y|ies)|topics?|reading time|word count|reference no\.?)\s?:.{0,120}",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:\w{3,9},? )?(?:\d{1,2}(?:st|nd|rd|th)? )?(?:\w{3,9} )?(?:\d{1,2}, )?\d{4}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}"
)
_QUALIFICATION = re.compile(
    r"\b(?:Certificate|Diploma|Award|GCSE|AS[- ]Level|A[- ]Level|BTEC|NVQ|T[- ]Level|Higher Nationals?|HN[CD]"
    r"|Functional Skills|Apprenticeship|National [345])\b"
)
_LEVEL = re.compile(r"\b(?:Levels? [1-8](?:/[1-8])?|[RQ]CF|GCSE|A[- ]Level|AS[- ]Level|T[- ]Level|National [345])\b")
_SPEAKS = re.compile(r"\b(?:is|are|was|were|has|have|will|can|you|your|how|what|why)\b")
_CARD = re.compile(
    r"vocational|gcse|i?gcse|as[- ]level|a[- ]level|t[- ]level|btec|nvq|academic|general|higher|foundation|national \d",
    re.IGNORECASE,
)
_BODIES = (
    "Pearson|Edexcel|NOCN|AQA|OCR|WJEC|Eduqas|CCEA|SQA|City (?:&|and) Guilds|NCFE|CACHE|ASDAN|Gateway|Highfield"
    "|Cambridge|VTCT|BCS|SFJ|IAO|ABBE|LIBF|CIPD|CMI|ILM|TQUK|Skillsfirst|Active IQ|Ascentis|Agored|Open Awards"
    "|Open College|Laser|Qualsafe|UAL|RSL|Trinity|International Baccalaureate"
)
_SITE_WORDS = r"(?:Revision|Qualifications?|GCSE|A[- ]?Level|BTEC|NVQ|Diploma|Certificate|Award|Notes|Study Guide)"
_JOINED_BODY = re.compile(rf"(?<=[\w)\]?!\u2019'])(?=(?:{_BODIES})\b[^\n]{{0,160}}\b{_SITE_WORDS}\b)")
_JOINED_CASE = re.compile(rf"(?<=[a-z)\]?!\d])(?=[A-Z][\w&]*\s[^\n]{{0,160}}\b{_SITE_WORDS}\b)")
_SITE_TAIL = re.compile(rf"\s[|\u2013—-]\s[^\n]{{0,160}}\b{_SITE_WORDS}\b[^\n]{{0,80}}$")
_STRAPLINE = re.compile(
    r"\b(?:you|your|this (?:topic|unit|element|subject|module)|to know|students?|learners?|coursework|exams?|assessors?"
    r"|examiners?|grades?|portfolio|to avoid|marks?)\b",
    re.IGNORECASE,
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SMALL = _set("a an and as at but by for from how in into of on or the this that to vs via with what your you")
_TAGLINE_WORDS = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank; ``start:end`` covers it without the spaces around it."""

    start: int
    end: int
    indent: int
    gap: bool
    """Whether a blank line, or the beginning of the text, stands above."""
    text: str


@dataclass(frozen=True, slots=True)
class Furniture:
    """Which lines make no blocks, and what they said about the document."""

    dropped: frozenset[int]
    title: str | None
    qualification: str | None


def split_lines(text: str) -> list[Line]:
    """The lines that hold something, with their places."""
    lines: list[Line] = []
    place, gap = 0, True
    for raw in text.splitlines(keepends=True):
        bare = raw.rstrip().rstrip(_MARKS).rstrip()
        words = bare.lstrip().lstrip(_MARKS).lstrip()
        if words:
            start = place + len(bare) - len(words)
            indent = len(bare.expandtabs(4)) - len(words.expandtabs(4))
            lines.append(Line(start, place + len(bare), indent, gap, words))
        gap = not words
        place += len(raw)
    return lines


def find_furniture(lines: Sequence[Line]) -> Furniture:
    """Tell the page's furniture from its content."""
    texts = [line.text for line in lines]
    dropped = {i for i, words in enumerate(texts) if _is_navigation(words)} | _counters(texts)
    dropped |= _labels(lines, dropped) | _truncated(texts)
    first = next((i for i in range(len(texts)) if i not in dropped), None)
    if first is not None and first + 1 < len(texts) and _TYPE_LABEL.fullmatch(texts[first]):
        dropped.add(first)
    title = _page_title(texts, dropped)
    qualifications = [i for i, words in enumerate(texts) if i not in dropped and _is_qualification(words)]
    dropped |= set(qualifications)
    dropped |= _cards(texts, title) | _straplines(lines, dropped) | _footer(texts)
    return Furniture(frozenset(dropped), title, texts[qualifications[0]] if qualifications else None)


def same_words(one: str, other: str) -> bool:
    """Whether two headings are the same but for case and punctuation."""
    return normal(one) == normal(other)


def ends_open(words: str) -> bool:
    """Whether the line ends without any mark of punctuation that closes or continues a sentence."""
    return not words.rstrip("\"'”\u2019)]» ").endswith((".", "!", "?", ":", ";", ",", "…"))


def _is_navigation(words: str) -> bool:
    if len(words) > 200:
        return False
    return bool(_NAVIGATION.fullmatch(words) or _COOKIES.match(words))


def _counters(texts: Sequence[str]) -> set[int]:
    """Labels of counters: a number alone, then what it counts, at least twice running."""
    found: set[int] = set()
    i = 0
    while i + 3 < len(texts):
        j = i
        while j + 1 < len(texts) and texts[j].isdecimal() and len(texts[j]) < 5 and _is_label(texts[j + 1]):
            j += 2
        if j - i >= 4:
            found.update(range(i, j))
        i = max(j, i + 1)
    return found


def _is_label(words: str) -> bool:
    short = len(words) < 60 and len(words.split()) <= 4 and ends_open(words)
    return short and not words[0].isdecimal() and not _BULLETED.match(words)


def _labels(lines: Sequence[Line], dropped: set[int]) -> set[int]:
    """ "Written by:" and the like, with the value behind the colon or on the next line."""
    found: set[int] = set()
    for i, line in enumerate(lines):
        label = _LABEL.fullmatch(line.text) if len(line.text) < 200 else None
        if label is None or i in dropped:
            continue
        value = label["name"] or label["date"]
        if value and not (_is_names(value) if label["who"] else _DATE.match(value)):
            continue
        found.add(i)
        following = lines[i + 1] if i + 1 < len(lines) else None
        if not value and following and not following.gap:
            if label["who"] and _is_names(following.text):
                found.add(i + 1)
            if label["when"] and _DATE.fullmatch(following.text):
                found.add(i + 1)
    return found


def _is_names(words: str) -> bool:
    short = len(words) < 200 and len(words.split()) <= 25
    return short and words[0].isupper() and ends_open(words) and not heading_kind(words)


def _truncated(texts: Sequence[str]) -> set[int]:
    """Taglines: the beginning of a longer paragraph, broken off in mid-sentence."""
    bare = {i: words.rstrip("… .") if words.endswith(("...", "…")) else words for i, words in enumerate(texts)}
    ordered = sorted(set(bare.values()))
    cut = {
        one
        for one, longer in pairwise(ordered)
        if longer.startswith(one) and len(one.split(None, _TAGLINE_WORDS)) > _TAGLINE_WORDS and ends_open(one)
    }
    return {i for i, words in bare.items() if words in cut}


def _page_title(texts: Sequence[str], dropped: set[int]) -> str | None:
    """The title out of a page's title line, which runs on into the site's words; that line is dropped."""
    for i in [i for i in range(len(texts)) if i not in dropped][:4]:
        words = texts[i]
        if len(words) > 240 or _BULLETED.match(words):
            continue
        joined = [match.start() for match in _JOINED_BODY.finditer(words)][:1]
        joined = joined or [match.start() for match in _JOINED_CASE.finditer(words)][-1:]
        joined = joined or [match.start() for match in _SITE_TAIL.finditer(words)][:1]
        if joined and ends_open(words):
            dropped.add(i)
            return words[: joined[0]].strip() or None
    return None


def _is_qualification(words: str) -> bool:
    return (
        len(words) < 140
        and 3 <= len(words.split()) <= 18
        and words[0].isupper()
        and ends_open(words.removesuffix(")"))
        and _QUALIFICATION.search(words) is not None
        and _LEVEL.search(words) is not None
        and heading_kind(words) is None
        and _SPEAKS.search(words) is None
    )


def _cards(texts: Sequence[str], title: str | None) -> set[int]:
    """The awarding body and the kind of course, printed in a word each below a repeated title."""
    found: set[int] = set()
    if title is None:
        return found
    for i in (i for i, words in enumerate(texts) if same_words(words, title)):
        for j in range(i + 1, min(i + 4, len(texts))):
            words = texts[j]
            plain = len(words) < 40 and len(words.split()) <= 4 and ends_open(words) and not _BULLETED.match(words)
            if not plain or heading_kind(words) or not (words.isupper() or words.islower() or _CARD.fullmatch(words)):
                break
            found.add(j)
    return found


def _straplines(lines: Sequence[Line], dropped: set[int]) -> set[int]:
    """The sentence without a full stop that a page prints below each of its standard headings."""
    found: set[int] = set()
    previous = None
    for i, line in enumerate(lines):
        if i in dropped:
            continue
        kind = heading_kind(previous) if previous is not None and not _BULLETED.match(previous) else None
        if kind is not None and _is_strapline(line.text) and heading_kind(line.text) in {None, kind}:
            found.add(i)
            continue
        previous = line.text if len(line.text) < 100 else None
    return found


def _is_strapline(words: str) -> bool:
    if len(words) > 120 or _BULLETED.match(words) or not ends_open(words) or not words[0].isupper():
        return False
    parts = words.split()
    small = [part for part in parts[1:] if part[0].islower() and part.lower() not in _SMALL]
    fewest = 4 if heading_kind(words) is None else 5
    return fewest <= len(parts) <= 14 and len(small) >= 2 and bool(_STRAPLINE.search(words))


def _footer(texts: Sequence[str]) -> set[int]:
    """The call to sign up that closes a page, with the short lines below it."""
    for i in range(max(0, len(texts) - 12), len(texts)):
        below = texts[i + 1 :]
        if _CALL.fullmatch(texts[i][:80]) and all(_is_footnote(words) for words in below):
            return set(range(i, len(texts)))
    return set()


def _is_footnote(words: str) -> bool:
    return len(words.split(None, 14)) <= 14 and ends_open(words)
