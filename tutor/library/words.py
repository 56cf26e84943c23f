"""Words as keyword search sees them: folded, stemmed, without stop words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*(?:[-‐‑][^\W_]+(?:['’][^\W_]+)*)*")  # noqa: RUF001
_HYPHENS = re.compile(r"[-‐‑]")  # noqa: RUF001

STOP_WORDS = frozenset(
    """a about above after again against all also am an and any are as at be because been before being below between
    both but by can could did do does doing done down during each either else ever few for from further get gets give
    got had has have having he her here hers him his how i if in into is isn it its itself just let like many may me
    might more most much must my myself no nor not now of off on once one only or other ought our ours out over own
    per please quite rather really s same shall she should since so some such t tell than that the their theirs them
    then there these they thing things this those through to too under until up upon us very was we were what whatever
    whats when where whether which while who whom whose why will with within without would yes yet you your yours
    arent cant couldnt didnt doesnt dont hadnt hasnt havent hes heres im isnt ive lets shes shouldnt thats theres theyd
    another make makes made making
    theyll theyre theyve wasnt werent weve wheres whos wont wouldnt youd youll youre youve ok okay
    """.split()
)

_stemmer = Stemmer.Stemmer("english")


def fold(text: str) -> str:
    """Lower case without accents, straight apostrophes."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower().replace("’", "'")  # noqa: RUF001


def surface_words(text: str) -> list[str]:
    """Words in order, folded, possessive endings off, hyphenated words whole (``co-production``)."""
    return [_bare(word) for word in _WORD.findall(fold(text))]


def stems(text: str) -> list[str]:
    """Index terms in order: stop words dropped; a hyphenated word gives its parts and itself written together."""
    found: list[str] = []
    for word in surface_words(text):
        parts = _HYPHENS.split(word)
        for part in parts:
            if part and part not in STOP_WORDS:
                found.append(stem(part))
        if len(parts) > 1:
            found.append(stem("".join(parts)))
    return found


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Stem of one folded word (Snowball English)."""
    return str(_stemmer.stemWord(word))


def _bare(word: str) -> str:
    if word.endswith("'s"):
        return word[:-2]
    if word.endswith("s'"):
        return word[:-1]
    return word.replace("'", "")
