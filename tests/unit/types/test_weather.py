from __future__ import annotations

import numpy as np

from kinora.weather import wind

_MINUTE = np.arange(0, 60, 0.01)


def test_gusts_come_and_go_between_still_air_and_the_strongest() -> None:
    for seed in range(-2, 3):
        blown = wind(seed, _MINUTE)
        assert blown.min() >= 0.0
        assert blown.max() <= 1.0
        assert 0.3 < blown.mean() < 0.6
        assert blown.std() > 0.15
        assert np.abs(np.diff(blown)).max() < 0.05  # no jump within a hundredth of a second


def test_any_time_can_be_asked_for_by_itself() -> None:
    whole = wind(7, _MINUTE)
    assert wind(7, 12.34) == whole[1234]
    assert np.array_equal(wind(7, _MINUTE[500:400:-1]), whole[500:400:-1])
    assert not np.array_equal(wind(8, _MINUTE), whole)


def test_a_loop_has_no_seam() -> None:
    loop = wind(3, _MINUTE, period=4.2)
    assert np.allclose(wind(3, _MINUTE + 4.2, period=4.2), loop, atol=1e-9)
    assert np.ptp(loop) > 0.3
