"""Learnt changes: the arithmetic, and that they fit the weights they were learnt for."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from tutor.errors import ModelError
from tutor.models.low_rank import ADDED, LEARNT, A, B, learnt_tensors, merge
from tutor.models.packaged import LARGE, SMALL


def test_a_matrix_gets_the_product_and_a_vector_the_whole_change() -> None:
    layer = torch.nn.Linear(3, 2)
    weight, bias = layer.weight.detach().clone(), layer.bias.detach().clone()
    a, b, added = torch.randn(1, 3), torch.randn(2, 1), torch.randn(2)
    merge(layer, {"weight" + A: a, "weight" + B: b, "bias" + ADDED: added, "elsewhere" + ADDED: torch.ones(9)})
    assert torch.allclose(layer.weight, weight + b @ a)
    assert torch.allclose(layer.bias, bias + added)


def test_changes_to_other_weights_are_refused(tmp_path: Path) -> None:
    save_file({"x": torch.zeros(1)}, tmp_path / "made.safetensors", {"base": SMALL.sha256})
    assert learnt_tensors(tmp_path / "made.safetensors", SMALL)["x"].shape == (1,)
    with pytest.raises(ModelError, match=r"made\.safetensors: expected changes to packaged:all-mpnet"):
        learnt_tensors(tmp_path / "made.safetensors", LARGE)


@pytest.mark.parametrize("content", [None, b"", b"not tensors at all"])
def test_a_missing_or_damaged_file_is_one_clear_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "made.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="install the tutor again"):
        learnt_tensors(path, SMALL)


@pytest.mark.parametrize(("name", "model"), [("question-side", LARGE), ("passage-side", LARGE), ("reader", SMALL)])
def test_what_ships_fits_what_is_packaged(name: str, model: object) -> None:
    assert model in {LARGE, SMALL}
    assert learnt_tensors(LEARNT / f"{name}.safetensors", LARGE if model is LARGE else SMALL)
