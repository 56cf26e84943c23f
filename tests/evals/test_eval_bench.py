"""The bench's parts: figures, made-up passages, processes, and the way over HTTP."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from evals.bench import QUICK, SYSTEMS, Plan, bench
from evals.bench.jobs import Runner, environment
from evals.bench.made_up import Base, Bases, ReadyVectors, bases_of, made_up
from evals.bench.material import notes, questions, sample, some
from evals.bench.scale import fill_plain, fill_tutor, growth
from evals.bench.served import ask_over_http, free_port, load_with
from evals.bench.tables import aims, markdown
from evals.bench.timing import Stopwatch, latency, memory, timed, timed_for
from tutor.domain import SectionKind
from tutor.errors import EvalError
from tutor.facade import Tutor
from tutor.models.packaged import PREFIX, SMALL
from tutor.settings import Settings

MODEL = "made-up@1"
DIMENSION = 48


def bases(number: int = 30) -> Bases:
    """Passages of three documents, each with a unit vector of its own."""
    passages = tuple(
        Base(
            text=f"The {word} service answers to its community. It reports the {n}th finding every year.",
            document=word,
            title=f"The {word} service",
            terms=(word,),
            unit="Unit 1",
            trail=("Key points",),
            kind=SectionKind.CONCEPT,
        )
        for n, word in zip(range(number), ["fire", "police", "health"] * number, strict=False)
    )
    return Bases(MODEL, passages, np.eye(number, DIMENSION, dtype=np.float32))


def test_latency_figures() -> None:
    figures = latency([0.1, 0.2, 0.3, 0.4])
    assert figures == {"count": 4, "median_ms": 250.0, "p95_ms": 385.0, "per_second": 4.0}
    assert latency([0.1, 0.2], elapsed=0.1)["per_second"] == 20.0
    asked: list[str] = []
    assert len(timed(asked.append, ["a", "b"])) == 2
    assert asked == ["a", "b"]


def test_calls_go_on_until_the_time_is_up_and_are_made_once_at_least() -> None:
    asked: list[str] = []
    assert len(timed_for(0.0, asked.append, ["a", "b"])) == 1
    taken = timed_for(0.05, asked.append, ["a", "b"])
    assert len(taken) > 4
    assert asked[1:5] == ["a", "b", "a", "b"]


def test_the_stopwatch_counts_the_embedding_alone() -> None:
    embedder = ReadyVectors(MODEL)
    embedder.expect(list(made_up(bases(), 5)))
    watch = Stopwatch(embedder)
    with pytest.raises(KeyError):
        watch.embed(["nobody's words"])
    assert 0 < watch.seconds < 1
    assert watch.name == MODEL


def test_this_process_holds_some_memory() -> None:
    found = memory(os.getpid())
    assert 10 < found["held_mib"] <= found["peak_mib"] < 100_000


def test_made_up_passages_are_different_and_the_same_each_time() -> None:
    made = list(made_up(bases(), 1_010, per_document=100))
    again = list(made_up(bases(), 1_010, per_document=100))
    assert [one.document for one in made] == [one.document for one in again]
    assert all(np.array_equal(a.vectors, b.vectors) for a, b in zip(made, again, strict=True))
    assert [len(one.passages) for one in made] == [100] * 10 + [10]
    assert len({passage.key for one in made for passage in one.passages}) == 1_010
    assert {one.document.title for one in made} == {"The fire service", "The police service", "The health service"}


def test_made_up_places_are_exact() -> None:
    for one in made_up(bases(), 250, per_document=100):
        for passage, place in zip(one.passages, one.places, strict=True):
            assert one.document.text[place.start : place.end] == passage.text


def test_made_up_vectors_are_near_the_real_ones() -> None:
    real = bases()
    for one in made_up(real, 200, per_document=100):
        first = [passage.first for passage in one.passages]
        near = (one.vectors * real.vectors[first]).sum(axis=1)
        assert np.allclose(np.linalg.norm(one.vectors, axis=1), 1, atol=1e-5)
        assert 0.6 < near.min() <= near.max() <= 1.0
        assert 0.7 < near.mean() < 0.95


def test_bases_are_kept_and_read_back(tmp_path: Path) -> None:
    real = bases()
    real.save(tmp_path / "bases")
    read = Bases.read(tmp_path / "bases")
    assert (read.model, read.passages) == (real.model, real.passages)
    assert np.array_equal(read.vectors, real.vectors)


def test_a_filled_library_is_a_library_as_any_other(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, corpus=tmp_path)
    fill_tutor(settings, bases(), 1_050)
    made = list(made_up(bases(), 1_050))
    embedder = ReadyVectors(MODEL)
    embedder.expect(made)
    tutor = Tutor.open(settings, embedder=embedder, build=False)
    snapshot = tutor.library.snapshot()
    assert not snapshot.damaged
    assert {p.id for p in snapshot.passages} == {passage.key for one in made for passage in one.passages}
    assert tutor.library.document(made[-1].document.id).text == made[-1].document.text
    for one in (made[0], made[-1]):
        best = max(tutor.library.nearest(one.vectors[-1], 3).items(), key=lambda found: found[1])
        assert best[0] == one.passages[-1].key
        assert best[1] == pytest.approx(1, abs=1e-3)
    again = bases_of(tutor.library, tutor.library.embedding)
    assert again.model == MODEL
    assert again.vectors.shape == (1_050, DIMENSION)
    tutor.close()


def test_the_plain_collection_holds_the_same_passages(tmp_path: Path) -> None:
    from evals.bench.scale import _plain_store

    settings = Settings(home=tmp_path, corpus=tmp_path)
    fill_plain(settings, bases(), 250)
    store = _plain_store(settings, ReadyVectors(MODEL))
    expected = {passage.key for one in made_up(bases(), 250) for passage in one.passages}
    assert set(store.get()["ids"]) == expected
    store._client.close()


def test_a_sample_has_the_notes_that_questions_are_about(tmp_path: Path) -> None:
    names = sample(3, tmp_path / "few")
    assert len(names) == 3
    assert {Path(name).stem for name in notes(tmp_path / "few")} == set(names)
    few, every = questions(names), questions()
    assert 0 < len(few) < len(every)
    assert set(few) < set(every)
    with pytest.raises(EvalError, match="expected notes"):
        sample(3, tmp_path / "more", tmp_path / "few" / "nothing")


def test_some_are_taken_from_the_whole_list() -> None:
    assert some(["a", "b", "c", "d", "e"], 3) == ["a", "c", "e"]
    assert some(["a", "b"], 40) == ["a", "b"]
    assert some([], 3) == []


def test_a_child_that_fails_is_an_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    with pytest.raises(EvalError, match="no-such-job: expected exit code 0, got 2"):
        Runner(tmp_path, said.append).job("no-such-job", home="x", asked=3)
    assert said == ["no-such-job (x)"]
    assert "invalid choice" in capfd.readouterr().err


def test_children_get_a_library_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_CHROMA_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("TUTOR_CORPUS", "elsewhere")
    monkeypatch.setenv("TUTOR_EMBEDDING", "packaged:some-model")
    given = environment(tmp_path, TUTOR_PORT="1")
    assert (given["TUTOR_HOME"], given["TUTOR_PORT"]) == (str(tmp_path), "1")
    assert not {"TUTOR_CHROMA_URL", "TUTOR_CORPUS"} & given.keys()
    assert given["PATH"]
    assert given["TUTOR_EMBEDDING"] == "packaged:some-model"


class Endpoint(BaseHTTPRequestHandler):
    """Answers as Gradio's call endpoint does: an event id, then a stream that ends in complete or error."""

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["data"][0]
        self._send("application/json", json.dumps({"event_id": question.replace(" ", "-")}))

    def do_GET(self) -> None:
        event = self.path.rpartition("/")[2]
        last = "error\ndata: null" if event == "fail" else f'complete\ndata: ["{event}"]'
        self._send("text/event-stream", f"event: heartbeat\ndata: null\n\nevent: {last}\n\n")

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def _send(self, kind: str, body: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())


