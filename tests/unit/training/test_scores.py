"""The scores tell good from bad."""

from __future__ import annotations

import numpy as np
import pytest
from training.common.scores import agreement, edge_score, whdr


def test_order_is_judged_up_to_scale_and_shift() -> None:
    truth = np.random.default_rng(0).uniform(0.1, 1, (40, 50)).astype(np.float32)
    known = np.ones(truth.shape, bool)
    assert whdr(3 * truth + 7, truth, known) == 0.0
    assert whdr(-truth, truth, known) == 1.0
    noise = np.random.default_rng(1).uniform(0, 1, truth.shape).astype(np.float32)
    assert whdr(noise, truth, known) == pytest.approx(0.5, abs=0.05)


def test_unknown_pixels_have_no_say() -> None:
    truth = np.tile(np.linspace(0.1, 1, 50, dtype=np.float32), (40, 1))
    values = truth.copy()
    values[:20] = -truth[:20]
    known = np.zeros(truth.shape, bool)
    known[20:] = True
    assert whdr(values, truth, known) == 0.0


def test_edges_on_contours_count() -> None:
    picture = np.zeros((300, 400, 3), np.uint8)
    picture[80:220, 120:280] = 220
    on = np.zeros((300, 400), np.float32)
    on[80:220, 120:280] = 1.0
    off = np.roll(on, 30, axis=1)
    good, bad = edge_score(on, picture), edge_score(off, picture)
    assert good is not None
    assert bad is not None
    assert good > 0.95
    assert bad < 0.75
    assert edge_score(np.zeros((300, 400), np.float32), picture) is None


def test_agreement_counts_hits_and_misses_where_known() -> None:
    probability = np.array([[0.9, 0.9, 0.1, 0.9]], np.float32)
    labels = np.array([[True, False, True, False]])
    known = np.array([[True, True, True, False]])
    np.testing.assert_array_equal(agreement(probability, labels, known), [1, 1, 1])
