"""What the tutor learns from: apart from the eval sets, found in the notes, and the arithmetic of learning."""

from __future__ import annotations

import math
import random
from pathlib import Path

import numpy as np
import pytest
import torch

from evals.data import Question, Split, load
from evals.training import intents as learning
from evals.training.both_sides import BATCH, NEAR, Draw, others
from evals.training.changes import Changes, loss
from evals.training.cross_encoder import _loss, cut
from evals.training.material import PAGES, Material, read_far_off, read_questions
from tutor.documents.reader import read
from tutor.domain import Intent, Passage, Place, SectionKind, Tier
from tutor.facade import Tutor
from tutor.library.words import fold
from tutor.models.low_rank import A, B, learnt_tensors
from tutor.models.packaged import LARGE
from tutor.retrieval import intents


def test_no_question_is_also_in_an_eval_set() -> None:
    asked = {fold(q.text).strip(" ?!.") for q in (*read_questions(), *read_far_off())}
    measured = {fold(q.text).strip(" ?!.") for name in ("corpus", "layout", "seeds") for q in load(name)}
    assert len(asked) > 5_000
    assert not asked & measured
    assert {q.split for q in (*read_questions(), *read_far_off())} == {Split.TRAIN}


def test_every_gold_passage_stands_in_its_document(corpus_tutor: Tutor) -> None:
    texts = {path.stem: read(path.read_bytes(), path.name).text for path in PAGES.iterdir()}
    for document in corpus_tutor.library.snapshot().documents:
        texts[document] = corpus_tutor.library.document(document).text
    missing = [(q.id, g.quote[:50]) for q in read_questions() for g in q.gold if g.quote not in texts[g.document]]
    assert not missing, missing[:5]


def test_the_loss_is_the_chance_of_a_right_passage_or_of_none() -> None:
    scores = torch.tensor([1.0, 0.0, -1.0, 0.5])
    right = math.exp(1.0) / (math.exp(1.0) + 1.0 + 1.0)
    none = 1.0 / (math.exp(-1.0) + math.exp(0.5) + 1.0)
    assert float(_loss(scores, [(1, 1), (0, 2)])) == pytest.approx(-(math.log(right) + math.log(none)) / 2, abs=1e-5)


def test_any_right_one_counts_and_rows_without_one_do_not() -> None:
    scores = torch.tensor([[1.0, 0.0, 0.5], [2.0, 2.0, 2.0]])
    right = torch.tensor([[True, False, True], [False, False, False]])
    likely = (math.exp(1.0) + math.exp(0.5)) / (math.exp(1.0) + 1.0 + math.exp(0.5))
    assert float(loss(scores, right)) == pytest.approx(-math.log(likely), abs=1e-5)


class Layers(torch.nn.Module):  # type: ignore[misc]
    """A model of one linear layer, named as the large model names its own."""

    def __init__(self) -> None:
        super().__init__()
        linear = {"attention": {"attn": dict.fromkeys("qkvo")}, "intermediate": {"dense": 0}, "output": {"dense": 0}}
        self.encoder = torch.nn.ModuleDict({"layer": torch.nn.ModuleList([nested(linear)])})

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.get_submodule("encoder.layer.0.attention.attn.q")(x)
        return found


def nested(names: object) -> torch.nn.Module:
    if isinstance(names, dict):
        return torch.nn.ModuleDict({name: nested(below) for name, below in names.items()})
    return torch.nn.Linear(16, 12)


def test_changes_are_made_only_while_they_are_on_and_are_kept_in_a_file(tmp_path: Path) -> None:
    model, x = Layers().eval(), torch.randn(3, 16)
    before = model(x)
    changes = Changes(model)
    assert torch.equal(model(x), before)
    with torch.no_grad():
        for parameter in changes.parameters:
            parameter.fill_(0.25)
    changed = model(x)
    assert not torch.allclose(changed, before)
    changes.on = False
    assert torch.equal(model(x), before)
    changes.save(tmp_path / "changes.safetensors")
    again = Changes(model, learnt_tensors(tmp_path / "changes.safetensors", LARGE))
    assert torch.allclose(model(x), changed, atol=1e-4)
    assert len(again.parameters) == 12


def test_a_step_sets_no_passage_against_itself() -> None:
    pages = [path.stem for path in PAGES.iterdir()][:2]
    places = [Place(d, (), SectionKind.CONCEPT, 0, 1, n) for d in ("note", "other", *pages) for n in range(9)]
    passages = tuple(Passage(f"{p.document}{p.ordinal}", "x", p, p.document, Tier.NOTES) for p in places)
    asked = tuple(
        Question(f"q{n}", "made", f"question {n}", Intent.EXPLAIN, n % 7 > 0, (), False, Split.TRAIN)
        for n in range(400)
    )
    gold = tuple(frozenset({n % 36, (n + 5) % 36}) if q.answerable else frozenset() for n, q in enumerate(asked))
    draw = Draw(Material(asked, passages, np.zeros((36, 2), np.float32), ("x",) * 36, gold), random.Random(0))
    drawn = [draw.questions() for _ in range(40)]
    for step in drawn:
        first = [min(gold[n]) for n in step]
        assert len(set(first)) == len(first) <= BATCH
    everything = [n for step in drawn for n in step]
    assert len(set(everything)) > 200
    made_up = sum(passages[min(gold[n])].place.document in pages for n in everything)
    assert made_up > len(everything) / 2


def test_hard_negatives_are_new_to_the_step_and_few() -> None:
    assert others([1, 2], [2, 5, 5, 1, 7]) == [5, 7]
    assert others([0], range(1, 100)) == list(range(1, NEAR + 1))


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
