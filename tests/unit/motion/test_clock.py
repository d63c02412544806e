from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinora.motion.clock import Window, exact_seconds, hold_frames
from kinora.types.plan import Beat

RATES = st.sampled_from(
    [Fraction(n) for n in (1, 10, 24, 25, 30, 50, 60, 120)] + [Fraction(30000, 1001)]
)


def test_decimal_seconds_mean_what_they_say():
    assert exact_seconds(2.1) == Fraction(21, 10)
    assert exact_seconds(1 / 3) == Fraction(1, 3)
    assert exact_seconds(0.1 + 0.2) == Fraction(3, 10)


def test_an_end_on_a_frame_is_reached_by_that_frame():
    window = Window.of_beat(Beat(id="b", t0=0.7, t1=2.1), Fraction(30))
    place = window.position(np.arange(70))
    assert (place[:22] == 0.0).all()
    assert place[62] < 1.0
    assert (place[63:] == 1.0).all()


@settings(deadline=None)
@given(start=st.integers(0, 100_000), length=st.integers(1, 20_000), fps=RATES)
def test_a_window_is_over_at_the_first_frame_at_or_after_its_end(start, length, fps):
    beat = Beat(id="b", t0=start / 1000, t1=(start + length) / 1000)
    window = Window.of_beat(beat, fps)
    end, begin = Fraction(start + length, 1000), Fraction(start, 1000)
    assert window.after == min(
        k for k in range(window.after - 2, window.after + 2) if k / fps >= end
    )
    stride = max(1, (window.after - window.first) // 50)
    inside = np.arange(window.first, window.after, stride)
    around = np.concatenate([window.first + np.arange(-3, 3), window.after + np.arange(-3, 3)])
    frames = np.unique(np.maximum(np.concatenate([inside, around]), 0))
    place = window.position(frames)
    for k, at in zip(frames.tolist(), place.tolist(), strict=True):
        exact = min(max((k / fps - begin) / (end - begin), Fraction(0)), Fraction(1))
        assert at == pytest.approx(float(exact), abs=1e-9)
        assert (at == 1.0) == (k / fps >= end)
        if k / fps <= begin:
            assert at == 0.0


@settings(deadline=None)
@given(fps=st.sampled_from([Fraction(n) for n in (12, 24, 25, 30, 48, 50, 60, 120)]))
def test_stop_motion_shows_8_to_12_poses_a_second(fps):
    assert 8 <= fps / hold_frames(fps) <= 12


def test_held_frames_repeat_the_first_of_their_group():
    window = Window(Fraction(3), Fraction(10))
    assert window.held(np.arange(13), hold=3).tolist() == [0, 1, 2, 3, 3, 3, 6, 6, 6, 9, 10, 11, 12]
