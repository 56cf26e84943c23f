"""The gate: what passes, what fails, what is not judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.gate import Threshold, check, load_thresholds
from evals.results import Row, SuiteName, SuiteResult
from tutor.errors import EvalError

FLOOR = Threshold("hits", SuiteName.RETRIEVAL, {"system": "tutor"}, "hit@1", at_least=0.8)
BEATS = Threshold(
    "fused", SuiteName.PARAGRAPHS, {"system": "fused"}, "hit@1", beats=({"system": "dense"}, {"system": "keyword"})
)


def result(suite: SuiteName, **values: float | None) -> SuiteResult:
    return SuiteResult(suite, tuple(Row({"system": name}, {"hit@1": value}, 9, 9) for name, value in values.items()))


@pytest.mark.parametrize(("got", "failing"), [(0.8, 0), (0.9, 0), (0.799, 1), (0.0, 1), (None, 1)])
def test_a_floor(got: float | None, failing: int) -> None:
    assert len(check([result(SuiteName.RETRIEVAL, tutor=got)], [FLOOR])) == failing


@pytest.mark.parametrize(("dense", "keyword", "failing"), [(0.5, 0.6, 0), (0.7, 0.6, 1), (0.8, 0.9, 2), (0.5, None, 1)])
def test_a_value_that_must_beat_others(dense: float, keyword: float | None, failing: int) -> None:
    results = [result(SuiteName.PARAGRAPHS, fused=0.7, dense=dense, keyword=keyword)]
    assert len(check(results, [BEATS])) == failing


def test_a_missing_row_fails() -> None:
    (failure,) = check([result(SuiteName.RETRIEVAL, plain=1.0)], [FLOOR])
    assert str(failure) == "hits: expected at least 0.8, got nothing that could be judged"


def test_a_suite_that_did_not_run_is_not_judged() -> None:
    assert check([result(SuiteName.RETRIEVAL, tutor=1.0)], [FLOOR, BEATS]) == []
    assert check([SuiteResult(SuiteName.PARAGRAPHS, skipped="no data")], [BEATS]) == []


def test_the_shipped_thresholds_hold_the_promised_figures() -> None:
    floors = {(t.suite, t.value): t.at_least for t in load_thresholds() if t.at_least is not None}
    assert floors[SuiteName.RETRIEVAL, "hit@1"] == 0.80
    assert floors[SuiteName.RETRIEVAL, "hit@4"] == 0.95
    assert floors[SuiteName.REFUSAL, "F1"] == 0.90
    assert floors[SuiteName.CITATIONS, "rate"] == 1.0
    (fused,) = [t for t in load_thresholds() if t.suite is SuiteName.PARAGRAPHS and t.value == "hit@1"]
    assert [dict(other) for other in fused.beats] == [{"system": "dense"}, {"system": "keyword"}]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('name = "a"\nsuite = "retrieval"\nvalue = "hit@1"\nat_least = 1.0', "expected name, suite, where"),
        ('name = "a"\nsuite = "retrieval"\nvalue = "hit@1"\nwhere = {}', "it could not fail"),
        ('name = "a"\nsuite = "speed"\nvalue = "x"\nwhere = {}\nat_least = 1.0', "expected a suite of"),
        ('name = "a"\nsuite = "refusal"\nvalue = "x"\nwhere = {}\nat_lest = 1.0', "at_lest"),
        ("name = ", "expected thresholds in TOML"),
    ],
)
def test_a_threshold_that_is_not_one_is_refused(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "gate.toml"
    path.write_text(f"[[threshold]]\n{line}\n", encoding="utf-8")
    with pytest.raises(EvalError, match=said):
        load_thresholds(path)
