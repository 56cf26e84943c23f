"""The server as a program meets it: the ``ask`` endpoint, many students at once, and what it does not give out."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from running import Server, run_tutor, start_server

from tutor.ui.gate import LARGEST_BODY
from tutor.ui.page import EXAMPLES

pytestmark = pytest.mark.slow


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=120, trust_env=False) as client:
        yield client


def call_ask(client: httpx.Client, question: object) -> tuple[str, Any]:
    """The event's name and its data."""
    joined = client.post("/gradio_api/call/ask", json={"data": [question]})
    assert joined.status_code == 200, joined.text
    lines = client.get(f"/gradio_api/call/ask/{joined.json()['event_id']}").text.splitlines()
    return lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))


def test_ask_returns_the_contracted_record(client: httpx.Client, server: Server) -> None:
    event, [record] = call_ask(client, "Explain Arnstein's ladder")
    assert event == "complete"
    assert list(record) == [
        "question", "intent", "answered", "mode", "text", "sentences", "citations", "suggestions", "seconds",
    ]  # fmt: skip
    assert (record["question"], record["answered"]) == ("Explain Arnstein's ladder", True)
    stored = run_tutor(server.home, "library", "show", record["citations"][0]["document"]).stdout
    assert record["citations"]
    for citation in record["citations"]:
        assert citation["quote"] == stored[citation["start"] : citation["end"]]


@pytest.mark.parametrize("question", [5, None, ["x"], {"a": 1}])
def test_ask_says_what_it_expects(client: httpx.Client, question: object) -> None:
    event, data = call_ask(client, question)
    assert event == "error"
    assert data["error"].startswith("question: expected a string, got ")


def test_only_ask_is_offered_to_programs(client: httpx.Client) -> None:
    assert list(client.get("/gradio_api/info").json()["named_endpoints"]) == ["/ask"]


def test_twenty_students_at_once_get_each_their_own_answer(client: httpx.Client) -> None:
    questions = [EXAMPLES[number % len(EXAMPLES)] for number in range(20)]
    with ThreadPoolExecutor(len(questions)) as students:
        answers = list(students.map(lambda question: call_ask(client, question), questions))
    assert [event for event, _ in answers] == ["complete"] * len(questions)
    assert [data[0]["question"] for _, data in answers] == questions
    assert all(data[0]["answered"] for _, data in answers)


def test_files_are_not_given_out(client: httpx.Client, server: Server) -> None:
    kept = next(path for path in server.home.rglob("*") if path.is_file())
    for path in (kept, Path(__file__).resolve(), Path("/etc/passwd")):
        for route in (f"/gradio_api/file={path}", f"/gradio_api/file/{path}", f"/file={path}", f"/static/..{path}"):
            for way in (route, route.replace("=", "%3D")):
                assert client.get(way).status_code == 404, way
    assert client.get("/gradio_api/file=http://127.0.0.1:9/").status_code == 404
    assert client.post("/gradio_api/upload", files={"files": b"x"}).status_code == 404
    assert client.get("/gradio_api/proxy=http://127.0.0.1:9/").status_code == 404


def test_large_bodies_are_refused(client: httpx.Client) -> None:
    body = json.dumps({"data": ["x" * LARGEST_BODY]})
    assert client.post("/gradio_api/call/ask", content=body).status_code == 413
    assert client.post("/gradio_api/call/ask", content=iter([b"{", b"}"])).status_code == 411


def test_the_page_names_no_other_host_to_load_from(client: httpx.Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy.replace("http-equiv", "")
    assert "fonts.googleapis.com" not in answer.text
    assert "<title>Tutor</title>" in answer.text or '"title":"Tutor"' in answer.text


def test_a_busy_port_is_one_line_and_ctrl_c_ends_quietly(server: Server, tmp_path: Path) -> None:
    busy = run_tutor(server.home, "serve", port=server.port)
    assert busy.returncode == 1
    assert "TUTOR_PORT: expected a free port" in busy.stderr
    assert "Traceback" not in busy.stderr

    second = start_server(server.home, tmp_path / "log")
    assert httpx.get(second.url, trust_env=False).status_code == 200
    second.process.send_signal(signal.SIGINT)
    assert second.process.wait(timeout=30) == 0
    assert "Traceback" not in second.log.read_text()
