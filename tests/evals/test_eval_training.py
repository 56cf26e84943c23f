"""What the tutor learns from: apart from the eval sets, found in the notes, and the arithmetic of learning."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from evals.data import Split, load
from evals.training import intents as learning
from evals.training.cross_encoder import _loss, cut
from evals.training.material import PAGES, read_far_off, read_questions
from tutor.documents.reader import read
from tutor.domain import Intent
from tutor.facade import Tutor
from tutor.library.words import fold
from tutor.models.low_rank import A, B
from tutor.retrieval import intents


def test_no_question_is_also_in_an_eval_set() -> None:
    asked = {fold(q.text).strip(" ?!.") for q in (*read_questions(), *read_far_off())}
    measured = {fold(q.text).strip(" ?!.") for name in ("corpus", "layout", "seeds") for q in load(name)}
    assert len(asked) > 5_000
    assert not asked & measured
    assert {q.split for q in (*read_questions(), *read_far_off())} == {Split.TRAIN}


def test_every_gold_passage_stands_in_its_document(corpus_tutor: Tutor) -> None:
    texts = {path.stem: read(path.read_bytes(), path.name).text for path in PAGES.glob("*.md")}
    for document in corpus_tutor.library.snapshot().documents:
        texts[document] = corpus_tutor.library.document(document).text
    missing = [(q.id, g.quote[:50]) for q in read_questions() for g in q.gold if g.quote not in texts[g.document]]
    assert not missing, missing[:5]


def test_the_loss_is_the_chance_of_a_right_passage_or_of_none() -> None:
    scores = torch.tensor([1.0, 0.0, -1.0, 0.5])
    right = math.exp(1.0) / (math.exp(1.0) + 1.0 + 1.0)
    none = 1.0 / (math.exp(-1.0) + math.exp(0.5) + 1.0)
    assert float(_loss(scores, [(1, 1), (0, 2)])) == pytest.approx(-(math.log(right) + math.log(none)) / 2, abs=1e-5)


def test_a_change_is_cut_to_its_largest_directions() -> None:
    change = torch.outer(torch.arange(4.0), torch.ones(3)) + 0.01 * torch.eye(4, 3)
    kept = cut("w", change, 1)
    assert torch.allclose(kept["w" + B] @ kept["w" + A], change, atol=0.02)
    assert torch.equal(cut("b", torch.ones(4), 1)["b.added"], torch.ones(4))


def test_learnt_weights_read_the_wordings_they_were_learnt_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intents, "LEARNT", tmp_path / "intents.json")
    kinds = {Intent.EXAMPLE, Intent.EVALUATE, Intent.COMPARE}
    some = [q for q in read_questions() if q.intent in kinds and q.gold][::2]
    commonest = max(sum(q.intent is kind for q in some) for kind in kinds) / len(some)
    intents.forget()
    try:
        assert learning.learn(some, tmp_path / "intents.json") > commonest + 0.05
    finally:
        monkeypatch.undo()
        intents.forget()
