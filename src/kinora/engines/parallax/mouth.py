"""Mouths that speak, drawn into composed frames: lower lip and jaw go down, and between the lips
it is dark.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax.face_patch import Around, Paint, Patch, find_patch, look_up
from kinora.engines.parallax.texture_set import TextureSet
from kinora.types.face import Mouth, MouthShape
from kinora.types.rendition import YuvPlanes

F32 = NDArray[np.float32]
Real = NDArray[Any]
U8 = NDArray[np.uint8]

# Lengths of a face in distances between the eyes.
_AROUND: Final = (0.9, 0.8)  # half the size of the part of a face that speech moves
_BELOW: Final = 0.45  # its middle, below the mouth's
_UPPER_REACH: Final = 0.22  # skin above the mouth that follows the upper lip
_LIP_REACH: Final = 0.30  # below, from the lip's own shape to the jaw's
_JAW: Final = 0.66  # half the jaw's width
_CHIN, _NECK = 0.50, 1.15  # below the lip: where the jaw's movement begins to fade, and ends

_UPPER: Final = 0.14  # how far the upper lip rises, of the opening
_DROP: Final = 0.72  # how far the chin goes down, of the opening
_DARK, _PALE = 0.20, 0.55  # light between the lips, above and below, of the lips' own light
_TOOTH: Final = (0.30, 0.85)  # upper teeth: their share of the opening, their light of the lips'


class MouthPass:
    """Draws `Mouth`s into frames; without state, so several threads may share it."""

    def __init__(self, mouths: tuple[Mouth, ...], textures: TextureSet) -> None:
        """Args:
        mouths: who says what.
        textures: the layers of the frames.
        """
        self._mouths = mouths
        self._textures = textures

    def still(self, seconds: float) -> bool:
        """Whether all mouths are as in the photo."""
        return all(mouth.talk.at(seconds) <= 0.0 for mouth in self._mouths)

    def apply(self, seconds: float, nodes: F32, planes: YuvPlanes) -> None:
        """Draw into one frame.

        Args:
            seconds: of the scene.
            nodes: (L, 2, rows + 1, columns + 1) texel indices, bent.
            planes: the frame, changed.
        """
        for mouth in self._mouths:
            opened = mouth.talk.at(seconds) * mouth.most
            if opened <= 0.0:
                continue
            shape = mouth.shape
            wide, high = (side * shape.apart for side in _AROUND)
            down = _BELOW * shape.apart
            (ux, uy), x, y = shape.axis, shape.x, shape.y
            around = Around(x=x - down * uy, y=y + down * ux, wide=wide, high=high)
            if (patch := find_patch(around, nodes, self._textures)) is not None:
                _draw(shape, patch, opened, planes)


def _draw(shape: MouthShape, patch: Patch, opened: float, planes: YuvPlanes) -> None:
    """Draw one mouth, ``opened`` canvas pixels wide, into the frame."""
    dx, dy = patch.x - shape.x, patch.y - shape.y
    ux, uy = shape.axis
    along = dx * ux + dy * uy
    arch = np.clip(1.0 - (along / shape.half) ** 2, 0.0, None)
    below = dy * ux - dx * uy - shape.sag * arch  # of the lower lip's edge, canvas pixels
    lip = opened * arch**0.8
    top = np.zeros_like(lip) if shape.teeth else -_UPPER * lip
    jaw = _DROP * opened * np.exp(-((along / (_JAW * shape.apart)) ** 4))
    moved = np.zeros_like(below)
    for _ in range(4):  # what is seen here comes from where it was before it moved
        moved = _fallen(below - moved, lip, jaw, apart=shape.apart)
    lifted = top * (1.0 - _smooth(-below / (_UPPER_REACH * shape.apart)))
    shift = np.where(below >= lip, -moved, np.where(below <= top, -lifted, 0.0))
    move = np.stack([-shift * uy, shift * ux]) * patch.scale
    paint = _inside(shape, patch, below, (top, lip), planes=planes)
    look_up(patch, move.astype(np.float32), np.ones_like(below, np.float32), planes, paint=paint)


def _fallen(below: Real, lip: Real, jaw: Real, *, apart: float) -> Real:
    """How far what lies so far below the lip's edge has gone down."""
    share = _smooth(below / (_LIP_REACH * apart))
    fade = 1.0 - _smooth((below / apart - _CHIN) / (_NECK - _CHIN))
    return np.where(below > -lip, (lip * (1.0 - share) + jaw * share) * fade, 0.0)


def _inside(
    shape: MouthShape, patch: Patch, below: Real, edges: tuple[Real, Real], *, planes: YuvPlanes
) -> Paint:
    """What is seen between lips that are apart: darkness, a tongue in it, and upper teeth."""
    top, lip = edges
    gap = np.maximum(lip - top, 1e-6)
    cover = _edge((below - top) * patch.scale) * _edge((lip - below) * patch.scale)
    cover *= np.clip(gap * patch.scale - 0.3, 0.0, 1.0)
    lips = (below > 0.0) & (below < 0.09 * shape.apart) & (lip > 0.5 * lip.max())
    light, u, v = _colour(patch, lips, planes)
    share = np.clip((below - top) / gap, 0.0, 1.0)
    inner = _DARK + (_PALE - _DARK) * share**3
    if not shape.teeth:
        high, bright = _TOOTH
        wide = np.clip(gap / (0.09 * shape.apart) - 0.4, 0.0, 1.0)
        tooth = (1.0 - _smooth((share / high - 0.7) / 0.5)) * wide
        inner = inner + (bright - inner) * tooth
    return Paint(
        cover=cover.astype(np.float32),
        y=(16.0 + (light - 16.0) * inner).astype(np.float32),
        u=128.0 + 0.4 * (u - 128.0),
        v=128.0 + 0.4 * (v - 128.0),
    )


def _colour(
    patch: Patch, where: NDArray[np.bool_], planes: YuvPlanes
) -> tuple[float, float, float]:
    """Mean colour of the frame there; black where that is nowhere."""
    top, left = (part.start * 8 for part in (patch.rows, patch.columns))
    found = []
    for plane, step in ((planes.y, 1), (planes.u, 2), (planes.v, 2)):
        chosen = where[::step, ::step]
        part = plane[top // step :, left // step :][: chosen.shape[0], : chosen.shape[1]]
        chosen = chosen[: part.shape[0], : part.shape[1]]
        found.append(float(part[chosen].mean()) if chosen.any() else (16.0, 128.0)[step - 1])
    return found[0], found[1], found[2]


def _smooth(x: Real) -> Real:
    x = np.clip(x, 0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)


def _edge(pixels: Real) -> Real:
    """Share of a pixel that lies on the far side of an edge so many pixels away."""
    return np.clip(pixels + 0.5, 0.0, 1.0)