@pytest.fixture
def base() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Endpoint)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_end_of_the_stream_is_the_answer(base: str) -> None:
    assert ask_over_http(base, "two words") == '["two-words"]'
    with pytest.raises(EvalError, match="expected an answer to 'fail', got the event 'error'"):
        ask_over_http(base, "fail")


def test_all_clients_ask_until_the_time_is_up(base: str) -> None:
    assert load_with(base, ["a", "b", "c"], clients=3, seconds=0.0)["count"] == 3
    assert load_with(base, ["a"], clients=2, seconds=0.3)["count"] > 2


def load(ms: float) -> dict[str, float]:
    return {"count": 9, "median_ms": ms, "p95_ms": ms, "per_second": 1.0}


def report(p95: float = 299.0, peak: float = 900.0, slow: float = 90.0) -> dict[str, Any]:
    """What a run of the bench gives, as far as the tables look at it."""
    held = {"held_mib": 700.0, "peak_mib": 800.0}
    state = {"first_page_seconds": 5.0, "first_answer_seconds": 6.25, "clients": {"1": load(p95), "20": load(2e3)}}
    rows = [
        {
            "passages": passages,
            **{
                system: {
                    "whole": load(50.0 + ms),
                    "without_embedding": load(ms),
                    "first_seconds": 3.0,
                    "held_mib": 700.0,
                    "peak_mib": most,
                }
                for system in SYSTEMS
            },
        }
        for passages, ms, most in ((1_000, 10.0, 700.0), (10_000, slow, peak))
    ]
    return {
        "machine": {"cores": 2, "load_before": 0.1, "load_after": 1.9},
        "model": {"name": MODEL, "dimension": DIMENSION, "load_seconds": 1.0},
        "plan": asdict(QUICK),
        "notes": ["a note"],
        "ingest": {s: {"pieces_per_second": 9.5, "characters_per_second": 12_345, **held} for s in SYSTEMS},
        "answers": {s: {**load(40.0), "answered": 7, **held} for s in SYSTEMS},
        "served": {s: {"empty": {**state, **held}, "built": {**state, **held}} for s in SYSTEMS},
        "scale": rows,
        "growth": growth(rows),
        "seconds": 99.6,
    }


