"""How what bends is seen to move: cloth, hair, plants, against the offsets that were planned."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.takes import F32, SECONDS, U8, Take, dense_flow, textured
from kinora.types.geometry import Size
from kinora.types.living import Living

#: At this size, as of the clips that people make: at 640x360 some sways are under a pixel.
SIZE = Size(1280, 720)
PHOTOS = (
    "portrait_red_hat.png=the scarf moves in the wind",
    "girl_face_paint.png=the scarf moves in the wind",
    "portrait_astronaut.png=her hair blows in the wind",
    "girl_face_paint.png=her hair blows in the wind",
    "sunflowers_sky.jpg=the flowers sway",
    "parrots.png=the leaves sway",
)
#: Frames from one of a compared pair to the other, and from pair to pair. Within half a second what
#: sways goes farther than a pixel; DIS sees less of shorter ways.
_GAP, _EVERY = 16, 5
#: Of the greatest planned offset, the least that counts as moving.
_MOVES = 0.15
#: Planned ways that are compared: the longest of a clip, percent from below.
_LONG = 67.0


def report(photo: Path, words: str) -> None:
    """Print how one photo's sways are seen, in the file, without its marks, and before it."""
    it = Take.of(photo, words, SIZE)
    living = it.living()
    print(f"\n{photo.stem}: {words}, {SIZE.width}x{SIZE.height}")
    for outcome in living.outcomes:
        print(f"  {outcome.done or outcome.reason}")
    if not living.warps:
        return
    offsets = [_offsets(it, living, k / 30) for k in range(SECONDS * 30)]
    speed, angle, way = ways(list(it.marked()), offsets)
    frames = it.frames(living)
    bare, turned, _ = ways(it.unmarked(frames), offsets)
    rendered = [it.luma(frames, k).astype(np.uint8) for k in range(SECONDS * 30)]
    whole, straight, _ = ways(rendered, offsets)
    print(
        f"  seen {speed:.2f} of the planned way, {angle:.0f}° off ({bare:.2f}, {turned:.0f}° "
        f"without the marks, {whole:.2f}, {straight:.0f}° before the encoder); {way:.1f} pixels "
        f"within {_GAP} frames",
        flush=True,
    )


def _offsets(it: Take, living: Living, seconds: float) -> F32:
    """Planned offsets at a time, (2, H, W) output pixels."""
    bent = [warp.displacement.at(seconds) for warp in living.warps]
    return it.field(np.sum(bent, axis=0, dtype=np.float32))


def ways(clip: Sequence[U8], offsets: Sequence[F32]) -> tuple[float, float, float]:
    """Way seen over the planned one, degrees between them, and how long it is, pixels: medians.

    Of a region's most textured places, those that go farthest within the frames compared: a place
    shows what the photo has at place + offset, so what it shows goes by what the offset loses.
    """
    reach = np.max([np.hypot(*each) for each in offsets[::5]], axis=0)
    moving = np.asarray(reach > _MOVES * reach.max())
    seen, asked = [], []
    for first in range(2, min(len(clip), len(offsets)) - _GAP, _EVERY):
        where = textured(clip[first], moving)
        seen.append(dense_flow(clip[first], clip[first + _GAP])[:, where])
        asked.append((offsets[first] - offsets[first + _GAP])[:, where])
    flow, plan = np.hstack(seen), np.hstack(asked)
    length = np.hypot(*plan)
    far = length > np.percentile(length, _LONG)
    flow, plan, length = flow[:, far], plan[:, far], length[far]
    along, across = (flow * plan).sum(axis=0), plan[0] * flow[1] - plan[1] * flow[0]
    angle = np.abs(np.degrees(np.arctan2(across, along)))
    return float(np.median(along / length**2)), float(np.median(angle)), float(np.median(length))
