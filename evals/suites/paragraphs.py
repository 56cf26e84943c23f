"""Paragraph retrieval on open text (SQuAD 2.0): all signals together against each search alone."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from evals.results import Row, SuiteName, SuiteResult, mean
from evals.spans import Span
from evals.suites.retrieval import DEPTH, HIT_1, HIT_4, MRR, NDCG, measured
from evals.worlds import Say, home_for, spans_of
from tutor.domain import Document, Place, SectionKind
from tutor.errors import EvalError
from tutor.facade import Tutor
from tutor.ingest import slug
from tutor.models.embedder import Embedder
from tutor.retrieval.ranking import SearchMode
from tutor.settings import Settings

FOLDER = "squad2_dev"
SAMPLE = 1500
"""Questions asked; the paragraphs searched are always all of them."""
SEARCH = "Tutor.search"
_EVERY = 250


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and the paragraph that it was written on."""

    text: str
    span: Span
    part: str


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Articles with the spans of their paragraphs, and the questions on them."""

    articles: tuple[Document, ...]
    spans: dict[str, tuple[Span, ...]]
    """By article id, in order."""
    questions: tuple[Asked, ...]


def read_paragraphs(folder: Path) -> Paragraphs:
    """Read both halves; raises ``EvalError`` for files of another form."""
    titles: dict[str, list[tuple[int, str, str]]] = {}
    for row in _rows(folder / "paragraphs.jsonl.gz", ("para_id", "title", "index", "text")):
        titles.setdefault(row["title"].replace("_", " "), []).append((row["index"], row["para_id"], row["text"]))
    places: dict[str, Span] = {}
    articles: list[Document] = []
    spans: dict[str, tuple[Span, ...]] = {}
    for title, paragraphs in sorted(titles.items()):
        id_, text = slug(title), ""
        inside: list[Span] = []
        for _, name, words in sorted(paragraphs):
            inside.append(Span(id_, len(text), len(text) + len(words)))
            places[name] = inside[-1]
            text += words + "\n\n"
        version = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()
        articles.append(Document(id=id_, title=title, text=text, content_hash=version, origin=f"open:{id_}", path=id_))
        spans[id_] = tuple(inside)
    questions = tuple(
        Asked(row["question"], places[row["para_id"]], row["part"])
        for row in _rows(folder / "questions.jsonl.gz", ("question", "para_id", "part"))
    )
    return Paragraphs(tuple(articles), spans, questions)


def _rows(path: Path, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                row = json.loads(line)
                if not isinstance(row, dict) or any(field not in row for field in fields):
                    raise EvalError(f"{path.name} line {number}: expected an object with {', '.join(fields)}")
                yield row
    except (OSError, json.JSONDecodeError) as error:
        raise EvalError(f"{path}: expected gzipped JSON lines, could not read them ({error})") from error


def open_library(data: Paragraphs, settings: Settings, embedder: Embedder, say: Say) -> Tutor:
    """A library with each article as a document and each paragraph as one passage."""
    home = home_for(FOLDER, settings, embedder)
    say(f"library of {sum(map(len, data.spans.values()))} open paragraphs: {home}")
    tutor = Tutor.open(replace(settings, home=home, chroma_url=None), embedder=embedder, build=False)
    with tutor.library.writing() as writer:
        for number, article in enumerate(data.articles, 1):
            head = writer.documents.get(article.id)
            if head is not None and head.version == article.content_hash and writer.is_whole(article.id):
                continue
            say(f"  {number}/{len(data.articles)} {article.title}")
            writer.put(
                article,
                [
                    Place(article.id, (), SectionKind.TEXT, span.start, span.end, ordinal)
                    for ordinal, span in enumerate(data.spans[article.id])
                ],
            )
    return tutor


def paragraphs(
    folder: Path | None, settings: Settings, embedder: Embedder, say: Say, *, limit: int | None = None, seed: int = 0
) -> SuiteResult:
    """Rank the paragraphs for a seeded sample of questions, by each search mode and by ``Tutor.search``."""
    if folder is None or not (folder / FOLDER).is_dir():
        return SuiteResult(
            SuiteName.PARAGRAPHS, skipped=f"no {FOLDER} found; set TUTOR_EVAL_DATA to the folder that holds it"
        )
    data = read_paragraphs(folder / FOLDER)
    size = min(SAMPLE if limit is None else limit, len(data.questions))
    sample = random.Random(seed).sample(data.questions, size)
    tutor = open_library(data, settings, embedder, say)
    try:
        return _measured(tutor, sample, len(data.questions), say)
    finally:
        tutor.close()


def _measured(tutor: Tutor, sample: Sequence[Asked], total: int, say: Say) -> SuiteResult:
    home = {span: passage.id for passage in tutor.library.snapshot().passages for span in spans_of(passage)}
    wanted = {str(n): {home[asked.span]: 1} for n, asked in enumerate(sample)}
    runs: dict[str, dict[str, list[str]]] = {name: {} for name in (*SearchMode, SEARCH)}
    seconds = dict.fromkeys(runs, 0.0)
    for n, asked in enumerate(sample):
        for name in runs:
            started = perf_counter()
            if name == SEARCH:
                found = tutor.search(asked.text, DEPTH)
                runs[name][str(n)] = [home[Span(c.document, c.start, c.end)] for c in found]
            else:
                ranked = tutor.retriever.search(asked.text, DEPTH, mode=SearchMode(name))
                runs[name][str(n)] = [evidence.passage.id for evidence in ranked]
            seconds[name] += perf_counter() - started
        if (n + 1) % _EVERY == 0:
            say(f"  {n + 1}/{len(sample)} questions")
    rows = []
    for name, run in runs.items():
        scores = list(measured(run, wanted).values())
        values = {value: mean([score[value] for score in scores]) for value in (HIT_1, HIT_4, MRR, NDCG)}
        rows.append(Row({"system": str(name)}, values, len(scores), total))
    took = {str(name): round(1000 * spent / max(1, len(sample)), 1) for name, spent in seconds.items()}
    return SuiteResult(
        SuiteName.PARAGRAPHS,
        tuple(rows),
        detail={
            "paragraphs": len(home),
            "questions by part": dict(Counter(asked.part for asked in sample)),
            "milliseconds a question": took,
        },
    )