@pytest.mark.parametrize(
    ("p95", "peak", "slow", "met"),
    [(299.0, 900.0, 90.0, 3), (301.0, 900.0, 90.0, 2), (299.0, 1600.0, 90.0, 2), (299.0, 900.0, 101.0, 2)],
)
def test_aims_are_told_as_they_are(p95: float, peak: float, slow: float, met: int) -> None:
    lines = aims(report(p95, peak, slow))
    assert len(lines) == 3
    assert sum(line.startswith("met: ") for line in lines) == met
    assert sum(line.startswith("MISSED: ") for line in lines) == 3 - met


def test_growth_is_from_each_size_to_the_next() -> None:
    times = {"whole": 2.33, "without_embedding": 9.0}
    assert growth(report(slow=90.0)["scale"]) == [{"from": 1_000, "to": 10_000, "tutor": times, "plain": times}]


def test_the_markdown_is_two_tables_with_all_cells() -> None:
    text = markdown(report())
    tables = [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]
    assert [len(table) for table in tables] == [19, 6]
    for table in tables:
        assert len({line.count("|") for line in table}) == 1
    assert "| first answer, library not built yet (s) | 6.2 | 6.2 |" in text
    assert "| 10,000 | tutor | 140.0, 140.0 | 90.0, 90.0 | 3.0 | 700, 900 |" in text
    assert "| questions in process, refused | 9, 2 | 9, 2 |" in text
    assert "2 cores, load 0.1 before and 1.9 after" in text
    assert text.endswith("- a note\n")


@pytest.mark.slow
def test_a_small_bench_measures_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_EMBEDDING", PREFIX + SMALL.name)
    said: list[str] = []
    plan = Plan(sizes=(60,), notes=1, ingested=1, asked=4, searches=3, seconds=0.2)
    found = bench(tmp_path, plan, said.append)
    assert len(said) == 11
    assert found["model"]["dimension"] > 0
    for system in SYSTEMS:
        assert found["ingest"][system]["pieces"] > 0
        assert found["answers"][system]["count"] == 4
        assert found["served"][system]["empty"]["clients"]["20"]["count"] >= 20
        assert [row[system]["held"] for row in found["scale"]] == [60]
    assert markdown({**found, "seconds": 1.0}).count("MISSED") <= 3
    assert json.loads(json.dumps(found)) == found
