"""Only what the page needs is reachable."""

from __future__ import annotations

import pytest

from tutor.ui.gate import is_needed


@pytest.mark.parametrize(
    "path",
    ["/", "/config", "/theme.css", "/assets/index.js", "/static/js/x.js", "/gradio_api/queue/join",
     "/gradio_api/queue/data", "/gradio_api/heartbeat/abc", "/gradio_api/call/ask", "/gradio_api/call/ask/0a1b"],
)  # fmt: skip
def test_the_page_and_its_endpoint_pass(path: str) -> None:
    assert is_needed(path)


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/file=/etc/passwd", "/gradio_api/file=http://remote.example/", "/gradio_api/file/etc/passwd",
     "/gradio_api/proxy=http://remote.example/", "/gradio_api/upload", "/gradio_api/stream/x", "/monitoring",
     "/gradio_api/call/../file=/etc/passwd", "/assets/../../etc/passwd", "/assets/..\\secret", "//etc/passwd",
     "/file=/etc/passwd", "/docs", "/openapi.json", "", "/gradio_api/runs", "/gradio_api/vibe-edit"],
)  # fmt: skip
def test_everything_else_does_not(path: str) -> None:
    assert not is_needed(path)
