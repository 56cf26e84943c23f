"""The library's own words: repairing misspellings against them, and the abbreviations that documents introduce."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA
from wordfreq import zipf_frequency

from tutor.domain import Passage
from tutor.library.words import STOP_WORDS, fold, surface_words

_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")  # noqa: RUF001
_ABBREVIATION = re.compile(r"([A-Z][A-Za-z&'’ -]{4,80}?)\s*\(([A-Z][A-Z&]{1,6})s?\)")  # noqa: RUF001
_LONG_BEHIND = re.compile(r"\b([A-Z][A-Z&]{1,6})\s*\(([A-Z][A-Za-z&'’ -]{4,80}?)\)")  # noqa: RUF001
_STANDS_FOR = re.compile(r"\b([A-Z][A-Z&]{1,6}) (?:stands for|is short for|means) (?:the )?([A-Z][A-Za-z&'’ -]{4,80})")  # noqa: RUF001
_INTRODUCES = re.compile(r"\(| stands for | is short for | means ")
"""What every pattern above needs; most texts have none of it."""
_SMALL = frozenset("of the and for in to on a an by with".split())

_ABBREVIATED = 5
KNOWN_ENGLISH = 2.3
"""Zipf frequency (log10 of uses in a billion words) from which a word counts as English rather than a slip."""
_COMMON_SLIP = 2.9
_FAR_COMMONER = 1.3


@dataclass(frozen=True, slots=True)
class Repair:
    """One word of a question that was read as another."""

    written: str
    read: str


class Vocabulary:
    """Words and abbreviations of one snapshot. Immutable."""

    def __init__(self, passages: Iterable[Passage], asking: Iterable[str] = (), terms: Iterable[str] = ()) -> None:
        # Titles and headings stand above many passages: each text is read once, and counted as often as it stands.
        texts = Counter(text for p in passages for text in (p.text, p.title, *p.trail[-1:]))
        texts.update(terms)
        counts, abbreviations = _counted(texts), _abbreviations(texts)
        self._counts = counts
        self._asking = frozenset(asking)
        self.abbreviations: Mapping[str, str] = {
            short: longs.most_common(1)[0][0] for short, longs in abbreviations.items()
        }
        """Long form by abbreviation, the long form in lower case."""
        long_enough = {w for w in counts if len(w) >= 4 and w.isalpha() and w not in STOP_WORDS}
        # A slip often swallows the apostrophe: "arnstines" is nearer to "arnsteins" than to "arnstein".
        self._targets = sorted(long_enough | {w + "s" for w in long_enough if not w.endswith("s")} | self._asking)

    def __contains__(self, word: str) -> bool:
        return word in self._counts or word in self._asking

    def repair(self, text: str) -> tuple[str, tuple[Repair, ...]]:
        """Replace words that are neither the library's nor English by the library's nearest, if one is near."""
        repairs: list[Repair] = []
        shouted = text.isupper()

        def mend(match: re.Match[str]) -> str:
            written = match.group()
            # Few letters, all capital in a message that is not, are an abbreviation and no slip for a word.
            short = written.isupper() and len(written) <= _ABBREVIATED and not shouted
            read = None if short else self._nearest(written)
            if read is None:
                return written
            repairs.append(Repair(written, read))
            return read

        return _TOKEN.sub(mend, text), tuple(repairs)

    def _nearest(self, written: str) -> str | None:
        word = fold(written).removesuffix("'s").replace("'", "")
        if word in self or word in STOP_WORDS or len(word) < 4 or "-" in word:
            return None
        if word.endswith("s") and word[:-1] in self:
            return None
        frequency = zipf_frequency(word, "en")
        if frequency >= _COMMON_SLIP or (frequency >= KNOWN_ENGLISH and len(word) < 6):
            return None
        reach = 1 if len(word) < 8 or frequency >= KNOWN_ENGLISH else 2
        found = process.extract(word, self._targets, scorer=OSA.distance, score_cutoff=reach, limit=8)
        found = [hit for hit in found if hit[1] <= 1 or len(hit[0]) >= 8]  # two slips in a short word make another
        if not found:
            return None
        best = min(found, key=lambda hit: (hit[1], hit[0][0] != word[0], -self._weight(hit[0])))[0]
        if best[0] != word[0] and len(word) < 6:
            return None
        if frequency >= KNOWN_ENGLISH and zipf_frequency(best, "en") - frequency < _FAR_COMMONER:
            return None
        return best

    def _weight(self, word: str) -> float:
        return self._counts.get(word, 0) + 0.5 * self._counts.get(word[:-1], 0) + 2.0 * (word in self._asking)

    def expand(self, words: Sequence[str]) -> list[str]:
        """Long forms of the abbreviations among ``words``, and abbreviations whose long form stands in them."""
        text = " ".join(words).replace("-", " ")
        found = [long for short, long in self.abbreviations.items() if short.lower() in words and long not in text]
        found += [short.lower() for short, long in self.abbreviations.items() if long in text]
        return found

    def joined(self, words: Sequence[str]) -> list[str]:
        """Neighbours that the library writes as one word: "co production" gives "coproduction"."""
        pairs = pairwise(words)
        return [
            a + b for a, b in pairs if a + b in self._counts and (a not in self._counts or f"{a}-{b}" in self._counts)
        ]


def _counted(texts: Mapping[str, int]) -> Counter[str]:
    """How often the texts have each word; a hyphenated one counts for its parts and for itself in one, too."""
    whole: Counter[str] = Counter()
    for text, times in texts.items():
        words = surface_words(text)
        whole.update(words if times == 1 else words * times)
    counts: Counter[str] = Counter()
    for word, times in whole.items():
        for form in {word, *word.split("-"), word.replace("-", "")} if "-" in word else (word,):
            counts[form] += times
    return counts


def _abbreviations(texts: Mapping[str, int]) -> dict[str, Counter[str]]:
    """How often the texts introduce each long form, by abbreviation."""
    found: dict[str, Counter[str]] = {}
    for text, times in texts.items():
        for short, long in find_abbreviations(text):
            found.setdefault(short, Counter())[long] += times
    return found


def find_abbreviations(text: str) -> list[tuple[str, str]]:
    """Pairs (abbreviation, long form in lower case) that a text introduces.

    The long form is the shortest run of words before the bracket whose letters spell the abbreviation, after
    Schwartz and Hearst (2003); their single-letter matching is narrowed to initials, small words skipped.
    """
    if not _INTRODUCES.search(text):
        return []
    pairs: list[tuple[str, str]] = []
    for match in _ABBREVIATION.finditer(text):
        long = _spelt(match.group(1), match.group(2))
        if long:
            pairs.append((match.group(2), long))
    for match in [*_LONG_BEHIND.finditer(text), *_STANDS_FOR.finditer(text)]:
        long = _spelt_from_start(match.group(2), match.group(1))
        if long:
            pairs.append((match.group(1), long))
    return pairs


def _spelt(words: str, short: str) -> str | None:
    parts = re.split(r"[\s-]+", words.strip())
    for start in range(len(parts) - 1, -1, -1):
        if _initials(parts[start:]) == short.replace("&", "").lower() and parts[start].lower() not in _SMALL:
            return " ".join(surface_words(" ".join(parts[start:])))
    return None


def _spelt_from_start(words: str, short: str) -> str | None:
    parts = re.split(r"[\s-]+", words.strip())
    for end in range(1, len(parts) + 1):
        if _initials(parts[:end]) == short.replace("&", "").lower():
            return " ".join(surface_words(" ".join(parts[:end])))
    return None


def _initials(parts: Sequence[str]) -> str:
    return "".join(p[0] for p in parts if p and p.lower() not in _SMALL and p[0].isalpha()).lower()
