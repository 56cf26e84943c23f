"""Teach the large embedding model both sides at once: how students ask, and how notes answer.

The question's side goes on from what ``question_side`` learnt; the passage's side has changes of its own, which begin
as none. In each step some documents put forward questions and a passage that answers each, all read anew, so that
every passage is set against others of its own document: softmax over the passages of the step, and the other way
round over its questions (in-batch negatives). What is read in one step only is compared: vectors kept from before the
last step could be told apart by what it changed.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from evals.training.changes import Changes, load_model, loss, vectors
from evals.training.material import PAGES, Material
from tutor.models.low_rank import learnt_tensors
from tutor.models.packaged import LARGE
from tutor.models.precision import threads_for

STEPS = 200
DOCUMENTS, EACH, BATCH = 12, 4, 40
"""Documents that are drawn for a step, questions of each, and how many of them all are taken."""
RATE = 2e-4
SHARPNESS = 25.0
"""By what the cosine similarity is multiplied."""
BACK = 0.3
"""Weight of the loss over questions, beside 1 for the loss over passages."""
MADE_UP = 6.0
"""How much oftener a made-up page is drawn than a note with as many questions: they are few, and of other subjects."""
_WARM_UP = 15


def learn(material: Material, asking_path: Path, telling_path: Path, say: Callable[[str], None], seed: int = 0) -> None:
    """Go on from the changes in ``asking_path`` and write both files; about half an hour on two cores."""
    import torch

    torch.manual_seed(seed)
    threads_for(len(material.texts))
    tokenizer, model = load_model()
    asking, telling = Changes(model, learnt_tensors(asking_path, LARGE)), Changes(model)
    parameters = [*asking.parameters, *telling.parameters]
    optimiser = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    plan = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / _WARM_UP) * max(0.02, 1 - step / STEPS)
    )
    draw = Draw(material, random.Random(seed))
    model.train()
    losses: list[float] = []
    for step in range(1, STEPS + 1):
        asked = draw.questions()
        told = [min(material.gold[n]) for n in asked]
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
        if step % 20 == 0:
            say(f"sides: step {step} of {STEPS}, mean loss {sum(losses[-20:]) / 20:.3f}")
    asking.save(asking_path)
    telling.save(telling_path)


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
