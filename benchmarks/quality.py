"""Properties of the frames that need no ground truth, before and after the encoder.

    python -m benchmarks.quality [PHOTO ...] [--json]

Per photo at 720p:

- *frame 0*: PSNR of the first frame's luma against the fitted photo, before and after encoding;
- *static beat*: whether its frames are bit-identical before the encoder;
- *out and back*: first against last frame of a path that returns;
- *flicker*: mean absolute difference of neighbouring frames of a pan after undoing its motion, over
  the photo's own resampling error: what is left of it when it is moved by the same step and back.
  Both resample bilinearly and round to 8 bits, as frames do; the photo starts unrounded, or else
  a soft one would come back to its own whole numbers and seem to lose nothing. Below 1, nothing
  flickers.
"""

from __future__ import annotations

import argparse
import tempfile
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.common import EXAMPLE, report
from kinora.encode import default_encoders, encode_clip
from kinora.engines.parallax.engine import ParallaxEngine
from kinora.engines.parallax.renderer import empty_planes
from kinora.engines.parallax.textures import fitted_luma
from kinora.motion import plan_motion
from kinora.prompt import read_prompt
from kinora.scene.build import build_scene
from kinora.scene.decode import decode_photo
from kinora.scene.depth.classical import ClassicalDepth
from kinora.types.geometry import Size
from kinora.types.rendition import Rendition
from kinora.types.request import ClipRequest
from kinora.types.scene import Scene

Gray = NDArray[np.float32]

SIZE = Size(1280, 720)
FPS = Fraction(30)
_BORDER = 24  # pixels left out when warped frames are compared
_PAIRS = range(8, 52, 4)  # frames of the pan that are compared with their successors


def quiet(stage: str, done: int, total: int) -> None:
    """No progress bar."""


def rendition(scene: Scene, prompt: str, seconds: float) -> Rendition:
    """Frames on demand for a prompt."""
    plan = read_prompt(prompt, seconds=seconds).plan
    request = ClipRequest(image=scene, size=SIZE, fps=FPS)
    return ParallaxEngine(ClassicalDepth()).render(request, plan, quiet)


def luma(clip: Rendition, index: int) -> Gray:
    """Luma of one frame, (H, W) float32."""
    planes = empty_planes(SIZE)
    clip.frames.render(index, planes)
    return planes.y[:, : SIZE.width].astype(np.float32)


def psnr(a: Gray, b: Gray) -> float:
    """Peak signal-to-noise ratio over 255, dB; 99 where equal."""
    error = float(np.mean((a - b) ** 2))
    return 99.0 if error == 0.0 else 10 * float(np.log10(255.0**2 / error))


def encoded_first(clip: Rendition) -> Gray:
    """Luma of the first frame as decoded from the finished file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        encode_clip(clip, path, default_encoders()["standard"], quiet)
        with av.open(str(path)) as container:
            frame = next(container.decode(video=0))
            return frame.to_ndarray()[: SIZE.height].astype(np.float32)


def static_frames_agree(scene: Scene) -> bool:
    """Whether a hold after a move repeats one frame exactly."""
    clip = rendition(scene, "dolly in 8 % 1 s, hold 1 s", 2)
    first = luma(clip, 31)
    return all(np.array_equal(first, luma(clip, index)) for index in range(32, 60, 5))


def out_and_back(scene: Scene) -> float:
    """First against last frame of a path that returns, dB."""
    clip = rendition(scene, "truck left 4 % 1 s, truck right 4 % 1 s", 2)
    return psnr(luma(clip, 0), luma(clip, clip.frame_count - 1))


def flicker(scene: Scene) -> float:
    """Flicker of a pan over the photo's own resampling error."""
    plan = read_prompt("pan left 4 degrees", seconds=2).plan
    clip = rendition(scene, "pan left 4 degrees", 2)
    motion = plan_motion(plan, scene, size=SIZE, fps=FPS, frame_count=clip.frame_count)
    photo = fitted_luma(scene, SIZE)
    shown = np.asarray(np.rint(photo), np.float32)
    ours, own = [], []
    for k in _PAIRS:
        step = _homography(motion.intrinsics, motion.world_to_camera, k + 1, k)
        ours.append(_difference(_warped(luma(clip, k + 1), step), luma(clip, k)))
        there_and_back = _warped(_warped(photo, step), np.linalg.inv(step))
        own.append(_difference(there_and_back, shown))
    return float(np.mean(ours) / np.mean(own))


def _homography(
    intrinsics: NDArray[np.float64], world_to_camera: NDArray[np.float64], source: int, target: int
) -> NDArray[np.float64]:
    """Pixels of frame ``target`` → pixels of frame ``source``, for a camera that only turns."""
    turn = world_to_camera[source, :3, :3] @ world_to_camera[target, :3, :3].T
    out: NDArray[np.float64] = intrinsics[source] @ turn @ np.linalg.inv(intrinsics[target])
    centre = np.array([[1.0, 0.0, -0.5], [0.0, 1.0, -0.5], [0.0, 0.0, 1.0]])
    return centre @ out @ np.linalg.inv(centre)


def _warped(image: Gray, homography: NDArray[np.float64]) -> Gray:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (image.shape[1], image.shape[0])
    warped = cv2.warpPerspective(image, homography, size, flags=flags)
    return np.asarray(np.rint(warped), np.float32)


def _difference(a: Gray, b: Gray) -> float:
    inner = slice(_BORDER, -_BORDER)
    return float(np.abs(a - b)[inner, inner].mean())


def measure(photo: Path) -> dict[str, object]:
    """One row of the table."""
    scene = build_scene(decode_photo(photo), size=SIZE, depth=ClassicalDepth())
    fitted = fitted_luma(scene, SIZE)
    clip = rendition(scene, "hold 0.2 s, dolly in 10 %", 2)
    return {
        "photo": photo.name,
        "frame 0, dB": psnr(luma(clip, 0), fitted),
        "frame 0 encoded, dB": psnr(encoded_first(clip), fitted),
        "static beat identical": static_frames_agree(scene),
        "out and back, dB": out_and_back(scene),
        "flicker / resampling": flicker(scene),
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", nargs="*", type=Path, default=[EXAMPLE])
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    report("Frames", [measure(photo) for photo in args.photos], as_json=args.json)


if __name__ == "__main__":
    main()
