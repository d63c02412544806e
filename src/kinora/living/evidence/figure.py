"""Hair, from where faces and persons are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from kinora.living.evidence.look import Bool, Look
from kinora.types.living import F32

#: Where hair may be, in heights and widths of the face around it: above, below, beside.
_ABOVE, _BELOW, _BESIDE = 0.8, 0.9, 0.75
#: Likewise where no colour tells of it: above the chin, as below it are clothes.
_ROUGHLY_ABOVE, _ROUGHLY_BESIDE = 0.7, 0.6
_BROW: Final = 0.3  # of the face's height, above which hair may hang into it
#: Chroma of CIELAB above which hair is no natural one, and above which it is none: that is a hat.
_NATURAL, _VIVID = 44.0, 54.0
#: Reds of unnatural chroma are hats too: their angle, how far others may be off, degrees; and the
#: share of what lies above the brow from which a hat covers the hair.
_HAT, _HATS, _COVERED = 28.0, 18.0, 0.5
#: Lightness below and above which something is dark and light, and the least share of both, with
#: few tones between them, from which it is a pattern: a hat or a scarf, for hair is of one tone.
_DARK, _LIGHT, _BOTH = 35.0, 65.0, 0.2
_RED, _YELLOW = 36.0, 100.0  # degrees between which colourful hair lies
_FAINT: Final = 12.0  # chroma below which hair has no colour of its own
#: Least distance from skin in CIELAB; and less where it is one of hue more than of light, as blond.
_UNLIKE_SKIN, _OTHER_HUE = 15.0, 11.0
_ALIKE: Final = 21.0  # greatest distance from the hair's middle colour
#: Clothes right below the chin, heights of the face, and the share of them from which they are so
#: like the hair that it can't be told from them.
_COLLAR, _CHEST, _SAME = 0.3, 1.2, 0.3
#: Heights of the face above it, and the share of what lies there that hair is.
_CROWN, _TOPPED = 0.25, 0.4
#: Share of what is around a face that cuts the frame, from which hats are worn.
_HATTED: Final = 0.25
#: Edge of a face, share of its width, within which its eyes and brows lie; and the share of a part
#: that lies there for it to be one of those.
_RIM, _INSIDE = 0.06, 0.6
_LEAST: Final = 24  # pixels that must be hair for certain
_WORTH: Final = 0.12  # of the face's area, below which too little is seen to move


@dataclass(frozen=True, slots=True, eq=False)
class _Face:
    """A face, and what is measured from it, in pixels of the look."""

    mask: Bool
    top: int
    chin: int  # first row below it
    left: int
    right: int  # first column beside it

    @staticmethod
    def of(mask: Bool) -> _Face:
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        return _Face(mask, int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)

    @property
    def high(self) -> int:
        return self.chin - self.top

    @property
    def brow(self) -> int:
        return self.top + round(_BROW * self.high)

    def near(self, *, above: float, below: float, beside: float) -> tuple[slice, slice]:
        """Rows and columns around it: shares of its height and width."""
        aside = round(beside * (self.right - self.left))
        return (
            slice(
                max(self.top - round(above * self.high), 0), self.chin + round(below * self.high)
            ),
            slice(max(self.left - aside, 0), self.right + aside),
        )


def find_hair(look: Look) -> Bool | None:
    """Hair above and around each face, (h, w), by its colour; None where none is seen.

    What lies right above the brow, isn't skin and may be hair by its colour tells what hair looks
    like; what is alike, near the face and joined to it belongs to it. Where no colour tells (dyed
    hair), it is what lies around the face above the chin; under a hat or a scarf nothing is.
    """
    person = np.maximum(look.region("person"), look.region("subject")) > 0.5
    faces = [mask for mask in look.each("face") if mask.any()]
    if not faces or not person.any():
        return None
    lab = look.lab + np.array([0.0, *look.cast], np.float32)
    bare = np.logical_or.reduce([mask & _below(mask, _Face.of(mask).brow) for mask in faces])
    beside, hats = person & ~np.logical_or.reduce(faces), _hats(lab)
    found = np.zeros(look.shape, np.bool_)
    for mask in faces:
        face = _Face.of(mask)
        if _covered(face, hats, beside) or _patterned(face, lab, beside):
            continue
        hair = _by_colour(face, lab, person & ~bare)
        if hair is None:
            hair = _by_place(face, beside & ~hats)
        hair = _without_features(face, hair)
        if hair.sum() > _WORTH * mask.sum() and _tops(face, hair, beside, hats):
            found |= hair
    return found if found.any() else None


def _tops(face: _Face, hair: Bool, free: Bool, hats: Bool) -> bool:
    """Whether hair is most of what lies right above a face, where that is no hat; in a frame that
    cuts the head off there, whether next to no hat is seen around it."""
    rows, columns = face.near(above=_CROWN, below=0.0, beside=0.0)
    above = np.s_[rows.start : face.top, columns]
    seen = int((free & ~hats)[above].sum())
    if seen >= _LEAST:
        return int((hair & free)[above].sum()) > _TOPPED * seen
    around = face.near(above=_ROUGHLY_ABOVE, below=0.0, beside=_ROUGHLY_BESIDE)
    return int((hats & ~face.mask)[around].sum()) <= _HATTED * int((~face.mask)[around].sum())


def _without_features(face: _Face, hair: Bool) -> Bool:
    """Without parts that lie in a face: eyes and brows are as dark as hair."""
    rim = round(_RIM * (face.right - face.left))
    inner = np.zeros_like(hair)
    inner[face.top : face.chin, face.left + rim : face.right - rim] = True
    count, labels = cv2.connectedComponents(hair.astype(np.uint8))
    sizes = np.bincount(labels.ravel(), minlength=count)
    within = np.bincount(labels.ravel(), inner.ravel(), count) > _INSIDE * sizes
    within[0] = True
    return np.asarray(~within[labels])


def _by_colour(face: _Face, lab: F32, free: Bool) -> Bool | None:
    """What is like what lies above the brow, as far as ``free``; None: that is no natural hair."""
    skin = np.median(lab[face.mask & _below(face.mask, face.brow)], axis=0)
    may = _may_be_hair(lab, skin) & free
    sure = np.zeros_like(may)
    crown = slice(max(face.top - round(0.15 * face.high), 0), face.brow)
    crown_columns = slice(face.left, face.right)
    sure[crown, crown_columns] = may[crown, crown_columns]
    if int(sure.sum()) < _LEAST:
        return None
    off = (lab - np.median(lab[sure], axis=0)) * np.array([0.6, 1.0, 1.0], np.float32)
    alike = np.linalg.norm(off, axis=2) < _ALIKE  # shine and shade vary most
    chest = np.s_[
        face.chin + round(_COLLAR * face.high) : face.chin + round(_CHEST * face.high),
        face.left : face.right,
    ]
    same = (alike & free)[chest].sum() >= _SAME * max(int(free[chest].sum()), 1)
    near = face.near(above=_ABOVE, below=0.0 if same else _BELOW, beside=_BESIDE)
    part = np.zeros_like(may)
    part[near] = (may & alike)[near]
    hair = _joined(part, sure)
    return hair if hair.sum() > _WORTH * face.mask.sum() else None


def _by_place(face: _Face, free: Bool) -> Bool:
    """What lies around a face above its chin."""
    hair = np.zeros_like(free)
    near = face.near(above=_ROUGHLY_ABOVE, below=0.0, beside=_ROUGHLY_BESIDE)
    hair[near] = free[near]
    return hair


def _hats(lab: F32) -> Bool:
    """Colours that no hair has."""
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    hue = np.rad2deg(np.arctan2(lab[..., 2], lab[..., 1]))
    return np.asarray((chroma > _VIVID) | ((chroma > _NATURAL) & (np.abs(hue - _HAT) < _HATS)))


def _covered(face: _Face, hats: Bool, free: Bool) -> bool:
    """Whether what lies above the brow is a hat."""
    rows, _ = face.near(above=_ROUGHLY_ABOVE, below=0.0, beside=0.0)
    crown = np.s_[rows.start : face.brow, face.left : face.right]
    return int((hats & free)[crown].sum()) > _COVERED * int(free[crown].sum())


def _patterned(face: _Face, lab: F32, free: Bool) -> bool:
    """Whether what lies above the brow is dark and light in turns, as cloth with a pattern."""
    rows, columns = face.near(above=_ROUGHLY_ABOVE, below=0.0, beside=0.0)
    crown = np.s_[rows.start : face.brow, columns]
    inner = cv2.erode(free.astype(np.uint8), np.ones((3, 3), np.uint8))[crown] > 0
    light = lab[..., 0][crown][inner]
    if light.size < _LEAST:
        return False
    dark, bright = float((light < _DARK).mean()), float((light > _LIGHT).mean())
    return min(dark, bright) > _BOTH and dark + bright > 1.0 - _BOTH


def _may_be_hair(lab: F32, skin: F32) -> Bool:
    """Colours that natural hair has and skin hasn't."""
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    hue = np.rad2deg(np.arctan2(lab[..., 2], lab[..., 1]))
    natural = ((hue > _RED) & (hue < _YELLOW)) | (chroma < _FAINT)
    off = lab - skin
    paler = off * np.array([0.5, 1.0, 1.0], np.float32)
    other = (np.linalg.norm(off, axis=2) > _UNLIKE_SKIN) | (
        np.linalg.norm(paler, axis=2) > _OTHER_HUE
    )
    return np.asarray((chroma < _NATURAL) & natural & other)


def _below(mask: Bool, row: int) -> Bool:
    out = np.zeros_like(mask)
    out[max(row, 0) :] = True
    return out


def _joined(alike: Bool, sure: Bool) -> Bool:
    """Parts that hang together with what is surely hair."""
    closed = cv2.morphologyEx(alike.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels = cv2.connectedComponents(opened)
    held = np.bincount(labels.ravel(), sure.ravel(), count) >= _LEAST / 4
    held[0] = False
    return np.asarray(held[labels])
