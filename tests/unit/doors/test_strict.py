"""What `--strict` refuses once the photo is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kinora import animate
from kinora.errors import NotSupportedError
from kinora.planning import refuse_if_reduced
from kinora.prompt import read_prompt
from kinora.types.report import Outcome


def _reduced(prompt: str) -> None:
    reading = read_prompt(prompt)
    move = reading.plan.beats[0].camera[0]
    outcome = Outcome(
        item=move.id,
        status="approximated",
        done="orbit left 7.4°",
        reason="hidden side unknown",
        reduced=True,
    )
    refuse_if_reduced(reading.plan, reading.report.amended((outcome,)), (outcome,))


def test_an_amount_that_was_told_is_not_reduced() -> None:
    with pytest.raises(NotSupportedError, match=r"orbit left 40 degrees, but orbit left 7\.4°"):
        _reduced("orbit left 40 degrees")


@pytest.mark.parametrize("prompt", ["orbit left", "orbit left slowly", "wide orbit left"])
def test_an_amount_that_nobody_told_may_be(prompt: str) -> None:
    _reduced(prompt)


def test_moves_that_are_done_in_full_pass() -> None:
    reading = read_prompt("pann left 5 degrees")  # a typo that is mended is approximated, too
    refuse_if_reduced(reading.plan, reading.report, ())


def test_moves_that_are_always_done_by_another_pass_where_nothing_is_missing(
    tmp_path: Path,
) -> None:
    photo = np.random.default_rng(1).integers(60, 200, (120, 200, 3)).astype(np.uint8)
    clip = animate(
        photo,
        "reveal right 2 %",
        seconds=1,
        fps=6,
        quality="draft",
        strict=True,
        sound=False,
        output=tmp_path / "clip.mp4",
    )
    (item,) = clip.report.approximated
    assert "2" in (item.done or "")
