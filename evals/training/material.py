"""The questions to learn from, and the passages that answer them as the tutor cuts and embeds them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.data import Gold, Question, Split, load
from evals.worlds import home_for
from tutor.documents.asked import SUFFIX, attach, read_asked
from tutor.documents.files import beside, find_files
from tutor.documents.files import load as load_file
from tutor.documents.outline import outline
from tutor.documents.passages import cut
from tutor.documents.reader import read
from tutor.domain import Intent, Passage
from tutor.errors import EvalError
from tutor.facade import Tutor
from tutor.ingest import document_id
from tutor.library.keywords import heading_words
from tutor.models.embedder import Embedder
from tutor.settings import Settings, shipped

FOLDER = Path(__file__).resolve().parent
PAGES = FOLDER / "pages"
FAR_OFF = FOLDER / "far_off.txt"
BESIDE = "asked-"
"""How the ids of questions that are kept beside the shipped notes begin."""


@dataclass(frozen=True)
class Material:
    """Questions with the passages of one library."""

    questions: tuple[Question, ...]
    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]
    """Of the passages, in their order; shape (passages, dimension)."""
    texts: tuple[str, ...]
    """The passages below their headings, as they are embedded."""
    gold: tuple[frozenset[int], ...]
    """For each question, the rows of the passages that answer it; none for a question without an answer."""


def read_questions() -> tuple[Question, ...]:
    """The questions kept beside the shipped notes; those about the made-up pages; and ones that have no answer."""
    return (*_beside_notes(), *load("questions", FOLDER))


def read_far_off() -> tuple[Question, ...]:
    """Messages about something else altogether, or that are no questions: nothing answers them."""
    return tuple(
        Question(
            id=f"far-off-{number}",
            set="far_off",
            text=text,
            intent=Intent.EXPLAIN,
            answerable=False,
            gold=(),
            paraphrase=False,
            split=Split.TRAIN,
        )
        for number, text in enumerate(FAR_OFF.read_text("utf-8").splitlines())
    )


def _beside_notes() -> list[Question]:
    questions: list[Question] = []
    for file in find_files([shipped("corpus")]).files:
        asked_file = beside(file, SUFFIX)
        if asked_file is None:
            continue
        source = read(load_file(file), file.path.name)
        texts = [
            source.text[d.start : d.end]
            for d in cut(outline(source, str(source.front_matter.get("title"))), source.text)
        ]
        id_ = document_id(file, ())
        asked, unknown = attach(read_asked(load_file(asked_file), asked_file.shown), texts)
        if unknown:
            raise EvalError(
                f"{asked_file.shown}: expected first words of passages, found {unknown[0]!r}; run tutor corpus check"
            )
        questions += [
            Question(
                id=f"{BESIDE}{id_}-{number}",
                set="asked",
                text=one.question,
                intent=one.intent or Intent.EXPLAIN,
                answerable=bool(one.passages),
                gold=tuple(Gold(id_, texts[n]) for n in one.passages),
                paraphrase=False,
                split=Split.TRAIN,
            )
            for number, one in enumerate(asked)
        ]
    return questions


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
    questions = (*read_questions(), *read_far_off())
    gold = tuple(frozenset(_row(rows, q.id, g.document, g.quote) for g in q.gold) for q in questions)
    passages = snapshot.passages
    texts = tuple(f"{heading_words(p)}\n{p.text}" for p in passages)
    return Material(questions, passages, np.stack([found[p.id] for p in passages]), texts, gold)


def _row(rows: dict[tuple[str, str], int], question: str, document: str, text: str) -> int:
    if (document, text) not in rows:
        raise EvalError(f"{question}: expected the passage {text[:60]!r} in {document}, found none; mend the question")
    return rows[document, text]
