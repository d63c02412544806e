"""What `--strict` refuses once the photo is known."""

from __future__ import annotations

import pytest

from kinora.errors import NotSupportedError
from kinora.planning import refuse_if_reduced
from kinora.prompt import read_prompt
from kinora.types.report import Outcome


def _reduced(prompt: str) -> None:
    reading = read_prompt(prompt)
    move = reading.plan.beats[0].camera[0]
    outcome = Outcome(
        item=move.id, status="approximated", done="orbit left 7.4°", reason="hidden side unknown"
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
