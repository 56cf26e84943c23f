"""The bench's parts: figures, made-up passages, processes, and the way over HTTP."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from evals.bench.jobs import Runner, environment
from evals.bench.scale import PerturbedEmbedder, made_up
from evals.bench.served import ask_over_http, free_port, load_with
from evals.bench.tables import aims
from evals.bench.timing import latency, peak_mib, timed
from tutor.errors import EvalError

WORDS = ["fire", "police", "health"]
TEXTS = [f"the {word} service must answer to its community every year in public" for word in WORDS]


def test_latency_figures() -> None:
    figures = latency([0.1, 0.2, 0.3, 0.4])
    assert figures == {"count": 4, "median_ms": 250.0, "p95_ms": 385.0, "per_second": 4.0}
    assert latency([0.1, 0.2], elapsed=0.1)["per_second"] == 20.0
    asked: list[str] = []
    assert len(timed(asked.append, ["a", "b"])) == 2
    assert asked == ["a", "b"]


def test_this_process_holds_some_memory() -> None:
    assert 10 < peak_mib(os.getpid()) < 100_000


def test_made_up_passages_are_different_and_the_same_each_time() -> None:
    made = list(made_up(TEXTS, 300))
    assert made == list(made_up(TEXTS, 300))
    assert len({text for text, _ in made}) == 300
    assert {row for _, row in made} == {0, 1, 2}


def test_perturbed_vectors_are_near_their_base() -> None:
    bases = np.eye(3, 384, dtype=np.float32)
    embedder = PerturbedEmbedder(bases)
    made = list(made_up(TEXTS, 50))
    embedder.base = dict(made)
    vectors = embedder.embed([text for text, _ in made])
    headed = embedder.embed([f"Heading\n{text}" for text, _ in made])
    near = [float(vector @ bases[row]) for vector, (_, row) in zip(vectors, made, strict=True)]
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert 0.7 < min(near) <= max(near) < 0.9
    assert not np.allclose(vectors, headed)


def test_a_child_that_fails_is_an_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    with pytest.raises(EvalError, match="no-such-job: expected exit code 0, got 2"):
        Runner(tmp_path, said.append).job("no-such-job", home="x", size=3)
    assert said == ["  no-such-job size 3"]
    assert "invalid choice" in capfd.readouterr().err


def test_children_get_a_library_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_CHROMA_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("TUTOR_CORPUS", "elsewhere")
    given = environment(tmp_path, TUTOR_PORT="1")
    assert (given["TUTOR_HOME"], given["TUTOR_PORT"]) == (str(tmp_path), "1")
    assert not {"TUTOR_CHROMA_URL", "TUTOR_CORPUS"} & given.keys()
    assert given["PATH"]


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


def test_every_client_asks_its_share(base: str) -> None:
    assert load_with(base, ["a", "b", "c"], clients=3, requests=4)["count"] == 12


@pytest.mark.parametrize(
    ("p95", "peak", "slow", "met"),
    [(299.0, 900.0, 90.0, 3), (301.0, 900.0, 90.0, 2), (299.0, 1600.0, 90.0, 2), (299.0, 900.0, 101.0, 2)],
)
def test_aims_are_told_as_they_are(p95: float, peak: float, slow: float, met: int) -> None:
    report = {
        "served": {"built": {"clients": {"1": {"p95_ms": p95}}, "peak_mib": 800.0}},
        "scale": [
            {"passages": 1_000, "tutor": {"median_ms": 10.0, "peak_mib": 700.0}},
            {"passages": 10_000, "tutor": {"median_ms": slow, "peak_mib": peak}},
        ],
    }
    lines = aims(report)
    assert len(lines) == 3
    assert sum(line.startswith("met: ") for line in lines) == met
    assert sum(line.startswith("MISSED: ") for line in lines) == 3 - met
