"""What each kind of light does to a picture, as a few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kinora.types.scene import F32

RGB = tuple[float, float, float]
WHITE: Final[RGB] = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """How a photo is relit: gains of light, not of code values (see relight.py for the formulas).

    Numbers were chosen by eye on photos; those of colour follow black bodies: 2000 K (candle)
    to 10,000 K (blue hour).
    """

    gain: RGB = WHITE  # everything but the sky
    zenith: RGB | None = None  # the sky high up; None: as everything else
    horizon: RGB | None = None  # the sky low down
    sunny: RGB = WHITE  # beside ``gain``: what looks to the side where the light comes from
    shady: RGB = WHITE  # and what looks away
    shadow: RGB = WHITE  # beside ``gain``: what is dark in the photo
    haze: RGB = WHITE  # colour of far air
    hazy: float = 0.0  # how much of it lies before infinity, in [0, 1]
    saturation: float = 1.0
    contrast: float = 1.0  # slope of code values about the middle
    lamps: float = 0.0  # how much small bright lights shine on, in [0, 1]
    figure: float = 1.0  # gain of what stands in front
    rim: float = 0.0  # light that comes around the edges of what stands in front
    grain: float = 0.0  # standard deviation of grain, code values

    def numbers(self) -> F32:
        """(28,) as the kernel reads them: seven colours, then what isn't one."""
        zenith, horizon = self.zenith or self.gain, self.horizon or self.gain
        colours = (self.gain, zenith, horizon, self.sunny, self.shady, self.shadow, self.haze)
        rest = (
            self.hazy,
            self.saturation,
            self.contrast,
            self.lamps,
            self.figure,
            self.rim,
            self.grain,
        )
        return np.array([*(value for colour in colours for value in colour), *rest], np.float32)


#: Kinds of `LightCue` and what they do at full strength.
MOODS: Final[dict[str, Mood]] = {
    "golden_hour": Mood(
        gain=(1.07, 0.82, 0.62),
        zenith=(0.80, 0.80, 0.86),
        horizon=(1.25, 0.92, 0.52),
        sunny=(1.32, 1.14, 0.82),
        shady=(0.80, 0.84, 0.98),
        shadow=(0.92, 0.92, 1.12),
        haze=(1.0, 0.70, 0.36),
        hazy=0.30,
        saturation=1.06,
    ),
    "sunset": Mood(
        gain=(0.74, 0.50, 0.36),
        zenith=(0.42, 0.38, 0.52),
        horizon=(1.30, 0.68, 0.28),
        sunny=(1.45, 1.05, 0.72),
        shady=(0.72, 0.80, 1.05),
        shadow=(0.85, 0.88, 1.25),
        haze=(1.0, 0.46, 0.20),
        hazy=0.34,
        saturation=1.05,
        lamps=0.5,
        grain=0.5,
    ),
    "sunrise": Mood(
        gain=(0.88, 0.74, 0.68),
        zenith=(0.62, 0.68, 0.90),
        horizon=(1.22, 0.84, 0.66),
        sunny=(1.30, 1.08, 0.92),
        shady=(0.82, 0.88, 1.02),
        shadow=(0.95, 0.95, 1.15),
        haze=(1.0, 0.74, 0.62),
        hazy=0.36,
        contrast=0.96,
        lamps=0.3,
    ),
    "blue_hour": Mood(
        gain=(0.22, 0.31, 0.54),
        zenith=(0.14, 0.24, 0.56),
        horizon=(0.50, 0.44, 0.66),
        haze=(0.22, 0.30, 0.52),
        hazy=0.25,
        saturation=0.85,
        lamps=1.0,
        grain=0.7,
    ),
    "night": Mood(
        gain=(0.085, 0.120, 0.215),
        zenith=(0.018, 0.032, 0.095),
        horizon=(0.060, 0.085, 0.170),
        haze=(0.02, 0.03, 0.06),
        hazy=0.2,
        saturation=0.6,
        contrast=1.05,
        lamps=1.0,
        grain=0.9,
    ),
    "day": Mood(gain=(1.14, 1.12, 1.06), contrast=1.06, saturation=1.05),
    "overcast": Mood(
        gain=(0.80, 0.84, 0.90),
        zenith=(0.72, 0.74, 0.78),
        horizon=(0.86, 0.88, 0.92),
        shadow=(1.10, 1.10, 1.12),
        haze=(0.62, 0.65, 0.70),
        hazy=0.28,
        saturation=0.74,
        contrast=0.92,
    ),
    "backlight": Mood(
        gain=(1.08, 1.04, 0.96),
        haze=(1.0, 0.93, 0.80),
        hazy=0.22,
        figure=0.38,
        rim=0.85,
    ),
    "neon": Mood(
        gain=(0.30, 0.28, 0.46),
        zenith=(0.08, 0.08, 0.18),
        horizon=(0.20, 0.14, 0.34),
        sunny=(2.4, 0.85, 1.9),
        shady=(0.6, 1.5, 1.9),
        saturation=0.9,
        lamps=1.0,
        grain=0.6,
    ),
    "candle": Mood(
        gain=(0.52, 0.28, 0.11),
        zenith=(0.05, 0.05, 0.09),
        horizon=(0.12, 0.09, 0.10),
        sunny=(1.5, 1.4, 1.2),
        shady=(0.55, 0.55, 0.7),
        saturation=0.9,
        lamps=1.0,
        grain=0.6,
    ),
    "soft": Mood(shadow=(1.22, 1.22, 1.22), contrast=0.92),
    "hard": Mood(shadow=(0.72, 0.72, 0.74), sunny=(1.12,) * 3, shady=(0.86,) * 3, contrast=1.14),
    "warm": Mood(gain=(1.12, 0.90, 0.72), shadow=(1.0, 0.98, 1.06)),
    "cool": Mood(gain=(0.84, 0.95, 1.16)),
    "cinematic": Mood(
        shadow=(0.90, 0.94, 1.04), sunny=(1.05, 1.02, 0.97), contrast=1.05, saturation=0.94
    ),
    "black_and_white": Mood(saturation=0.0, contrast=1.05),
    "sepia": Mood(gain=(1.12, 0.92, 0.66), saturation=0.35),
    "muted": Mood(saturation=0.62, contrast=0.94),
    "vivid": Mood(saturation=1.35, contrast=1.05),
    "contrast": Mood(contrast=1.2),
    "vintage": Mood(
        gain=(1.06, 0.98, 0.84), shadow=(1.3, 1.25, 1.3), saturation=0.75, contrast=0.9, grain=0.8
    ),
    "dim": Mood(gain=(0.30, 0.29, 0.30), lamps=0.4, grain=0.4),
    "bright": Mood(gain=(1.55, 1.52, 1.48)),
}
