"""Teach the large embedding model to read questions as students write them, passages' vectors left as they are.

Low-rank changes to every linear layer (see ``tutor.models.low_rank``) are learnt so that a question comes near the
passages that answer it and far from all others of the library: softmax over all passages, cosine similarity times a
constant, any of the gold passages counting. The same softmax over all other questions draws together the questions
that one passage answers: at run time a new question is compared with those known beforehand too.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from evals.training.changes import Changes, load_model, loss, vectors
from evals.training.material import Material
from tutor.models.precision import threads_for

EPOCHS = 2
BATCH = 32
RATE = 2e-4
SHARPNESS = 25.0
"""By what the cosine similarity is multiplied."""
ALIKE = 0.5
"""Weight of the loss over other questions, beside 1 for the loss over passages."""
_WARM_UP = 30


def learn(material: Material, path: Path, say: Callable[[str], None], seed: int = 0) -> None:
    """Write the changes to ``path``; a few minutes an epoch on two cores."""
    import torch

    torch.manual_seed(seed)
    chance = random.Random(seed)
    tokenizer, model = load_model()
    changes = Changes(model)
    passages = torch.from_numpy(material.vectors)
    asked = [(q.text, sorted(gold)) for q, gold in zip(material.questions, material.gold, strict=True) if gold]
    texts = [text for text, _ in asked]
    answered: defaultdict[int, set[int]] = defaultdict(set)
    for n, (_, gold) in enumerate(asked):
        for row in gold:
            answered[row].add(n)
    order = list(range(len(asked)))
    steps = EPOCHS * (len(asked) // BATCH)
    optimiser = torch.optim.AdamW(changes.parameters, lr=RATE, weight_decay=0.01)
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
            read = vectors(tokenizer, model, [texts[n] for n in batch])
            alike = [set().union(*(answered[row] for row in asked[n][1])) - {n} for n in batch]
            others = (read @ known.T).masked_fill(_marked([[n] for n in batch], len(texts)), -1.0)
            wrong = loss(SHARPNESS * (read @ passages.T), _marked([asked[n][1] for n in batch], len(passages)))
            wrong = wrong + ALIKE * loss(SHARPNESS * others, _marked(alike, len(texts)))
            wrong.backward()
            torch.nn.utils.clip_grad_norm_(changes.parameters, 1.0)
            optimiser.step()
            plan.step()
            optimiser.zero_grad()
            known[batch] = read.detach()
            losses.append(float(wrong.detach()))
        say(f"questions: epoch {epoch + 1} of {EPOCHS}, mean loss {sum(losses) / len(losses):.3f}")
    changes.save(path)


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
            found[some] = vectors(tokenizer, model, [texts[n] for n in some])
    return found.clone()
