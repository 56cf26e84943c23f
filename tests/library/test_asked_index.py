"""Known questions: stored with their document, gone with it, and compared as closely as their vectors allow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from made_library import HashingEmbedder, check, library_at, made, put, sentence

from tutor.domain import Asked, Intent
from tutor.library.asked import AskedIndex, asked_from_json, asked_to_json
from tutor.library.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = library_at(tmp_path)
    yield library
    library.close()


def ask(library: Library, question: str) -> dict[str, float]:
    """How near the nearest known question of each passage comes, by the passage's text."""
    snapshot = library.snapshot()
    vector = library.embed_questions([question])[0]
    return {snapshot.passages[row].text: s for row, s in snapshot.asked.nearest(vector).answered.items()}


def test_the_bytes_kept_of_a_vector_give_nearly_its_similarities() -> None:
    chance = np.random.default_rng(0)
    vectors = chance.normal(size=(50, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    asked = [Asked(f"q{n}", (n,), Intent.LIST if n % 2 else None) for n in range(50)]
    stored = asked_from_json(asked_to_json(asked, vectors), "a", "1")
    assert stored.asked == tuple(asked)
    index = AskedIndex([stored], {("a", n): n for n in range(50)})
    assert np.abs(index.similarities(vectors[7]) - vectors @ vectors[7]).max() < 0.01


def test_a_passage_is_as_near_as_the_nearest_of_its_questions(library: Library) -> None:
    one, two, three = sentence(1), sentence(2), sentence(3)
    item = made("a", one, two, three)
    asked = [Asked("green apples fall", (0,)), Asked("red kites rise", (0, 1)), Asked("nobody asked", (9,))]
    with library.writing() as writer:
        writer.put(item.document, item.places, asked)
    check(library)
    found = ask(library, "red kites rise")
    assert set(found) == {one, two}
    assert found[one] == pytest.approx(1.0, abs=0.01) == found[two]
    apples = ask(library, "green apples fall")
    assert apples[one] == pytest.approx(1.0, abs=0.01)
    assert apples[two] < 0.9


def test_a_library_without_known_questions_has_none(library: Library) -> None:
    put(library, made("a", sentence(1)))
    assert len(library.snapshot().asked) == 0
    assert ask(library, "red kites rise") == {}


def test_questions_leave_and_change_with_their_document(library: Library) -> None:
    item = made("a", sentence(1), sentence(2))
    with library.writing() as writer:
        writer.put(item.document, item.places, [Asked("green apples fall", (0,))])
    changed = made("a", sentence(1), sentence(3))
    with library.writing() as writer:
        writer.put(changed.document, changed.places, [Asked("red kites rise", (1,))])
    assert len(library.snapshot().asked) == 1
    assert [a.question for some in library._store.documents.asked() for a in some.asked] == ["red kites rise"]
    assert {some.version for some in library._store.documents.asked()} == {changed.document.content_hash}
    library.remove("a")
    assert len(library.snapshot().asked) == 0
    assert list(library._store.documents.asked()) == []


def test_a_shared_passage_is_found_by_the_questions_of_every_document_that_has_it(library: Library) -> None:
    words = sentence(5)
    first, second = made("a", sentence(4), words), made("b", words)
    with library.writing() as writer:
        writer.put(first.document, first.places)
        writer.put(second.document, second.places, [Asked("red kites rise", (0,))])
    assert set(ask(library, "red kites rise")) == {words}


def test_questions_read_by_another_model_make_the_document_incomplete(tmp_path: Path) -> None:
    item = made("a", sentence(1))
    library = library_at(tmp_path)
    with library.writing() as writer:
        writer.put(item.document, item.places, [Asked("red kites rise", (0,))])
        assert writer.is_whole("a")
    library.close()

    class Relearnt(HashingEmbedder):
        @property
        def question_name(self) -> str:
            return "hashing@1+relearnt"

    library = library_at(tmp_path, Relearnt())
    with library.writing() as writer:
        assert not writer.is_whole("a")
        writer.put(item.document, item.places, [Asked("red kites rise", (0,))])
        assert writer.is_whole("a")
    library.close()


def test_questions_known_to_have_no_answer_are_told_from_the_others(library: Library) -> None:
    item = made("a", sentence(1))
    known = [Asked("red kites rise", (0,)), Asked("green apples fall", ())]
    with library.writing() as writer:
        writer.put(item.document, item.places, known)
    asked = library.snapshot().asked
    apples, kites = (asked.nearest(library.embed_questions([q.question])[0]).silence for q in (known[1], known[0]))
    assert apples > 0.1 > -0.1 > kites
    assert apples == pytest.approx(-kites, abs=0.02)
    assert asked.documents == {"a"}


def test_without_questions_of_either_sort_nothing_is_silent(library: Library) -> None:
    item = made("a", sentence(1))
    with library.writing() as writer:
        writer.put(item.document, item.places, [Asked("green apples fall", ())])
    nearest = library.snapshot().asked.nearest(library.embed_questions(["green apples fall"])[0])
    assert (nearest.answered, nearest.silence) == ({}, 0.0)
