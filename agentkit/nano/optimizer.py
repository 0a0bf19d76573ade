"""Muon for the matrices, AdamW for the rest, and a schedule that can be ended at any time.

Muon: momentum, orthogonalised by a few Newton-Schulz steps (Jordan et al. 2024). The schedule is warm-up, constant,
linear decay (WSD), a function of the steps done and, once the decay is begun, of its own progress.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false
from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

_A, _B, _C = 3.4445, -4.7750, 2.0315


def orthogonalised(gradient: Tensor, steps: int = 5) -> Tensor:
    """The nearest matrix with singular values about 1; the same shape."""
    x = gradient.bfloat16()
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = _A * x + (_B * gram + _C * gram @ gram) @ x
    return (x.mT if tall else x).float()


class Muon(torch.optim.Optimizer):
    """Momentum whose update is orthogonalised; for matrices between layers only."""

    def __init__(
        self, parameters: Iterable[nn.Parameter], lr: float, momentum: float = 0.95, decay: float = 0.05
    ) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One update of every matrix."""
        for group in self.param_groups:
            rate, momentum = group["lr"], group["momentum"]
            for alike in self._alike(group["params"]):
                gradients = [self._with_momentum(parameter, momentum) for parameter in alike]
                scale = max(1.0, alike[0].shape[0] / alike[0].shape[1]) ** 0.5
                for parameter, update in zip(alike, _updates(gradients), strict=True):
                    parameter.mul_(1 - rate * group["decay"]).add_(update, alpha=-rate * scale)

    @staticmethod
    def _alike(parameters: Iterable[nn.Parameter]) -> list[list[nn.Parameter]]:
        """Matrices of one shape together, so that a GPU updates them in one go."""
        by_shape: dict[torch.Size, list[nn.Parameter]] = {}
        for parameter in parameters:
            if parameter.grad is not None:
                by_shape.setdefault(parameter.shape, []).append(parameter)
        return list(by_shape.values())

    def _with_momentum(self, parameter: nn.Parameter, momentum: float) -> Tensor:
        state = self.state[parameter]
        if not state:
            state["momentum"] = torch.zeros_like(parameter)
        buffer: Tensor = state["momentum"]
        assert parameter.grad is not None
        buffer.lerp_(parameter.grad, 1 - momentum)
        return parameter.grad.lerp(buffer, momentum)


def _updates(gradients: list[Tensor]) -> Iterable[Tensor]:
    """The orthogonalised gradients: stacked on a GPU, where starting kernels costs most, else one by one."""
    if gradients[0].is_cuda:
        return orthogonalised(torch.stack(gradients)).unbind()
    return map(orthogonalised, gradients)


def make_optimizers(model: nn.Module, matrix_rate: float, other_rate: float) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the layers, AdamW for embedding and gains."""
    matrices = [p for name, p in model.named_parameters() if p.dim() == 2 and "embedding" not in name]
    others = [p for name, p in model.named_parameters() if p.dim() != 2 or "embedding" in name]
    made: list[torch.optim.Optimizer] = [
        Muon(matrices, matrix_rate),
        torch.optim.AdamW(others, lr=other_rate, betas=(0.9, 0.95), weight_decay=0.0),
    ]
    for optimizer in made:
        for group in optimizer.param_groups:
            group["base"] = group["lr"]
    return made


def rate_factor(step: int, warm: int, decayed: float, floor: float = 0.02) -> float:
    """The factor on every learning rate at a step; `decayed` runs from 0 (constant) to 1 (end of the decay)."""
    return min(1.0, (step + 1) / warm) * max(floor, 1.0 - decayed)
