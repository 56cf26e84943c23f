"""Libraries for the evals, the open paragraphs, and a whole run on the real library."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from evals import run, worlds
from evals.data import Split
from evals.gate import FLOOR, check, load_thresholds
from evals.results import SuiteName
from evals.suites.paragraphs import FOLDER, paragraphs, read_paragraphs
from evals.worlds import JOINT, eval_data, home_for, open_joint
from tutor.errors import EvalError
from tutor.models.embedder import Embedder, open_embedder
from tutor.settings import Settings, shipped

ARTICLES = {
    "Tides": ["The moon pulls the sea towards itself and so causes two tides a day.", "Spring tides are the largest."],
    "Bread": ["Yeast eats sugar in dough and gives off carbon dioxide, which makes bread rise."],
    "Chess": ["A game of chess ends when a king is in check and cannot escape, which is called mate."],
}
QUESTIONS = [
    ("what makes bread rise?", "Bread#0"),
    ("which heavenly body causes tides?", "Tides#0"),
    ("which tides are largest?", "Tides#1"),
    ("when is a chess game over?", "Chess#0"),
]


def quiet(_: str) -> None:
    """Say nothing."""


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return open_embedder()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", corpus=shipped("corpus"))


def written(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    with gzip.open(folder / name, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def open_text(tmp_path: Path) -> Path:
    """A small set of the form of the open paragraphs."""
    folder = tmp_path / "data" / FOLDER
    folder.mkdir(parents=True)
    rows: list[dict[str, object]] = [
        {"para_id": f"{title}#{n}", "title": title, "part": "dev", "index": n, "text": text}
        for title, texts in ARTICLES.items()
        for n, text in enumerate(texts)
    ]
    written(folder, "paragraphs.jsonl.gz", rows[::-1])
    asked: list[dict[str, object]] = [{"question": text, "para_id": id_, "part": "dev"} for text, id_ in QUESTIONS]
    written(folder, "questions.jsonl.gz", asked)
    return folder


def test_paragraphs_keep_their_order_and_place(open_text: Path) -> None:
    data = read_paragraphs(open_text)
    texts = {article.id: article.text for article in data.articles}
    assert [texts["tides"][span.start : span.end] for span in data.spans["tides"]] == ARTICLES["Tides"]
    assert [texts[q.span.document][q.span.start : q.span.end][:5] for q in data.questions] == [
        ARTICLES[id_.split("#")[0]][int(id_.split("#")[1])][:5] for _, id_ in QUESTIONS
    ]


def test_paragraphs_of_another_form_are_refused(open_text: Path) -> None:
    written(open_text, "paragraphs.jsonl.gz", [{"title": "Tides"}])
    with pytest.raises(EvalError, match=r"paragraphs\.jsonl\.gz line 1: expected an object with para_id"):
        read_paragraphs(open_text)
    (open_text / "paragraphs.jsonl.gz").write_bytes(b"no gzip")
    with pytest.raises(EvalError, match=r"expected gzipped JSON lines"):
        read_paragraphs(open_text)


def test_every_way_of_searching_is_measured(open_text: Path, settings: Settings, embedder: Embedder) -> None:
    result = paragraphs(open_text.parent, settings, embedder, quiet)
    assert result.detail["paragraphs"] == 4
    assert {row.labels["system"] for row in result.rows} == {"fused", "dense", "keyword", "Tutor.search"}
    assert all((row.judged, row.total) == (4, 4) for row in result.rows)
    dense = next(row for row in result.rows if row.labels["system"] == "dense")
    assert dense.values["hit@4"] == 1.0
    again = paragraphs(open_text.parent, settings, embedder, quiet, limit=2)
    assert [row.judged for row in again.rows] == [2] * 4


@pytest.mark.parametrize("folder", [None, Path("nowhere")])
def test_without_data_the_paragraphs_are_skipped_in_one_line(
    folder: Path | None, settings: Settings, embedder: Embedder
) -> None:
    result = paragraphs(folder, settings, embedder, quiet)
    assert result.rows == ()
    assert "TUTOR_EVAL_DATA" in result.skipped
    assert "\n" not in result.skipped


def test_a_named_folder_of_test_sets_must_be_there(settings: Settings, tmp_path: Path) -> None:
    assert eval_data(replace(settings, eval_data=tmp_path)) == tmp_path
    with pytest.raises(EvalError, match="TUTOR_EVAL_DATA: expected a folder"):
        eval_data(replace(settings, eval_data=tmp_path / "none"))


def test_a_stale_library_gives_way(settings: Settings, embedder: Embedder) -> None:
    home = home_for("corpus", settings, embedder)
    assert home == home_for("corpus", settings, embedder)
    stale, other = home.with_name("corpus-0123456789ab"), home.with_name("corpus-layout-0123456789ab")
    for folder in (home, stale, other):
        folder.mkdir(parents=True)
    home_for("corpus", settings, embedder)
    assert (home.exists(), stale.exists(), other.exists()) == (True, False, True)


@pytest.mark.parametrize(("suites", "split"), [(["speed"], None), ([], "test")])
def test_an_unknown_name_is_wrong_usage(
    suites: list[str], split: str | None, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(suites, split=split, settings=settings) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "retrieval" in said.err
    assert said.err.count("\n") == 1


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, corpus_home: Path, embedder: Embedder) -> Iterator[Settings]:
    """Settings whose eval libraries all tests of this file share; the shipped notes are in them already."""
    settings = Settings(home=tmp_path_factory.mktemp("evals"), corpus=shipped("corpus"))
    shutil.copytree(corpus_home, home_for("-".join(JOINT), settings, embedder))
    yield settings


@pytest.mark.slow
def test_every_gold_quote_is_verbatim_in_its_document(real: Settings, embedder: Embedder) -> None:
    with closing(open_joint(real, embedder, quiet)) as world:  # opening verifies every quote
        assert {question.set for question in world.questions} == set(JOINT)
        answerable = [question for question in world.questions if question.answerable]
        assert all(all(spans) and spans for spans in (world.gold(question) for question in answerable))
        with pytest.raises(EvalError, match="expected a document 'nowhere'"):
            world.text("nowhere")


@pytest.mark.slow
def test_the_seeds_quotes_are_verbatim_where_the_seeds_are(real: Settings, embedder: Embedder) -> None:
    world = worlds.open_seeds(real, embedder, quiet)
    if world is None:
        pytest.skip("no seeds beside the third-party test sets; set TUTOR_EVAL_DATA")
    with closing(world):
        assert len(world.texts) == 5


@pytest.mark.slow
def test_json_stands_alone_on_standard_output(
    real: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "reports" / "evals.json"
    code = run.main(["refusal", "citations", "intent", "suggestions"], as_json=True, limit=6, out=out, settings=real)
    report = json.loads(capsys.readouterr().out)
    assert code == 0
    assert report == json.loads(out.read_text(encoding="utf-8"))
    assert list(report["suites"]) == ["refusal", "citations", "intent", "suggestions"]
    assert report["counts"]["corpus-layout"]["questions"] == 6
    assert report["gate"] is None
    assert report["versions"]["chromadb"] != "not installed"
    quotes = report["suites"]["citations"]["rows"][0]
    assert quotes["labels"] == {"check": "quote is the stored text"}
    assert quotes["values"] == {"rate": 1.0}
    assert quotes["judged"] >= 6


SAMPLE = 150
"""Of the questions held back, the same each time: all of them would take minutes."""
# Targets of gate.toml that are not reached yet; take a name out once it is, so that it cannot be lost again.
NOT_REACHED = {"evidence hit@1", "evidence hit@4", "refusal F1"}
"""hit@1 was reached by so little that another processor's rounding may undo it."""


@pytest.mark.slow
def test_what_was_reached_is_kept_on_the_half_that_was_held_back(real: Settings) -> None:
    suites = [name for name in SuiteName if name is not SuiteName.PARAGRAPHS]
    results, _ = run.run(suites, split=Split.HELD, limit=SAMPLE, settings=real, say=quiet, cuts=())
    assert [str(failure) for failure in check(results, load_thresholds(FLOOR))] == []
    # What is measured against the plain pipeline takes minutes more, and is the gate's business.
    alone = [threshold for threshold in load_thresholds() if not threshold.beats]
    assert {failure.name for failure in check(results, alone)} <= NOT_REACHED
