"""Libraries to ask: each over a known set of documents, kept under ``TUTOR_HOME/evals`` and rebuilt when stale."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import tutor
from evals.data import DOCUMENTS, Question, gold_parts, load, verify_gold
from evals.spans import Piece, Span
from tutor.domain import Citation, Passage, Reply
from tutor.errors import EvalError
from tutor.facade import Tutor
from tutor.models.embedder import Embedder
from tutor.settings import Settings, shipped

Say = Callable[[str], None]
"""Takes one line about how far things are."""

JOINT = ("corpus", "layout")
"""The sets that are asked of one library over the documents of both, which is harder than each on its own."""
SEEDS = "seeds"
_CUTTING = ("documents", "library", "ingest.py")


@dataclass(frozen=True)
class World:
    """A library, the questions to ask it, and the replies that it gave."""

    name: str
    tutor: Tutor
    questions: tuple[Question, ...]
    home: Path
    replies: dict[str, Reply] = field(default_factory=dict, compare=False)
    """Filled on asking, by question text: several suites look at the same replies."""

    def ask(self, question: str) -> Reply:
        if question not in self.replies:
            self.replies[question] = self.tutor.ask(question)
        return self.replies[question]

    @cached_property
    def texts(self) -> dict[str, str]:
        """Stored text by document id."""
        return {id_: self.tutor.library.document(id_).text for id_ in self.tutor.library.snapshot().documents}

    def text(self, document: str) -> str:
        """Stored text of a document; raises ``EvalError`` where the library has none of that name."""
        if document not in self.texts:
            held = ", ".join(sorted(self.texts))
            raise EvalError(f"{self.name}: expected a document {document!r} in the library, it holds {held}")
        return self.texts[document]

    @cached_property
    def _places(self) -> dict[Span, tuple[Span, ...]]:
        return {
            places[0]: places for places in (spans_of(passage) for passage in self.tutor.library.snapshot().passages)
        }

    def piece(self, citation: Citation) -> Piece:
        """What a citation points at; for a whole passage, with the other places where the same words stand."""
        span = Span(citation.document, citation.start, citation.end)
        return Piece(citation.quote, self._places.get(span, (span,)))

    def gold(self, question: Question) -> tuple[tuple[Span, ...], ...]:
        """Where each part of the answer stands."""
        return gold_parts(question, self.text)

    def close(self) -> None:
        self.tutor.close()


def spans_of(passage: Passage) -> tuple[Span, ...]:
    """All the places of a passage, its first one first."""
    return tuple(Span(place.document, place.start, place.end) for place in (passage.place, *passage.also))


def open_joint(settings: Settings, embedder: Embedder, say: Say, sets: Sequence[str] = JOINT) -> World:
    """The shipped notes and the documents laid out like revision pages, in one library, with the questions of both."""
    questions = tuple(question for name in sets for question in load(name))
    inside = home_for("-".join(JOINT), settings, embedder)
    say(f"library of the shipped notes and {DOCUMENTS.name}: {inside}")
    asked = Tutor.open(
        replace(settings, home=inside, corpus=shipped("corpus"), chroma_url=None),
        embedder=embedder,
        progress=_lines(say),
    )
    _ingest(asked, [DOCUMENTS], say)
    world = World("-".join(JOINT), asked, questions, inside)
    verify_gold(questions, world.text)
    return world


def seeds_folder(settings: Settings) -> Path | None:
    """The folder ``seeds`` beside the third-party test sets, or None."""
    data = eval_data(settings)
    folder = data.parent / SEEDS if data is not None else None
    return folder if folder is not None and folder.is_dir() else None


def open_seeds(settings: Settings, embedder: Embedder, say: Say) -> World | None:
    """The documents that the project started from, alone; None where they are absent."""
    folder = seeds_folder(settings)
    if folder is None:
        return None
    questions = load(SEEDS)
    inside = home_for(SEEDS, settings, embedder)
    say(f"library of the seeds: {inside}")
    asked = Tutor.open(replace(settings, home=inside, chroma_url=None), embedder=embedder, build=False)
    _ingest(asked, [folder], say)
    world = World(SEEDS, asked, questions, inside)
    verify_gold(questions, world.text)
    return world


def eval_data(settings: Settings) -> Path | None:
    """The folder of third-party test sets: the one that the settings name, else ``shared/data`` beside the clone."""
    if settings.eval_data is not None:
        if not settings.eval_data.is_dir():
            raise EvalError(f"TUTOR_EVAL_DATA: expected a folder at {settings.eval_data}, found none; unset or mend it")
        return settings.eval_data
    beside = shipped("corpus").parent.parent / "shared" / "data"
    return beside if beside.is_dir() else None


def home_for(name: str, settings: Settings, embedder: Embedder) -> Path:
    """Where a world's library lies; other reading, cutting or embedding gives another folder, and old ones go."""
    digest = hashlib.sha256(embedder.name.encode())
    package = Path(tutor.__file__).parent
    for part in _CUTTING:
        files = sorted((package / part).rglob("*.py")) if (package / part).is_dir() else [package / part]
        for file in files:
            digest.update(file.read_bytes())
    folder = settings.home / "evals"
    home = folder / f"{name}-{digest.hexdigest()[:12]}"
    for old in folder.glob(f"{name}-*"):
        if old != home and old.name.removeprefix(f"{name}-").isalnum():
            shutil.rmtree(old)
    return home


def _ingest(asked: Tutor, paths: list[Path], say: Say) -> None:
    done = asked.ingest(paths, progress=_lines(say))
    if done.failed:
        raise EvalError(f"expected every document to be readable, got: {done.failed[0]}")


def _lines(say: Say) -> Callable[[str, int, int], None]:
    def progress(shown: str, number: int, total: int) -> None:
        if number in {1, total} or number % 10 == 0:
            say(f"  {number}/{total} {shown}")

    return progress
