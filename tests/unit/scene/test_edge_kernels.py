"""The compiled loops along the edges of layers against slow references."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from kinora.scene._edge_kernels import SOFT, separate, soften


@pytest.mark.parametrize("small", [(5, 7), (1, 7), (5, 1)])
def test_opacity_is_what_the_enlarged_model_says(small: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    model = rng.normal(0.0, 0.004, (*small, 4)).astype(np.float32)
    model[..., 3] += 0.5
    picture = rng.integers(0, 256, (20, 28, 3), np.uint8)
    before = rng.choice(np.array([0, SOFT, 255], np.uint8), (20, 28))
    alpha = before.copy()
    down = (np.arange(20) + 0.5) * (small[0] / 20) - 0.5
    across = (np.arange(28) + 0.5) * (small[1] / 28) - 0.5
    soften(alpha, picture, model, down, across)
    wide = np.asarray(cv2.resize(model, (28, 20), interpolation=cv2.INTER_LINEAR))
    value = (wide[..., :3] * picture).sum(axis=2) + wide[..., 3]
    expected = np.rint(255.0 * np.clip((value - 0.06) / 0.88, 0.0, 1.0))
    soft = before == SOFT
    np.testing.assert_allclose(alpha[soft], expected[soft], atol=1.0)
    np.testing.assert_array_equal(alpha[~soft], before[~soft])


def test_colours_are_separated_as_the_slow_way_does() -> None:
    rng = np.random.default_rng(2)
    picture, backdrop = (rng.integers(0, 256, (18, 23, 3), np.uint8) for _ in range(2))
    alpha = rng.choice(np.array([0, 0, 0, 90, 255], np.uint8), (18, 23))
    away = cv2.distanceTransform((alpha == 0).astype(np.uint8), cv2.DIST_L2, 3)
    reach = 2.5
    rgba, used = np.empty((18, 23, 4), np.uint8), np.empty((18, 23, 3), np.uint8)
    separate(picture, backdrop, alpha, away, reach, rgba, used)
    for y, x in np.ndindex(18, 23):
        cover, colour = alpha[y, x], picture[y, x].astype(float)
        if cover == 255 or away[y, x] >= reach:
            assert list(rgba[y, x]) == [*(colour if cover else (0, 0, 0)), cover]
            assert list(used[y, x]) == list(backdrop[y, x])
            continue
        behind = np.rint(colour + (backdrop[y, x] - colour) * (1.0 - away[y, x] / reach))
        brighter = (colour - behind) / np.maximum(255.0 - behind, 1.0)
        darker = (behind - colour) / np.maximum(behind, 1.0)
        least = max(cover / 255.0, brighter.max(), darker.max())
        opacity = np.ceil(255.0 * np.float32(least)) / 255.0
        front = np.clip(colour - (1.0 - opacity) * behind, 0.0, 255.0 * opacity)
        np.testing.assert_array_equal(used[y, x], behind)
        np.testing.assert_allclose(rgba[y, x], [*front, 255.0 * opacity], atol=1.0)
