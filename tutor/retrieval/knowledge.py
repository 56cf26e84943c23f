"""What a library explains, as against what it names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from wordfreq import zipf_frequency

from tutor.domain import Passage, SectionKind
from tutor.library.library import Snapshot
from tutor.library.words import STOP_WORDS, stems, surface_words
from tutor.retrieval.subjects import TELLING, subject_stems

RARE_ENGLISH = 2.4
"""Zipf frequency (log10 of uses in a billion words) below which a word is taken for a name or a technical term."""
_RARE_AND_ABSENT = 2.6
"""The same for a word that the library does not have at all."""
_CAPITALISED = 0.6
_WORD = re.compile(r"[A-Za-z][\w'’-]*")  # noqa: RUF001
# Capitalised in every document and yet no name of anything to be explained.
_NO_NAMES = frozenset(
    stems("pass merit distinction uk english england britain british act london police council code scotland wales")
)


class Knowledge:
    """The names of one snapshot, and those of them that some passage is *about*. Immutable."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._names = _names(p.text for p in snapshot.passages)
        explained: set[str] = set()
        for head in snapshot.documents.values():
            for name in (head.title, *head.terms):
                explained.update(stems(name))
        for passage in snapshot.passages:
            if passage.kind in TELLING:
                explained.update(subject_stems(passage.text))
            if passage.kind in {SectionKind.CONCEPT, SectionKind.TERM} and passage.trail:
                explained.update(stems(passage.trail[-1]))
        self._explained = frozenset(explained)
        self._keywords = snapshot.keywords
        self._rows = snapshot.rows

    def unexplained(self, text: str, terms: Iterable[str]) -> list[str]:
        """Stems of names and technical terms in a question that no passage is about.

        A name is a word that the library writes with a capital, or one that is rare in English.
        """
        written = {stem: word for word in surface_words(text) for stem in stems(word)}
        return [
            term
            for term in terms
            if term not in self._explained
            and term not in _NO_NAMES
            and not term.isdigit()
            and (term in self._names or zipf_frequency(written.get(term, term), "en") < self._rare(term))
        ]

    def words_of(self, passage: Passage) -> frozenset[str]:
        """Stems of a passage and its headings; none for one that the snapshot does not hold."""
        row = self._rows.get(passage.id)
        return frozenset() if row is None else self._keywords.words[row]

    def rarity(self, stem: str) -> float:
        """Inverse document frequency of a stem, >= 0."""
        return self._keywords.rarity(stem)

    def _rare(self, term: str) -> float:
        return RARE_ENGLISH if term in self._keywords else _RARE_AND_ABSENT

    def is_name(self, word: str) -> bool:
        """Whether the library writes a word with a capital within sentences."""
        return bool(set(stems(word)) & self._names)


def _names(texts: Iterable[str]) -> frozenset[str]:
    """Stems that are mostly written with a capital where no sentence begins."""
    capital: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for text in texts:
        for match in _WORD.finditer(text):
            word = match.group()
            before = text[: match.start()].rstrip()
            begins = not before or before[-1] in ".?!:"
            if word.lower() in STOP_WORDS or (begins and not word[1:2].isupper()):
                continue
            for stem in stems(word)[:1]:
                total[stem] += 1
                capital[stem] += word[0].isupper()
    return frozenset(stem for stem, count in total.items() if capital[stem] / count >= _CAPITALISED)
