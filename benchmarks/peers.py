"""Kinora beside its peers: the same photo, depth map and length, whole processes, in turn.

    python -m benchmarks.peers [PHOTO] --ffmpeg ffmpeg [--depthflow PATH] [--seconds 12] [--json]

- *ffmpeg zoompan*: the usual way to move a still; two-dimensional. Its zoom jitters, so a
  prescale by four is common practice; both are timed.
- *DepthFlow* (``pip install depthflow`` in an environment of its own, AGPL): ray-marches one height
  field in OpenGL, here in software. Timed over one second, since it takes long.

All write H.264 at 720p30, preset veryfast. Kinora's kernels are compiled before.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

from benchmarks.common import EXAMPLE, own_bytecode, report, run_process
from kinora.scene.decode import decode_photo
from kinora.scene.depth.classical import ClassicalDepth
from kinora.scene.regions import find_regions

_FPS = 30


def depth_of(photo: Path, folder: Path) -> Path:
    """Estimate the depth map that everyone gets, 8-bit, near is white."""
    decoded = decode_photo(photo)
    values = ClassicalDepth().estimate(decoded, find_regions(decoded)).values
    path = folder / "depth.png"
    cv2.imwrite(str(path), np.asarray(values * 255, np.uint8))
    return path


def kinora_command(photo: Path, depth: Path, seconds: int, output: Path) -> list[str]:
    """A push-in with the given depth."""
    command = [sys.executable, "-m", "kinora", "animate", str(photo), "dolly in 12 %"]
    command += ["--depth", str(depth), "--size", "1280x720", "--seconds", str(seconds)]
    return [*command, "-o", str(output)]


def zoompan_command(
    ffmpeg: str, photo: Path, seconds: int, output: Path, *, prescale: int
) -> list[str]:
    """A slow zoom by zoompan."""
    frames = seconds * _FPS
    zoom = f"zoompan=z='1+0.12*on/{frames}':x='iw/2-(iw/zoom/2)':y='ih/2-(ih/zoom/2)'"
    zoom += f":d={frames}:s=1280x720:fps={_FPS}"
    fit = "scale=1280:720:force_original_aspect_ratio=increase,crop=1280:720"
    scale = f"{fit},scale=iw*{prescale}:-1" if prescale > 1 else fit
    command = [ffmpeg, "-v", "error", "-i", str(photo), "-vf", f"{scale},{zoom}"]
    command += ["-frames:v", str(frames), "-c:v", "libx264", "-preset", "veryfast", "-crf", "19"]
    return [*command, "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-y", str(output)]


def depthflow_command(
    depthflow: str, photo: Path, depth: Path, seconds: int, output: Path
) -> list[str]:
    """DepthFlow's own exporter at its default quality."""
    command = [depthflow, "input", "-i", str(photo), "-d", str(depth)]
    command += ["h264", "--preset", "veryfast", "--crf", "19"]
    command += ["main", "-w", "1280", "-h", "720", "--fps", str(_FPS)]
    return [*command, "--time", str(seconds), "-o", str(output)]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--ffmpeg", default="ffmpeg")
    parser.add_argument("--depthflow", help="the depthflow executable; left out if not given")
    parser.add_argument("--seconds", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        rows = _measure(args, Path(name))
    report(
        f"Whole processes, {args.seconds} s at 720p30, {args.photo.name}", rows, as_json=args.json
    )


def _measure(args: argparse.Namespace, folder: Path) -> list[dict[str, object]]:
    depth = depth_of(args.photo, folder)
    output = folder / "clip.mp4"
    commands = {
        "Kinora": (kinora_command(args.photo, depth, args.seconds, output), args.seconds),
    }
    for prescale in (1, 4):
        command = zoompan_command(args.ffmpeg, args.photo, args.seconds, output, prescale=prescale)
        commands[f"ffmpeg zoompan, prescale {prescale}×"] = (command, args.seconds)
    env = own_bytecode(folder / "bytecode")
    run_process(commands["Kinora"][0], env=env)  # compiles kernels and modules
    fps: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(args.repeats):
        for name, (command, seconds) in commands.items():
            fps[name].append(seconds * _FPS / run_process(command, env=env).seconds)
    if args.depthflow:
        command = depthflow_command(args.depthflow, args.photo, depth, 1, output)
        fps["DepthFlow, software GL"] = [
            _FPS / run_process(command, env={"WINDOW_BACKEND": "headless"}).seconds
        ]
    ours = statistics.median(fps["Kinora"])
    return [
        {
            "what": name,
            "fps": statistics.median(values),
            "Kinora is": f"{_ratio(ours, values):.2f} ×",
        }
        for name, values in fps.items()
    ]


def _ratio(ours: float, theirs: list[float]) -> float:
    return ours / statistics.median(theirs)


if __name__ == "__main__":
    main()
