"""Scenes kept on disk, so that a photo that was analysed once needn't be again.

One file per scene: an uncompressed npz of its arrays, with the rest as JSON inside. It is named by
everything that the scene depends on: the photo's content, the size and fit asked for, who estimated
its depth and found its regions, and the code of this stage itself. Reading gives back the same
scene to the bit. Nothing here ever fails a clip: what can't be read is analysed anew, what can't be
written isn't kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
import zipfile
from contextlib import suppress
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.build import build_scene
from kinora.scene.depth.protocol import DepthEstimator, Identified
from kinora.types.geometry import Intrinsics, Size
from kinora.types.scene import Fit, Layer, Photo, Region, Scene

#: What reading a missing or damaged entry may raise.
_DAMAGE: Final = (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile)
_SUFFIX: Final = ".npz"
_PART: Final = ".part"
_STALE_SECONDS: Final = 3600.0  # after which a half-written file was left by a crash


class SceneBuilder(Protocol):
    """Understands a photo as layers in space: `build_scene`, or the same out of a cache."""

    def __call__(self, photo: Photo, *, size: Size, fit: Fit, depth: DepthEstimator) -> Scene:
        """The scene; arguments and errors as for `build_scene`."""


class SceneCache:
    """A `SceneBuilder` that keeps what it builds; safe for several threads and processes."""

    def __init__(
        self, folder: Path, *, limit: int, build: SceneBuilder = build_scene, builder: str = ""
    ) -> None:
        """Args:
        folder: where entries lie; made when the first one is written.
        limit: bytes that all entries may take; those not used for longest go first.
        build: makes the scenes that aren't there.
        builder: names what it makes them with, so that others' scenes aren't taken for its own.
        """
        self._folder = folder
        self._limit = limit
        self._build = build
        self._builder = builder

    def __call__(self, photo: Photo, *, size: Size, fit: Fit, depth: DepthEstimator) -> Scene:
        """The scene, from the cache if it is there."""
        if not isinstance(depth, Identified):  # nobody can say when it would do the same again
            return self._build(photo, size=size, fit=fit, depth=depth)
        key = _key(photo, size=size, fit=fit, makers=f"{depth.identity} {self._builder}")
        path = self._folder / (key + _SUFFIX)
        scene = _load(path)
        if scene is None:
            scene = self._build(photo, size=size, fit=fit, depth=depth)
            with suppress(OSError):
                self._keep(path, scene)
        return scene

    def _keep(self, path: Path, scene: Scene) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=path.stem, suffix=_PART, dir=self._folder)
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, **_arrays(scene))  # type: ignore[arg-type]
            if part.stat().st_size <= self._limit:
                part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        self._make_room()

    def _make_room(self) -> None:
        """Remove the entries used longest ago until the rest fits, and what crashes left."""
        entries = []
        for entry in os.scandir(self._folder):
            with suppress(FileNotFoundError):  # another process makes room, too
                about = entry.stat()
                if entry.name.endswith(_SUFFIX):
                    entries.append((about.st_mtime_ns, about.st_size, entry.path))
                elif time.time() - about.st_mtime > _STALE_SECONDS:
                    Path(entry.path).unlink(missing_ok=True)
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries):
            if total <= self._limit:
                break
            Path(path).unlink(missing_ok=True)
            total -= size


def _key(photo: Photo, *, size: Size, fit: Fit, makers: str) -> str:
    parts = (code_fingerprint(), photo.sha256, photo.size, photo.focal_35mm, photo.notes)
    text = json.dumps([str(part) for part in (*parts, size, fit, makers)])
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def code_fingerprint() -> str:
    """A digest of this stage's code and of what it computes with."""
    digest = hashlib.sha256(f"{cv2.__version__} {np.__version__}".encode())
    for file in _sources(files("kinora.scene")):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def _sources(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found += _sources(entry)
        elif entry.name.endswith(".py"):
            found.append(entry)
    return found


# -- scene ↔ arrays -------------------------------------------------------------------------------


def _arrays(scene: Scene) -> dict[str, NDArray[np.generic]]:
    camera = scene.intrinsics
    about = {
        "intrinsics": [camera.focal, camera.cx, camera.cy],
        "canvas": [scene.canvas.width, scene.canvas.height],
        "frame_origin": scene.frame_origin,
        "hole_limit": scene.hole_limit,
        "focus_point": scene.focus_point,
        "sources": scene.sources,
        "photo_sha256": scene.photo_sha256,
        "notes": scene.notes,
        "crop": scene.crop,
        "layers": [{"origin": layer.origin, "name": layer.name} for layer in scene.layers],
        "regions": [
            {"kind": r.kind, "box": r.box, "score": r.score, "source": r.source}
            for r in scene.regions
        ],
    }
    out: dict[str, NDArray[np.generic]] = {
        "about": np.frombuffer(json.dumps(about).encode(), np.uint8),
        "image": scene.image,
        "disparity": scene.disparity,
    }
    for index, layer in enumerate(scene.layers):
        out[f"rgba{index}"], out[f"disparity{index}"] = layer.rgba, layer.disparity
    for index, region in enumerate(scene.regions):
        out[f"mask{index}"] = region.mask
    return out


def _load(path: Path) -> Scene | None:
    """The scene of an entry, now the one used last; None where there is none or it is damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as entry:
            scene = _scene(dict(entry))
        os.utime(path)
    except _DAMAGE:
        return None
    return scene


def _scene(arrays: dict[str, NDArray[np.generic]]) -> Scene:
    about = json.loads(arrays["about"].tobytes())
    focal, cx, cy = about["intrinsics"]
    layers = tuple(
        Layer(
            rgba=arrays[f"rgba{index}"].astype(np.uint8, copy=False),
            disparity=arrays[f"disparity{index}"].astype(np.float32, copy=False),
            origin=(layer["origin"][0], layer["origin"][1]),
            name=layer["name"],
        )
        for index, layer in enumerate(about["layers"])
    )
    regions = tuple(
        Region(
            kind=region["kind"],
            mask=arrays[f"mask{index}"].astype(np.float32, copy=False),
            box=tuple(region["box"]),
            score=region["score"],
            source=region["source"],
        )
        for index, region in enumerate(about["regions"])
    )
    return Scene(
        image=arrays["image"].astype(np.uint8, copy=False),
        disparity=arrays["disparity"].astype(np.float32, copy=False),
        intrinsics=Intrinsics(focal=focal, cx=cx, cy=cy),
        canvas=Size(*about["canvas"]),
        frame_origin=tuple(about["frame_origin"]),
        layers=layers,
        regions=regions,
        hole_limit=about["hole_limit"],
        focus_point=tuple(about["focus_point"]),
        sources=about["sources"],
        photo_sha256=about["photo_sha256"],
        notes=tuple(about["notes"]),
        crop=tuple(about["crop"]),
    )
