"""Eyelids and gaze, drawn into composed frames: skin from above an eye slides over it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax.face_patch import Around, Patch, find_patch, look_up
from kinora.engines.parallax.texture_set import TextureSet
from kinora.types.face import EyeShape, Lids
from kinora.types.rendition import YuvPlanes

F32 = NDArray[np.float32]
Real = NDArray[Any]

#: How far around an eye its neighbourhood reaches, in half widths and heights.
_AROUND: Final = (1.25, 1.9)
# Dark line along a lid's edge: half its thickness in half widths, how dark, and skin's shade.
_LASH, _DARK, _SHADE = 0.042, 0.45, 0.05


class LidPass:
    """Draws `Lids` into frames; without state, so several threads may share it."""

    def __init__(self, lids: tuple[Lids, ...], textures: TextureSet) -> None:
        """Args:
        lids: whose eyes do what.
        textures: the layers of the frames.
        """
        self._lids = lids
        self._textures = textures

    def still(self, seconds: float) -> bool:
        """Whether all eyes are as in the photo."""
        return all(face.look.at(seconds) == (0.0, 0.0, 0.0) for face in self._lids)

    def apply(self, seconds: float, nodes: F32, planes: YuvPlanes) -> None:
        """Draw into one frame.

        Args:
            seconds: of the clip.
            nodes: (L, 2, rows + 1, columns + 1) texel indices, bent.
            planes: the frame, changed.
        """
        for face in self._lids:
            closed, right, down = face.look.at(seconds)
            if (closed, right, down) == (0.0, 0.0, 0.0):
                continue
            for eye in face.eyes:
                high = _AROUND[1] * (eye.upper + eye.lower + eye.skin)
                around = Around(x=eye.x, y=eye.y, wide=_AROUND[0] * eye.half, high=high)
                if (patch := find_patch(around, nodes, self._textures)) is not None:
                    _draw(eye, patch, closed, gaze=(right, down), planes=planes)


def _draw(
    eye: EyeShape,
    patch: Patch,
    closed: float,
    *,
    gaze: tuple[float, float],
    planes: YuvPlanes,
) -> None:
    """Draw one eye into the frame."""
    dx, dy = patch.x - eye.x, patch.y - eye.y
    ux, uy = eye.axis
    p, q = (dx * ux + dy * uy) / eye.half, dy * ux - dx * uy
    arch = np.clip(1.0 - p * p, 0.0, None)
    upper, lower = -eye.upper * arch, eye.lower * 1.1 * arch
    edge = upper + closed * (lower - upper)
    lifted, under = _lid(eye, q, upper, edge)
    along, across = _gaze(eye, p, q, gaze)
    across = np.where(under, lifted - q, across)
    along = np.where(under, 0.0, along)
    move = np.stack([along * ux - across * uy, along * uy + across * ux]) * patch.scale
    if not np.any(np.abs(move) > 0.02):
        return
    line = _DARK * np.exp(-(((q - edge) / (_LASH * eye.half)) ** 2)) * (arch > 0.0)
    line *= np.clip(arch * 4.0, 0.0, 1.0) * min(closed * 1.6, 1.0)
    height = np.clip((q - upper) / np.maximum(edge - upper, 1.0), 0.0, 1.0)
    shade = 1.0 - _SHADE * closed * under * height
    look_up(patch, move.astype(np.float32), ((1.0 - line) * shade).astype(np.float32), planes)


def _lid(eye: EyeShape, q: Real, upper: Real, edge: Real) -> tuple[Real, NDArray[np.bool_]]:
    """Which height each place of a lowered lid shows, and where the lid is."""
    top = upper - eye.skin
    under = (q > top) & (q < edge) & (edge > upper + 1e-3)
    share = (q - top) / np.maximum(edge - top, 1e-3)
    # Skin near the brow hardly moves, that at the edge goes all the way.
    return top + (upper - top) * share, under


def _gaze(eye: EyeShape, p: Real, q: Real, gaze: tuple[float, float]) -> tuple[Real, Real]:
    """By how much the eyeball is looked up elsewhere, canvas pixels; 0 at the lids."""
    height = np.where(q < 0, eye.upper, eye.lower) * 1.15
    far = np.clip((p / 0.95) ** 2 + (q / height) ** 2, 0.0, 1.0)
    share = (1.0 - far) ** 0.75
    return -gaze[0] * share, -gaze[1] * share
