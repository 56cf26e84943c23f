"""Thresholds that a release must reach."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.results import Row, SuiteName, SuiteResult
from tutor.errors import EvalError

THRESHOLDS = Path(__file__).resolve().parent / "gate.toml"
FLOOR = THRESHOLDS.with_name("floor.toml")
"""What has been reached already and may not be lost; the tests hold it."""
_FIELDS = frozenset({"name", "suite", "where", "value", "at_least", "beats"})


@dataclass(frozen=True, slots=True)
class Threshold:
    """One value of one row must reach ``at_least``, and be above the same value of every row in ``beats``."""

    name: str
    suite: SuiteName
    where: Mapping[str, str]
    value: str
    at_least: float | None = None
    beats: tuple[Mapping[str, str], ...] = ()
    """Labels that differ from ``where``."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A threshold that was not reached; ``got`` is None where nothing could be judged."""

    name: str
    expected: str
    got: float | None

    def __str__(self) -> str:
        got = "nothing that could be judged" if self.got is None else f"{self.got:.3f}"
        return f"{self.name}: expected {self.expected}, got {got}"


def load_thresholds(path: Path = THRESHOLDS) -> tuple[Threshold, ...]:
    """Read the thresholds; raises ``EvalError`` for a line that could never fail."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("threshold", [])
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise EvalError(f"{path.name}: expected thresholds in TOML, could not read them ({error})") from error
    return tuple(_threshold(row, f"{path.name}, threshold {n}") for n, row in enumerate(rows, 1))


def _threshold(row: Mapping[str, Any], where: str) -> Threshold:
    if row.keys() - _FIELDS or not {"name", "suite", "where", "value"} <= row.keys():
        raise EvalError(f"{where}: expected name, suite, where, value and at_least or beats, got {', '.join(row)}")
    if "at_least" not in row and not row.get("beats"):
        raise EvalError(f"{where}: expected at_least or beats, got neither; it could not fail")
    if row["suite"] not in {suite.value for suite in SuiteName}:
        raise EvalError(f"{where}: expected a suite of {', '.join(SuiteName)}, got {row['suite']!r}")
    return Threshold(
        name=row["name"],
        suite=SuiteName(row["suite"]),
        where=row["where"],
        value=row["value"],
        at_least=row.get("at_least"),
        beats=tuple(row.get("beats", ())),
    )


def check(results: Sequence[SuiteResult], thresholds: Iterable[Threshold] | None = None) -> list[Failure]:
    """The thresholds that were not reached. Suites that were not run, or skipped for want of data, are not judged."""
    ran = {result.suite: result for result in results if not result.skipped}
    failures = []
    for threshold in load_thresholds() if thresholds is None else thresholds:
        if threshold.suite in ran:
            failures += _failures(threshold, ran[threshold.suite])
    return failures


def _failures(threshold: Threshold, result: SuiteResult) -> list[Failure]:
    got = _value(result.rows, threshold.where, threshold.value)
    failures = []
    if threshold.at_least is not None and (got is None or got < threshold.at_least):
        failures.append(Failure(threshold.name, f"at least {threshold.at_least}", got))
    for other in threshold.beats:
        bar = _value(result.rows, {**threshold.where, **other}, threshold.value)
        if bar is None:
            failures.append(Failure(threshold.name, f"a row {dict(other)} to compare with", None))
        elif got is None or got <= bar:
            failures.append(Failure(threshold.name, f"above {bar:.3f} ({', '.join(other.values())})", got))
    return failures


def _value(rows: Iterable[Row], where: Mapping[str, str], value: str) -> float | None:
    for row in rows:
        if dict(row.labels) == dict(where):
            return row.values.get(value)
    return None
