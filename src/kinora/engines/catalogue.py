"""What each engine can do, without loading it: for doors that plan but don't render."""

from __future__ import annotations

from typing import Final, get_args

from kinora.engines.protocol import Capabilities
from kinora.types.looks import LOOKS
from kinora.types.pace import TimeStyle
from kinora.types.plan import CameraOp

#: What can move by itself, where the photo shows it.
_ELEMENTS: Final = tuple(
    f"element:{what}"
    for what in (
        "cloth", "clouds", "fire", "flag", "foliage", "hair", "river", "sea", "smoke", "water",
        "waterfall", "waves",
    )
)  # fmt: skip

#: Parts of a photo in another colour.
_COLOURS: Final = ("element:recolour",)
_STEAM: Final = ("element:steam",)

#: Rigid parts and lights, where the caller shows them or the photo does.
_PARTS: Final = tuple(
    f"element:{what}"
    for what in (
        "boat", "buoy", "door", "lamp", "lights", "pendulum", "propeller", "screen", "wheel",
    )
)  # fmt: skip

#: Light that a photo can be shown in, or change to.
_LIGHT: Final = tuple(
    f"light:{kind}"
    for kind in (
        "golden_hour", "sunset", "sunrise", "blue_hour", "night", "day", "overcast", "backlight",
        "neon", "candle", "soft", "hard", "warm", "cool", "dim", "bright", "day_to_night",
        "night_to_day", "sun_sets", "sun_rises", "dims", "brightens", "rays", "flare", "vignette",
        "flicker", "lightning", "fade_black", "fade_white", "fade_in",
    )
)  # fmt: skip

#: What can lie in the air of any photo.
_AIR: Final = tuple(
    f"atmosphere:{kind}"
    for kind in (
        "fog", "rain", "snow", "dust", "embers", "fireflies", "petals", "leaves", "confetti",
        "bubbles",
    )
)  # fmt: skip

#: What a face can do, where the photo shows one.
_ACTIONS: Final = tuple(
    f"subject:{kind}"
    for kind in (
        "blink", "wink", "look", "turn head", "tilt head", "nod", "smile", "breathe",
        "twitch ear", "wag tail", "calm",
    )
)  # fmt: skip

#: Styles that are met by colours and contrast.
_STYLES: Final = tuple(f"style:{look}" for look in LOOKS)
_TIME: Final = tuple(f"time:{style}" for style in get_args(TimeStyle))

PARALLAX: Final = Capabilities(
    name="parallax",
    camera=frozenset(get_args(CameraOp)),
    camera_as={},
    features=frozenset(
        {
            "depth_of_field",
            "loop",
            "characters",
            *_ELEMENTS,
            *_LIGHT,
            *_COLOURS,
            *_STEAM,
            *_PARTS,
            *_AIR,
            *_ACTIONS,
            *_STYLES,
            *_TIME,
            "atmosphere:clouds",
            "atmosphere:smoke",
            "atmosphere:wind",
        }
    ),
)

#: Engines by the name that a model's entry in the settings gives.
CAPABILITIES: Final[dict[str, Capabilities]] = {PARALLAX.name: PARALLAX}
