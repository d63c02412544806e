"""Measures every sound: ``python -m benchmarks.sound_cues [--only NAME …] [--sheet FILE.png]``.

Prints loudness bands, modulation, crest, kurtosis and stereo of each cue, what the automatic checks
say (`kinora.testing.sounds`), and its cost against real time on one core.
"""

from __future__ import annotations

import argparse
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kinora.sound.catalogue import catalogue
from kinora.sound.cues.ask import Ask
from kinora.sound.protocol import SAMPLE_RATE
from kinora.testing.sounds import faults, features
from kinora.weather import wind

_SECONDS = 8.0


def ask_for(seed: int = 1, seconds: float = _SECONDS) -> Ask:
    """What the table and the sheet are made of."""
    times = np.arange(int(seconds * 100) + 1) / 100
    pace = np.clip(np.sin(np.pi * (times - 1.0) / 3.0), 0, None) * (times < 4)
    return Ask(
        n=int(seconds * SAMPLE_RATE),
        seed=seed,
        gust=wind(seed, times).astype(np.float32),
        speed=pace.astype(np.float32),
    )


def main() -> None:
    """Print the table; draw the sheet where one is asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", nargs="*", default=[])
    options.add_argument("--sheet", type=Path)
    given = options.parse_args()
    sounds: dict[str, NDArray[np.float32]] = {}
    print(
        f"{'cue':18} x real  centroid  <250 250-1k  1-4k 4-16k  flat  mod  crest kurt   L/R  faults"
    )
    for name, cue in catalogue().items():
        if given.only and not any(name.startswith(part) for part in given.only):
            continue
        make = generator(cue.make)
        start = time.process_time()
        sounds[name] = make(ask_for())
        cost = (time.process_time() - start) / _SECONDS
        print(
            _row(
                name,
                cost,
                features(sounds[name]),
                faults(cue, make, asks=[ask_for(seed, 4.0) for seed in (1, 2, 3)]),
            )
        )
    if given.sheet:
        _draw(sounds, given.sheet)


def generator(name: str) -> Any:
    """The function that makes a sound, by its name in the catalogue."""
    module, _, function = name.partition(".")
    return getattr(import_module(f"kinora.sound.cues.{module}"), function)


def _row(name: str, cost: float, found: dict[str, float], faulty: list[str]) -> str:
    bands = " ".join(f"{found[key]:5.1f}" for key in ("low", "mid", "high", "top"))
    rest = f"{found['flatness']:5.3f} {found['modulation']:5.2f} {found['crest']:5.1f}"
    ends = f"{min(found['kurtosis'], 999):5.1f} {found['correlation']:5.2f}"
    start = f"{name:18} {cost:6.3f} {found['centroid']:7.0f}"
    return f"{start}  {bands}  {rest} {ends}  {'; '.join(faulty)}"


def _draw(sounds: dict[str, NDArray[np.float32]], path: Path) -> None:
    import cv2

    tiles = [_tile(name, sound) for name, sound in sounds.items()]
    across = 5
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % across)
    rows = [np.hstack(tiles[i : i + across]) for i in range(0, len(tiles), across)]
    cv2.imwrite(str(path), np.vstack(rows))


def _tile(name: str, sound: NDArray[np.float32]) -> Any:
    """Spectrogram of the left channel, 50 Hz … 20 kHz in octaves, 70 dB, above its wave."""
    import cv2

    width, height, window = 300, 150, 2048
    hop = max(1, (len(sound) - window) // width)
    starts = np.arange(width) * hop
    starts = starts[starts + window <= len(sound)]
    frames = sound[starts[:, None] + np.arange(window), 0] * np.hanning(window)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    f = np.geomspace(20000, 50, height)
    at = f * window / SAMPLE_RATE
    level = np.stack([np.interp(at, np.arange(power.shape[1]), row) for row in power], axis=1)
    decibels = 10 * np.log10(level + 1e-12)
    grey = np.clip((decibels - decibels.max() + 70) / 70, 0, 1) * 255
    picture = cv2.applyColorMap(cv2.resize(grey.astype(np.uint8), (width, height)), 9 + 7)
    wave = np.full((40, width, 3), 255, np.uint8)
    chunks = np.array_split(np.abs(sound[:, 0]), width)
    top = max(float(np.abs(sound).max()), 1e-9)
    for x, chunk in enumerate(chunks):
        size = int(19 * float(chunk.max()) / top)
        wave[20 - size : 21 + size, x] = (90, 60, 30)
    cv2.putText(picture, name, (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1)
    return cv2.copyMakeBorder(np.vstack([picture, wave]), 2, 2, 2, 2, cv2.BORDER_CONSTANT)


if __name__ == "__main__":
    main()
