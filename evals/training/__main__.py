"""``python -m evals.training intents|questions|sides|known|passages|reader``: learn anew what ``tutor/`` ships."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.training import both_sides, cross_encoder, intents, question_side
from evals.training.material import BESIDE, read_material, read_questions
from tutor.facade import Tutor
from tutor.models.embedder import PASSAGE_SIDE, QUESTION_SIDE, Embedder, open_embedder
from tutor.models.known import FILES, PASSAGES, write_known
from tutor.models.low_rank import LEARNT
from tutor.models.packaged import LARGE, PREFIX, SMALL
from tutor.retrieval.intents import LEARNT as INTENTS
from tutor.settings import Settings, shipped

PARTS = ("intents", "questions", "sides", "known", "passages", "reader")
WIDTHS = {LARGE: 256, SMALL: 192}
"""Directions that are kept of the known questions' vectors."""


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in PARTS:
        _say(f"usage: python -m evals.training {'|'.join(PARTS)}")
        return 2
    [part] = arguments
    if part == "intents":
        _say(f"intents: {intents.learn(read_questions(), INTENTS):.3f} of the same questions are read rightly")
        return 0
    if part in {"known", "passages"}:
        (_known if part == "known" else _passages)()
        return 0
    embedder = open_embedder(PREFIX + LARGE.name)
    material = read_material(Settings.from_environment(), embedder, _say)
    if part == "questions":
        question_side.learn(material, QUESTION_SIDE, _say)
    elif part == "sides":
        both_sides.learn(material, QUESTION_SIDE, PASSAGE_SIDE, _say)
    else:
        cross_encoder.learn(material, embedder, LEARNT / "reader.safetensors", _say)
    return 0


def _known() -> None:
    texts = sorted({q.text for q in read_questions() if q.id.startswith(BESIDE)}, key=lambda text: (len(text), text))
    for model, width in WIDTHS.items():
        embedder = open_embedder(PREFIX + model.name, prepared=False)
        near = write_known(texts, embedder.embed_questions(texts), embedder.question_name, FILES[model], width)
        _say(f"known: {len(texts)} questions, {model.name}: cosine {near.mean():.3f}, least {near.min():.3f}")


def _passages() -> None:
    for model in WIDTHS:
        recorder = _Recorder(open_embedder(PREFIX + model.name, prepared=False))
        with tempfile.TemporaryDirectory() as folder:
            here = replace(Settings.from_environment({}), home=Path(folder), corpus=shipped("corpus"))
            with closing(Tutor.open(here, embedder=recorder)):
                pass
        texts = sorted(recorder.vectors)
        vectors = np.stack([recorder.vectors[text] for text in texts])
        near = write_known(texts, vectors, recorder.name, PASSAGES[model])
        _say(f"known: {len(texts)} passages, {model.name}: cosine {near.mean():.5f}, least {near.min():.5f}")


class _Recorder:
    """An embedder that keeps the passages that it embeds."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.vectors: dict[str, NDArray[np.float32]] = {}
        self.name, self.question_name = embedder.name, embedder.question_name
        self.embed, self.embed_questions, self.embed_known = (
            embedder.embed,
            embedder.embed_questions,
            embedder.embed_known,
        )

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = self._embedder.embed_passages(texts)
        self.vectors |= dict(zip(texts, vectors, strict=True))
        return vectors


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
