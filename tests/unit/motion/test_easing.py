import numpy as np
import pytest

from kinora.motion.easing import EASES, at_full_speed, cruise, minimum_jerk

S = np.linspace(0.0, 1.0, 2001)


@pytest.mark.parametrize("ease", EASES)
def test_progress_runs_from_exactly_0_to_exactly_1_without_turning_back(ease):
    u = EASES[ease](S)
    assert u[0] == 0.0
    assert u[-1] == 1.0
    assert (np.diff(u) >= 0).all()


def _derivatives(u):
    speed = np.gradient(u, S)
    return speed, np.gradient(speed, S)


@pytest.mark.parametrize(
    ("curve", "peak"),
    [
        (minimum_jerk, 1.875),
        (lambda s: cruise(s, ramp=0.25), 4 / 3),
        (lambda s: cruise(s, ramp=0.5), 2.0),
    ],
)
def test_rest_at_both_ends_in_velocity_and_acceleration(curve, peak):
    speed, acceleration = _derivatives(curve(S))
    assert np.abs(speed[[0, -1]]).max() < 1e-3
    assert np.abs(acceleration[[0, -1]]).max() < 0.06
    assert speed.max() == pytest.approx(peak, rel=1e-3)
    assert curve(S) == pytest.approx(1 - curve(S)[::-1], abs=1e-12)


def test_linear_means_constant_speed():
    assert np.allclose(np.diff(EASES["linear"](S)), 1 / 2000)


def test_easing_in_starts_at_rest_and_ends_in_motion_and_out_is_its_mirror():
    speed, acceleration = _derivatives(EASES["ease_in"](S))
    assert abs(speed[0]) < 1e-3
    assert abs(acceleration[0]) < 0.06
    assert speed[-1] == pytest.approx(1.875, rel=1e-3)
    assert EASES["ease_out"](S) == pytest.approx(1 - EASES["ease_in"](S)[::-1], abs=1e-12)


def test_a_cruise_holds_its_speed_between_the_ramps():
    speed, _ = _derivatives(cruise(S, ramp=0.1))
    assert np.ptp(speed[220:-220]) < 1e-9


@pytest.mark.parametrize("ease", ["linear", "ease_out"])
@pytest.mark.parametrize("fraction", [0.02, 0.3, 0.5, 0.533, 0.6, 0.9])
def test_a_reduced_move_may_keep_its_speed_and_then_come_to_rest(ease, fraction):
    s = np.linspace(0.0, 1.0, 100_001)
    whole, part = EASES[ease](s), fraction * at_full_speed(ease, fraction)(s)
    assert part[0] == 0.0
    assert part[-1] == pytest.approx(fraction)
    assert part[1] == pytest.approx(whole[1], rel=1e-3)
    speed = np.diff(part)
    assert (speed >= -1e-12).all()
    assert speed[-1] < 0.02 * speed.max()
    assert np.abs(np.diff(speed)).max() < 1e-3 * speed.max() / fraction
