"""``python -m evals.training intents|questions|known|reader``: learn anew what ``tutor/`` ships."""

from __future__ import annotations

import sys

from evals.training import cross_encoder, intents, question_side
from evals.training.material import BESIDE, read_material, read_questions
from tutor.models.embedder import open_embedder
from tutor.models.known import FILES, write_known
from tutor.models.low_rank import LEARNT
from tutor.models.packaged import LARGE, PREFIX, SMALL
from tutor.retrieval.intents import LEARNT as INTENTS
from tutor.settings import Settings

PARTS = ("intents", "questions", "known", "reader")
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
    if part == "known":
        _known()
        return 0
    embedder = open_embedder(PREFIX + LARGE.name)
    material = read_material(Settings.from_environment(), embedder, _say)
    if part == "questions":
        question_side.learn(material, LEARNT / "questions.safetensors", _say)
    else:
        cross_encoder.learn(material, embedder, LEARNT / "reader.safetensors", _say)
    return 0


def _known() -> None:
    texts = sorted({q.text for q in read_questions() if q.id.startswith(BESIDE)}, key=lambda text: (len(text), text))
    for model, width in WIDTHS.items():
        embedder = open_embedder(PREFIX + model.name)
        near = write_known(texts, embedder.embed_questions(texts), embedder.question_name, width, FILES[model])
        _say(f"known: {len(texts)} questions, {model.name}: cosine {near.mean():.3f}, least {near.min():.3f}")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
