"""The questions to learn from, and the passages that answer them as the tutor cuts and embeds them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.data import Question, load
from evals.worlds import home_for
from tutor.domain import Passage
from tutor.errors import EvalError
from tutor.facade import Tutor
from tutor.models.embedder import Embedder
from tutor.settings import Settings, shipped

FOLDER = Path(__file__).resolve().parent
PAGES = FOLDER / "pages"


@dataclass(frozen=True)
class Material:
    """Questions with the passages of one library."""

    questions: tuple[Question, ...]
    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]
    """Of the passages, in their order; shape (passages, dimension)."""
    gold: tuple[frozenset[int], ...]
    """For each question, the rows of the passages that answer it; none for a question without an answer."""

    def about(self, prefix: str, *, leave_out: bool) -> Material:
        """The questions whose ids begin with ``prefix``, or all the others."""
        kept = [n for n, q in enumerate(self.questions) if q.id.startswith(prefix) != leave_out]
        return replace(self, questions=tuple(self.questions[n] for n in kept), gold=tuple(self.gold[n] for n in kept))


def read_questions() -> tuple[Question, ...]:
    return load("questions", FOLDER)


def read_material(settings: Settings, embedder: Embedder, say: Callable[[str], None]) -> Material:
    """Build (or take up) a library of the shipped notes and the made-up pages; find every question's passages in it."""
    inside = home_for("training", settings, embedder)
    say(f"library of the shipped notes and {PAGES.name}/: {inside}")
    here = replace(settings, home=inside, corpus=shipped("corpus"), chroma_url=None)
    with closing(Tutor.open(here, embedder=embedder)) as tutor:
        tutor.ingest([PAGES])
        snapshot = tutor.library.snapshot()
        found = tutor.library.vectors([p.id for p in snapshot.passages])
    rows = {
        (place.document, passage.text): row
        for row, passage in enumerate(snapshot.passages)
        for place in (passage.place, *passage.also)
    }
    questions = read_questions()
    gold = tuple(frozenset(_row(rows, q.id, g.document, g.quote) for g in q.gold) for q in questions)
    return Material(questions, snapshot.passages, np.stack([found[p.id] for p in snapshot.passages]), gold)


def _row(rows: dict[tuple[str, str], int], question: str, document: str, text: str) -> int:
    if (document, text) not in rows:
        raise EvalError(f"{question}: expected the passage {text[:60]!r} in {document}, found none; mend the question")
    return rows[document, text]
