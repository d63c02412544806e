"""Every sound of the catalogue, held against what would be heard as a fault."""

from __future__ import annotations

import dataclasses
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from kinora.sound.catalogue import catalogue
from kinora.sound.cues.ask import Ask
from kinora.sound.protocol import SAMPLE_RATE, Cue
from kinora.testing.sounds import faults, features
from kinora.weather import wind

_SECONDS = 1.5
#: Effects that go on by themselves, and heed no onset.
_GOING_ON = frozenset(
    [
        *("whoosh", "cloth", "siren", "riser", "purr", "bicycle", "seagulls", "drips", "saw"),
        *("breathing", "whistling", "whispering", "drill"),
    ]
)
_CUES = list(catalogue().values())


def _ask(seed: int, seconds: float = _SECONDS, **given: Any) -> Ask:
    times = np.arange(int(seconds * 100) + 1) / 100
    return Ask(
        n=int(seconds * SAMPLE_RATE),
        seed=seed,
        gust=wind(seed, times).astype(np.float32),
        speed=np.ones(len(times), np.float32),
        **given,
    )


def _make(cue: Cue) -> Any:
    module, _, function = cue.make.partition(".")
    return getattr(import_module(f"kinora.sound.cues.{module}"), function)


def test_there_are_many_sounds_and_each_has_names_in_both_languages() -> None:
    assert len(_CUES) >= 60
    assert all(cue.names["en"] and cue.names["fr"] for cue in _CUES)


def test_no_two_sounds_have_a_name_in_common() -> None:
    for lang in ("en", "fr"):
        names = [name.lower() for cue in _CUES for name in cue.names[lang]]  # type: ignore[index]
        assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("cue", _CUES, ids=lambda cue: cue.id)
def test_a_sound_has_no_fault_that_a_check_finds(cue: Cue) -> None:
    assert faults(cue, _make(cue), asks=[_ask(seed) for seed in (1, 2, 3)]) == []


@pytest.mark.parametrize("cue", [c for c in _CUES if c.kind == "effect"], ids=lambda cue: cue.id)
def test_what_happens_starts_at_its_onset(cue: Cue) -> None:
    if cue.id in _GOING_ON:
        pytest.skip("goes on by itself")
    sound = np.abs(_make(cue)(_ask(4, onsets=(0.5,)))).max(axis=1)
    start = int(0.5 * SAMPLE_RATE)
    assert float(sound[: start - 48].max()) < 0.02 * float(sound.max())
    soon = sound[start : start + int(0.25 * SAMPLE_RATE)]
    assert float(soon.max()) > 0.1 * float(sound.max())


def test_gusts_of_the_picture_are_heard() -> None:
    gust = np.concatenate([np.full(100, 0.1), np.full(100, 0.95)]).astype(np.float32)
    for name in ("wind", "wind_leaves", "wind_window"):
        ask = dataclasses.replace(_ask(1, 2.0), gust=gust)
        sound = _make(catalogue()[name])(ask)
        quiet, loud = sound[: SAMPLE_RATE // 2].std(), sound[-SAMPLE_RATE // 2 :].std()
        assert loud > 2 * quiet


def test_rain_is_made_of_drops_and_a_waterfall_is_not() -> None:
    rain = features(_make(catalogue()["rain_window"])(_ask(1, 3.0)))
    falls = features(_make(catalogue()["waterfall"])(_ask(1, 3.0)))
    assert rain["kurtosis"] > 8
    assert 2.7 < falls["kurtosis"] < 4


def test_more_rain_is_denser_rain() -> None:
    def crest(intensity: float) -> float:
        ask = _ask(1, 3.0, intensity=intensity)
        return features(_make(catalogue()["rain_window"])(ask))["crest"]

    assert crest(0.1) > crest(1.0) + 3


def test_distance_takes_the_highs() -> None:
    for name in ("waterfall", "birds", "church_bell", "seagulls", "footsteps_stone"):
        near, far = (
            features(_make(catalogue()[name])(_ask(1, 2.0, distance=distance)))
            for distance in (0.0, 1.0)
        )
        assert far["centroid"] < near["centroid"]
