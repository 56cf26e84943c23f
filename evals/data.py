"""The questions that the suites ask, and where their answers stand."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from evals.spans import Span, occurrences
from tutor.domain import Intent
from tutor.errors import EvalError

DATASETS = Path(__file__).resolve().parent / "datasets"
DOCUMENTS = Path(__file__).resolve().parent / "documents"
_REQUIRED: dict[str, type] = {
    "id": str,
    "question": str,
    "intent": str,
    "answerable": bool,
    "gold": list,
    "paraphrase": bool,
    "split": str,
}
_OPTIONAL: dict[str, type] = {"near": bool}
_SHOWN = 5

E = TypeVar("E", bound=StrEnum)


class Split(StrEnum):
    """``train`` is learnt from, ``dev`` may be looked at while building, ``held`` is for measuring alone."""

    TRAIN = "train"
    DEV = "dev"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Gold:
    """One stretch of a document that answers a question."""

    document: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a dataset.

    ``gold`` lists every place that counts: quotes in one document are parts of the answer, and the n-th quote of
    another document is a copy of the n-th part.
    """

    id: str
    set: str
    """Name of the dataset: its file without ``.jsonl``."""
    text: str
    intent: Intent
    answerable: bool
    gold: tuple[Gold, ...]
    paraphrase: bool
    """The question shares no key word with the passage that answers it."""
    split: Split
    near: bool | None = None
    """For a question without an answer: whether it is close to what the library holds; None where not said."""


Lookup = Callable[[str], str]
"""Stored text of a document by its id; raises ``TutorError`` for an unknown one."""


def load(name: str, folder: Path = DATASETS) -> tuple[Question, ...]:
    """All questions of ``folder/name.jsonl``; raises ``EvalError`` naming file, line and what was expected."""
    path = folder / f"{name}.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise EvalError(
            f"{path.name}: expected a dataset in {folder}, got: {error.strerror}; restore the file"
        ) from error
    except UnicodeDecodeError as error:
        raise EvalError(f"{path.name}: expected UTF-8, got byte {error.start} that is not; save it as UTF-8") from error
    questions = [_question(line, name, f"{path.name} line {n}") for n, line in enumerate(lines, 1) if line.strip()]
    if not questions:
        raise EvalError(f"{path.name}: expected one JSON object a line, found none; restore the file")
    seen: set[str] = set()
    for question in questions:
        if question.id in seen:
            raise EvalError(f"{path.name}: expected each id once, got {question.id!r} twice; rename one")
        seen.add(question.id)
    return tuple(questions)


def _question(line: str, name: str, where: str) -> Question:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise EvalError(f"{where}: expected a JSON object, got: {error.msg} at column {error.colno}") from error
    if not isinstance(row, dict):
        raise EvalError(f"{where}: expected a JSON object, got {type(row).__name__}")
    _check_fields(row, where)
    gold = tuple(_gold(item, where) for item in row["gold"])
    if row["answerable"] != bool(gold):
        expected = "at least one gold quote" if row["answerable"] else "no gold quote"
        raise EvalError(f"{where}: answerable is {row['answerable']}: expected {expected}, got {len(gold)}")
    if row["answerable"] and "near" in row:
        raise EvalError(f"{where}: expected 'near' only where answerable is false; take it out")
    return Question(
        id=row["id"],
        set=name,
        text=row["question"],
        intent=_one_of(Intent, row["intent"], "intent", where),
        answerable=row["answerable"],
        gold=gold,
        paraphrase=row["paraphrase"],
        split=_one_of(Split, row["split"], "split", where),
        near=row.get("near"),
    )


def _check_fields(row: dict[str, Any], where: str) -> None:
    for field, kind in _REQUIRED.items():
        if field not in row:
            raise EvalError(f"{where}: expected the field {field!r}, it is missing")
        if type(row[field]) is not kind:
            raise EvalError(f"{where}: {field}: expected {kind.__name__}, got {row[field]!r}")
        if kind is str and not row[field].strip():
            raise EvalError(f"{where}: {field}: expected words, got an empty string")
    for field, kind in _OPTIONAL.items():
        if field in row and type(row[field]) is not kind:
            raise EvalError(f"{where}: {field}: expected {kind.__name__}, got {row[field]!r}")
    unknown = sorted(row.keys() - _REQUIRED.keys() - _OPTIONAL.keys())
    if unknown:
        raise EvalError(f"{where}: expected the fields {', '.join([*_REQUIRED, *_OPTIONAL])}, got also {unknown[0]!r}")


def _gold(item: object, where: str) -> Gold:
    match item:
        case {"document": str(document), "quote": str(quote), **rest} if document and quote.strip() and not rest:
            return Gold(document, quote)
    raise EvalError(f'{where}: gold: expected {{"document": …, "quote": …}}, got {item!r}')


def _one_of(kind: type[E], value: str, field: str, where: str) -> E:
    try:
        return kind(value)
    except ValueError as error:
        expected = ", ".join(member.value for member in kind)
        raise EvalError(f"{where}: {field}: expected one of {expected}, got {value!r}") from error


def gold_parts(question: Question, lookup: Lookup) -> tuple[tuple[Span, ...], ...]:
    """For each part of the answer, every span of the documents where it stands."""
    parts: dict[int, list[Span]] = {}
    seen: dict[str, int] = {}
    for gold in question.gold:
        number = seen.get(gold.document, 0)
        seen[gold.document] = number + 1
        parts.setdefault(number, []).extend(occurrences(gold.quote, gold.document, lookup(gold.document)))
    return tuple(tuple(spans) for spans in parts.values())


def verify_gold(questions: Iterable[Question], lookup: Lookup) -> None:
    """Raise ``EvalError`` unless every gold quote stands verbatim in its document's stored text."""
    wrong = [
        f"{question.id}: {gold.document} does not hold {gold.quote!r}"
        for question in questions
        for gold in question.gold
        if gold.quote not in lookup(gold.document)
    ]
    if wrong:
        more = f" (and {len(wrong) - _SHOWN} more)" if len(wrong) > _SHOWN else ""
        raise EvalError(f"expected gold quotes verbatim in their documents; {'; '.join(wrong[:_SHOWN])}{more}")


def chosen(
    questions: Sequence[Question], *, split: Split | None, limit: int | None, seed: int = 0
) -> tuple[Question, ...]:
    """The questions of one split, or a seeded sample of ``limit`` of them, in their order."""
    kept = [q for q in questions if split is None or q.split is split]
    if limit is not None and limit < len(kept):
        rows = sorted(random.Random(seed).sample(range(len(kept)), limit))
        kept = [kept[row] for row in rows]
    return tuple(kept)
