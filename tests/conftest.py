"""What all tests share: an environment that is no one's, and one library over the shipped corpus to read from."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from tutor.settings import Settings, quiet_libraries, shipped

if TYPE_CHECKING:
    from tutor.facade import Tutor

quiet_libraries()
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # As a shell has it for what it runs in the background; the programs that tests start and stop would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ("browsing",)

FOR_THE_TESTS = {"TUTOR_EVAL_DATA", "TUTOR_REQUIRE_BROWSER"}
OF_THE_TERMINAL = {"COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files in an order in which two processes seldom wait for each other.

    The library of the shipped notes takes a minute to build: one file that needs it comes first, then all those that do
    without it, then the others. Files with slow tests come before those without.
    """

    def needs(item: pytest.Item) -> bool:
        return "corpus_home" in getattr(item, "fixturenames", ())

    with_corpus = {item.path for item in items if needs(item)}
    with_slow = {item.path for item in items if item.get_closest_marker("slow")}
    files = list(dict.fromkeys(item.path for item in items))
    files.sort(key=lambda path: (path in with_corpus, path not in with_slow))
    builder = next((path for path in files if path in with_corpus), None)
    place = {path: n for n, path in enumerate(sorted(files, key=lambda path: path != builder))}
    items.sort(key=lambda item: place[item.path])


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads or writes the library of the person who runs it, or follows that person's settings."""
    for name in list(os.environ):
        if (name.startswith("TUTOR_") and name not in FOR_THE_TESTS) or name in OF_THE_TERMINAL:
            monkeypatch.delenv(name)
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session")
def corpus_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ``TUTOR_HOME`` whose library holds the shipped corpus. Read only: copy the folder to change it."""
    from tutor.facade import Tutor

    base = tmp_path_factory.getbasetemp()
    # The processes of pytest-xdist have folders of their own below a common one: the first builds, the others wait.
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home, built = folder / "corpus-home", folder / "corpus-home.built"
    with FileLock(folder / "corpus-home.lock"):
        if not built.exists():
            Tutor.open(Settings(home=home, corpus=shipped("corpus"))).close()
            built.touch()
    return home


@pytest.fixture(scope="session")
def corpus_tutor(corpus_home: Path) -> Iterator[Tutor]:
    """The tutor over the shipped corpus. Ask it anything; bring no document in and take none out."""
    from tutor.facade import Tutor

    with closing(Tutor.open(Settings(home=corpus_home, corpus=shipped("corpus")))) as tutor:
        yield tutor
