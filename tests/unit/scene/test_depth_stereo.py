"""The measures of ``benchmarks/stereo.py``, and what they say about the classical estimate."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest

from kinora.scene.build import build_scene
from kinora.scene.depth.given import GivenDepth
from kinora.types.scene import Photo

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("KINORA_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="module")
def stereo() -> ModuleType:
    path = ROOT / "benchmarks" / "stereo.py"
    spec = importlib.util.spec_from_file_location("benchmark_stereo", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def noise(seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    coarse = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), np.uint8)
    return np.repeat(np.repeat(coarse, 8, axis=0), 8, axis=1)


def test_ssim_and_psnr_agree_with_scikit_image(stereo: ModuleType) -> None:
    metrics = pytest.importorskip("skimage.metrics")
    grey = noise(0)[:, :, :1].repeat(3, axis=2)
    other = np.clip(
        grey.astype(int) + np.random.default_rng(1).integers(-30, 30, grey.shape), 0, 255
    )
    other = other[:, :, :1].repeat(3, axis=2).astype(np.uint8)
    truth = metrics.structural_similarity(
        grey[:, :, 0],
        other[:, :, 0],
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=255,
    )
    assert stereo.ssim(grey, other) == pytest.approx(truth, abs=0.002)
    psnr = metrics.peak_signal_noise_ratio(grey, other, data_range=255)
    assert stereo.psnr(grey, other) == pytest.approx(psnr)


def test_scale_and_shift_are_found_where_the_truth_is_known(stereo: ModuleType) -> None:
    values = np.random.default_rng(0).random((20, 30)).astype(np.float32)
    truth = 7.0 * values + 3.0
    truth[:5] = 0.0
    assert np.allclose(stereo.fit_scale_and_shift(values, truth), (7.0, 3.0), atol=1e-4)
    assert stereo.fit_scale_and_shift(-values, truth)[0] == 0.0


def test_a_known_shift_is_rendered(stereo: ModuleType) -> None:
    left = noise(3)
    right = stereo.render_right(left, np.full(left.shape[:2], 5.0, np.float32))
    assert np.array_equal(right[:, :-5], left[:, 5:])


def test_the_near_side_hides_and_the_gap_is_filled_from_the_far_side(stereo: ModuleType) -> None:
    disparity = np.zeros((96, 128), np.float32)
    disparity[:, 60:80] = 10.0
    right = stereo.render_right(noise(4), disparity)
    assert np.array_equal(right[:, 50:69], noise(4)[:, 60:79])
    assert np.array_equal(right[:, 82:], noise(4)[:, 82:])


def test_the_renderer_that_makes_clips_moves_near_things_by_what_is_asked(
    stereo: ModuleType,
) -> None:
    left = cv2.resize(noise(5), (512, 384), interpolation=cv2.INTER_CUBIC)
    near = np.zeros((384, 512), np.float32)
    near[160:260, 240:340] = 1.0
    photo = Photo(rgb=left, sha256="none")
    scene = build_scene(photo, size=photo.size, depth=GivenDepth(near))
    scale, shift = stereo.fit_scale_and_shift(scene.disparity, 12.0 * near + 8.0)
    right = stereo.render_second_view(scene, scale=scale, shift=shift)
    grey, seen = (cv2.cvtColor(view, cv2.COLOR_RGB2GRAY) for view in (left, right))
    for box, moved in ((np.s_[180:240, 260:320], 20), (np.s_[30:120, 40:460], 8)):
        there = (box[0], slice(box[1].start - moved, box[1].stop - moved))
        assert stereo.psnr(seen[there], grey[box]) > 33, moved


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "data" / "stereo").is_dir(), reason="no ../shared/data/stereo")
def test_the_classical_estimate_beats_shift_and_ramp(stereo: ModuleType) -> None:
    pairs = stereo.load_pairs(SHARED / "data" / "stereo")
    means = {
        name: np.mean(
            [stereo.score(pair, stereo.warped(pair, estimate=estimate)) for pair in pairs], axis=0
        )
        for name, estimate in stereo.ROWS.items()
    }
    for baseline in ("constant shift", "plain ramp"):
        assert (means["classical"] > means[baseline]).all(), (baseline, means)
