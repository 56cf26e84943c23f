"""One run's measurements as JSON and as tables."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import metadata
from typing import TYPE_CHECKING, Any

from evals.gate import Failure
from evals.results import Row, SuiteName, SuiteResult
from evals.slices import ALL

if TYPE_CHECKING:
    from rich.console import Console

_PARTS = (
    "revision-tutor",
    "bm25s",
    "chromadb",
    "ir-measures",
    "langchain-chroma",
    "langchain-text-splitters",
    "numpy",
    "sentence-transformers",
    "torch",
)
_SHOWN = 12


def versions() -> dict[str, str]:
    """Versions of Python and of the parts that the numbers depend on."""
    found = {"python": platform.python_version()}
    for name in _PARTS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def to_json(
    results: Sequence[SuiteResult],
    *,
    counts: Mapping[str, Any],
    settings: Mapping[str, Any],
    failures: Sequence[Failure] | None,
    seconds: float,
) -> dict[str, Any]:
    """The whole run as one object; ``gate`` is null where nobody asked for it."""
    return {
        "versions": versions(),
        "settings": dict(settings),
        "counts": dict(counts),
        "suites": {result.suite.value: result.to_dict() for result in results},
        "gate": None if failures is None else {"passed": not failures, "failures": [asdict(f) for f in failures]},
        "seconds": round(seconds, 1),
    }


def show(console: Console, results: Sequence[SuiteResult], failures: Sequence[Failure] | None) -> None:
    """Print a table a suite; what went wrong case by case is in the JSON, the first few here."""
    for result in results:
        if result.skipped:
            console.print(f"{result.suite.value}: skipped, {result.skipped}", markup=False)
            continue
        _table(console, result)
        if result.suite is SuiteName.INTENT:
            _confusion(console, result.detail["confusion"])
        elif result.detail:
            console.print("; ".join(f"{name}: {value}" for name, value in result.detail.items()), markup=False)
        if result.failures:
            console.print(f"{len(result.failures)} went wrong; the first:", markup=False)
            for failure in result.failures[:_SHOWN]:
                named = {name: failure[name] for name in ("id", "question", "expected", "got") if failure.get(name)}
                console.print("  " + "; ".join(str(value)[:110] for value in named.values()), markup=False)
        console.print()
    if failures is not None:
        for line in failures:
            console.print(f"below the gate: {line}", markup=False)
        if not failures:
            console.print("the gate is passed", markup=False)


def _table(console: Console, result: SuiteResult) -> None:
    from rich.table import Table

    table = Table(title=f"{result.suite.value} ({result.seconds:.0f} s)", title_justify="left")
    labels = list(dict.fromkeys(label for row in result.rows for label in row.labels))
    values = list(dict.fromkeys(value for row in result.rows for value in row.values))
    for label in labels:
        table.add_column(label)
    for value in values:
        table.add_column(value, justify="right")
    table.add_column("judged", justify="right")
    before: tuple[str, ...] = ()
    for row in result.rows:
        if not _worth_showing(row):
            continue
        group = tuple(row.labels.get(label, "") for label in labels if label != "system")
        if len(labels) > 1 and before and before[:1] != group[:1]:
            table.add_section()
        before = group
        table.add_row(
            *(row.labels.get(label, "") for label in labels),
            *(_number(row.values.get(value)) for value in values),
            f"{row.judged}/{row.total}",
        )
    console.print(table)


def _worth_showing(row: Row) -> bool:
    """By intent, only the tutor's own figures; the others are in the JSON."""
    slice_ = row.labels.get("slice", ALL)
    return not slice_.startswith("intent: ") or row.labels.get("system", "tutor") == "tutor"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"  # noqa: RUF001


def _confusion(console: Console, confusion: Mapping[str, Mapping[str, int]]) -> None:
    from rich.table import Table

    read = list(dict.fromkeys([*confusion, *(name for counted in confusion.values() for name in counted)]))
    table = Table(title="intent: meant, read as", title_justify="left")
    table.add_column("meant")
    for name in read:
        table.add_column(name, justify="right")
    for meant, counted in confusion.items():
        table.add_row(meant, *(str(counted.get(name, "")) for name in read))
    console.print(table)
