"""Vectors that ship: nearly the model's own, looked up by text, and never another model's."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from evals.training.material import BESIDE, read_questions
from tutor.facade import Tutor
from tutor.models.embedder import open_embedder
from tutor.models.known import FILES, KnownVectors, write_known
from tutor.models.packaged import LARGE, PREFIX, SMALL, PackagedModel, is_installed
from tutor.settings import Settings, shipped

TEXTS = [f"question {n}" for n in range(60)]


@pytest.fixture
def vectors() -> NDArray[np.float32]:
    """Unit vectors that lie, but for a little, in twelve of 32 directions."""
    chance = np.random.default_rng(0)
    found = chance.normal(size=(60, 12)) @ chance.normal(size=(12, 32)) + 0.05 * chance.normal(size=(60, 32))
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


def none(texts: Sequence[str]) -> NDArray[np.float32]:
    raise AssertionError(f"not known: {texts}")


def test_what_is_read_back_is_nearly_what_was_written(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    near = write_known(TEXTS, vectors, "model@1", tmp_path / "known", 16)
    back = KnownVectors("model@1", tmp_path / "known").vectors(TEXTS[::-1], none)[::-1]
    assert np.allclose((back * vectors).sum(axis=1), near, atol=1e-3)
    assert near.min() > 0.99
    assert np.allclose(np.linalg.norm(back, axis=1), 1, atol=1e-5)


def test_without_a_width_all_directions_are_kept(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    near = write_known(TEXTS, vectors, "model@1", tmp_path / "known")
    assert near.min() > 0.9995
    assert np.allclose(KnownVectors("model@1", tmp_path / "known").vectors(TEXTS, none), vectors, atol=0.01)


def test_questions_that_are_not_known_come_from_the_model(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    write_known(TEXTS[:50], vectors[:50], "model@1", tmp_path / "known", 32)
    asked: list[str] = []

    def model(texts: Sequence[str]) -> NDArray[np.float32]:
        asked.extend(texts)
        return vectors[[TEXTS.index(text) for text in texts]]

    known = KnownVectors("model@1", tmp_path / "known")
    found = known.vectors([TEXTS[55], TEXTS[3], TEXTS[51]], model)
    assert asked == [TEXTS[55], TEXTS[51]]
    assert np.allclose(found, vectors[[55, 3, 51]], atol=0.02)
    assert np.array_equal(known.vectors(TEXTS[50:52], model), vectors[50:52])


def test_another_models_vectors_are_not_taken(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    write_known(TEXTS, vectors, "model@1", tmp_path / "known", 16)
    known = KnownVectors("model@2", tmp_path / "known")
    assert len(known) == 0
    assert np.array_equal(known.vectors(TEXTS, lambda texts: vectors), vectors)


@pytest.mark.parametrize("model", [LARGE, SMALL])
def test_the_shipped_vectors_are_nearly_those_of_the_model_in_use(model: PackagedModel) -> None:
    if not is_installed(model):
        pytest.skip(f"{model.name} is not installed; run: {model.install}")
    embedder = open_embedder(PREFIX + model.name)
    assert len(KnownVectors(embedder.question_name, FILES[model])) > 20_000
    questions = [q.text for q in read_questions() if q.id.startswith(BESIDE)][::900]
    assert (embedder.embed_known(questions) * embedder.embed_questions(questions)).sum(axis=1).min() > 0.75


@pytest.mark.parametrize("model", [LARGE, SMALL])
def test_the_vectors_of_the_shipped_notes_come_with_the_package(
    model: PackagedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_installed(model):
        pytest.skip(f"{model.name} is not installed; run: {model.install}")
    embedder = open_embedder(PREFIX + model.name)
    computed: list[str] = []

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        computed.extend(texts)
        return np.ones((len(texts), 1), dtype=np.float32)

    settings = Settings(home=tmp_path, corpus=shipped("corpus"))
    with closing(Tutor.open(settings, build=False, embedder=embedder)) as tutor:
        monkeypatch.setattr(embedder, "_read_passages", embed)
        assert tutor.ingest([shipped("corpus") / "technology"]).failed == ()
        found = tutor.library.vectors([p.id for p in tutor.library.snapshot().passages[::100]])
    assert computed == [], "notes have changed; run: python -m evals.training passages"
    monkeypatch.undo()
    assert len(found) > 5
