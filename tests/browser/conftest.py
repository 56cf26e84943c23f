"""A real server on the real corpus, and a real browser in front of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, sync_playwright

START_PATIENCE = 400.0
"""Seconds for a first start, which builds the library."""
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


@dataclass(frozen=True)
class Server:
    """A ``tutor serve`` that is running."""

    process: subprocess.Popen[bytes]
    url: str
    home: Path
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


def tutor_environment(home: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TUTOR_", "GRADIO_"))}
    return {**kept, "TUTOR_HOME": str(home), "TUTOR_PORT": str(port)}


def run_tutor(home: Path, *arguments: str, port: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tutor", *arguments]
    return subprocess.run(
        command, env=tutor_environment(home, port), capture_output=True, text=True, timeout=START_PATIENCE, check=False
    )


def start_server(home: Path, log: Path) -> Server:
    """Start on any free port and wait until the server says where it is."""
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "tutor", "serve"],
            env=tutor_environment(home, 0),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
        )
    deadline = time.monotonic() + START_PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"Tutor is at (http://\S+)", log.read_text(errors="replace")):
            return Server(process, found.group(1), home, log)
        time.sleep(0.2)
    process.kill()
    process.wait()
    raise AssertionError(f"tutor serve did not start:\n{log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The shipped corpus, and one document whose text tries to be markup."""
    folder = tmp_path_factory.mktemp("serving")
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
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", self._request)
        page.on("dialog", self._dialog)

    def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.host}/", "data:", "blob:")):
            self.complaints.append(f"request: {request.url}")


OpenPage = Callable[..., Page]


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
