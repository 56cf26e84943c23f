"""Text to vectors.

``open_embedder("auto")`` loads the best packaged model that is installed, ``open_embedder("packaged:NAME")`` the one
named; any other value is a folder, or a model of the hub that the user names.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tutor.errors import ModelError
from tutor.models.known import FILES, PASSAGES, KnownVectors
from tutor.models.low_rank import LEARNT, Adapter, learnt_tensors
from tutor.models.packaged import (
    PACKAGED,
    PREFIX,
    SMALL,
    WEIGHTS,
    PackagedModel,
    is_installed,
    model_folder,
    sha256_of,
)
from tutor.models.precision import fast_dtype, threads_for
from tutor.settings import AUTO_EMBEDDING, quiet_libraries

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BATCH = 32
QUESTION_SIDE, PASSAGE_SIDE = LEARNT / "question-side.safetensors", LEARNT / "passage-side.safetensors"
"""What the large model has learnt for reading questions, and for reading passages."""


class Embedder(Protocol):
    """What the library needs of an embedding model."""

    @property
    def name(self) -> str:
        """Identity of what reads passages; two embedders of one name give the same vectors, but for rounding."""
        ...

    @property
    def question_name(self) -> str:
        """Identity of what reads questions, which may change where ``name`` does not."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors as the model's makers meant them, one row a text: shape (len(texts), dimension)."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same of passages, to compare with questions; faster where they ship with the tutor."""
        ...

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same of questions, to compare with passages."""
        ...

    def embed_known(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Nearly the same of questions that are known beforehand, faster where they ship with the tutor."""
        ...


class SentenceEmbedder:
    """A sentence-transformers model on the CPU; long texts are cut by the model at its own limit.

    ``asking`` and ``telling`` hold changes to the model for reading questions and passages: students do not write as
    notes do. ``known`` and ``passages`` are the files of what is known beforehand of questions' and passages' vectors.
    """

    def __init__(
        self,
        name: str,
        folder_or_model: str,
        *,
        offline: bool,
        dtype: Any = None,
        question_name: str = "",
        asking: Mapping[str, Any] | None = None,
        telling: Mapping[str, Any] | None = None,
        known: Path | None = None,
        passages: Path | None = None,
    ) -> None:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
        options = {} if dtype is None else {"model_kwargs": {"dtype": dtype}}
        try:
            self._model = SentenceTransformer(folder_or_model, device="cpu", local_files_only=offline, **options)
        except Exception as error:  # each file of a model has a parser with errors of its own
            raise ModelError(
                f"TUTOR_EMBEDDING: expected a sentence-transformers model at {folder_or_model}, could not load it "
                f"({type(error).__name__}); unset TUTOR_EMBEDDING to use the packaged model"
            ) from error
        self._name = name
        self._question_name = question_name or name
        self._known_file = known
        self._known: KnownVectors | None = None
        self._passages_file = passages
        self._passages: KnownVectors | None = None
        self._asking = Adapter(self._model[0].auto_model, asking).on if asking else nullcontext
        self._telling = Adapter(self._model[0].auto_model, telling).on if telling else nullcontext
        one, other = self.embed(["ladder", "water"])
        if not float(one @ other) < 0.99:
            # A folder without its vocabulary loads all the same, and takes every word for the same unknown one.
            raise ModelError(
                f"TUTOR_EMBEDDING: expected a sentence-transformers model at {folder_or_model}, got one that gives "
                "different texts the same vector; copy its tokenizer files too, or unset TUTOR_EMBEDDING"
            )

    @property
    def name(self) -> str:
        return self._name

    @property
    def question_name(self) -> str:
        return self._question_name

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return _unit_vectors(self._model, texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self._passages_file is None:
            return self._read_passages(texts)
        if self._passages is None:
            self._passages = KnownVectors(self.name, self._passages_file)
        return self._passages.vectors(texts, self._read_passages)

    def _read_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with self._telling():
            return _unit_vectors(self._model, texts)

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with self._asking():
            return _unit_vectors(self._model, texts)

    def embed_known(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self._known_file is None:
            return self.embed_questions(texts)
        if self._known is None:
            self._known = KnownVectors(self.question_name, self._known_file)
        return self._known.vectors(texts, self.embed_questions)


def _unit_vectors(model: Any, texts: Sequence[str]) -> NDArray[np.float32]:
    import numpy as np

    threads_for(len(texts))
    vectors = model.encode(
        list(texts), batch_size=_BATCH, show_progress_bar=False, convert_to_numpy=True, normalize_embeddings=False
    )
    # Normalised here: in the model's own precision the lengths would be a thousandth off.
    rows = np.asarray(vectors, dtype=np.float32)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12), dtype=np.float32)


def open_embedder(choice: str = AUTO_EMBEDDING, *, prepared: bool = True) -> Embedder:
    """Load the model that ``TUTOR_EMBEDDING`` names; raises ``ModelError`` when it is missing or damaged.

    Unless ``prepared``, every vector is computed, those that ship with the tutor too.
    """
    quiet_libraries()
    if choice == AUTO_EMBEDDING:
        return _packaged(next((model for model in PACKAGED if is_installed(model)), SMALL), prepared)
    if choice.startswith(PREFIX):
        for model in PACKAGED:
            if choice.partition("@")[0] == PREFIX + model.name:
                return _packaged(model, prepared)
        known = " or ".join(PREFIX + model.name for model in PACKAGED)
        raise ModelError(f"TUTOR_EMBEDDING: expected {known}, a folder or a model's name, got {choice!r}")
    folder = Path(choice).expanduser()
    if folder.is_dir():
        weights = folder / WEIGHTS
        digest = sha256_of(weights)[:12] if weights.is_file() else "unknown"
        return SentenceEmbedder(f"{folder.name}@{digest}", str(folder), offline=True)
    return SentenceEmbedder(choice, choice, offline=os.environ.get("HF_HUB_OFFLINE") == "1")


def _packaged(model: PackagedModel, prepared: bool) -> Embedder:
    folder = str(model_folder(model))
    known, passages = (FILES[model], PASSAGES[model]) if prepared else (None, None)
    if model == SMALL:
        return SentenceEmbedder(model.identity, folder, offline=True, known=known, passages=passages)
    return SentenceEmbedder(
        f"{model.identity}+{sha256_of(PASSAGE_SIDE)[:12]}",
        folder,
        offline=True,
        dtype=fast_dtype(),
        question_name=f"{model.identity}+{sha256_of(QUESTION_SIDE)[:12]}",
        asking=learnt_tensors(QUESTION_SIDE, model),
        telling=learnt_tensors(PASSAGE_SIDE, model),
        known=known,
        passages=passages,
    )
