from fractions import Fraction

import numpy as np
import pytest

FPS = 30


def spectrum(values):
    power = np.abs(np.fft.rfft(values - values.mean())) ** 2
    return np.fft.rfftfreq(len(values), 1 / FPS), power


@pytest.mark.parametrize(
    ("op", "low", "high", "default"), [("handheld", 0.3, 6.0, 0.3), ("shake", 2.0, 12.0, 0.8)]
)
def test_noise_is_band_limited_and_as_strong_as_asked(stage, viewed, op, low, high, default):
    seen = viewed(stage.motion(stage.plan((100, stage.move(op)))))
    for values in (seen.yaw()[60:], seen.pitch()[60:]):
        frequency, power = spectrum(values)
        inside = (frequency > low - 0.05) & (frequency < high + 0.05)
        assert power[inside].sum() > 0.98 * power.sum()
        assert values.std() == pytest.approx(default / 2, rel=0.05)
        assert (np.abs(values) < default).mean() == pytest.approx(0.95, abs=0.02)
    assert seen.roll()[60:].std() == pytest.approx(default / 4, rel=0.05)
    assert np.abs(seen.centres).max() < 0.1
    assert seen.centres[:, 0].std() > 0


def test_handheld_is_stronger_at_low_frequencies(stage, viewed):
    frequency, power = spectrum(
        viewed(stage.motion(stage.plan((100, stage.move("handheld"))))).yaw()
    )
    slow = power[(frequency > 0.3) & (frequency < 1)].mean()
    fast = power[(frequency > 3) & (frequency < 6)].mean()
    assert slow > 8 * fast


def test_it_fades_in_at_its_start_and_out_after_its_end_and_beats_without_it_are_still(stage):
    plan = stage.plan((1,), (2, stage.move("handheld")), (1,))
    motion = stage.motion(plan)
    poses = motion.world_to_camera
    for frame in [*range(31), *range(105, 121)]:
        assert np.array_equal(poses[frame], np.eye(4))
    steps = np.abs(np.diff(poses, axis=0)).max(axis=(1, 2))
    assert steps[[30, 31, 103, 104]].max() < 0.1 * steps.max()
    assert steps[85:95].max() > 1e-4


def test_it_runs_on_over_beats(stage):
    whole = stage.motion(stage.plan((4, stage.move("handheld"))))
    parts = stage.motion(stage.plan((1.5, stage.move("handheld")), (2.5, stage.move("handheld"))))
    assert np.allclose(whole.world_to_camera, parts.world_to_camera, atol=1e-12)


def test_a_change_of_strength_is_gradual(stage):
    plan = stage.plan(
        (2, stage.move("handheld", None, 0.2, "degrees")),
        (2, stage.move("handheld", None, 1.0, "degrees")),
    )
    steps = np.abs(np.diff(stage.motion(plan).world_to_camera, axis=0)).max(axis=(1, 2))
    assert steps[59:63].max() < 2 * steps[40:59].max()
    assert steps[80:].max() > 2 * steps[20:59].max()


def test_the_seed_decides(stage):
    one, same, other = (
        stage.motion(stage.plan((2, stage.move("handheld")), seed=seed)).world_to_camera
        for seed in (1, 1, 2)
    )
    assert np.array_equal(one, same)
    assert not np.allclose(one, other, atol=1e-5)


def test_frame_rates_sample_the_same_noise(stage):
    slow = stage.motion(stage.plan((3, stage.move("handheld")))).world_to_camera
    fast = stage.motion(stage.plan((3, stage.move("handheld"))), fps=Fraction(60)).world_to_camera
    assert np.allclose(slow, fast[::2], atol=1e-12)


def test_handheld_and_shake_are_different_noise(stage, viewed):
    hand, shake = (
        viewed(stage.motion(stage.plan((20, stage.move(op, None, 1, "degrees"))))).yaw()
        for op in ("handheld", "shake")
    )
    assert abs(np.corrcoef(hand, shake)[0, 1]) < 0.5


def test_stop_motion_holds_it(stage):
    move = stage.move("handheld") | {"ease": "stop_motion"}
    poses = stage.motion(stage.plan((2, move))).world_to_camera
    assert (poses[:60].reshape(20, 3, 4, 4) == poses[:60:3, None]).all()
    assert not np.array_equal(poses[30], poses[33])


def test_it_rides_on_other_moves(stage, viewed):
    pan = stage.move("pan", "right", 5, "degrees")
    alone = viewed(stage.motion(stage.plan((2, pan), (1,)))).yaw()
    both = viewed(stage.motion(stage.plan((2, pan, stage.move("handheld")), (1,)))).yaw()
    assert both[-1] == pytest.approx(alone[-1], abs=1e-9)
    assert 0.05 < np.abs(both - alone).max() < 2
