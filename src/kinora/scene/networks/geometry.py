"""What a network sees in a photo: disparity, regions, and how sure it is of the disparity."""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

import numpy as np

from kinora.errors import ModelError
from kinora.scene.networks.signature import CLASSES, Signature, shown, signature_of
from kinora.types.scene import F32, U8, Photo
from kinora.weights.session import Session, open_session
from kinora.weights.weights import Weights

#: Photos whose answers are kept: disparity and regions of one are asked for one after the other.
_KEPT: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Geometry:
    """A network's answer, over the whole photo at the network's own size."""

    disparity: F32  # (h, w), larger is nearer, any scale and shift
    certainty: F32  # (h, w) in [0, 1], of the disparity; 1 where the network doesn't say
    step_error: float  # how far off its steps usually lie, as a share of the long side
    regions: dict[str, F32]  # class → probability (h, w) in [0, 1]; only those to be trusted
    hints: dict[str, F32]  # likewise the other classes: where to look, not what is there
    coarse: bool = False  # whether its steps are too vague to cut a picture along


class GeometryNetwork:
    """A network with its weights; loaded when it is first asked. Safe for several threads."""

    def __init__(self, weights: Weights, *, mirrored: bool = True) -> None:
        """Args:
        weights: of one of the kinds that `kinora.scene.networks.signature` knows.
        mirrored: ask for the mirror image, too, and average; twice the time, fewer errors.
        """
        self._weights = weights
        self._mirrored = mirrored
        self._kept: dict[bytes, Geometry] = {}
        self._last: tuple[weakref.ref[U8], Geometry] | None = None
        self._lock = threading.Lock()

    @property
    def weights(self) -> Weights:
        """What it is."""
        return self._weights

    @property
    def identity(self) -> str:
        """Two with the same identity answer the same."""
        about = self._weights
        parts = (
            about.sha256,
            sorted(about.regions),
            about.certain,
            about.long_side,
            self._mirrored,
        )
        return ":".join(map(str, (*parts, version("onnxruntime"))))

    def read(self, photo: Photo) -> Geometry:
        """What it sees in ``photo``; the answers for the last photos are kept.

        Raises:
            ModelError: the weights are damaged, of an unknown kind, or the network failed.
        """
        last = self._last
        if last is not None and last[0]() is photo.rgb:  # shrinking it again takes a while
            return last[1]
        session = open_session(self._weights)
        signature = signature_of(session)
        small = shown(photo.rgb, signature.size_for(photo.size.width, photo.size.height))
        key = repr(small.shape).encode() + small.tobytes()
        with self._lock:
            if key not in self._kept:
                while len(self._kept) >= _KEPT:
                    del self._kept[next(iter(self._kept))]
                self._kept[key] = self._asked(session, signature, small)
            self._last = weakref.ref(photo.rgb), self._kept[key]
            return self._kept[key]

    def _asked(self, session: Session, signature: Signature, small: U8) -> Geometry:
        answers = [_ask(session, signature, small)]
        if self._mirrored:
            mirror = np.ascontiguousarray(small[:, ::-1])
            answers.append([array[..., ::-1] for array in _ask(session, signature, mirror)])
        means = [np.mean(arrays, axis=0) for arrays in zip(*answers, strict=True)]
        found = dict(zip(signature.outputs, means, strict=True))
        classes = {}
        if signature.regions is not None:
            named = zip(CLASSES, found[signature.regions], strict=True)
            classes = {name: np.clip(plane, 0.0, 1.0) for name, plane in named}
        trusted = self._weights.regions
        certainty = np.ones(small.shape[:2], np.float32)
        if signature.certainty is not None and self._weights.certain:
            certainty = np.clip(found[signature.certainty][0], 0.0, 1.0)
        return Geometry(
            disparity=found[signature.disparity][0],
            certainty=certainty,
            step_error=signature.step_error,
            coarse=signature.coarse,
            regions={name: plane for name, plane in classes.items() if name in trusted},
            hints={name: plane for name, plane in classes.items() if name not in trusted},
        )


def _ask(session: Session, signature: Signature, small: U8) -> list[F32]:
    """Each output as (channels, h, w).

    Raises:
        ModelError: it is of another size than the picture.
    """
    found = session.run({signature.input: signature.tensor(small)}, signature.outputs)
    planes = [array.reshape(-1, *array.shape[-2:]) for array in found]
    wanted = {signature.regions: len(CLASSES)}
    for name, plane in zip(signature.outputs, planes, strict=True):
        if plane.shape != (wanted.get(name, 1), *small.shape[:2]):
            raise ModelError(
                f"The network {session.weights.path} gives {name} as {plane.shape} for a picture "
                f"of {small.shape[1]}x{small.shape[0]} pixels."
            )
    return planes
