"""Running the suites: what ``tutor eval`` calls."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

from evals.data import Question, Split, chosen
from evals.gate import check
from evals.plain import CUTS, Cut, PlainPipeline
from evals.report import show, to_json
from evals.results import SuiteName, SuiteResult
from evals.suites.citations import citations
from evals.suites.intent import intent
from evals.suites.paragraphs import paragraphs
from evals.suites.refusal import refusal
from evals.suites.retrieval import System, TutorSystem, WithoutAsked, retrieval
from evals.suites.suggestions import suggestions
from evals.worlds import Say, World, eval_data, open_joint, open_seeds
from tutor.errors import BadSetting, MissingExtra
from tutor.models.embedder import Embedder, open_embedder
from tutor.settings import Settings

_EXTRA = ("ir_measures", "langchain_text_splitters")
_WIDTH = 160
"""Columns of a table where standard output is no terminal."""

Asked = Mapping[str, Sequence[Question]]


def main(
    suites: list[str],
    *,
    as_json: bool = False,
    gate: bool = False,
    split: str | None = None,
    limit: int | None = None,
    out: Path | None = None,
    settings: Settings | None = None,
) -> int:
    """Run the named suites, or all; returns the exit code: 0 done, 1 below the gate, 2 an unknown name.

    With ``as_json`` standard output carries one JSON object and nothing else. ``limit`` caps the questions of each
    library by a seeded sample.
    """
    try:
        names = [SuiteName(name) for name in suites] or list(SuiteName)
        part = None if split is None else Split(split)
    except ValueError as error:
        _say(f"tutor eval: {error}; suites: {', '.join(SuiteName)}; splits: {', '.join(Split)}")
        return 2
    started = perf_counter()
    results, counts = run(names, split=part, limit=limit, settings=settings or Settings.from_environment(), say=_say)
    failures = check(results) if gate else None
    report = to_json(
        results,
        counts=counts,
        settings={"suites": names, "split": part, "limit": limit},
        failures=failures,
        seconds=perf_counter() - started,
    )
    if out is not None:
        _write(out, report)
    if as_json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    else:
        from rich.console import Console

        show(Console(file=sys.stdout, width=None if sys.stdout.isatty() else _WIDTH), results, failures)
    return 1 if failures else 0


def run(
    names: Sequence[SuiteName],
    *,
    split: Split | None = None,
    limit: int | None = None,
    settings: Settings,
    say: Say,
    cuts: Sequence[Cut] = CUTS,
) -> tuple[list[SuiteResult], dict[str, Any]]:
    """Run suites in their order; returns their results, and how much was there to ask and to search.

    ``cuts`` are the plain pipelines to measure retrieval beside.
    """
    for module in _EXTRA:
        if find_spec(module) is None:
            raise MissingExtra(f"{module} is not installed; run: pip install 'revision-tutor[evals]'")
    embedder = open_embedder(settings.embedding)
    results = []
    with opened(settings, embedder, say, needed=any(name is not SuiteName.PARAGRAPHS for name in names)) as worlds:
        asked = {world.name: chosen(world.questions, split=split, limit=limit) for world in worlds}
        for name in dict.fromkeys(names):
            say(f"{name}:")
            started = perf_counter()
            result = _suite(name, worlds, asked, settings, embedder, say, limit, cuts)
            results.append(replace(result, seconds=round(perf_counter() - started, 1)))
        return results, _counts(worlds, asked)


@contextmanager
def opened(settings: Settings, embedder: Embedder, say: Say, *, needed: bool = True) -> Iterator[list[World]]:
    """The libraries to ask, closed on leaving; none where only open paragraphs are measured."""
    with ExitStack() as stack:
        worlds: list[World] = []
        if needed:
            worlds.append(stack.enter_context(closing(open_joint(settings, embedder, say))))
            seeds = open_seeds(settings, embedder, say)
            if seeds is None:
                say("seeds: not found beside the test sets; skipped")
            else:
                worlds.append(stack.enter_context(closing(seeds)))
        yield worlds


def _suite(
    name: SuiteName,
    worlds: Sequence[World],
    asked: Asked,
    settings: Settings,
    embedder: Embedder,
    say: Say,
    limit: int | None,
    cuts: Sequence[Cut],
) -> SuiteResult:
    match name:
        case SuiteName.RETRIEVAL:
            return _retrieval(worlds, asked, embedder, say, cuts)
        case SuiteName.PARAGRAPHS:
            return paragraphs(eval_data(settings), settings, embedder, say, limit=limit)
        case SuiteName.REFUSAL:
            return refusal(worlds, asked)
        case SuiteName.CITATIONS:
            return citations(worlds, asked)
        case SuiteName.INTENT:
            return intent(worlds, asked)
        case SuiteName.SUGGESTIONS:
            return suggestions(worlds, asked)


def _retrieval(worlds: Sequence[World], asked: Asked, embedder: Embedder, say: Say, cuts: Sequence[Cut]) -> SuiteResult:
    with ExitStack() as stack:
        compared: list[tuple[World, list[System]]] = []
        for world in worlds:
            systems: list[System] = [TutorSystem(world)]
            if cuts and len(world.tutor.library.snapshot().asked):
                systems.append(WithoutAsked(world))
            for cut in cuts:
                say(f"  {cut.name} over {world.name}")
                pipeline = PlainPipeline(world.texts, embedder, cut, world.home / "plain")
                systems.append(stack.enter_context(closing(pipeline)))
            compared.append((world, systems))
        return retrieval(compared, asked)


def _counts(worlds: Sequence[World], asked: Asked) -> dict[str, Any]:
    return {
        world.name: {
            "documents": len(world.texts),
            "passages": len(world.tutor.library.snapshot().passages),
            "questions": len(asked[world.name]),
            "unanswerable": sum(not q.answerable for q in asked[world.name]),
            "paraphrased": sum(q.answerable and q.paraphrase for q in asked[world.name]),
        }
        for world in worlds
    }


def _write(out: Path, report: Mapping[str, Any]) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise BadSetting(f"--out: expected a file that can be written at {out}, got: {error.strerror}") from error


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
