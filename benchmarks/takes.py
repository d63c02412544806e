"""Photos with words, analysed and ready to render, and what is seen of them once decoded."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

import kinora
from kinora.encode import default_encoders, encode_clip
from kinora.engines.parallax.renderer import ParallaxFrames, empty_planes
from kinora.engines.parallax.textures import build_textures, seen_windows
from kinora.living import find_kept, kept_places, plan_living
from kinora.motion import plan_motion
from kinora.testing.fakes import Recorder
from kinora.types.geometry import Size
from kinora.types.living import Living
from kinora.types.motion import Motion
from kinora.types.plan import ShotPlan
from kinora.types.rendition import Rendition
from kinora.types.scene import Scene

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]

PHOTOS = Path(os.environ.get("KINORA_SHARED", Path(__file__).parents[2] / "shared")) / "photos"
SECONDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A photo with words, ready to render; the camera stands still."""

    scene: Scene
    plan: ShotPlan
    motion: Motion

    @staticmethod
    def of(photo: Path, words: str, size: Size) -> Take:
        """Analyse a photo for a clip of `SECONDS`."""
        plan, _ = kinora.plan(f"static camera. {words}", seconds=SECONDS)
        scene = kinora.Scene.from_image(photo, size=size, depth_model="learned")
        motion = plan_motion(plan, scene, size=size, fps=Fraction(30), frame_count=SECONDS * 30 + 1)
        return Take(scene=scene, plan=plan, motion=motion)

    def living(self, *, loop: bool = False) -> Living:
        """What moves by itself."""
        kept = find_kept(kept_places(self.plan, self.scene, {})[0])
        return plan_living(self.plan, self.scene, masks={}, kept=kept, loop=loop)

    def frames(self, living: Living) -> ParallaxFrames:
        """Its frames, before any mark."""
        windows = seen_windows(self.scene, self.motion, living=living)
        textures = build_textures(self.scene, self.motion.size, windows=windows, living=living)
        return ParallaxFrames(textures, self.motion, living=living)

    def luma(self, frames: ParallaxFrames, index: int) -> F64:
        """One frame's luma, (H, W)."""
        planes = empty_planes(self.motion.size)
        frames.render(index, planes)
        return planes.y[:, : self.motion.size.width].astype(np.float64)

    def on_frame(self, canvas: F32) -> F32:
        """Something of the canvas's extent, over the output frame."""
        x, y = self.scene.frame_origin
        part = canvas[y : y + self.scene.size.height, x : x + self.scene.size.width]
        size = self.motion.size
        return np.asarray(cv2.resize(part, (size.width, size.height)), np.float32)

    def field(self, coarse: F32) -> F32:
        """(2, gh, gw) lengths in canvas pixels as (2, H, W) in output pixels."""
        canvas = (self.scene.canvas.width, self.scene.canvas.height)
        scale = np.float32(self.motion.size.width / self.scene.size.width)
        large = [cv2.resize(part, canvas, interpolation=cv2.INTER_LINEAR) for part in coarse]
        return np.stack([self.on_frame(np.asarray(part * scale, np.float32)) for part in large])

    def unmarked(self, frames: ParallaxFrames) -> list[U8]:
        """The decoded frames of a file without marks, as `grey`."""
        made = Rendition(
            frames=frames,
            frame_count=SECONDS * 30,
            size=self.motion.size,
            fps=Fraction(30),
            motion=self.motion,
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bare.mp4"
            encode_clip(made, path, default_encoders()["standard"], Recorder())
            with av.open(str(path)) as container:
                return [grey(each.to_ndarray(format="rgb24")) for each in container.decode(video=0)]

    def marked(self, *, loop: bool = False) -> Iterator[U8]:
        """The decoded frames of a finished file, as `grey`."""
        plan = self.plan.model_copy(update={"loop": True}) if loop else self.plan
        with tempfile.TemporaryDirectory() as folder:
            clip = kinora.animate(
                self.scene,
                plan=plan,
                output=Path(folder) / "clip.mp4",
                size=self.motion.size,
                sound=False,
            )
            yield from (grey(frame) for frame in clip)


def grey(frame: U8) -> U8:
    """Luma of (H, W, 3) sRGB, (H, W)."""
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8)


def textured(frame: U8, region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The part of a region whose flow can be seen: its most textured third."""
    levels = frame.astype(np.float32)
    energy = cv2.blur(cv2.Sobel(levels, cv2.CV_32F, 1, 0) ** 2, (9, 9))
    energy += cv2.blur(cv2.Sobel(levels, cv2.CV_32F, 0, 1) ** 2, (9, 9))
    return np.asarray(region & (energy > np.percentile(energy[region], 67)))


def dense_flow(first: U8, second: U8) -> F32:
    """Flow from one frame to another as DIS sees it, (2, H, W) pixels."""
    dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return np.moveaxis(np.asarray(dis.calc(first, second, None), np.float32), 2, 0)
