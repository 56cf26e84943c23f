"""Teach the large embedding model both sides at once: how students ask, and how notes answer.

The question's side goes on from what ``question_side`` learnt; the passage's side has changes of its own, which begin
as none. Both go on from what an earlier run wrote, if there was one. In each step some documents put forward questions
and a passage that answers each, all read anew, so that every passage is set against others of its own document:
softmax over the passages of the step, and the other way round over its questions (in-batch negatives). Some passages
that answer none of them are added, which lay near one of the questions when the run began (hard negatives). What is
read in one step only is compared: vectors kept from before the last step could be told apart by what it changed.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from evals.training.changes import Changes, load_model, loss, vectors
from evals.training.material import PAGES, Material
from tutor.models.low_rank import learnt_tensors
from tutor.models.packaged import LARGE
from tutor.models.precision import threads_for

STEPS = 280
DOCUMENTS, EACH, BATCH = 12, 4, 40
"""Documents that are drawn for a step, questions of each, and how many of them all are taken."""
NEAR, FROM, UNTIL = 20, 3, 30
"""Hard negatives of a step, and between which ranks of a question's passages each lies: the very first often answer
it too, though nobody marked them."""
RATE = 2e-4
SHARPNESS = 25.0
"""By what the cosine similarity is multiplied."""
BACK = 0.3
"""Weight of the loss over questions, beside 1 for the loss over passages."""
MADE_UP = 4.0
"""How much oftener a made-up page is drawn than a note with as many questions: they are few, and of other subjects."""
_WARM_UP = 15
_READ_AT_ONCE = 64
_KEPT = 70
"""After how many steps both files are written."""


def learn(material: Material, asking_path: Path, telling_path: Path, say: Callable[[str], None], seed: int = 0) -> None:
    """Go on from the changes in both files (there need be none of passages) and write them anew.

    Takes the better part of an hour on two cores.
    """
    import torch

    torch.manual_seed(seed)
    threads_for(len(material.texts))
    tokenizer, model = load_model()
    asking = Changes(model, learnt_tensors(asking_path, LARGE))
    telling = Changes(model, learnt_tensors(telling_path, LARGE) if telling_path.is_file() else None)
    parameters = [*asking.parameters, *telling.parameters]
    optimiser = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    plan = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / _WARM_UP) * max(0.02, 1 - step / STEPS)
    )
    chance = random.Random(seed)
    draw = Draw(material, chance)
    asking.on, telling.on = True, False
    near = _near(tokenizer, model, material)
    model.train()
    losses: list[float] = []
    for step in range(1, STEPS + 1):
        asked = draw.questions()
        told = [min(material.gold[n]) for n in asked]
        told += others(told, [chance.choice(near[n]) for n in asked])
        asking.on, telling.on = True, False
        questions = vectors(tokenizer, model, [material.questions[n].text for n in asked])
        asking.on, telling.on = False, True
        passages = vectors(tokenizer, model, [material.texts[row] for row in told])
        right = torch.tensor([[row in material.gold[n] for row in told] for n in asked])
        scores = questions @ passages.T * SHARPNESS
        forward = loss(scores, right)
        (forward + BACK * loss(scores.T, right.T)).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        plan.step()
        optimiser.zero_grad()
        losses.append(float(forward.detach()))
        if step % _KEPT == 0:
            asking.save(asking_path)
            telling.save(telling_path)
        if step % 20 == 0:
            say(f"sides: step {step} of {STEPS}, mean loss {sum(losses[-20:]) / 20:.3f}")
    asking.save(asking_path)
    telling.save(telling_path)


def _near(tokenizer: Any, model: Any, material: Material) -> dict[int, list[int]]:
    """For each question that has an answer, rows of passages that are near it and do not answer it."""
    import torch

    asked = [n for n, gold in enumerate(material.gold) if gold]
    passages = torch.from_numpy(material.vectors)
    near: dict[int, list[int]] = {}
    model.eval()
    with torch.inference_mode():
        for start in range(0, len(asked), _READ_AT_ONCE):
            some = asked[start : start + _READ_AT_ONCE]
            read = vectors(tokenizer, model, [material.questions[n].text for n in some])
            for n, rows in zip(some, (read @ passages.T).topk(min(UNTIL, len(passages))).indices.tolist(), strict=True):
                near[n] = [row for row in rows[FROM:] if row not in material.gold[n]]
    return near


def others(told: Sequence[int], near: Sequence[int]) -> list[int]:
    """Up to ``NEAR`` of the passages in ``near`` that are not in ``told``, each once."""
    return list(dict.fromkeys(row for row in near if row not in told))[:NEAR]


class Draw:
    """Questions for one step after another, a document's in an order drawn once, begun again where it ends."""

    def __init__(self, material: Material, chance: random.Random) -> None:
        self._material, self._chance = material, chance
        self._of: defaultdict[str, list[int]] = defaultdict(list)
        for n, gold in enumerate(material.gold):
            if gold:
                self._of[material.passages[min(gold)].place.document].append(n)
        for some in self._of.values():
            chance.shuffle(some)
        self._next = dict.fromkeys(self._of, 0)
        pages = {path.stem for path in PAGES.iterdir()}
        self._documents = list(self._of)
        self._weights = [len(self._of[d]) ** 0.75 * (MADE_UP if d in pages else 1.0) for d in self._documents]

    def questions(self) -> Sequence[int]:
        """Up to ``BATCH`` questions, no two of which have the same first passage."""
        drawn: dict[int, int] = {}
        for document in self._chance.choices(self._documents, self._weights, k=DOCUMENTS):
            found = 0
            for _ in range(3 * EACH):
                of = self._of[document]
                n = of[self._next[document] % len(of)]
                self._next[document] += 1
                if found < EACH and drawn.setdefault(min(self._material.gold[n]), n) == n:
                    found += 1
                if found == EACH:
                    break
        return list(drawn.values())[:BATCH]
