"""How sharp displaced copies of a surface's texture are against the texture at rest.

Two things change it. Between pixels interpolation softens. And where a flow is faster the nearer it
is, as all water in perspective, what it brings from there is squeezed, and what it took along from
afar is drawn out: the one has finer, the other coarser grain than the photo has at that place. How
much either matters is measured once, on the resting picture, for the kernel to even out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.engines.parallax.texture_set import LayerPlanes

F32 = NDArray[np.float32]

#: Its finest detail's energy is measured in so many of the frame's rows, every so many spans.
_SPAN, _EVERY = 32, 4
#: Most of its finest detail's energy that a copy may be taken to lose between pixels, or to gain.
_MOST, _MORE = 0.6, 0.4
#: By how much the texture is squeezed to see what that does to it, and within which bounds the
#: energy of its finest detail may then grow, as powers of the squeeze.
_SQUEEZE, _POWERS = 1.25, (0.0, 4.0)
#: Ages of a copy at which it is evened out, and within which factors on contrast.
_AGES, _LEAST, _GREATEST = 5, 0.5, 1.5
#: Alpha from which a surface covers all that is beneath, 0..255.
_OPAQUE: Final = 250.0

Pair = tuple[float, float]
_NO, _PLAIN = (0.0, 0.0), (1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Where the output's pixels lie on the canvas while the camera is at rest."""

    x: float  # of the first one's middle, canvas pixels
    y: float
    step: float  # from one to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharpness:
    """How the energy of a texture's finest detail changes."""

    lost: tuple[float, float]  # share lost half a pixel away from rest, across and down
    scale: tuple[float, float]  # pixels per texel
    powers: tuple[float, float]  # of a squeeze across and down, with which it grows


