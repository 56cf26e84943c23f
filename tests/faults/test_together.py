"""Several programs and threads on one library at once, and a Chroma server that comes and goes."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_library import check, library_at, made, put, sentence, stored

from tutor.errors import LibraryError
from tutor.library.library import Library

PROGRAM = Path(__file__).with_name("ingesting.py")


def fill(folder: Path, names: range) -> Path:
    folder.mkdir()
    for n in names:
        lines = "".join(f"- {sentence(10 * n + k).capitalize()}.\n" for k in range(3))
        (folder / f"note-{n}.md").write_text(f"# Notes on {n}\n\n## Key points\n\n{lines}")
    return folder


def ingesting(home: Path, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, str(PROGRAM), str(home), str(folder), "250"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ask(library: Library, words: str) -> list[str]:
    """What every question does: snapshot, both searches, vectors, and the text around the best passage."""
    snapshot = library.snapshot()
    found = library.nearest(library.embed_questions([words])[0], 20)
    best = [p for p in snapshot.passages if p.id in found]
    library.vectors([p.id for p in snapshot.passages[:30]])
    snapshot.keywords.scores(words.split())
    for passage in best[:3]:
        assert passage.place.document in snapshot.documents
        library.document(passage.place.document)
    return [p.text for p in best]


@pytest.mark.slow
def test_asking_while_another_program_ingests(tmp_path: Path) -> None:
    fill(tmp_path / "first", range(5))
    first = ingesting(tmp_path / "home", tmp_path / "first")
    first.communicate(timeout=60)
    assert first.returncode == 0
    library = library_at(tmp_path / "home")
    process = ingesting(tmp_path / "home", fill(tmp_path / "more", range(5, 205)))
    asked = 0
    while process.poll() is None:
        assert ask(library, sentence(asked))
        asked += 1
    out, err = process.communicate()
    assert (process.returncode, out.split()[0]) == (0, "200"), err
    assert asked > 5
    assert len(library.snapshot().documents) == 205
    last = sentence(2040).capitalize() + "."
    assert last in ask(library, last)
    check(library)
    library.close()


@pytest.mark.slow
def test_two_programs_ingest_at_once(tmp_path: Path) -> None:
    folders = [fill(tmp_path / "a", range(20)), fill(tmp_path / "b", range(10, 30))]
    processes = [ingesting(tmp_path / "home", folder) for folder in folders]
    for process in processes:
        out, err = process.communicate(timeout=120)
        assert (process.returncode, out.split()[0]) == (0, "20"), err
    library = library_at(tmp_path / "home")
    check(library)
    assert len(library.snapshot().documents) == 40
    assert len(library.snapshot().passages) == 90
    library.close()


def test_threads_ask_while_another_writes(tmp_path: Path) -> None:
    library = library_at(tmp_path)
    put(library, made("first", sentence(1)))
    done = threading.Event()
    errors: list[BaseException] = []

    def reader() -> None:
        try:
            while not done.is_set():
                assert ask(library, sentence(1))
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=reader) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(10):
        put(library, made(f"d{n % 4}", sentence(n), sentence(100 + n)))
        if n % 3 == 0:
            library._store.refresh()
    done.set()
    for thread in threads:
        thread.join(30)
    assert errors == []
    check(library)
    library.close()


class Server:
    """A real ``chroma run``."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self.start()

    def start(self) -> None:
        chroma = Path(sys.executable).with_name("chroma")
        self._process = subprocess.Popen(
            [chroma, "run", "--path", self._folder, "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError("chroma run did not start")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "server")
    yield server
    server.stop()


@pytest.mark.slow
def test_a_server_serves_two_clients_and_its_end_is_said_in_one_line(tmp_path: Path, server: Server) -> None:
    one = library_at(tmp_path / "one", url=server.url)
    two = library_at(tmp_path / "one", url=server.url)
    put(one, made("first", sentence(1), sentence(2)))
    check(one)
    check(two)
    put(two, made("second", sentence(3)))
    assert sentence(3) in ask(one, sentence(3))
    put(one, made("first", sentence(4)))
    check(two)
    before = stored(two)
    server.stop()
    for act in (two.snapshot, lambda: two.document("first"), lambda: put(one, made("x", sentence(5)))):
        with pytest.raises(LibraryError, match=f"TUTOR_CHROMA_URL: expected a Chroma server at {server.url}") as caught:
            act()
        assert "\n" not in str(caught.value)
    with pytest.raises(LibraryError, match="TUTOR_CHROMA_URL"):
        two._store.nearest(two.embed_questions(["x"])[0], 5)
    with pytest.raises(LibraryError, match="TUTOR_CHROMA_URL"):
        library_at(tmp_path / "three", url=server.url)
    server.start()
    assert stored(two) == before
    check(two)
    one.close()
    two.close()
