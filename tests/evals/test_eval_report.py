"""The report: JSON that holds everything, tables that hide no failure."""

from __future__ import annotations

import io
import json

from rich.console import Console

from evals.gate import Failure
from evals.report import show, to_json
from evals.results import Row, SuiteName, SuiteResult

RESULT = SuiteResult(
    SuiteName.REFUSAL,
    (Row({"set": "corpus", "slice": "all"}, {"F1": 0.5, "recall": None}, 7, 9),),
    ({"id": "corpus-1", "question": "is [bold]this[/bold] it?", "expected": "refused", "got": "answered"},),
)
SKIPPED = SuiteResult(SuiteName.PARAGRAPHS, skipped="no data; set TUTOR_EVAL_DATA")
MISSED = Failure("refusal F1", "at least 0.9", 0.5)


def printed(failures: list[Failure] | None) -> str:
    stream = io.StringIO()
    show(Console(file=stream, width=120), [RESULT, SKIPPED], failures)
    return stream.getvalue()


def test_tables_say_what_was_judged_skipped_and_missed() -> None:
    text = printed([MISSED])
    assert "7/9" in text
    assert "0.500" in text
    assert "paragraphs: skipped, no data; set TUTOR_EVAL_DATA" in text
    assert "corpus-1; is [bold]this[/bold] it?; refused; answered" in text
    assert "below the gate: refusal F1: expected at least 0.9, got 0.500" in text


def test_the_gate_is_named_only_where_it_was_asked_for() -> None:
    assert "the gate is passed" in printed([])
    assert "gate" not in printed(None)


def test_json_holds_versions_rows_and_failures() -> None:
    report = to_json([RESULT, SKIPPED], counts={"a": 1}, settings={}, failures=[MISSED], seconds=1.23)
    report = json.loads(json.dumps(report))
    assert report["gate"]["passed"] is False
    assert report["suites"]["refusal"]["rows"][0]["values"] == {"F1": 0.5, "recall": None}
    assert report["suites"]["refusal"]["failures"][0]["id"] == "corpus-1"
    assert report["suites"]["paragraphs"]["skipped"] == SKIPPED.skipped
    assert report["versions"]["python"].startswith("3.")