def sharpness_of(cut: LayerPlanes, rest: Rest) -> Sharpness:
    """Measure a cut-out.

    Luma was corrected for the places where the resting frame samples it (see correction.py); a
    displaced copy is sampled between them, where interpolation softens it. How much depends on the
    photo: grain loses a lot, most surfaces little, and where the texels lie closer than the pixels
    more may be seen between them.
    """
    pixels = _Pixels.of(cut, rest)
    scale = 1.0 / pixels.step[0], 1.0 / pixels.step[1]
    energy = _energies(cut, pixels)
    if energy is None:
        return Sharpness(lost=(0.0, 0.0), scale=scale, powers=(0.0, 0.0))
    across, down = (float(np.clip(1.0 - part, -_MORE, _MOST)) for part in energy[:2])
    # Squeezed, it is sampled between pixels as well: by all shares of one, half of it in the mean.
    usual = energy[2:] / (1.0 - 0.5 * np.array([across, down]))
    right, below = np.clip(np.log(np.maximum(usual, 1e-3)) / np.log(_SQUEEZE), *_POWERS)
    return Sharpness(lost=(across, down), scale=scale, powers=(float(right), float(below)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pixels:
    """Where the output's pixels lie on the texels of a cut-out, at rest."""

    first: Pair  # texel indices of the first within it, across and down
    step: Pair  # texels from one to the next
    size: tuple[int, int]  # how many lie within it

    @staticmethod
    def of(cut: LayerPlanes, rest: Rest) -> _Pixels:
        """Those of a cut-out."""
        scale = cut.texels.width / cut.box.width, cut.texels.height / cut.box.height
        step = rest.step * scale[0], rest.step * scale[1]
        origin = (rest.x - cut.box.x, rest.y - cut.box.y)
        first = [
            at * by - 0.5 - start for at, by, start in zip(origin, scale, cut.start, strict=True)
        ]
        x, y = (float(at - np.floor(at / by) * by) for at, by in zip(first, step, strict=True))
        high, wide = cut.luma.shape
        size = int((wide - x) / step[0]) - 1, int((high - y) / step[1]) - 1
        return _Pixels(first=(x, y), step=step, size=size)

    def spans(self, alpha: F32) -> list[slice]:
        """Some of the rows where the surface is: a margin for what moves lies around it."""
        there = np.flatnonzero((alpha > _OPAQUE).any(axis=1))
        if min(self.size) < _SPAN // 4 or not there.size:
            return []
        begin, end = ((int(at) - self.first[1]) / self.step[1] for at in (there[0], there[-1] + 1))
        begin, end = max(int(begin), 0), min(int(np.ceil(end)), self.size[1])
        every = _EVERY if end - begin > 2 * _SPAN * _EVERY else 1
        return [slice(top, min(top + _SPAN, end)) for top in range(begin, end, _SPAN * every)]

    def see(self, plane: F32, rows: slice, *, shift: Pair = _NO, squeeze: Pair = _PLAIN) -> F32:
        """What the pixels of some rows show, displaced by shares of a pixel, or squeezed."""
        x = self.first[0] + shift[0] * self.step[0]
        y = self.first[1] + (rows.start + shift[1]) * self.step[1]
        across, down = self.step[0] * squeeze[0], self.step[1] * squeeze[1]
        size = int(self.size[0] / squeeze[0]), max(int((rows.stop - rows.start) / squeeze[1]), 1)
        matrix = np.array([[across, 0.0, x], [0.0, down, y]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(plane, matrix, size, flags=flags), np.float32)


def _energies(cut: LayerPlanes, pixels: _Pixels) -> NDArray[np.float64] | None:
    """Energy of finest detail over that at rest: half a pixel off, squeezed; across, down each."""
    alpha = np.asarray(cut.alpha)
    total, count = np.zeros(5), np.zeros(5)

    def add(number: int, seen: F32, inside: NDArray[np.bool_]) -> None:
        total[number] += float(np.square(cv2.Laplacian(seen, cv2.CV_32F)[inside]).sum())
        count[number] += float(inside.sum())

    for rows in pixels.spans(alpha):  # so many rows tell as much as all
        inside = _within(pixels.see(alpha, rows))
        add(0, pixels.see(cut.luma, rows), inside)
        for number, shift in enumerate(((0.5, 0.0), (0.0, 0.5)), start=1):
            add(number, pixels.see(cut.luma, rows, shift=shift), inside)
        for number, squeeze in enumerate(((_SQUEEZE, 1.0), (1.0, _SQUEEZE)), start=3):
            inside = _within(pixels.see(alpha, rows, squeeze=squeeze))
            add(number, pixels.see(cut.luma, rows, squeeze=squeeze), inside)
    if total[0] <= 0.0 or not count.all():
        return None
    energy = total / count
    return np.asarray(energy[1:] / energy[0])


def _within(alpha: F32) -> NDArray[np.bool_]:
    return np.asarray(cv2.erode(alpha, np.ones((3, 3))) > _OPAQUE)


def evening(life: F32, sharpness: Sharpness, cell: tuple[float, float]) -> F32:
    """Factors on a copy's fine detail by its age that make up for being squeezed or drawn out.

    Args:
        life: (A, 2, gh, gw) offsets by age, canvas pixels, of its `Flow`.
        sharpness: of its texture.
        cell: width and height of a cell of the grid, canvas pixels.

    Returns:
        (ages, gh, gw) for evenly spaced ages; 1 in the middle, where a copy is at rest.
    """
    levels = np.linspace(0, len(life) - 1, min(len(life), _AGES)).round().astype(int)
    factors = np.ones((len(levels), *life.shape[2:]), np.float32)
    if min(life.shape[2:]) < 2:
        return factors
    for factor, (right, below) in zip(factors, life[levels], strict=True):
        # How far apart that lies which is shown at neighbouring places.
        (right_down, right_on), (below_on, below_right) = (
            np.gradient(part, *cell[::-1]) for part in (right, below)
        )
        across = np.hypot(1.0 + right_on, below_right) ** sharpness.powers[0]
        down = np.hypot(1.0 + below_on, right_down) ** sharpness.powers[1]
        grown = np.clip(across * down, _GREATEST**-2, _LEAST**-2)
        factor[:] = 1.0 / np.sqrt(grown)
    return factors
