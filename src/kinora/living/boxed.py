"""What a box means: who draws one around a boat means the boat, not the water in the corners."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from kinora.living.evidence.look import Bool
from kinora.types.living import F32
from kinora.types.scene import U8

#: Longest side of the cutout in which a thing is told from its ground, pixels, and how much of the
#: ground around its box is looked at, shares of the box's sides.
_SIDE, _AROUND = 256, 0.4
_ROUNDS: Final = 4  # of GrabCut
#: Shares of its box that a thing may fill; with less or more the box itself is meant.
_LEAST, _MOST = 0.06, 0.96
#: Parts of a thing smaller than this share of its largest part are grain.
_GRAIN: Final = 0.03
#: Width along the inside of a box that is ground: boxes are drawn around things, not through them.
_RIM: Final = 0.03
#: Gaps that belong to it (rigging, spokes), and the margin it is given: shares of its box.
_GAPS, _MARGIN = 0.03, 0.012
#: What is round: in a box it is the oval that touches all sides.
_ROUND: Final = frozenset({"wheel"})
#: Share of its oval below which something round is sails or petals with the ground between them.
_SAILS: Final = 0.78
#: What is slim around a thicker core, how thick that is, as a share of the box's shorter side, and
#: the least share of the whole that is slim; with less the whole turns, unless some is slim and
#: the core overlaps itself, a quarter turned about the middle of its box, by less than this.
_SLIM: Final = frozenset({"propeller"})
_THICK, _BLADES, _SOME, _CENTRED = 0.09, 0.35, 0.05, 0.6
#: What fills its box.
_FULL: Final = frozenset({"door"})


def thing_in(mask: F32, image: U8, *, name: str) -> F32:
    """The thing that a mask means: if it is a box, what is in it.

    Args:
        mask: (H, W) over the frame in [0, 1].
        image: (H, W, 3) sRGB, the frame.
        name: of the mask: "boat".

    Returns:
        (H, W) in [0, 1]; ``mask`` itself if it is no box, or if nothing stands out in it; nothing
        if blades can't be told from a nose that doesn't turn about the middle of its box.
    """
    box = _box_of(mask > 0.5)
    if box is None or name in _FULL:
        return mask
    figure = _figure(mask, image, box)
    if name in _SLIM:
        return _without_a_core(figure, box)
    if name not in _ROUND:
        return figure
    oval = _oval(mask.shape, box)
    filled = float(np.minimum(figure, oval).sum() / oval.sum())
    return figure if _LEAST < filled < _SAILS else oval


def _without_a_core(figure: F32, box: tuple[int, int, int, int]) -> F32:
    """Blades without the nose that they sit on, which is thicker than they are."""
    radius = max(2, round(_THICK * min(box[2] - box[0], box[3] - box[1])))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    inside = (figure > 0.5).astype(np.uint8)
    opened = cv2.morphologyEx(inside, cv2.MORPH_OPEN, disc)
    core = cv2.dilate(opened, np.ones((3, 3), np.uint8)) > 0
    blades = (inside > 0) & ~core
    share = float(blades.sum()) / max(float(inside.sum()), 1.0)
    if share > _BLADES:
        return np.asarray(blades, np.float32)
    return figure if share < _SOME or _centred(core, box) else np.zeros_like(figure)


def _centred(core: Bool, box: tuple[int, int, int, int]) -> bool:
    """Whether a core is round about the middle of a box, as that is seen: it may turn with it."""
    left, top, right, bottom = box
    square = cv2.resize(core[top:bottom, left:right].astype(np.uint8), (64, 64)) > 0
    turned = np.rot90(square)
    return float((square & turned).sum()) > _CENTRED * float((square | turned).sum())


def _box_of(inside: Bool) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of a box; None if it is another shape."""
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if rows.size == 0:
        return None
    box = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    full = (box[2] - box[0]) * (box[3] - box[1])
    return box if int(inside.sum()) > 0.995 * full else None


def _oval(shape: tuple[int, ...], box: tuple[int, int, int, int]) -> F32:
    left, top, right, bottom = box
    y, x = np.ogrid[: shape[0], : shape[1]]
    across = (x + 0.5 - (left + right) / 2) / ((right - left) / 2)
    down = (y + 0.5 - (top + bottom) / 2) / ((bottom - top) / 2)
    return np.asarray(across**2 + down**2 <= 1.0, np.float32)


