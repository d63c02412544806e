"""Sets of audio words: recall and precision that must not get worse."""

from __future__ import annotations

import pytest
import yaml
from benchmarks.sound_words import SETS, score

from kinora.prompt import read_prompt


@pytest.mark.parametrize(
    ("name", "recall", "precision"),
    [
        ("second", 0.86, 0.9),
        ("third", 0.86, 0.9),
        ("fourth", 0.95, 0.9),
        ("fifth", 0.93, 0.95),
        ("sixth", 0.85, 0.84),
    ],
)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_sounds_of_sets_that_are_seen_now_stay_found(
    name: str, recall: float, precision: float, lang: str
) -> None:
    total = score(yaml.safe_load((SETS / f"{name}.yaml").read_text("utf-8"))[lang])
    assert total.recall >= recall, total.misses
    assert total.precision >= precision, total.misses


@pytest.mark.parametrize(
    "prompt",
    [
        "A dog sits quietly by the fire, slow zoom.",
        "The woman holds a guitar while the camera moves in.",
        "Waterfall in the jungle, the camera cranes up.",
        "Thunder clouds over the sea.",
        "Le chien dort près de la cheminée.",
        "Des oiseaux sur un fil, panoramique à gauche.",
    ],
)
def test_what_is_only_seen_is_not_heard(prompt: str) -> None:
    assert read_prompt(prompt).plan.audio == ()


@pytest.mark.parametrize(
    ("prompt", "cue"),
    [
        ("A waterfall roars behind her.", "waterfall"),
        ("Soft synth pad, no voices.", "pad"),
        ("Guitare acoustique légère, pas de voix.", "guitar"),
        ("La pluie tambourine sur le toit.", "rain_tin"),
        ("Completely silent, please.", "silence"),
        ("Pas de bruit.", "silence"),
    ],
)
def test_prose_is_heard_and_denials_are_not(prompt: str, cue: str) -> None:
    assert [item.cue for item in read_prompt(prompt).plan.audio] == [cue]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_sounds_of_the_development_set_are_found(lang: str) -> None:
    rows = yaml.safe_load((SETS / "dev.yaml").read_text("utf-8"))[lang]
    total = score(rows)
    assert total.recall >= 0.95, total.misses
    assert total.precision >= 0.95, total.misses
    assert total.told_right >= 0.95 * total.told, total.misses
