"""Changes to a packaged model that were learnt (``evals/training``): low-rank matrices, kept apart from its weights.

A weight W of shape (out, in) becomes W + B A, where A has shape (rank, in) and B (out, rank): Hu et al. (2021),
"LoRA: Low-Rank Adaptation of Large Language Models". Vectors (biases, norms) have their whole change added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import local
from typing import Any

from tutor.errors import ModelError
from tutor.models.packaged import PackagedModel

LEARNT = Path(__file__).with_name("learnt")
A, B, ADDED = ".a", ".b", ".added"
"""How the tensors that change the parameter NAME end: NAME.a with NAME.b, or NAME.added."""


def learnt_tensors(path: Path, model: PackagedModel) -> dict[str, Any]:
    """The tensors of a file, which must have been learnt for these very weights; raises ``ModelError`` if not."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            base = (file.metadata() or {}).get("base")
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise ModelError(
            f"expected what was learnt in {path.name}, could not read it; install the tutor again"
        ) from error
    if base != model.sha256:
        raise ModelError(f"{path.name}: expected changes to {model.identity}, got changes to {base}; train them again")
    return tensors


def merge(module: Any, tensors: Mapping[str, Any]) -> None:
    """Make the changes to the parameters of a torch module, in place."""
    import torch

    with torch.no_grad():
        for name, parameter in module.named_parameters():
            if name + A in tensors:
                parameter.add_((tensors[name + B] @ tensors[name + A]).to(parameter.dtype))
            elif name + ADDED in tensors:
                parameter.add_(tensors[name + ADDED].to(parameter.dtype))


class Adapter:
    """Changes to a model's linear layers that are made only while they are wanted, thread by thread.

    The model keeps one set of weights: x becomes W x + B (A x), which for one question costs next to nothing.
    """

    def __init__(self, module: Any, tensors: Mapping[str, Any]) -> None:
        self._wanted = local()
        for name, layer in module.named_modules():
            key = f"{name}.weight"
            if key + A in tensors:
                dtype = layer.weight.dtype
                layer.register_forward_hook(self._change(tensors[key + A].to(dtype).T, tensors[key + B].to(dtype).T))

    @contextmanager
    def on(self) -> Iterator[None]:
        """Within, this thread sees the changed model."""
        self._wanted.now = True
        try:
            yield
        finally:
            self._wanted.now = False

    def _change(self, down: Any, up: Any) -> Any:
        def hook(_: Any, inputs: Any, output: Any) -> Any:
            return output + (inputs[0] @ down) @ up if getattr(self._wanted, "now", False) else None

        return hook
