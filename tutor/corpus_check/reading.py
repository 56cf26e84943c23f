"""How easy a note is to read."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType

from tutor.corpus_check.notes import Note
from tutor.domain import BlockRole


def reading_ease(note: Note) -> float:
    """Flesch's reading ease of the text below the headings, to one decimal; higher is easier.

    Syllables are counted by hyphenation, so the same everywhere and without a download; that is about five points
    kinder than with a pronouncing dictionary.
    """
    text = "\n".join(piece.text for piece in note.pieces if piece.role is not BlockRole.HEADING)
    return round(float(_textstat().flesch_reading_ease(text)), 1)


@cache
def _textstat() -> ModuleType:
    """Textstat, which fetches a pronouncing dictionary unless it finds one: the one that it finds here is empty."""
    import nltk

    nltk.data.path.insert(0, str(Path(__file__).resolve().parent / "nltk_data"))
    import textstat

    return textstat
