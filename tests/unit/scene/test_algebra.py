"""Equations and products in blocks: as in one piece."""

from __future__ import annotations

import numpy as np
import pytest

from kinora.scene.depth.algebra import product, solve_definite


@pytest.mark.parametrize("count", [1, 47, 48, 49, 200])
def test_the_solution_solves_the_equations(count: int) -> None:
    chance = np.random.default_rng(7)
    root = chance.standard_normal((count + 20, count))
    matrix, right = root.T @ root + 0.1 * np.eye(count), chance.standard_normal(count)
    assert np.allclose(matrix @ solve_definite(matrix, right), right, atol=1e-8)


def test_nothing_is_written_to() -> None:
    matrix, right = 2.0 * np.eye(60) + 0.5, np.ones(60)
    before = matrix.copy()
    solve_definite(matrix, right)
    assert np.array_equal(matrix, before)
    assert (right == 1.0).all()


def test_what_is_not_definite_has_no_solution() -> None:
    with pytest.raises(np.linalg.LinAlgError):
        solve_definite(-np.eye(60), np.ones(60))


@pytest.mark.parametrize("shape", [(1, 5, 7), (300, 20, 512), (50, 600, 700)])
def test_products_in_strips_are_the_product(shape: tuple[int, int, int]) -> None:
    chance = np.random.default_rng(7)
    one = chance.random(shape[:2], dtype=np.float32)
    other = chance.random(shape[1:], dtype=np.float32)
    assert np.allclose(product(one, other), one @ other, rtol=1e-4)
