"""Make every picture of the README and the tutorial, and the example photo, from the code.

Run ``python scripts/make_pictures.py`` in the development environment; the photos come from
scikit-image (credits: examples/photos/CREDITS.md).
"""

from __future__ import annotations

import io
import re
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.terminal_theme import MONOKAI
from skimage import data
from sklearn.datasets import load_sample_image

import kinora
from kinora.cli.reporting import print_report
from kinora.cli.timeline import print_timeline
from kinora.provenance.visible import stamped, text_stamp
from kinora.provenance.watermark.embed import Marker
from kinora.scene.inspect import inspect_sheet
from kinora.types.geometry import Size
from kinora.types.rendition import Rendition, YuvPlanes

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
COFFEE = ROOT / "examples" / "photos" / "coffee.jpg"

PREVIEW = "orbit left 1.5 s, push in 1.5 s, orbit right 2 s"
BEATS = (
    "Start static 0.5 s, dolly in 2 s, hold 1 s, orbit left 12 degrees in 1.5 s. "
    "Steam rises from the cup. Sound: rain."
)
STRIP = "orbit left 4 degrees"
#: Weather, light and portraits: animated pictures of docs/weather-light-portraits.md.
LIVING = {
    "portrait": (
        data.astronaut()[0:400, 20:420],
        "static camera. She blinks twice, turns her head 8 degrees to the left, smiles. Warm "
        "evening light.",
    ),
    "speaking": (
        data.astronaut()[20:300, 80:360],
        'static camera. She says "Good morning, everybody. We are ready."',
    ),
    "snow": (data.chelsea(), "slow push in, snow, blue hour"),
}
#: Elements: animated pictures of docs/living.md and docs/weather-light-portraits.md, loops.
GALLERY: dict[str, tuple[NDArray[np.uint8], str, dict[str, tuple[float, ...]]]] = {
    "cat": (
        data.chelsea(),
        "static camera, the cat breathes and twitches its ear twice",
        {"ear": (0.7, 0.0, 0.86, 0.27), "animal": (0.0, 0.0, 0.82, 1.0)},
    ),
    "clouds": (
        load_sample_image("china.jpg"),
        "static camera, the clouds drift to the left, the trees sway strongly",
        {},
    ),
    "steam": (data.coffee(), "static camera, thick steam rises", {}),
    "lights": (data.rocket(), "static camera, the lights blink", {}),
    "storm": (
        load_sample_image("china.jpg"),
        "static camera, heavy rain, lightning at 1 s, night",
        {},
    ),
    "recolour": (load_sample_image("china.jpg"), "slow push in, make the sky orange", {}),
}


def main() -> None:
    """Make all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    Image.fromarray(data.coffee()).save(COFFEE, quality=93, subsampling=0, optimize=True)
    preview(PICTURES / "preview.webp")
    timeline(PICTURES / "plan.svg")
    sheet(PICTURES / "inspect.webp")
    strip(PICTURES / "orbit.webp")
    marks(PICTURES / "marks.webp")
    for name, (photo, words) in LIVING.items():
        living(PICTURES / f"{name}.webp", photo, words)
    flag(PICTURES / "flag.webp")
    for name, (photo, words, masks) in GALLERY.items():
        gallery(PICTURES / f"{name}.webp", photo, words, masks)
    for path in sorted(PICTURES.iterdir()):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")


def preview(path: Path) -> None:
    """The animated preview of the README: 15 frames per second of the clip's 30."""
    clip = kinora.animate(COFFEE, PREVIEW, size="480x320")
    save_animated(path, [Image.fromarray(frame) for frame in list(clip)[::2]])


def living(path: Path, photo: NDArray[np.uint8], words: str) -> None:
    """An animated picture of three seconds."""
    size = "320x320" if photo.shape[0] == photo.shape[1] else "360x240"
    clip = kinora.animate(photo, words, seconds=3, size=size)
    save_animated(path, [Image.fromarray(frame) for frame in list(clip)[::2]])


