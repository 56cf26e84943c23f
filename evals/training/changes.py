"""Low-rank changes to the large embedding model while they are learnt (see ``tutor.models.low_rank``)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tutor.models.low_rank import A, B
from tutor.models.packaged import LARGE, model_folder

RANK = 8
DROPOUT = 0.1
LONGEST = 160
"""Tokens of a text that are read."""
_LINEAR = ("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o")
_DENSE = ("intermediate.dense", "output.dense")


class Changes:
    """A change to every linear layer of the model, made while ``on``; they begin as those given, or as none."""

    def __init__(self, model: Any, begin: Mapping[str, Any] | None = None) -> None:
        self.on = True
        layers = [f"encoder.layer.{n}.{part}" for n in range(len(model.encoder.layer)) for part in (*_LINEAR, *_DENSE)]
        self._layers = {name: _Change(self, model.get_submodule(name), name, begin) for name in layers}

    @property
    def parameters(self) -> list[Any]:
        return [p for change in self._layers.values() for p in (change.a, change.b)]

    def save(self, path: Path) -> None:
        import torch
        from safetensors.torch import save_file

        tensors = {}
        for name, change in self._layers.items():
            tensors[f"{name}.weight{A}"] = change.a.detach().to(torch.float16).contiguous()
            tensors[f"{name}.weight{B}"] = change.b.detach().to(torch.float16).contiguous()
        save_file(tensors, path, {"base": LARGE.sha256})


class _Change:
    """The change to one layer."""

    def __init__(self, changes: Changes, linear: Any, name: str, begin: Mapping[str, Any] | None) -> None:
        import torch

        if begin is None:
            a = torch.randn(RANK, linear.in_features) / math.sqrt(linear.in_features)
            b = torch.zeros(linear.out_features, RANK)
        else:
            a, b = begin[f"{name}.weight{A}"].float(), begin[f"{name}.weight{B}"].float()
        self.a, self.b = torch.nn.Parameter(a.clone()), torch.nn.Parameter(b.clone())
        self._changes = changes
        linear.register_forward_hook(self)

    def __call__(self, linear: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        import torch

        if not self._changes.on:
            return output
        (x,) = inputs
        dropped = torch.nn.functional.dropout(x, DROPOUT, linear.training)
        return output + (dropped @ self.a.T.to(x.dtype)) @ self.b.T.to(x.dtype)


def load_model() -> tuple[Any, Any]:
    """Tokenizer and model, whose own weights stay as they are."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = str(model_folder(LARGE))
    model = AutoModel.from_pretrained(folder, local_files_only=True, dtype=torch.bfloat16)
    model.requires_grad_(False)
    return AutoTokenizer.from_pretrained(folder, local_files_only=True), model


def vectors(tokenizer: Any, model: Any, texts: Sequence[str]) -> Any:
    """Unit vectors: the mean over tokens, as the model itself pools."""
    import torch

    read = tokenizer(list(texts), padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
    hidden = model(**read).last_hidden_state.float()
    mask = read["attention_mask"].unsqueeze(-1).float()
    return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)


def loss(similarities: Any, right: Any) -> Any:
    """Mean of -log P(a right one) over the rows that have one; both of shape (texts, others)."""
    import torch

    rows = right.any(1)
    scores = similarities[rows]
    return (torch.logsumexp(scores, 1) - torch.logsumexp(scores.masked_fill(~right[rows], -math.inf), 1)).mean()
