"""Make the gallery: small moving pictures, and the page that shows them with their commands.

Run ``python scripts/make_gallery.py [NAME …]`` in the development environment. Photos come from
scikit-image and scikit-learn, the other pictures are drawn by ``scripts/draw_scenes.py``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data
from sklearn.datasets import load_sample_image

import kinora
from draw_scenes import SCENES, drawn
from make_pictures import save_animated

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures" / "gallery"
PAGE = ROOT / "docs" / "gallery.md"
SIZE: Final = "270x180"

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One picture of the gallery."""

    name: str
    photo: str
    words: str
    masks: dict[str, Box] = field(default_factory=dict)
    loop: bool = True
    quality: int = 42  # of the WebP

    @property
    def command(self) -> str:
        """What makes its clip."""
        parts = [f'kinora animate {self.photo} "{self.words}"']
        parts += [f"--mask {name}={','.join(f'{at:g}' for at in box)}"
                  for name, box in self.masks.items()]  # fmt: skip
        loop = "--loop " if self.loop else ""
        return " \\\n  ".join([*parts, f"{loop}--seconds 3 --size {SIZE} -o {self.name}.mp4"])


GALLERY: Final = (
    Piece(name="candle", photo="candle.png", words="static camera, the candle burns"),
    Piece(
        name="campfire", photo="campfire.png", words="static camera, the fire burns, embers rise"
    ),
    Piece(
        name="waterfall",
        photo="waterfall.png",
        words="static camera, the waterfall cascades",
        masks={"waterfall": (0.35, 0.19, 0.64, 0.84)},
    ),
    Piece(name="river", photo="river.png", words="static camera, the river flows"),
    Piece(
        name="boat",
        photo="boat.png",
        words="static camera, the boat rocks, the buoy bobs, waves roll in",
        masks={"boat": (0.3, 0.17, 0.63, 0.68), "buoy": (0.73, 0.64, 0.85, 0.85)},
    ),
    Piece(
        name="cottage",
        photo="cottage.png",
        words="static camera, thick smoke rises, the flag flutters, the water ripples",
        masks={
            "chimney": (0.515, 0.23, 0.556, 0.37),
            "flag": (0.775, 0.15, 0.95, 0.36),
            "water": (0, 0.68, 1, 1),
        },
    ),
    Piece(
        name="pendulum",
        photo="clock.png",
        words="static camera, the pendulum swings",
        masks={"pendulum": (0.4, 0.435, 0.6, 0.89)},
    ),
    Piece(
        name="lamp",
        photo="room.png",
        words="static camera, the lamp swings",
        masks={"lamp": (0.45, 0, 0.64, 0.35)},
    ),
    Piece(
        name="door",
        photo="room.png",
        words="static camera, the door swings open",
        masks={"door": (0.717, 0.285, 0.88, 0.846)},
    ),
    Piece(
        name="shutter",
        photo="shutters.png",
        words="static camera, the shutter swings open",
        masks={"shutter": (0.353, 0.171, 0.5, 0.829)},
    ),
    Piece(
        name="screen",
        photo="room.png",
        words="static camera, the screen flickers",
        masks={"screen": (0.128, 0.387, 0.372, 0.608)},
    ),
    Piece(name="neon", photo="neon.png", words="static camera, the neon sign flickers"),
    Piece(
        name="windmill",
        photo="windmill.png",
        words="static camera, the propeller spins, the clouds drift to the right",
        masks={"propeller": (0.28, 0.03, 0.72, 0.69)},
    ),
    Piece(name="timelapse", photo="windmill.png", words="static camera, time-lapse of the clouds"),
    Piece(
        name="wheel",
        photo="wheel.png",
        words="static camera, the wheel spins",
        masks={"wheel": (0.25, 0.115, 0.75, 0.864)},
    ),
    Piece(
        name="curtain",
        photo="window.png",
        words="static camera, the curtain moves strongly in the wind",
        masks={"cloth": (0.1, 0.06, 0.4, 0.94)},
    ),
    Piece(
        name="tail",
        photo="window.png",
        words="static camera, the cat wags its tail",
        masks={"tail": (0.55, 0.775, 0.7, 0.97)},
    ),
    Piece(
        name="flowers",
        photo="flower.jpg",
        words="static camera, the flower sways strongly",
        masks={"foliage": (0.12, 0.02, 0.9, 1)},
    ),
    Piece(
        name="hair",
        photo="astronaut.png",
        words="static camera, her hair blows strongly in the wind",
    ),
    Piece(
        name="nod",
        photo="astronaut.png",
        words="static camera, she nods, her gaze shifts to the left, she breathes",
    ),
    Piece(
        name="tilt",
        photo="astronaut.png",
        words="static camera, she tilts her head 7 degrees to the right",
    ),
    Piece(name="petals", photo="flower.jpg", words="slow push in, petals fall"),
    Piece(name="fireflies", photo="flower.jpg", words="static camera, night, fireflies"),
    Piece(name="bubbles", photo="flower.jpg", words="static camera, many bubbles float up"),
    Piece(name="confetti", photo="astronaut.png", words="static camera, confetti"),
    Piece(name="dust", photo="coffee.jpg", words="slow push in, dust motes, warm light"),
    Piece(name="leaves", photo="china.jpg", words="static camera, falling leaves, wind"),
    Piece(name="fog", photo="china.jpg", words="slow push in, thick fog"),
    Piece(name="flare", photo="windmill.png", words="static camera, lens flare, golden hour"),
    Piece(name="rays", photo="china.jpg", words="static camera, light rays through haze, vignette"),
    Piece(name="flicker", photo="room.png", words="static camera, the lamp flickers", quality=80),
    Piece(
        name="bluehour",
        photo="china.jpg",
        words="static camera, golden hour to blue hour",
        loop=False,
        quality=82,
    ),
    Piece(
        name="overcast",
        photo="windmill.png",
        words="static camera, sunny to overcast",
        loop=False,
        quality=85,
    ),
    Piece(
        name="backlight",
        photo="windmill.png",
        words="static camera, backlight, the clouds drift to the left",
    ),
    Piece(
        name="exposure",
        photo="coffee.jpg",
        words="static camera, the exposure ramps up",
        loop=False,
        quality=65,
    ),
    Piece(name="suit", photo="astronaut.png", words="slow push in, make the orange suit turquoise"),
    Piece(
        name="dusk",
        photo="china.jpg",
        words="static camera, day turns to night",
        loop=False,
        quality=82,
    ),
    Piece(
        name="slowmotion", photo="flower.jpg", words="static camera, confetti, ultra slow motion"
    ),
    Piece(
        name="reverse",
        photo="coffee.jpg",
        words="push in, thick steam rises, played in reverse",
        loop=False,
    ),
    Piece(name="stopmotion", photo="coffee.jpg", words="stop motion, orbit left", loop=False),
)

