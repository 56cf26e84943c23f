"""A writer that is killed at any moment loses nothing, and the next run completes what it began."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ingesting import KILLED
from made_library import HashingEmbedder, check, library_at, sentence, stored

from tutor.ingest import ingest
from tutor.library import store as store_module

pytestmark = pytest.mark.slow
PROGRAM = Path(__file__).with_name("ingesting.py")
FILES = 24
State = dict[str, set[tuple[str, int, int, str]]]


def write(folder: Path, name: str, seeds: range) -> None:
    folder.mkdir(exist_ok=True)
    lines = "".join(f"- {sentence(seed).capitalize()}.\n" for seed in seeds)
    (folder / f"{name}.md").write_text(f"# Notes on {name}\n\n## Key points\n\n{lines}")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, State, State]:
    """A library of ten documents, a folder in which three of them changed and fourteen are new, and both states."""
    base = tmp_path_factory.mktemp("world")
    folder = base / "folder"
    for n in range(10):
        write(folder, f"note-{n}", range(10 * n, 10 * n + 8))
    home = base / "before"
    before = run_whole(home, folder)
    for n in range(FILES):
        if n >= 10 or n < 3:
            write(folder, f"note-{n}", range(10 * n + 4, 10 * n + 12))
    shutil.copytree(home, base / "after")
    return home, folder, before, run_whole(base / "after", folder)


def run_whole(home: Path, folder: Path) -> State:
    library = library_at(home)
    try:
        ingest([folder], library)
        check(library)
        return stored(library)
    finally:
        library.close()


def child(home: Path, folder: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(PROGRAM), str(home), str(folder), "60", *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def check_after_kill(home: Path, folder: Path, before: State, after: State) -> None:
    library = library_at(home)
    try:
        check(library)
        found = stored(library)
        for id_ in before:
            assert found[id_] in (before[id_], after[id_])
        for id_ in found:
            assert found[id_] in (before.get(id_), after[id_])
    finally:
        library.close()
    assert run_whole(home, folder) == after


def test_killed_at_random_moments(tmp_path: Path, world: tuple[Path, Path, State, State]) -> None:
    home, folder, before, after = world
    kills = 0
    for n, delay in enumerate(random.Random(7).uniform(0.0, 1.5) for _ in range(6)):
        mine = tmp_path / str(n)
        shutil.copytree(home, mine)
        process = child(mine, folder)
        while not (mine / "library.lock").exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(1.0 + delay)  # the first second goes into starting Chroma
        process.kill()
        kills += process.wait() != 0
        process.communicate()
        check_after_kill(mine, folder, before, after)
    assert kills >= 2, "the child finished before most kills; lengthen its work"


@pytest.mark.parametrize(
    ("method", "calls"),
    [
        ("add_passages", 1),
        ("set_places", 1),
        ("put_text", 1),
        ("put_head", 1),
        ("put_head", 12),
        ("delete_passages", 1),
        ("mend", 1),
        ("rebuild", 1),
        ("commit", 1),
        ("drop_texts", 1),
    ],
)
def test_killed_after(tmp_path: Path, world: tuple[Path, Path, State, State], method: str, calls: int) -> None:
    home, folder, before, after = world
    shutil.copytree(home, tmp_path / "home")
    process = child(tmp_path / "home", folder, method, str(calls))
    process.communicate(timeout=60)
    assert process.returncode == KILLED
    check_after_kill(tmp_path / "home", folder, before, after)


HARMS: dict[str, Callable[[Path], object]] = {
    "folder gone": lambda folder: shutil.rmtree(folder),
    "header cut": lambda folder: cut(folder / "header.bin"),
    "links cut": lambda folder: cut(folder / "link_lists.bin"),
    "vectors cut": lambda folder: cut(folder / "data_level0.bin"),
    "names cut": lambda folder: cut(folder / "index_metadata.pickle"),
    "names gone": lambda folder: (folder / "index_metadata.pickle").unlink(),
}


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, State]:
    """A library large enough for its index to lie in files."""
    base = tmp_path_factory.mktemp("indexed")
    for n in range(12):
        write(base / "folder", f"note-{n}", range(100 * n, 100 * n + 100))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module, "_TAIL", 50)
        state = run_whole(base / "home", base / "folder")
    assert list((base / "home" / "chroma").glob("*/index_metadata.pickle"))
    return base / "home", base / "folder", state


@pytest.mark.parametrize("harm", HARMS)
def test_damaged_index_files(tmp_path: Path, indexed: tuple[Path, Path, State], harm: str) -> None:
    home, folder, state = indexed
    shutil.copytree(home, tmp_path / "home")
    for file in (tmp_path / "home" / "chroma").glob("*/index_metadata.pickle"):
        HARMS[harm](file.parent)
    embedder = HashingEmbedder()
    library = library_at(tmp_path / "home", embedder)
    snapshot = library.snapshot()
    assert snapshot.damaged == set(state)  # so that the next start builds again
    ids = [p.id for p in snapshot.passages]
    assert set(library.vectors(ids[:40])) == set(ids[:40])
    library.nearest(library.embed_questions(["ba lon"])[0], 10)
    assert stored(library) == state
    with library.writing():
        pass  # opening for writing mends
    check(library)
    library.close()
    again = library_at(tmp_path / "home")
    check(again)
    again.close()
    assert run_whole(tmp_path / "home", folder) == state
