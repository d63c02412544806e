"""Clothes: what of a person is neither face, hair nor skin, from the neck down."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.living.evidence.figure import find_hair
from kinora.living.evidence.look import Bool, Look, opened
from kinora.types.living import F32

#: From which share of the face's height on something may be clothes: scarves reach up to the chin,
#: hats are above it.
_FROM: Final = 0.6
#: Distance in CIELAB from a face's colour below which something is skin; light counts by this much.
_SKIN, _SHADED = 13.0, 0.35
#: Width of the rim of a face that isn't clothes either, as a share of its width.
_RIM: Final = 0.06
#: Least size of a part, as a share of the largest; largest hole, as a share of the picture.
_PART, _HOLE = 0.25, 0.01
#: Least share of the picture.
_LEAST: Final = 0.004


def find_clothes(look: Look) -> Bool | None:
    """Scarves, collars and coats, (h, w); None without a face."""
    person, face = look.region("person") > 0.5, look.region("face") > 0.5
    if not face.any() or not person.any():
        return None
    rows, columns = np.flatnonzero(face.any(axis=1)), np.flatnonzero(face.any(axis=0))
    hair = look.once(find_hair)
    clothes = person & ~_wide(face, _RIM * len(columns)) & ~_skin(look, face)
    if hair is not None:
        clothes &= ~hair
    clothes[: int(rows[0]) + round(_FROM * len(rows))] = False
    clothes = _whole(opened(clothes))
    return clothes if float(clothes.mean()) > _LEAST else None


def _whole(clothes: Bool) -> Bool:
    """The large parts with the holes in them: through nets skin is seen."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(clothes.astype(np.uint8))
    areas = stats[:, cv2.CC_STAT_AREA]
    kept = np.zeros_like(clothes)
    for part in range(1, count):
        if areas[part] >= _PART * areas[1:].max():
            kept |= labels == part
    count, labels, stats, _ = cv2.connectedComponentsWithStats((~kept).astype(np.uint8))
    for hole in range(1, count):
        if stats[hole, cv2.CC_STAT_AREA] < _HOLE * clothes.size:
            kept |= labels == hole
    return kept


def _skin(look: Look, face: Bool) -> Bool:
    """What has the colour of the faces, however it is lit."""
    usual = np.median(look.lab[face], axis=0)
    off = (look.lab - usual) * np.array([_SHADED, 1.0, 1.0], np.float32)
    alike = (np.linalg.norm(off, axis=2) < _SKIN).astype(np.float32)
    soft: F32 = np.asarray(cv2.GaussianBlur(alike, (0, 0), 1.5), np.float32)
    return np.asarray(soft > 0.5)


def _wide(mask: Bool, radius: float) -> Bool:
    side = 2 * max(1, round(radius)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), kernel) > 0)
