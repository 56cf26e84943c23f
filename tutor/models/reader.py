"""A question and a passage read together: how well does the one answer the other?

The small packaged model reads both at once (a cross-encoder), with what ``evals/training`` taught it. Finer than
comparing vectors, and far too slow for more than the best few passages.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol

from tutor.models.low_rank import LEARNT, learnt_tensors, merge
from tutor.models.packaged import SMALL, model_folder
from tutor.models.precision import fast_dtype, threads_for
from tutor.settings import quiet_libraries

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 128
"""Tokens of question and passage together; the longer of the two is cut."""
_FILE = LEARNT / "reader.safetensors"
_TOGETHER = 4
"""Passages of like length that are read at once: all twelve at once would each cost as much as the longest."""
_STEP = 8
"""Lengths are made up to a multiple of it: torch keeps plans, and memory, for every shape that it meets."""


class Reader(Protocol):
    """What retrieval needs of it."""

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Logits, one a passage (headings, line break, text): above 0, the passage rather answers than not."""
        ...


@cache
def packaged_reader() -> Reader:
    """The packaged reader, loaded once a process."""
    return CrossEncoder()


class CrossEncoder:
    """The packaged reader. Safe to share between threads."""

    def __init__(self) -> None:
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging as transformers_logging

        quiet_libraries()
        transformers_logging.disable_progress_bar()
        folder = model_folder(SMALL)
        tensors = learnt_tensors(_FILE, SMALL)
        self._tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
        model = AutoModel.from_pretrained(str(folder), local_files_only=True)
        model.pooler = None  # read from the file, and of no use here
        merge(model, tensors)
        self._model = model.to(fast_dtype()).eval()
        self._weight, self._bias = tensors["head.weight"], tensors["head.bias"]

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np
        import torch

        if not passages:
            return np.zeros(0, dtype=np.float32)
        threads_for(len(passages))
        both = self._tokenizer([question] * len(passages), list(passages), truncation=True, max_length=LONGEST)
        lengths = np.asarray([len(tokens) for tokens in both["input_ids"]])
        found = np.zeros(len(passages), dtype=np.float32)
        order = np.argsort(lengths, kind="stable")
        for start in range(0, len(order), _TOGETHER):
            some = order[start : start + _TOGETHER]
            read = self._tokenizer.pad(
                {name: [values[n] for n in some] for name, values in both.items()},
                pad_to_multiple_of=_STEP,
                return_tensors="pt",
            )
            with torch.inference_mode():
                hidden = self._model(**read).last_hidden_state.float()
                mask = read["attention_mask"].unsqueeze(-1).float()
                mean = (hidden * mask).sum(1) / mask.sum(1)
                logits = torch.cat([hidden[:, 0], mean], dim=1) @ self._weight.T + self._bias
            found[some] = logits[:, 0].numpy()
        return found
