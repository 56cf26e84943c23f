"""The tutor as one object, for Python programs; the page, the commands and the evals stand on it too."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from tutor.dialogue import Conversation, Event, turn
from tutor.domain import Citation, Reply
from tutor.errors import LibraryBusy, LibraryError
from tutor.ingest import SHIPPED, Ingested, Overrides, Progress, ingest, is_current
from tutor.library.library import Library
from tutor.library.opening import open_library
from tutor.models.embedder import Embedder
from tutor.retrieval.retriever import Retriever, as_citation
from tutor.settings import Settings

_log = logging.getLogger(__name__)


class Tutor:
    """A library and the means to ask it. Safe to share between threads."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library = library
        self.settings = settings
        self.retriever = Retriever(library)

    @classmethod
    def open(
        cls,
        settings: Settings | None = None,
        *,
        build: bool = True,
        progress: Progress | None = None,
        embedder: Embedder | None = None,
    ) -> Tutor:
        """Open the library, and bring the shipped corpus into it where it is not there yet.

        ``build=False`` leaves the library as it is. Raises ``TutorError`` with a line for the user.
        """
        settings = settings or Settings.from_environment()
        tutor = cls(open_library(settings, embedder), settings)
        if build:
            tutor.build(progress)
        return tutor

    def build(self, progress: Progress | None = None) -> Ingested:
        """Bring the library up to date with the corpus that the settings name; does nothing where it is."""
        corpus = self.settings.corpus
        if not corpus.is_dir():
            raise LibraryError(
                f"TUTOR_CORPUS: expected a folder of documents at {corpus}, found none; unset it for the shipped notes"
            )
        if is_current(corpus, self.library):
            return Ingested()
        usable = bool(self.library.snapshot().passages)
        try:
            return ingest([corpus], self.library, progress=progress, shipped=True, patience=0 if usable else 600)
        except LibraryBusy:
            _log.warning("another program is writing to the library; going on with what it holds now")
            return Ingested()

    def ask(self, question: str) -> Reply:
        """Answer one question on its own."""
        _, events = self.turn(Conversation(), question)
        return events[-1].reply

    def turn(self, conversation: Conversation, message: str) -> tuple[Conversation, tuple[Event, ...]]:
        """Answer a message within a conversation."""
        return turn(conversation, message, library=self.library, retriever=self.retriever, clock=perf_counter)

    def search(self, query: str, k: int = 10) -> list[Citation]:
        """The ``k`` best passages for a query, best first, as citations of the whole passage."""
        return [as_citation(evidence, number) for number, evidence in enumerate(self.retriever.search(query, k), 1)]

    def ingest(
        self, paths: Sequence[Path], *, overrides: Overrides | None = None, progress: Progress | None = None
    ) -> Ingested:
        """Bring files and folders into the library."""
        return ingest(paths, self.library, overrides=overrides, progress=progress)

    def remove(self, document: str) -> None:
        """Take a document out; one of the shipped corpus stays out. Raises ``UnknownDocument``."""
        shipped = self.library.head(document).origin.startswith(SHIPPED)
        self.library.remove(document, remember=shipped)

    def close(self) -> None:
        """Release the library's files."""
        self.library.close()