HEAD: Final = """# Gallery

What moves by itself, each with the command that made it ([words and masks](living.md),
[weather and light](weather-light-portraits.md)). `china.jpg` and `flower.jpg` come with
scikit-learn, `astronaut.png` with scikit-image; `coffee.jpg` is `examples/photos/coffee.jpg`; the
others are drawn by `python scripts/draw_scenes.py DIR`, for want of photos that are free to show.
`python scripts/make_gallery.py` makes this page.
"""


def main() -> None:
    """Make the pictures that are named, or all, and the page."""
    if unknown := set(sys.argv[1:]) - {piece.name for piece in GALLERY}:
        raise SystemExit(f"No picture is named {', '.join(sorted(unknown))}.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    scenes: dict[str, kinora.Scene] = {}
    for piece in GALLERY:
        if sys.argv[1:] and piece.name not in sys.argv[1:]:
            continue
        if piece.photo not in scenes:
            scenes[piece.photo] = kinora.Scene.from_image(photo_of(piece.photo), size=SIZE)
        made = kinora.animate(
            scenes[piece.photo],
            piece.words,
            masks=dict(piece.masks),
            loop=piece.loop,
            seconds=3,
            size=SIZE,
            sound=False,
        )
        path = PICTURES / f"{piece.name}.webp"
        frames = [Image.fromarray(frame) for frame in list(made)[::3]]
        save_animated(path, frames, step=3, quality=piece.quality)
        told = "; ".join(
            f"{item.request}: {item.done or item.reason}" for item in made.report.items()
        )
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB; {told}", flush=True)
    PAGE.write_text(page())


def page() -> str:
    """The page."""
    shown = [
        f"\n![{piece.words}](pictures/gallery/{piece.name}.webp)\n\n```bash\n{piece.command}\n```\n"
        for piece in GALLERY
    ]
    return HEAD + "".join(shown)


def photo_of(name: str) -> NDArray[np.uint8]:
    """A photo or drawn picture by the name of its file."""
    stem = name.split(".")[0]
    if stem in SCENES:
        return drawn(stem)
    if stem in ("china", "flower"):
        return np.asarray(load_sample_image(name), np.uint8)
    photos = {"astronaut": data.astronaut, "coffee": data.coffee}
    return np.asarray(photos[stem](), np.uint8)


if __name__ == "__main__":
    main()
