"""Completion by a network: Kinora's own, or one of LaMa's interface."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.errors import ModelError
from kinora.scene.completion.protocol import Expectation
from kinora.types.scene import F32
from kinora.weights.session import Session, open_session
from kinora.weights.weights import Weights

# Sides that Kinora's own network takes are multiples of this.
_MULTIPLE: Final = 32
# Context that it gets around a hole, pixels; nothing farther away bears on it.
_CONTEXT: Final = 48
# Inputs of either kind of network.
_OWN: Final = frozenset({"image", "hole", "disparity"})
_LAMA: Final = frozenset({"image", "mask"})


class LearnedCompletion:
    """A `Completer` that runs a network.

    Kinora's own takes ``image``, ``hole`` and ``disparity`` and gives ``color`` and ``certainty``
    at any size. One of LaMa's interface (Suvorov et al., WACV 2022) takes ``image`` and ``mask``
    of a fixed size and gives colours in [0, 255]; it knows no doubt.
    """

    def __init__(self, weights: Weights) -> None:
        """Args:
        weights: of the network; loaded with the first hole.
        """
        self._weights = weights

    @property
    def identity(self) -> str:
        """The weights' name, version and digest."""
        return self._weights.label

    def expect(self, picture: F32, hole: NDArray[np.bool_], guide: F32) -> Expectation:
        """What the network says the hole hides.

        Raises:
            ModelError: the weights are damaged, of another interface, or can't be run.
        """
        certainty = np.zeros(hole.shape, dtype=np.float32)
        filled = picture.copy()
        if hole.any() and not hole.all():
            part = _around(hole)
            found, sure = self._run(picture[part], hole[part], guide[part])
            filled[part] = np.where(hole[part][..., None], found, picture[part])
            certainty[part] = np.where(hole[part], sure, np.float32(0.0))
        return Expectation(picture=filled, certainty=certainty)

    def _run(self, picture: F32, hole: NDArray[np.bool_], guide: F32) -> tuple[F32, F32]:
        """Colour (h, w, 3) and certainty (h, w)."""
        session = open_session(self._weights)
        inputs = session.inputs
        if inputs.keys() >= _OWN:
            return _run_own(session, picture, hole, guide)
        if inputs.keys() >= _LAMA:
            return _run_lama(session, picture, hole), np.ones(hole.shape, dtype=np.float32)
        raise ModelError(
            f"The network {self._weights.path} can't complete pictures: its inputs are "
            f"{', '.join(sorted(inputs))}, not image and mask, nor image, hole and disparity."
        )


def _run_own(
    session: Session, picture: F32, hole: NDArray[np.bool_], guide: F32
) -> tuple[F32, F32]:
    height, width = hole.shape
    known = (~hole).astype(np.float32)
    nearest = np.float32(max(float((guide * known).max()), 1e-3))
    around = ((0, -height % _MULTIPLE), (0, -width % _MULTIPLE))
    shown = np.pad(picture * known[..., None], (*around, (0, 0)))
    feeds = {
        "image": np.ascontiguousarray(shown.transpose(2, 0, 1)[None]),
        "hole": np.pad(hole, around, constant_values=True).astype(np.float32)[None, None],
        "disparity": np.pad(guide * known / nearest, around)[None, None],
    }
    color, certainty = session.run(feeds, ("color", "certainty"))
    found = np.ascontiguousarray(color[0].transpose(1, 2, 0)[:height, :width])
    return found, certainty[0, 0, :height, :width]


def _run_lama(session: Session, picture: F32, hole: NDArray[np.bool_]) -> F32:
    sides = session.inputs["image"][-2:]
    height, width = (length or 512 for length in sides)
    size = (width, height)
    image = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.float32)
    mask = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) > 0
    feeds = {
        "image": np.ascontiguousarray(image.transpose(2, 0, 1)[None]),
        "mask": mask.astype(np.float32)[None, None],
    }
    (color,) = session.run(feeds, session.outputs[:1])
    found = np.clip(color[0].transpose(1, 2, 0) / np.float32(255.0), 0.0, 1.0)
    small = cv2.resize(found, hole.shape[::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.float32)


def _around(hole: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Rows and columns of the hole and its context."""
    spans = []
    for axis, length in enumerate(hole.shape):
        covered = np.flatnonzero(hole.any(axis=1 - axis))
        start, stop = int(covered[0]) - _CONTEXT, int(covered[-1]) + 1 + _CONTEXT
        spans.append(slice(max(0, start), min(length, stop)))
    return spans[0], spans[1]