def _figure(mask: F32, image: U8, box: tuple[int, int, int, int]) -> F32:
    """What in a box differs in colour from what is around it (GrabCut, Rother et al. 2004)."""
    left, top, right, bottom = box
    wide, high = round(_AROUND * (right - left)) + 4, round(_AROUND * (bottom - top)) + 4
    window = (
        slice(max(top - high, 0), min(bottom + high, mask.shape[0])),
        slice(max(left - wide, 0), min(right + wide, mask.shape[1])),
    )
    cut, inside = image[window], (mask[window] > 0.5).astype(np.uint8)
    scale = min(1.0, _SIDE / max(cut.shape[:2]))
    size = max(8, round(cut.shape[1] * scale)), max(8, round(cut.shape[0] * scale))
    small = np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), np.uint8)
    labels = np.where(
        cv2.resize(inside, size, interpolation=cv2.INTER_NEAREST) > 0, cv2.GC_PR_FGD, cv2.GC_BGD
    ).astype(np.uint8)
    boxed = labels == cv2.GC_PR_FGD
    rim = max(1, round(_RIM * float(np.sqrt(boxed.sum()))))
    core = cv2.erode(boxed.astype(np.uint8), np.ones((2 * rim + 1, 2 * rim + 1), np.uint8)) > 0
    labels[~core] = cv2.GC_BGD
    odd = _odd(small, core) if core.any() else core
    if boxed.all() or not odd.any():
        return mask
    labels[core & ~odd] = cv2.GC_PR_BGD
    cv2.setRNGSeed(0)  # its colour models start from OpenCV's generator
    models = np.zeros((1, 65)), np.zeros((1, 65))
    whole = (0, 0, *size)  # not looked at, as labels are given
    cv2.grabCut(
        np.ascontiguousarray(small[..., ::-1]), labels, whole, *models, _ROUNDS,
        cv2.GC_INIT_WITH_MASK,
    )  # fmt: skip
    found = _tidied((labels == cv2.GC_PR_FGD) & boxed, boxed)
    share = float(found.sum()) / float(boxed.sum())
    if not _LEAST < share < _MOST:
        return mask
    soft = cv2.GaussianBlur(found.astype(np.float32), (0, 0), 0.7)
    out = np.zeros_like(mask)
    out[window] = cv2.resize(soft, cut.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.minimum((out > 0.4).astype(np.float32), mask)


def _odd(picture: U8, core: Bool) -> Bool:
    """Where a picture isn't what the ground to both sides, and above and below, leads to expect."""
    lab = cv2.cvtColor(picture.astype(np.float32) / np.float32(255.0), cv2.COLOR_RGB2LAB)
    rows, columns = np.flatnonzero(core.any(axis=1)), np.flatnonzero(core.any(axis=0))
    height, width = core.shape
    soft = cv2.GaussianBlur(lab, (0, 0), 1.5)
    left, right = soft[:, max(columns[0] - 1, 0)], soft[:, min(columns[-1] + 1, width - 1)]
    above, below = soft[max(rows[0] - 1, 0)], soft[min(rows[-1] + 1, height - 1)]
    x = np.clip((np.arange(width) - columns[0]) / max(np.ptp(columns), 1), 0.0, 1.0)[None, :, None]
    y = np.clip((np.arange(height) - rows[0]) / max(np.ptp(rows), 1), 0.0, 1.0)[:, None, None]
    across = left[:, None] * (1.0 - x) + right[:, None] * x
    down = above[None] * (1.0 - y) + below[None] * y
    away = np.minimum(*(np.linalg.norm(lab - ground, axis=2) for ground in (across, down)))
    levels = np.clip(away * 4.0, 0.0, 255.0).astype(np.uint8)
    least, _ = cv2.threshold(levels[core], 0.0, 255.0, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return np.asarray(core & (levels > least))


def _tidied(found: Bool, boxed: Bool) -> Bool:
    """A figure without grain, its small gaps closed, with a margin."""
    side = float(np.sqrt(boxed.sum()))

    def disc(share: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        width = 2 * max(1, round(share * side)) + 1
        return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width)), np.uint8)

    closed = cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_CLOSE, disc(_GAPS))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(closed)
    if count < 2:
        return found
    areas = stats[1:, cv2.CC_STAT_AREA]
    large = 1 + np.flatnonzero(areas > _GRAIN * areas.max())
    kept = np.isin(labels, large).astype(np.uint8)
    return np.asarray(cv2.dilate(kept, disc(_MARGIN)) > 0)
