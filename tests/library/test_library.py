"""The library on a real Chroma: what goes in comes out, whole and exact, after any change."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_library import HashingEmbedder, check, library_at, made, put, sentence, stored

from tutor.errors import LibraryBusy, LibraryError, UnknownDocument, WrongEmbedding
from tutor.library import store as store_module
from tutor.library.library import Library

FULL = (
    "Arnstein's ladder has eight rungs that run from manipulation at the bottom to citizen control at the top "
    "and shows how much power citizens have"
)
SHORTER = FULL + " now"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = library_at(tmp_path)
    yield library
    library.close()


def test_passages_of_a_document_are_those_whose_first_place_it_is(library: Library) -> None:
    put(library, made("one", sentence(1), sentence(2)), made("two", sentence(3)), made("three", sentence(2)))
    snapshot = library.snapshot()
    for name in ("one", "two", "three", "none"):
        expected = tuple(p for p in snapshot.passages if p.place.document == name)
        assert snapshot.passages_of(name) == expected
    assert [p.text for p in snapshot.passages_of("two")] == [sentence(3)]


def test_add_replace_remove(library: Library) -> None:
    first = made("one", sentence(1), sentence(2))
    put(library, first, made("two", sentence(3)))
    check(library)
    assert library.document("one") == first.document
    second = made("one", sentence(2), sentence(4), title="New")
    put(library, second)
    check(library)
    assert library.document("one").text == second.document.text
    assert {p.text for p in library.snapshot().passages} == {sentence(2), sentence(3), sentence(4)}
    library.remove("one")
    check(library)
    assert set(library.snapshot().documents) == {"two"}
    assert library.snapshot().keywords.scores(["bahari"]).shape == (1,)
    with pytest.raises(UnknownDocument, match="tutor library list"):
        library.document("one")


def test_snapshot_is_kept_until_the_revision_changes(library: Library) -> None:
    put(library, made("one", sentence(1)))
    before = library.snapshot()
    assert library.snapshot() is before
    with library.writing():
        pass  # nothing is changed, nothing is announced
    assert library.snapshot() is before
    put(library, made("two", sentence(2)))
    assert library.snapshot() is not before


def test_record_keeps_tier_unit_and_terms(library: Library) -> None:
    item = made("one", sentence(1))
    put(library, item)
    head, passage = library.head("one"), library.snapshot().passages[0]
    assert (head.tier, head.unit, head.qualification, head.terms) == ("notes", "Unit 4", "BTEC", ("also",))
    assert (passage.tier, passage.unit, passage.title, passage.path) == ("notes", "Unit 4", "One", "one.md")
    assert passage.place == item.places[0]


def test_duplicates_are_stored_once_with_all_places(library: Library) -> None:
    put(library, made("full", FULL, sentence(1)), made("exact", FULL.upper() + "!"), made("near", SHORTER))
    check(library)
    (ladder,) = (p for p in library.snapshot().passages if p.text == FULL)
    assert {place.document for place in (ladder.place, *ladder.also)} == {"full", "exact", "near"}
    library.remove("full")
    check(library)
    library.remove("exact")
    check(library)
    (left,) = library.snapshot().passages
    assert (left.text, left.place.document, left.also) == (SHORTER, "near", ())


def test_a_passage_in_other_words_joins_the_one_that_has_them(library: Library) -> None:
    # "middle" is near both, and they are not near one another; each loses its document in turn.
    words = [f"word{n}" for n in range(30)]
    left, middle, right = " ".join(words[:28]), " ".join(words[2:29]), " ".join([*words[5:], "end"])
    put(library, made("left", left))
    put(library, made("a", middle))
    put(library, made("right", right))
    put(library, made("b", middle))
    for gone in ("left", "right"):
        library.remove(gone)
        check(library)
    with library.writing() as writer:
        assert writer.is_whole("a")
        assert writer.is_whole("b")
    assert stored(library).keys() == {"a", "b"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("about 30 of those who came said they were heard", "about 40 of those who came said they were heard"),
        ("those who came said that they were ever heard", "those who came said that they were never heard"),
        ("the model has three stages that a team goes through", "the model has four stages that a team goes through"),
    ],
)  # fmt: skip
def test_numbers_and_negations_keep_texts_apart(library: Library, one: str, other: str) -> None:
    tail = " in the course of the long consultation that the council held in the town hall last year"
    put(library, made("one", one + tail), made("other", other + tail))
    check(library)
    assert len(library.snapshot().passages) == 2


def test_one_session_may_change_the_same_documents_again(library: Library) -> None:
    with library.writing() as writer:
        for texts in ((FULL,), (sentence(1),), (FULL, sentence(2))):
            for id_ in ("one", "two"):
                item = made(id_, *texts)
                writer.put(item.document, item.places)
                assert writer.is_whole(id_)
        writer.remove("one")
        assert not writer.is_whole("one")
    check(library)
    assert set(stored(library)) == {"two"}


def test_a_damaged_document_is_mended_by_putting_it_again(library: Library) -> None:
    item = made("one", sentence(1), sentence(2), sentence(3))
    put(library, item)
    lost = library.snapshot().passages[0].id
    with library.writing() as writer:
        library._store.delete_passages([lost])
        writer.changed = True
    assert library.snapshot().damaged == {"one"}
    with library.writing() as writer:
        assert not writer.is_whole("one")
        writer.put(item.document, item.places)
        assert writer.is_whole("one")
    check(library)
    assert len(library.snapshot().passages) == 3


@pytest.mark.parametrize(
    "text", ["🦜 parrots 🏳️‍🌈 and\t日本語 é", "a\u2028b\u2029c", "x" * 200_000, "tab\tq'\"\\ {}%s", "| |"]
)
def test_odd_texts_come_back_as_they_went_in(library: Library, text: str) -> None:
    item = made("odd", text, sentence(1), trail=("Head\u2028ing", "🦜"))
    put(library, item)
    check(library)
    assert library.document("odd").text == item.document.text
    assert text in {p.text for p in library.snapshot().passages}


@pytest.mark.parametrize("text", ["", " " * 60_000 + "\n" * 60_000 + "end", "🦜" * 60_001])
def test_blank_and_split_pieces_of_stored_text(library: Library, text: str) -> None:
    item = made("odd", text)
    with library.writing() as writer:
        writer.put(item.document, [])
    assert library.document("odd").text == item.document.text


def test_places_are_exact_also_where_words_differ(library: Library) -> None:
    items = [made("a", FULL, sentence(5)), made("b", SHORTER), made("c", FULL.replace(" that", ", that") + ".")]
    put(library, *items)
    texts = {item.document.id: item.document.text for item in items}
    for passage in library._store.passages():
        for place in passage.places:
            words = passage.text if place.text is None else place.text
            assert words == texts[place.place.document][place.place.start : place.place.end]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.lists(st.integers(0, 5), max_size=4)), min_size=1, max_size=7))
def test_any_sequence_of_changes(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, list[int]]]) -> None:
    library = library_at(tmp_path_factory.mktemp("home"))
    pool = [FULL, SHORTER, FULL.replace("eight rungs", "rungs"), *map(sentence, range(3))]
    expected: dict[str, list[str]] = {}
    for id_, picks in steps:
        texts = list(dict.fromkeys(pool[n] for n in picks))
        if texts:
            expected[id_] = texts
            put(library, made(id_, *texts))
        elif id_ in expected:
            del expected[id_]
            library.remove(id_)
        check(library)
        assert {k: {row[3] for row in v} for k, v in stored(library).items()} == {
            k: set(v) for k, v in expected.items()
        }
    library.close()


def test_a_removed_document_can_be_remembered(library: Library) -> None:
    put(library, made("one", sentence(1)))
    library.remove("one", remember=True)
    assert library.snapshot().documents == {}
    assert [(head.id, head.removed) for head in library.records()] == [("one", True)]
    put(library, made("one", sentence(1)))
    check(library)
    assert set(library.snapshot().documents) == {"one"}


def test_another_embedding_model_is_refused(tmp_path: Path) -> None:
    library_at(tmp_path).close()
    with pytest.raises(WrongEmbedding, match=r"built with .*hashing@1.* but other@2 .* set TUTOR_EMBEDDING back"):
        library_at(tmp_path, HashingEmbedder("other@2"))


def test_writers_wait_for_one_another(tmp_path: Path) -> None:
    one, two = library_at(tmp_path), library_at(tmp_path)
    with one.writing(), pytest.raises(LibraryBusy, match="wait for the other"), two.writing(patience=0.05):
        pass
    with two.writing(patience=0.05):
        pass
    one.close()
    two.close()


def test_a_long_log_is_written_anew(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_TAIL", 20)
    before = library._store._passages.name
    with library.writing() as writer:
        for n in range(12):
            item = made(f"d{n}", *(sentence(100 * n + k) for k in range(5)))
            writer.put(item.document, item.places)
    assert library._store._passages.name != before
    check(library)
    assert len(library.snapshot().passages) == 60
    with library.writing():
        pass
    names = [c.name for c in library._store._client.list_collections()]
    assert sorted(names) == sorted([store_module.DOCUMENTS, library._store._passages.name])


def test_an_older_layout_is_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(store_module, "LAYOUT", "1")
        patch.setattr(store_module, "_NEVER", 1_000)
        old = library_at(tmp_path)
        put(old, made("one", sentence(1), sentence(2)))
        old.close()
    library = library_at(tmp_path)
    check(library)
    put(library, made("two", sentence(3)))
    check(library)
    assert library._store._passages.metadata["layout"] == store_module.LAYOUT
    assert set(library.snapshot().documents) == {"one", "two"}
    library.close()


def test_home_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    with pytest.raises(LibraryError, match="TUTOR_HOME: expected a folder that can be written"):
        library_at(tmp_path / "home")


def test_home_cannot_be_written(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path[:0] = sys.argv[2:]\n"
        "from pathlib import Path; from made_library import library_at; from tutor.errors import LibraryError\n"
        "import chromadb, os\n"
        "os.geteuid() or os.setuid(65534)\n"
        "try: library_at(Path(sys.argv[1]))\n"
        "except LibraryError as error: print(error)\n"
    )
    (tmp_path / "home" / "chroma").mkdir(parents=True)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and folder.is_relative_to("/tmp") and folder != Path("/tmp"):
            folder.chmod(0o755)
    (tmp_path / "home" / "chroma").chmod(0o555)
    here = Path(__file__).resolve()
    result = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "home"), str(here.parent), str(here.parents[2])],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "TUTOR_HOME: expected a folder that can be written" in result.stdout, result.stderr


def test_building_the_keyword_index_says_nothing(library: Library, capfd: pytest.CaptureFixture[str]) -> None:
    handler = logging.StreamHandler(sys.stderr)
    logging.getLogger().addHandler(handler)
    try:
        put(library, made("one", sentence(1)))
        assert len(library.snapshot().keywords) == 1
    finally:
        logging.getLogger().removeHandler(handler)
    assert "BM25" not in capfd.readouterr().err
