"""What the network is punished for. All tensors are (n, h, w) unless said otherwise."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

#: Error of the relative disparity at which the certainty to be learned is 1/e.
CERTAIN_ERROR = 0.2
# Relative disparities nearer than this are neither order.
_SAME = 0.04
# Steepness of the ranking loss, per unit of relative disparity.
_RANK_STEEPNESS = 12.0
_PAIRS = 1500


def normalised(values: Tensor, known: Tensor) -> Tensor:
    """Mean 0 and mean absolute deviation 1 over what is known, per sample."""
    count = known.sum(dim=(1, 2), keepdim=True).clamp(min=1)
    middle = (values * known).sum(dim=(1, 2), keepdim=True) / count
    spread = ((values - middle).abs() * known).sum(dim=(1, 2), keepdim=True) / count
    return (values - middle) / spread.clamp(min=0.03)


def trimmed(error: Tensor, known: Tensor, trust: Tensor) -> Tensor:
    """Mean per sample (n,) without the largest errors; ``trust`` (n,) is the share that counts.

    A teacher that is wrong somewhere is mostly wrong by much (Ranftl et al. 2020, eq. 7).
    """
    flat = torch.where(known, error, torch.zeros_like(error)).flatten(1)
    order = flat.detach().sort(dim=1).values
    unknown = (~known).flatten(1).sum(dim=1)
    limit = (unknown + trust * (flat.shape[1] - unknown)).long().clamp(max=flat.shape[1] - 1)
    kept = known.flatten(1) & (flat.detach() <= order.gather(1, limit[:, None]))
    return (flat * kept).sum(dim=1) / kept.sum(dim=1).clamp(min=1)


def gradient_error(error: Tensor, known: Tensor, *, scales: int = 4) -> Tensor:
    """Mean absolute step of the error between neighbours, summed over scales (Ranftl 2020, 11)."""
    total = error.new_zeros(len(error))
    for scale in range(scales):
        step = 2**scale
        part, there = error[:, ::step, ::step], known[:, ::step, ::step]
        for axis in (1, 2):
            size = part.shape[axis] - 1
            one, other = part.narrow(axis, 1, size), part.narrow(axis, 0, size)
            both = there.narrow(axis, 1, size) & there.narrow(axis, 0, size)
            total = total + _mean((one - other).abs(), both)
    return total


def ranking(values: Tensor, target: Tensor, known: Tensor, generator: torch.Generator) -> Tensor:
    """Order of pairs: half of them anywhere, half close by, where a step may be; mean (n,)."""
    n, h, w = values.shape
    chance = {"generator": generator, "device": generator.device}
    y, x = (torch.randint(0, size, (n, _PAIRS), **chance) for size in (h, w))
    far_y, far_x = (torch.randint(0, size, (n, _PAIRS), **chance) for size in (h, w))
    reach = max(h // 14, 3)
    move = torch.randint(-reach, reach + 1, (2, n, _PAIRS), **chance)
    close = torch.arange(_PAIRS, device=generator.device) % 2 == 0
    other_y = torch.where(close, (y + move[0]).clamp(0, h - 1), far_y)
    other_x = torch.where(close, (x + move[1]).clamp(0, w - 1), far_x)
    one, other = (y * w + x).to(values.device), (other_y * w + other_x).to(values.device)
    flat, truth, there = values.flatten(1), target.flatten(1), known.flatten(1)
    difference = flat.gather(1, one) - flat.gather(1, other)
    true = truth.gather(1, one) - truth.gather(1, other)
    both = there.gather(1, one) & there.gather(1, other)
    ordered = functional.softplus(-_RANK_STEEPNESS * true.sign() * difference) / _RANK_STEEPNESS
    alike = difference.abs() * 0.5
    loss = torch.where(true.abs() > _SAME, ordered, alike)
    return (loss * both).sum(dim=1) / both.sum(dim=1).clamp(min=1)


def disparity_loss(
    values: Tensor, target: Tensor, trust: Tensor, generator: torch.Generator
) -> Tensor:
    """The whole loss of relative disparity, a scalar.

    Args:
        values: predicted.
        target: relative, about 0 to 1; below -0.6 where unknown.
        trust: (n,) share of the pixels that counts.
        generator: where the pairs come from.
    """
    known = target > -0.6
    absolute = trimmed((values - target).abs(), known, trust)
    error = normalised(values, known) - normalised(target, known)
    invariant = trimmed(error.abs(), known, trust)
    steps = gradient_error(error, known)
    order = ranking(values, target, known, generator)
    return (0.5 * absolute + 0.4 * invariant + 0.25 * steps + 1.0 * order).mean()


def region_loss(logits: Tensor, labels: Tensor, known: Tensor) -> Tensor:
    """Binary cross-entropy (n, 5, h, w) over what is known; every class weighs the same."""
    loss = functional.binary_cross_entropy_with_logits(logits, labels, reduction="none") * known
    return (loss.sum(dim=(0, 2, 3)) / known.sum(dim=(0, 2, 3)).clamp(min=1)).mean()


def certainty_loss(logits: Tensor, values: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy with exp(-error / CERTAIN_ERROR); the disparity isn't moved by it.

    Disparity and target are twice the logits' size (n, h, w).
    """
    known = target > -0.6
    error = (values.detach() - target).abs()
    wanted = torch.exp(-error / CERTAIN_ERROR)[:, ::2, ::2]
    loss = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    return _mean(loss, known[:, ::2, ::2]).mean()


def _mean(values: Tensor, there: Tensor) -> Tensor:
    return (values * there).sum(dim=(1, 2)) / there.sum(dim=(1, 2)).clamp(min=1)