def flag(path: Path) -> None:
    """An animated picture of docs/living.md: a loop of three seconds."""
    box = (0.0, 0.0, 0.3, 0.62)
    clip = kinora.animate(
        data.astronaut(),
        "static camera, the flag flutters strongly",
        masks={"flag": box},
        loop=True,
        seconds=3,
        size="320x320",
    )
    save_animated(path, [Image.fromarray(frame) for frame in list(clip)[::2]])


def gallery(
    path: Path, photo: NDArray[np.uint8], words: str, masks: dict[str, tuple[float, ...]]
) -> None:
    """A small animated picture: a loop of three seconds, ten frames a second."""
    clip = kinora.animate(photo, words, masks=masks, loop=True, seconds=3, size="270x180")
    frames = [Image.fromarray(frame) for frame in list(clip)[::3]]
    save_animated(path, frames, step=3, quality=45)


def marks(path: Path) -> None:
    """A frame with the visible and the invisible mark, and what the invisible one changes, × 16."""
    size = Size(960, 540)
    photo = cv2.resize(data.coffee()[16:386], (size.width, size.height))
    frame = cv2.cvtColor(photo, cv2.COLOR_RGB2YUV_I420)
    y, u, v = frame[:540], *frame[540:].reshape(2, 270, 480)
    plain = y.copy()
    Marker(size=size, key=bytes(16), clip_id="0" * 12).mark(y)
    change = np.clip(128 + 16.0 * (y.astype(np.float32) - plain), 0, 255).astype(np.uint8)
    still = Rendition(frames=_Nothing(), frame_count=1, size=size, fps=Fraction(1))
    stamped(still, text_stamp("made with Kinora", size)).render(0, YuvPlanes(y=y, u=u, v=v))
    shown = cv2.cvtColor(frame, cv2.COLOR_YUV2RGB_I420)
    both = np.concatenate([shown, np.repeat(change[..., None], 3, axis=2)], axis=1)
    Image.fromarray(both).resize((1280, 360), Image.Resampling.LANCZOS).save(path, quality=80)


class _Nothing:
    """A frame that is there already."""

    random_access = True

    def render(self, index: int, planes: YuvPlanes) -> None:
        """Leave it."""


def save_animated(
    path: Path, frames: list[Image.Image], *, step: int = 2, quality: int = 55
) -> None:
    """Every second (or ``step``-th) frame of a clip of 30 frames per second."""
    frames[0].save(
        path,
        save_all=True,
        append_images=frames[1:],
        duration=1000 * step // 30,
        loop=0,
        quality=quality,
        method=6,
    )


def timeline(path: Path) -> None:
    """What ``kinora plan`` prints, and below it the report of ``kinora animate``."""
    clip = kinora.animate(COFFEE, BEATS, quality="draft")
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True)
    print_timeline(clip.plan, console, lang=clip.report.lang)
    console.print()
    print_report(clip.report, console)
    picture = console.export_svg(title="the plan, and the report on the clip", theme=MONOKAI)
    # rich's template loads a font from the web; the viewer's own monospace does as well.
    path.write_text(re.sub(r"\s*@font-face \{.*?\}", "", picture, flags=re.DOTALL))


def sheet(path: Path) -> None:
    """What ``kinora inspect`` writes."""
    Image.fromarray(inspect_sheet(kinora.Scene.from_image(COFFEE))).save(path, quality=80)


def strip(path: Path) -> None:
    """First, middle and last frame of an orbit, side by side."""
    clip = kinora.animate(COFFEE, STRIP, seconds=2, size="480x320")
    frames: list[NDArray[np.uint8]] = list(clip)
    chosen = [frames[0], frames[len(frames) // 2], frames[-1]]
    Image.fromarray(np.concatenate(chosen, axis=1)).save(path, quality=80)


if __name__ == "__main__":
    main()
