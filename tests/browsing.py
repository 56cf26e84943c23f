"""A real server on the real corpus, and a real browser in front of it."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from running import Server, run_tutor, start_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Error, Page, Request

CHROMIUM = shutil.which("chromium")
NO_CHROMIUM = "chromium is not installed; run: apt-get install chromium"
BROWSER_REQUIRED = os.environ.get("TUTOR_REQUIRE_BROWSER") == "1"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOSTILE_LINE = (
    "The Zorblax protocol is a drill in which <script>window.pwned=1</script> and <img src=x onerror=window.pwned=1> "
    "and ![pixel](http://remote.example/p.png) and [press](javascript:window.pwned=1) and $$x^2$$ are read aloud."
)


@pytest.fixture(scope="session")
def server(corpus_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The shipped corpus, and one document whose text tries to be markup."""
    folder = tmp_path_factory.mktemp("serving")
    shutil.copytree(corpus_home, folder / "home")
    hostile = folder / "zorblax-protocol.txt"
    hostile.write_text(f"The Zorblax protocol\n\n{HOSTILE_LINE}\n\nIt is held on Mondays.\n", encoding="utf-8")
    ingested = run_tutor(folder / "home", "ingest", str(hostile))
    assert ingested.returncode == 0, ingested.stderr
    running = start_server(folder / "home", folder / "server.log")
    yield running
    running.process.send_signal(signal.SIGINT)
    running.process.wait(timeout=30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail(NO_CHROMIUM)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


@dataclass
class Seen:
    """What a page did that it should not."""

    host: str
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("request", self._request)
        page.on("dialog", self._dialog)

    def _error(self, error: Error) -> None:
        if not _is_of_leaving(str(error)):
            self.complaints.append(f"error: {error}")

    def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _is_of_leaving(message.text):
            self.complaints.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.host}/", "data:", "blob:")):
            self.complaints.append(f"request: {request.url}")


def _is_of_leaving(complaint: str) -> bool:
    """A page that is left while it waits for an answer ends its own requests, and says so to nobody."""
    return complaint.startswith("AbortError") or "connection errored out" in complaint.lower()


OpenPage = Callable[..., "Page"]


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[OpenPage]:
    """Open the page as another student each time; at the end no page may have erred or called another host."""
    contexts: list[BrowserContext] = []
    seen = Seen(server.url)

    def opened(width: int = 1200, height: int = 850, scheme: str = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        seen.watch(page)
        page.goto(server.url)
        page.get_by_label("Your question").wait_for()
        page.get_by_role("button", name="Explain Arnstein's ladder").wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert seen.complaints == []
