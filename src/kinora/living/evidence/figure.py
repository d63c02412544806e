"""Hair and clothes, from where faces and persons are."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.living.evidence.look import Bool, Look
from kinora.types.living import F32

#: Where hair may be, in heights and widths of the face around it: above, below, beside.
_ABOVE, _BELOW, _BESIDE = 0.8, 0.9, 0.75
_BROW: Final = 0.3  # of the face's height, above which hair may hang into it
#: Hair is never as light, nor as colourful: that is a hat. Lightness and chroma of CIELAB.
_LIGHTEST, _MOST_COLOUR = 92.0, 44.0
_RED, _YELLOW = 46.0, 100.0  # degrees between which colourful hair lies
_FAINT: Final = 12.0  # chroma below which hair has no colour of its own
_UNLIKE_SKIN: Final = 15.0  # least distance in CIELAB
_ALIKE: Final = 21.0  # greatest distance from the hair's middle colour
_LEAST: Final = 24  # pixels that must be hair for certain
_WORTH: Final = 0.12  # of the face's area, below which too little is seen to move


def find_hair(look: Look) -> Bool | None:
    """Hair above and around the face, (h, w), by its colour; None where none is seen.

    What lies right above the brow, isn't skin and may be hair by its colour tells what hair looks
    like; what is alike, near the face and joined to it belongs to it.
    """
    person = np.maximum(look.region("person"), look.region("subject")) > 0.5
    face = look.region("face") > 0.5
    if not face.any() or not person.any():
        return None
    rows, columns = np.flatnonzero(face.any(axis=1)), np.flatnonzero(face.any(axis=0))
    top, high = int(rows[0]), int(rows[-1]) + 1 - int(rows[0])
    brow = top + round(_BROW * high)
    wide = int(columns[-1]) + 1 - int(columns[0])
    lab = look.lab + np.array([0.0, *look.cast], np.float32)
    skin = np.median(lab[face & _below(face, brow)], axis=0)
    may = _may_be_hair(lab, skin) & person & ~(face & _below(face, brow))
    sure = may & _box(look, top - round(0.15 * high), brow, columns[0], columns[-1] + 1)
    if int(sure.sum()) < _LEAST:
        return None
    middle = np.median(lab[sure], axis=0)
    off = (lab - middle) * np.array([0.6, 1.0, 1.0], np.float32)  # shine and shade vary most
    beside = round(_BESIDE * wide)
    near = _box(
        look,
        top - round(_ABOVE * high),
        top + high + round(_BELOW * high),
        columns[0] - beside,
        columns[-1] + 1 + beside,
    )
    hair = _joined(may & near & (np.linalg.norm(off, axis=2) < _ALIKE), sure)
    return hair if hair.sum() > _WORTH * face.sum() else None


def _may_be_hair(lab: F32, skin: F32) -> Bool:
    """Colours that hair has and skin hasn't."""
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    hue = np.rad2deg(np.arctan2(lab[..., 2], lab[..., 1]))
    natural = ((hue > _RED) & (hue < _YELLOW)) | (chroma < _FAINT)
    other = np.linalg.norm(lab - skin, axis=2) > _UNLIKE_SKIN
    return np.asarray((lab[..., 0] < _LIGHTEST) & (chroma < _MOST_COLOUR) & natural & other)


def _below(mask: Bool, row: int) -> Bool:
    out = np.zeros_like(mask)
    out[max(row, 0) :] = True
    return out


def _box(look: Look, top: int, bottom: int, left: int, right: int) -> Bool:
    out = np.zeros(look.shape, np.bool_)
    out[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = True
    return out


def _joined(alike: Bool, sure: Bool) -> Bool:
    """Parts that hang together with what is surely hair."""
    closed = cv2.morphologyEx(alike.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels = cv2.connectedComponents(opened)
    held = np.bincount(labels.ravel(), sure.ravel(), count) >= _LEAST / 4
    held[0] = False
    return np.asarray(held[labels])


def find_clothes(look: Look) -> Bool | None:
    """What of a person lies below the face, (h, w); None without a face."""
    person = look.region("person") > 0.5
    face = look.region("face") > 0.5
    if not face.any() or not person.any():
        return None
    below = np.flatnonzero(face.any(axis=1))[-1] + 1
    clothes = person.copy()
    clothes[: min(below + round(0.08 * look.shape[0]), look.shape[0])] = False
    return clothes if clothes.any() else None
