"""Write docs/sound-cues.md from the catalogue of sounds: ``python scripts/make_sound_cues.py``.

The measures in it are taken anew, from 8 s of each sound with seed 1 (about a minute).
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import numpy as np

from kinora.sound.catalogue import catalogue
from kinora.sound.cues.ask import Ask
from kinora.sound.protocol import SAMPLE_RATE, Cue
from kinora.testing.sounds import features
from kinora.weather import wind

PAGE = Path(__file__).parents[1] / "docs" / "sound-cues.md"
_SECONDS = 8.0
_TITLES = {"ambience": "Ambience", "effect": "Effects", "music": "Music"}
_INTRO = """\
# Sounds

Every sound that Kinora makes by itself, written by `python scripts/make_sound_cues.py` from
`src/kinora/sound/catalogue.yaml`. All are procedural: made by code from the clip's seed, so that no
recording and no licence but Kinora's own (Apache-2.0) comes with them. How they get into a
clip: [sound](sound.md).

Nobody has listened to them yet. What is known comes from measures that can fail: each sound, with
three seeds, is free of clicks, DC, clipping, repetition, energy under 45 Hz (1 % at most) and, for
ambience, alike channels (correlation under 0.4); the same seed gives the same samples
(`tests/unit/sound/test_cues.py`). Bands, modulation, crest and kurtosis were held against published
descriptions and, for fire, birds and sea, against measures of recordings. `python -m
benchmarks.sound_cues --sheet sheet.png` prints all of them, with the cost, and draws the
spectrograms.

**Quality** says how far a sound carries, by these measures and by what such synthesis can do:

- **finished**: may be heard alone. Noises of air and water, hums, machines, bells, single knocks.
- **background**: convincing under others, at the level that it has; its makeup shows when it is
  alone. Voices of crowds and animals, passing vehicles, steps, plucked and struck strings.
- **placeholder**: says what belongs there until a recording takes its place; the report says so.

Animals and people are a source and a filter: harmonics, rough and breathy, through resonances that
move (`kinora.sound.dsp.throat`), with lengths, pitch and phrases as published for each; the sources
stand beside each in `kinora.sound.cues.beasts`, `fowl` and `voices`. What was looked at are
spectrograms. None is called finished: a voice is what ears know best.

The level is in LUFS before the mix, at "normal"; "soft" or "loud" in the prompt changes it by 6 dB.
A sound that *goes on* fills the clip or the time that is told; one that *happens* has its first
sample at its moment. The last columns: share of the energy under 250 Hz, 250 Hz-1 kHz, 1-4 kHz and
4-16 kHz in dB; modulation of the 20 ms level; crest in dB.
"""


def page() -> str:
    """The page, in Markdown."""
    parts = [_INTRO]
    for kind, title in _TITLES.items():
        cues = [cue for cue in catalogue().values() if cue.kind == kind]
        rows = [_row(cue) for cue in cues]
        parts.append(f"## {title} ({len(cues)})\n")
        parts.append(
            "| id | in English · in French | quality | level | | bands, dB | mod. | crest |"
        )
        parts.append("|---|---|---|---|---|---|---|---|")
        parts += [*rows, ""]
    return "\n".join(parts).rstrip() + "\n"


def facts(cue: Cue) -> str:
    """The part of a row that needs no measuring."""
    names = " · ".join(", ".join(cue.names[lang][:3]) for lang in ("en", "fr"))
    way = "goes on" if cue.continuous else "happens"
    return f"| `{cue.id}` | {names} | {cue.quality} | {cue.lufs:.0f} | {way} |"


def _row(cue: Cue) -> str:
    module, _, function = cue.make.partition(".")
    times = np.arange(int(_SECONDS * 100) + 1) / 100
    pace = np.clip(np.sin(np.pi * (times - 1.0) / 3.0), 0, None) * (times < 4)
    ask = Ask(
        n=int(_SECONDS * SAMPLE_RATE),
        seed=1,
        gust=wind(1, times).astype(np.float32),
        speed=pace.astype(np.float32),
    )
    found = features(getattr(import_module(f"kinora.sound.cues.{module}"), function)(ask))
    bands = " / ".join(f"{found[key]:.0f}" for key in ("low", "mid", "high", "top"))
    return f"{facts(cue)} {bands} | {found['modulation']:.2f} | {found['crest']:.0f} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE, file=sys.stderr)
