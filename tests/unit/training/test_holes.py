from __future__ import annotations

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch, which isn't installed")

from training.completion import holes  # noqa: E402
from training.completion.data import Packed  # noqa: E402
from training.completion.sample import Sampler  # noqa: E402

HEIGHT, WIDTH = 80, 120


@pytest.fixture
def box() -> torch.Tensor:
    """A box at 1 before a wall at 0.2."""
    values = torch.full((1, 1, HEIGHT, WIDTH), 0.2)
    values[..., 20:60, 40:70] = 1.0
    return values


def test_a_near_thing_hides_a_strip_as_wide_as_it_moves_more(box: torch.Tensor) -> None:
    hidden = holes.occluded(box, torch.full((1, 1, 1, 1), 10.0))
    expected = torch.zeros_like(box)
    expected[..., 20:60, 70:78] = 1.0
    assert torch.equal(hidden, expected)


def test_distances_are_those_of_the_exact_transform() -> None:
    mask = torch.zeros(1, 1, 50, 40)
    mask[0, 0, 10, 7] = mask[0, 0, 33, 30] = 1.0
    exact = cv2.distanceTransform(
        1 - mask[0, 0].numpy().astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE
    )
    found = holes.distance(mask)[0, 0].numpy()
    assert np.abs(found - np.minimum(exact, holes.FARTHEST)).max() < 1e-3


def test_the_thing_that_stands_off_is_found_and_its_rim_judged(box: torch.Tensor) -> None:
    random = torch.Generator().manual_seed(0)
    thing = holes.things(box, random=random)[0, 0]
    assert thing[20:60, 40:70].mean() > 0.97
    assert thing.sum() < 1.03 * 40 * 30
    ring = holes.rings(box, torch.full((1, 1, 1, 1), 20.0), random=random)
    assert ring.judged.any()
    assert not (ring.judged * (1.0 - ring.hidden)).any()
    assert box[ring.judged > 0].max() < 0.5


def test_a_seed_draws_the_same_crops_and_only_holes_are_judged() -> None:
    random = np.random.default_rng(2)
    photos = []
    for _ in range(3):
        colours = random.integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
        disparity = np.full((HEIGHT, WIDTH), 40, np.uint8)
        disparity[20:60, 40:70] = 230
        photos.append(np.dstack([colours, disparity]))
    packed = Packed(
        names=["a", "b", "c"],
        pixels=np.concatenate([photo.ravel() for photo in photos]),
        starts=np.arange(3) * photos[0].size,
        sizes=np.array([[HEIGHT, WIDTH]] * 3),
    )
    one, other = (
        Sampler(packed, seed=5, device=torch.device("cpu")).batch(8, 64) for _ in range(2)
    )
    assert torch.equal(one.image, other.image)
    assert torch.equal(one.weight, other.weight)
    assert one.image.shape == (8, 3, 64, 64)
    assert one.weight.any()
    assert not (one.weight * (1.0 - one.hole)).any()
