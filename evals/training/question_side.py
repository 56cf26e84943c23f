"""Teach the large embedding model to read questions as students write them, passages' vectors left as they are.

Low-rank changes to every linear layer (see ``tutor.models.low_rank``) are learnt so that a question comes near the
passages that answer it and far from all others of the library: softmax over all passages, cosine similarity times a
constant, any of the gold passages counting. The same softmax over all other questions draws together the questions
that one passage answers: at run time a new question is compared with those known beforehand too.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from evals.training.material import Material
from tutor.models.low_rank import A, B
from tutor.models.packaged import LARGE, model_folder
from tutor.models.precision import threads_for

RANK = 8
EPOCHS = 2
BATCH = 32
RATE = 2e-4
DROPOUT = 0.1
SHARPNESS = 25.0
"""By what the cosine similarity is multiplied."""
ALIKE = 0.5
"""Weight of the loss over other questions, beside 1 for the loss over passages."""
_LONGEST = 96
_WARM_UP = 30
_LINEAR = ("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o")
_DENSE = ("intermediate.dense", "output.dense")


def learn(material: Material, path: Path, say: Callable[[str], None], seed: int = 0) -> None:
    """Write the changes to ``path``; a few minutes an epoch on two cores."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    torch.manual_seed(seed)
    chance = random.Random(seed)
    folder = str(model_folder(LARGE))
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModel.from_pretrained(folder, local_files_only=True, dtype=torch.bfloat16)
    model.requires_grad_(False)
    added = {name: _Added(model.get_submodule(name)) for name in _layers(model)}
    parameters = [p for change in added.values() for p in (change.a, change.b)]
    passages = torch.from_numpy(material.vectors)
    asked = [(q.text, sorted(gold)) for q, gold in zip(material.questions, material.gold, strict=True) if gold]
    texts = [text for text, _ in asked]
    answered: defaultdict[int, set[int]] = defaultdict(set)
    for n, (_, gold) in enumerate(asked):
        for row in gold:
            answered[row].add(n)
    order = list(range(len(asked)))
    steps = EPOCHS * (len(asked) // BATCH)
    optimiser = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    plan = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / _WARM_UP) * max(0.02, 1 - step / steps)
    )
    threads_for(len(asked))
    for epoch in range(EPOCHS):
        known = _known(tokenizer, model, texts)
        model.train()
        chance.shuffle(order)
        losses = []
        for start in range(0, len(order) - BATCH + 1, BATCH):
            batch = order[start : start + BATCH]
            vectors = _vectors(tokenizer, model, [texts[n] for n in batch])
            alike = [set().union(*(answered[row] for row in asked[n][1])) - {n} for n in batch]
            others = (vectors @ known.T).masked_fill(_marked([[n] for n in batch], len(texts)), -1.0)
            loss = _loss(vectors @ passages.T, _marked([asked[n][1] for n in batch], len(passages)))
            loss = loss + ALIKE * _loss(others, _marked(alike, len(texts)))
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            plan.step()
            optimiser.zero_grad()
            known[batch] = vectors.detach()
            losses.append(float(loss.detach()))
        say(f"questions: epoch {epoch + 1} of {EPOCHS}, mean loss {sum(losses) / len(losses):.3f}")
    _save(added, path)


def _marked(rows: Sequence[Iterable[int]], width: int) -> Any:
    """True at the places that each row names; shape (rows, width)."""
    import torch

    marks = torch.zeros(len(rows), width, dtype=torch.bool)
    for row, places in enumerate(rows):
        marks[row, list(places)] = True
    return marks


def _known(tokenizer: Any, model: Any, texts: Sequence[str]) -> Any:
    """Vectors of all questions as the model reads them now, shape (questions, dimension)."""
    import torch

    model.eval()
    by_length = sorted(range(len(texts)), key=lambda n: len(texts[n]))
    found = torch.zeros(len(texts), model.config.hidden_size)
    with torch.inference_mode():
        for start in range(0, len(by_length), 2 * BATCH):
            some = by_length[start : start + 2 * BATCH]
            found[some] = _vectors(tokenizer, model, [texts[n] for n in some])
    return found.clone()


def _loss(similarities: Any, right: Any) -> Any:
    """Mean of -log P(a right one) over the rows that have one."""
    import torch

    rows = right.any(1)
    scores = similarities[rows] * SHARPNESS
    return (torch.logsumexp(scores, 1) - torch.logsumexp(scores.masked_fill(~right[rows], -math.inf), 1)).mean()


def _layers(model: Any) -> list[str]:
    return [f"encoder.layer.{n}.{part}" for n in range(len(model.encoder.layer)) for part in (*_LINEAR, *_DENSE)]


class _Added:
    """A low-rank change hooked to a linear layer."""

    def __init__(self, linear: Any) -> None:
        import torch

        self.a = torch.nn.Parameter(torch.randn(RANK, linear.in_features) / math.sqrt(linear.in_features))
        self.b = torch.nn.Parameter(torch.zeros(linear.out_features, RANK))
        linear.register_forward_hook(self)

    def __call__(self, linear: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        import torch

        (x,) = inputs
        dropped = torch.nn.functional.dropout(x, DROPOUT, linear.training)
        return output + (dropped @ self.a.T.to(x.dtype)) @ self.b.T.to(x.dtype)


def _vectors(tokenizer: Any, model: Any, texts: Sequence[str]) -> Any:
    """Unit vectors: the mean over tokens, as the model itself pools."""
    import torch

    read = tokenizer(list(texts), padding=True, truncation=True, max_length=_LONGEST, return_tensors="pt")
    hidden = model(**read).last_hidden_state.float()
    mask = read["attention_mask"].unsqueeze(-1).float()
    return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)


def _save(added: dict[str, _Added], path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    tensors = {}
    for name, change in added.items():
        tensors[f"{name}.weight{A}"] = change.a.detach().to(torch.float16).contiguous()
        tensors[f"{name}.weight{B}"] = change.b.detach().to(torch.float16).contiguous()
    save_file(tensors, path, {"base": LARGE.sha256})
