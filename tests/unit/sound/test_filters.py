"""Filters, blocks and stretches: what they let through, and that no joint of theirs is heard."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kinora.sound.catalogue import catalogue
from kinora.sound.cues.ask import Ask
from kinora.sound.dsp.filters import (
    Sections,
    amplify,
    convolved,
    filtered,
    high_pass,
    low_pass,
    resonator,
)
from kinora.sound.lengths import made
from kinora.sound.loudness import integrated
from kinora.sound.tracks import generator

RATE = 48_000


def gain_at(hertz: float, sections: Sections) -> float:
    """dB that a tone comes out with, once the filter has settled."""
    wave = np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE).astype(np.float32)
    heard = filtered(wave, sections)[RATE // 2 :]
    return float(20 * np.log10(heard.std() / wave[RATE // 2 :].std()))


def test_filters_have_their_edges_slopes_and_peaks() -> None:
    assert gain_at(54.0, high_pass(54.0)) == pytest.approx(-3.01, abs=0.05)
    assert gain_at(27.0, high_pass(54.0)) == pytest.approx(-24.1, abs=0.3)
    assert gain_at(2000.0, low_pass(2000.0)) == pytest.approx(-3.01, abs=0.05)
    assert gain_at(200.0, low_pass(2000.0)) == pytest.approx(0.0, abs=0.05)
    assert gain_at(400.0, resonator(400.0, 8.0, 1.0)) == pytest.approx(6.02, abs=0.05)


def test_both_channels_are_filtered_alike_and_apart() -> None:
    rng = np.random.default_rng(2)
    sound = rng.standard_normal((RATE, 2)).astype(np.float32)
    both = filtered(sound, high_pass(300.0))
    assert np.allclose(both[:, 1], filtered(sound[:, 1], high_pass(300.0)), atol=1e-6)


@pytest.mark.parametrize("n", [900, 70_000, 200_001])
def test_convolution_in_blocks_is_convolution(n: int) -> None:
    rng = np.random.default_rng(n)
    sound = rng.standard_normal((n, 2)).astype(np.float32)
    answer = rng.standard_normal((700, 2)).astype(np.float32)
    heard = convolved(sound, answer)
    for at in (0, 1, n // 2, n - 1):
        first = max(0, at - 699)
        piece = sound[first : at + 1][::-1]
        told = (piece * answer[: len(piece)]).sum(axis=0)
        assert np.allclose(heard[at], told, atol=2e-3)


def test_a_gain_goes_from_edge_to_edge_in_straight_lines() -> None:
    ones = np.ones((96, 2), np.float32)
    amplify(ones, np.array([1.0, 0.0, 1.0]))
    assert ones[24, 0] == pytest.approx(0.5)
    assert ones[48, 1] == 0.0
    assert ones[72, 0] == pytest.approx(0.5)


def sounded(cue: str, seconds: float) -> NDArray[np.float32]:
    entry = catalogue()[cue]
    return made(generator(entry), entry, Ask(n=int(seconds * RATE), seed=3))


@pytest.mark.parametrize("cue", ["rain", "wind", "traffic_far"])
def test_long_ambience_has_no_seam_and_repeats_nothing(cue: str) -> None:
    sound = sounded(cue, 26.0)
    assert sound.shape == (26 * RATE, 2)
    levels = [integrated(sound[k * RATE : (k + 2) * RATE]) for k in range(25)]
    assert max(levels) - min(levels) < 14
    joint = sound[11 * RATE : 12 * RATE]
    before, after = sound[9 * RATE : 11 * RATE], sound[12 * RATE : 14 * RATE]
    around = 0.5 * (integrated(before) + integrated(after))
    assert integrated(joint) == pytest.approx(around, abs=5.0)
    first, other = sound[: 10 * RATE, 0], sound[11 * RATE : 21 * RATE, 0]
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.1


def test_short_ambience_and_single_things_are_made_whole() -> None:
    for cue, seconds in (("rain", 2.0), ("engine", 14.0)):
        entry = catalogue()[cue]
        ask = Ask(n=int(seconds * RATE), seed=3)
        assert np.array_equal(made(generator(entry), entry, ask), generator(entry)(ask)[: ask.n])
