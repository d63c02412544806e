"""Several processes that train one network together.

Started by ``torchrun``, or by hand with RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT set as it
sets them; without those there is one worker and nothing here does anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import torch
from torch import Tensor, nn


def rank() -> int:
    """Number of this worker; the first one saves and prints."""
    return int(os.environ.get("RANK", "0"))


def join() -> None:
    """Wait for all workers."""
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        backend = "nccl" if torch.cuda.is_available() else "gloo"
        torch.distributed.init_process_group(backend)


def agree(parameters: Iterable[nn.Parameter], number: float) -> float:
    """Replace all gradients by their mean over the workers; the mean of a number of each."""
    if not torch.distributed.is_initialized():
        return number
    gradients: list[Tensor] = [p.grad for p in parameters if p.grad is not None]
    parts = [gradient.flatten() for gradient in gradients]
    flat = torch.cat([*parts, parts[0].new_tensor([number])])
    torch.distributed.all_reduce(flat)
    flat /= torch.distributed.get_world_size()
    start = 0
    for gradient in gradients:
        gradient.copy_(flat[start : start + gradient.numel()].view_as(gradient))
        start += gradient.numel()
    return float(flat[-1])
