"""What a GPU trains with, tried on the CPU: crops, colours, pasted figures, packed data."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch comes with the extra 'training' only")

from training.common.augment import KNOWN_SHIFT, UNKNOWN  # noqa: E402
from training.gpu.augment import Augment, relative  # noqa: E402
from training.gpu.bank import Bank, Entry  # noqa: E402

GROUND, SUBJECT = 2, 1


def _bank(*, places: int = 3) -> Bank:
    """Pictures of 120x160: red and ground at the left, disparity rising downwards."""
    rgb = np.zeros((120, 160, 3), np.uint8)
    rgb[:, :80] = (200, 40, 40)
    rows = np.linspace(0.1, 0.9, 60, dtype=np.float32)[:, None]
    regions = np.zeros((60, 80), np.uint16)
    regions[:, :40] = 1 << GROUND | 1 << (KNOWN_SHIFT + GROUND)
    bank = Bank(places, device="cpu")
    bank.put([Entry(rgb=rgb, disparity=np.repeat(rows, 80, axis=1), regions=regions)])
    return bank


def _augment(seed: int = 0) -> Augment:
    return Augment(torch.Generator().manual_seed(seed))


def test_labels_follow_the_picture_through_a_crop() -> None:
    food = _augment().crop(_bank(), torch.zeros(16, dtype=torch.long), (64, 96))
    assert food.image.shape == (16, 3, 64, 96)
    assert food.disparity.shape == food.regions.shape == (16, 32, 48)
    red = torch.nn.functional.avg_pool2d(food.image[:, :1], 2)[:, 0]
    inner = ((red < 0.01) | (red > 0.77)) & (food.disparity > UNKNOWN)  # not the mixed column
    ground = (food.regions >> GROUND) & 1 > 0
    assert (ground == (red > 0.4))[inner].float().mean() > 0.98
    assert ground.any()
    assert not ground.all()
    middle = food.disparity[:, :, 24]
    steps = middle[:, 1:] - middle[:, :-1]
    both = (middle[:, 1:] > UNKNOWN) & (middle[:, :-1] > UNKNOWN)
    assert (steps[both] > -0.02).all()  # turned by a few degrees, it still rises


def test_pictures_are_mirrored_half_of_the_time() -> None:
    food = _augment().crop(_bank(), torch.zeros(60, dtype=torch.long), (64, 96))
    left = food.image[:, 0, :, :8].mean(dim=(1, 2)) > food.image[:, 0, :, -8:].mean(dim=(1, 2))
    assert 15 < int(left.sum()) < 45


def test_a_pasted_figure_is_nearer_than_all_behind_it() -> None:
    augment = _augment(3)
    food = augment.crop(_bank(), torch.zeros(6, dtype=torch.long), (64, 96))
    figures = torch.ones(6, 4, 320, 320)
    boxes = torch.tensor([[200.0, 120.0]]).repeat(6, 1)
    result = augment.paste(food, figures, boxes, SUBJECT)
    pasted = (result.regions >> SUBJECT) & 1 > 0
    assert pasted.flatten(1).any(dim=1).all()
    for there, values, before in zip(pasted, result.disparity, food.disparity, strict=True):
        beside = ~there & (before > -0.1) & (before < 1.1)
        slope, shift = np.polyfit(before[beside].numpy(), values[beside].numpy(), 1)
        behind = slope * before[there & (before > UNKNOWN)] + shift
        assert values[there].min() >= behind.quantile(0.9)
    white = torch.nn.functional.avg_pool2d((result.image == 1.0).all(dim=1).float(), 2)
    assert ((white == 1.0) & ~pasted).sum() == 0


def test_blobs_keep_their_picture_and_leave_corners_out() -> None:
    picture = torch.rand(4, 3, 64, 64)
    blobs = _augment().blobs(picture)
    assert torch.equal(blobs[:, :3], picture)
    assert (blobs[:, 3, 32, 32] > 0.5).sum() >= 3
    assert (blobs[:, 3, 0, 0] < 0.5).all()


def test_new_colours_come_from_the_seed() -> None:
    image = torch.rand(4, 3, 32, 32)
    one, same, other = (_augment(seed).recoloured(image) for seed in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert 0.0 <= float(one.min()) <= float(one.max()) <= 1.0


def test_relative_disparity_spans_zero_to_one_and_keeps_gaps() -> None:
    plane = torch.linspace(3.0, 7.0, 20_000).reshape(1, 200, 100)
    plane[0, 0, 0] = UNKNOWN
    result = relative(plane)
    assert result[0, 0, 0] == UNKNOWN
    known = result[result > UNKNOWN]
    assert float(known.quantile(0.02)) == pytest.approx(0.0, abs=0.03)
    assert float(known.quantile(0.98)) == pytest.approx(1.0, abs=0.03)


def test_a_full_bank_forgets_the_oldest() -> None:
    bank = Bank(2, device="cpu", labelled=False)
    bank.put(Entry(rgb=np.full((4, 4, 3), value, np.uint8)) for value in (1, 2, 3))
    assert bank.count == 2
    assert sorted(int(bank.pictures[place, 0, 0, 0]) for place in range(2)) == [2, 3]
