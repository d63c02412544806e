"""The frame at working size, in the measures that evidence goes by."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.types.living import F32
from kinora.types.scene import RegionKind, Scene

Bool = NDArray[np.bool_]

#: Longest side at which evidence is looked for, pixels.
SIDE: Final = 256
_ROUNDS: Final = 3  # of GrabCut
_GUIDED: Final = 0.006  # radius of the guided filter, share of the long side
_NOISE: Final = 4e-4  # variance of lightness in [0, 1] that is no edge
_A_PART: Final = 0.02  # share of the frame over which a hint counts
_WINDOW: Final = 3.5  # σ of the structure tensor's window, pixels


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """Measures of each pixel."""

    lab: F32  # (h, w, 3) CIE L*a*b*, its cast partly taken off a and b
    cast: tuple[float, float]  # what was taken off
    level: F32  # (h, w) how much like level streaks its surroundings are, in [−1, 1]
    disparity: F32  # (h, w) scene disparity
    scene: Scene
    _known: dict[Callable[[Look], Bool | None], Future[Bool | None]] = field(
        default_factory=dict, init=False
    )
    _looking: Lock = field(default_factory=Lock, init=False)

    @staticmethod
    def of(scene: Scene) -> Look:
        """The frame of a scene."""
        scale = SIDE / max(scene.size.width, scene.size.height)
        size = (round(scene.size.width * scale), round(scene.size.height * scale))
        small = cv2.resize(scene.image, size, interpolation=cv2.INTER_AREA)
        lab = cv2.cvtColor(small.astype(np.float32) / np.float32(255.0), cv2.COLOR_RGB2LAB)
        cast = 0.6 * np.median(lab[..., 1:], axis=(0, 1))
        lab[..., 1:] -= cast.astype(np.float32)
        return Look(
            lab=np.asarray(lab, np.float32),
            cast=(float(cast[0]), float(cast[1])),
            level=_level(np.ascontiguousarray(lab[..., 0])),
            disparity=np.asarray(
                cv2.resize(scene.disparity, size, interpolation=cv2.INTER_AREA), np.float32
            ),
            scene=scene,
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Height, width."""
        return self.lab.shape[0], self.lab.shape[1]

    def once(self, find: Callable[[Look], Bool | None]) -> Bool | None:
        """What ``find`` finds, looked for but once, whoever asks."""
        with self._looking:
            known = self._known.get(find)
            coming = self._known.setdefault(find, Future())
        if known is None:  # whoever else asks waits for it, and for nothing else
            try:
                coming.set_result(find(self))
            except BaseException as error:
                coming.set_exception(error)
                raise
        return coming.result()

    def region(self, kind: RegionKind, *, sure: float = 0.0) -> F32:
        """All regions of a kind whose score is at least ``sure``: (h, w), 0 where there is none."""
        height, width = self.shape
        found = np.zeros((height, width), np.float32)
        for region in self.scene.regions:
            if region.kind == kind and region.score >= sure:
                small = cv2.resize(region.mask, (width, height), interpolation=cv2.INTER_AREA)
                found = np.maximum(found, small)
        return np.asarray(found, np.float32)

    def each(self, kind: RegionKind) -> list[Bool]:
        """The regions of a kind one by one, (h, w) each."""
        size = self.shape[::-1]
        masks = [region.mask for region in self.scene.regions if region.kind == kind]
        return [cv2.resize(mask, size, interpolation=cv2.INTER_AREA) > 0.5 for mask in masks]

    def hinted(self) -> float:
        """How surely a network hints at water somewhere, [0, 1]: what a fiftieth of it exceeds."""
        return float(np.quantile(self.region("wet"), 1.0 - _A_PART))

    def rows(self) -> NDArray[np.float32]:
        """(h, 1) heights in the frame: 0 at the top, 1 at the foot."""
        height = self.shape[0]
        return ((np.arange(height) + 0.5) / height).astype(np.float32)[:, None]

    def cut(self, trimap: NDArray[np.uint8]) -> Bool:
        """Figure against ground by colour, from a first guess (GrabCut, Rother et al. 2004).

        Args:
            trimap: (h, w) of cv2.GC_BGD, GC_FGD, GC_PR_BGD and GC_PR_FGD.
        """
        figure = (trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)
        if not figure.any() or figure.all():
            return np.asarray(figure)
        cv2.setRNGSeed(0)  # its colour models start from OpenCV's generator
        picture = np.dstack(
            [self.lab[..., 0] * 2.55, (self.lab[..., 1] + 64) * 2, (self.lab[..., 2] + 64) * 2]
        )
        labels = trimap.copy()
        models = np.zeros((1, 65)), np.zeros((1, 65))
        whole = (0, 0, self.shape[1], self.shape[0])  # not looked at, as a mask is given
        picture = np.ascontiguousarray(np.clip(picture, 0, 255).astype(np.uint8))
        cv2.grabCut(picture, labels, whole, *models, _ROUNDS, cv2.GC_INIT_WITH_MASK)
        return np.asarray((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD))

    def to_frame(self, mask: Bool) -> F32:
        """A mask at working size, at the frame's, its edges drawn to the picture's.

        The guided filter (He, Sun & Tang 2013) with lightness as its guide.
        """
        size = self.scene.size
        large = np.asarray(
            cv2.resize(
                mask.astype(np.float32), (size.width, size.height), interpolation=cv2.INTER_LINEAR
            ),
            np.float32,
        )
        grey = cv2.cvtColor(self.scene.image, cv2.COLOR_RGB2GRAY)
        guide = np.asarray(grey / np.float32(255.0), np.float32)
        side = 2 * round(_GUIDED * max(size.width, size.height)) + 1

        def mean(values: NDArray[np.floating]) -> F32:
            return np.asarray(cv2.blur(values, (side, side)), np.float32)

        middle, share = mean(guide), mean(large)
        slope = mean(guide * large) - middle * share
        slope /= mean(guide * guide) - middle * middle + np.float32(_NOISE)
        fitted = mean(slope) * guide + mean(share - slope * middle)
        return np.asarray(np.clip(fitted, 0.0, 1.0), np.float32)


def _level(light: F32) -> F32:
    """From the structure tensor: 1 where lightness changes downwards only, −1 across only."""
    across = cv2.Sobel(light, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(light, cv2.CV_32F, 0, 1, scale=1 / 8)
    xx, yy = (cv2.GaussianBlur(part * part, (0, 0), _WINDOW) for part in (across, down))
    return np.asarray((yy - xx) / (xx + yy + np.float32(0.05)), np.float32)


def opened(mask: Bool) -> Bool:
    """Without what is thinner than three pixels."""
    kernel = np.ones((3, 3), np.uint8)
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, kernel) > 0)


def joined_to(mask: Bool, seeds: Bool) -> Bool:
    """The connected parts of ``mask`` that touch ``seeds``."""
    _, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    kept = np.unique(labels[seeds & mask])
    return np.asarray(np.isin(labels, kept[kept > 0]))
