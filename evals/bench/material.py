"""What the bench works on: shipped notes, and questions about them."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

from evals.data import Question, load
from tutor.errors import EvalError
from tutor.settings import shipped


def notes(corpus: Path) -> dict[str, str]:
    """The notes as the plain pipeline reads them: the files as they are, by path."""
    return {str(path.relative_to(corpus)): path.read_text("utf-8") for path in sorted(corpus.rglob("*.md"))}


def sample(most: int, folder: Path, corpus: Path | None = None) -> list[str]:
    """Copy up to ``most`` of the shipped notes, those with the most questions, to ``folder``; returns their names."""
    corpus = corpus or shipped("corpus")
    files = {path.stem: path for path in sorted(corpus.rglob("*.md"))}
    asked = Counter(gold.document for question in load("corpus") for gold in question.gold)
    names = [name for name, _ in asked.most_common() if name in files][:most]
    if not names:
        raise EvalError(f"expected notes in {corpus} that the questions of corpus.jsonl are about, found none")
    for name in names:
        copy = folder / files[name].relative_to(corpus)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(files[name], copy)
    return names


def questions(documents: list[str] | None = None) -> list[str]:
    """Questions over the shipped notes, or over some of them: in the dataset's own share with and without an answer."""
    asked = load("corpus")
    if documents is None:
        return [question.text for question in asked]
    answerable = [q for q in asked if q.answerable and _within(q, documents)]
    refused = [q for q in asked if not q.answerable]
    share = len(answerable) / (len(asked) - len(refused))
    kept = {q.id for q in [*answerable, *refused[: round(share * len(refused))]]}
    return [question.text for question in asked if question.id in kept]


def some(texts: list[str], most: int) -> list[str]:
    """Up to ``most`` of the texts, taken from the whole list at even steps."""
    taken = min(most, len(texts))
    return [texts[-(-n * len(texts) // taken)] for n in range(taken)]


def _within(question: Question, documents: list[str]) -> bool:
    return all(gold.document in documents for gold in question.gold)
