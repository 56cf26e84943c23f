"""Teach the small packaged model to read a question and a passage together, and to see where no passage answers.

All its layers but the table of words are trained, beginning from the changes that ship; then each weight's change is
cut to low rank. For each question a passage that answers it stands against others that search finds near, and against a
score of nought for "none of these answers": softmax over them all, which gives logits that rank and that say whether
there is an answer. Questions without an answer are all shown, those with one in part.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.training.material import Material
from tutor.models.embedder import Embedder
from tutor.models.low_rank import ADDED, A, B, learnt_tensors, merge
from tutor.models.packaged import SMALL, model_folder
from tutor.models.precision import threads_for
from tutor.models.reader import LONGEST
from tutor.retrieval.retriever import below_headings

RANK = 48
EPOCHS = 1
ANSWERED = 9_000
"""How many questions that have an answer are drawn for an epoch."""
BATCH = 8
RATE, HEAD_RATE = 1e-4, 3e-4
RIGHT, WRONG = 1, 5
"""How many passages of each kind a question is shown with."""
NEAR = 24
"""From how many that search finds the wrong ones are drawn, the nearest oftener."""
PASSED_OVER = 2
"""So many of the nearest passages are not held to be wrong for a question that has an answer: they may be right too."""
_WARM_UP = 100
_TELL = 200
_AT_ONCE = 24


def learn(material: Material, embedder: Embedder, path: Path, say: Callable[[str], None], seed: int = 0) -> None:
    """Go on from the changes and the scoring head in ``path``, and write them there; half an hour on two cores."""
    import torch

    torch.manual_seed(seed)
    chance, draw = random.Random(seed), np.random.default_rng(seed)
    near = _near(material, embedder)
    shown = [below_headings(passage) for passage in material.passages]
    asked = [
        (q.text, sorted(gold), rows) for q, gold, rows in zip(material.questions, material.gold, near, strict=True)
    ]
    with_answer = [one for one in asked if one[1]]
    without = [one for one in asked if not one[1]]
    reader = _Reader()
    before = {name: p.detach().clone() for name, p in reader.model.named_parameters()}
    reader.take_up(learnt_tensors(path, SMALL))
    threads_for(len(asked))
    trained = [p for p in reader.model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": trained, "lr": RATE}, {"params": reader.head.parameters(), "lr": HEAD_RATE}], weight_decay=0.01
    )
    shown_each = min(ANSWERED, len(with_answer)) + len(without)
    steps = EPOCHS * (shown_each // BATCH)
    plan = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / _WARM_UP) * max(0.02, 1 - step / steps)
    )
    for epoch in range(EPOCHS):
        drawn = [*chance.sample(with_answer, shown_each - len(without)), *without]
        chance.shuffle(drawn)
        losses: list[float] = []
        for start in range(0, len(drawn) - BATCH + 1, BATCH):
            pairs: list[tuple[str, str]] = []
            parts: list[tuple[int, int]] = []
            for text, gold, rows in drawn[start : start + BATCH]:
                right = chance.sample(gold, min(RIGHT, len(gold)))
                wrong = _drawn(rows, draw)
                parts.append((len(right), len(wrong)))
                pairs += [(text, shown[row]) for row in [*right, *wrong]]
            loss = _loss(reader(pairs), parts)
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*trained, *reader.head.parameters()], 1.0)
            optimiser.step()
            plan.step()
            optimiser.zero_grad()
            losses.append(float(loss.detach()))
            if len(losses) % _TELL == 0:
                say(f"reader: {start + BATCH} of {shown_each} questions, loss {sum(losses[-_TELL:]) / _TELL:.3f}")
        say(f"reader: epoch {epoch + 1} of {EPOCHS}, mean loss {sum(losses) / len(losses):.3f}")
    _save(reader, before, path)


def _near(material: Material, embedder: Embedder) -> list[list[int]]:
    """For each question the passages that search finds nearest, without those that answer it."""
    asked = embedder.embed_questions([q.text for q in material.questions])
    near: list[list[int]] = []
    for question, gold in zip(asked, material.gold, strict=True):
        rows = np.argsort(-(material.vectors @ question))[: NEAR + PASSED_OVER + len(gold)]
        others = [int(row) for row in rows if int(row) not in gold]
        near.append(others[PASSED_OVER if gold else 0 :][:NEAR])
    return near


def _drawn(rows: Sequence[int], draw: np.random.Generator) -> list[int]:
    weights: NDArray[np.float64] = 1 / (np.arange(len(rows)) + 3.0)
    return [int(row) for row in draw.choice(rows, WRONG, replace=False, p=weights / weights.sum())]


def _loss(scores: Any, parts: Sequence[tuple[int, int]]) -> Any:
    """Mean over questions of -log P(a right one), or of -log P(none) where the question has no answer."""
    import torch

    start, total = 0, torch.zeros(())
    for right, wrong in parts:
        all_ = torch.cat([scores[start : start + right + wrong], torch.zeros(1)])
        wanted = torch.logsumexp(all_[:right], 0) if right else all_[-1]
        total = total + torch.logsumexp(all_, 0) - wanted
        start += right + wrong
    return total / len(parts)


class _Reader:
    def __init__(self) -> None:
        import torch
        from transformers import AutoModel, AutoTokenizer

        folder = str(model_folder(SMALL))
        self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self.model = AutoModel.from_pretrained(folder, local_files_only=True, add_pooling_layer=False).train()
        self.model.embeddings.requires_grad_(False)
        self.head = torch.nn.Linear(2 * self.model.config.hidden_size, 1)

    def take_up(self, tensors: Mapping[str, Any]) -> None:
        merge(self.model, tensors)
        self.head.load_state_dict({"weight": tensors["head.weight"], "bias": tensors["head.bias"]})

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> Any:
        """Logits, one a pair; pairs of like length go through the model together."""
        import torch

        read = self.tokenizer([q for q, _ in pairs], [p for _, p in pairs], truncation=True, max_length=LONGEST)
        order = np.argsort([len(ids) for ids in read["input_ids"]], kind="stable")
        logits = []
        with torch.autocast("cpu", dtype=torch.bfloat16):
            for part in np.array_split(order, math.ceil(len(pairs) / _AT_ONCE)):
                batch = self.tokenizer.pad({k: [read[k][i] for i in part] for k in read}, return_tensors="pt")
                hidden = self.model(**batch).last_hidden_state.float()
                mask = batch["attention_mask"].unsqueeze(-1).float()
                mean = (hidden * mask).sum(1) / mask.sum(1)
                logits.append(self.head(torch.cat([hidden[:, 0], mean], dim=1))[:, 0].float())
        return torch.cat(logits)[torch.from_numpy(np.argsort(order))]


def _save(reader: _Reader, before: dict[str, Any], path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    tensors = {"head.weight": reader.head.weight.detach(), "head.bias": reader.head.bias.detach()}
    for name, parameter in reader.model.named_parameters():
        if parameter.requires_grad:
            tensors |= cut(name, parameter.detach() - before[name], RANK)
    half = {name: tensor.to(torch.float16).contiguous() for name, tensor in tensors.items()}
    save_file(half, path, {"base": SMALL.sha256})


def cut(name: str, change: Any, rank: int) -> dict[str, Any]:
    """The best change of a rank (by singular values) for a matrix, the whole change for a vector."""
    import torch

    if change.ndim < 2:
        return {name + ADDED: change}
    u, s, v = torch.linalg.svd(change, full_matrices=False)
    return {name + A: s[:rank, None] * v[:rank], name + B: u[:, :rank]}
