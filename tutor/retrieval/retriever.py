"""Retrieval as one object: understand a question, find evidence. Holds what it learns from each snapshot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock

from tutor.domain import Citation, Evidence, Passage
from tutor.library.library import Library, Snapshot
from tutor.models.reader import Reader, packaged_reader
from tutor.retrieval.calibration import Calibration, calibration_of
from tutor.retrieval.knowledge import Knowledge
from tutor.retrieval.question import ASKING_WORDS, Question, understand, with_sides
from tutor.retrieval.ranking import SearchMode, rank
from tutor.retrieval.vocabulary import Vocabulary

READ = 12
"""How many passages, the best by all other signs, are read together with the question."""


class Retriever:
    """Ranked evidence for questions. Safe to share between threads."""

    def __init__(self, library: Library, calibration: Calibration | None = None, reader: Reader | None = None) -> None:
        self._library = library
        self._reader = reader
        self.calibration = calibration or calibration_of(library.embedding)
        self._lock = Lock()
        self._learnt: tuple[str, Vocabulary, Knowledge] | None = None

    def vocabulary(self, snapshot: Snapshot) -> Vocabulary:
        """Words and abbreviations of the snapshot, learnt once a revision."""
        return self._learn(snapshot)[1]

    def knowledge(self, snapshot: Snapshot) -> Knowledge:
        """What the snapshot explains, learnt once a revision."""
        return self._learn(snapshot)[2]

    def _learn(self, snapshot: Snapshot) -> tuple[str, Vocabulary, Knowledge]:
        learnt = self._learnt
        if learnt is not None and learnt[0] == snapshot.revision:
            return learnt
        with self._lock:
            learnt = self._learnt
            if learnt is None or learnt[0] != snapshot.revision:
                terms = [term for head in snapshot.documents.values() for term in head.terms]
                vocabulary = Vocabulary(snapshot.passages, ASKING_WORDS, terms)
                learnt = self._learnt = (snapshot.revision, vocabulary, Knowledge(snapshot))
            return learnt

    def understand(self, text: str, previous_topic: str = "") -> Question:
        """Read a message against the library's vocabulary."""
        return understand(text, self.vocabulary(self._library.snapshot()), previous_topic)

    def side(self, question: Question, side: str) -> Question:
        """The question about one side of a comparison alone."""
        return with_sides(question, side, self.vocabulary(self._library.snapshot()))

    def words_of(self, passage: Passage) -> frozenset[str]:
        """Stems of a passage and its headings."""
        snapshot = self._library.snapshot()
        row = snapshot.rows.get(passage.id)
        return frozenset() if row is None else snapshot.keywords.words[row]

    def search(self, query: str, k: int = 10, mode: SearchMode = SearchMode.FUSED) -> list[Evidence]:
        """The ``k`` best passages for a query, best first."""
        return self.retrieve(self.understand(query), k, mode)

    def retrieve(
        self, question: Question, k: int = 10, mode: SearchMode = SearchMode.FUSED, read: int = READ
    ) -> list[Evidence]:
        """The ``k`` best passages for an understood question, ``read`` of them read; scores from 0 to 1."""
        ranked = rank(question, self._library, self._library.snapshot(), self.calibration.weights, mode)
        if mode is not SearchMode.FUSED:
            return ranked[:k]
        return [replace(e, score=self._squashed(e.score)) for e in self._read(question, ranked, read)[:k]]

    def _read(self, question: Question, ranked: Sequence[Evidence], most: int) -> list[Evidence]:
        """The best passages read together with the question and put in order anew; the others stay below them."""
        reader = self._reader or packaged_reader()
        best, others = ranked[:most], ranked[most:]
        scores = reader.scores(question.read, [below_headings(e.passage) for e in best])
        read = [
            replace(e, score=e.score + self.calibration.reader * s, signals={**e.signals, "reader": round(s, 4)})
            for e, s in zip(best, map(float, scores), strict=True)
        ]
        lowest = min((e.score for e in read), default=0.0)
        top = others[0].score if others else 0.0
        return [
            *sorted(read, key=lambda e: (-e.score, e.passage.place.document, e.passage.place.ordinal)),
            *(replace(e, score=min(e.score, lowest + (e.score - top))) for e in others),
        ]

    def _squashed(self, score: float) -> float:
        return 1 / (1 + math.exp(-(score - self.calibration.middle) / self.calibration.spread))


def below_headings(passage: Passage) -> str:
    """A passage as the reader sees it: a bullet says little without its headings."""
    return "\n".join([" > ".join(passage.trail), passage.text]) if passage.trail else passage.text


def as_citation(evidence: Evidence, number: int) -> Citation:
    """A citation of the whole passage."""
    passage = evidence.passage
    return Citation(
        number=number,
        document=passage.place.document,
        title=passage.title,
        section=passage.trail[-1] if passage.trail else passage.title,
        kind=passage.kind,
        tier=passage.tier,
        path=passage.path,
        quote=passage.text,
        start=passage.place.start,
        end=passage.place.end,
        score=round(evidence.score, 4),
    )
