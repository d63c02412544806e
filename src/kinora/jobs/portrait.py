"""``python -m kinora.jobs.portrait FILE``: look at a clip or picture of somebody, apart.

Says whether faces are in it and how a head turns, whether it looks like a blocked picture, and cuts
the figure out. Standard output is one JSON object, a `Portrait`. Hostile files crash this process,
not the server; its memory is limited, and `look_at_clip` gives it up after a minute.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinora.errors import FieldError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    U8 = NDArray[np.uint8]

_FRAMES = 12  # that are looked at for faces
_CLOSE_RATE, _MOST_CLOSE = 8.0, 160  # frames a second, and at most, where turns are looked for
_LONGEST = 720  # pixels
_TIMEOUT = 60.0  # seconds
_MEMORY = 4 << 30  # bytes of address space


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """What a clip or picture shows, as far as that is looked at."""

    seconds: float  # 0 for a picture
    frames: int  # looked at
    with_face: int  # of these
    most_faces: int  # in one of these
    movement: float  # mean difference between neighbours, grey levels: a still picture has none
    turns: tuple[str, ...] = ()  # of the head, "left" or "right" in the picture, in order
    alike: str = ""  # the blocked picture that one of the frames looks like
    marks: int = 0  # features that it has in common with the nearest blocked one
    figure: bool = False  # something stands out, and was cut out


def look_at_clip(
    path: Path,
    *,
    turns: bool = False,
    sprite: Path | None = None,
    blocked: Sequence[tuple[str, str]] = (),
) -> Portrait:
    """Look at a clip or picture in a process of its own; blocks.

    Args:
        path: the file.
        turns: look for turns of the head; takes some seconds.
        sprite: where the figure is written, as PNG, if one stands out.
        blocked: names and prints of blocked pictures.

    Raises:
        FieldError: it can't be read, or not within a minute.
    """
    command = [sys.executable, "-m", "kinora.jobs.portrait", str(path)]
    command += ["--turns"] if turns else []
    command += [] if sprite is None else ["--sprite", str(sprite)]
    command += ["--blocked"] if blocked else []
    try:
        done = subprocess.run(
            command,
            input=json.dumps(blocked).encode() if blocked else b"",
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode != 0:
        raise FieldError(
            "Invalid file 'video': its pictures can't be read.",
            param="video",
            code="invalid_video_file",
        )
    facts: dict[str, Any] = json.loads(done.stdout)
    return Portrait(**{**facts, "turns": tuple(facts["turns"])})


def main(arguments: list[str]) -> None:
    """Print what the file shows."""
    parser = argparse.ArgumentParser(prog="kinora.jobs.portrait")
    parser.add_argument("path", type=Path)
    parser.add_argument("--turns", action="store_true")
    parser.add_argument("--sprite", type=Path)
    parser.add_argument("--blocked", action="store_true")
    given = parser.parse_args(arguments)
    _limit_memory()
    import cv2

    cv2.setNumThreads(1)
    seconds, rate, frames = _frames(given.path, close=given.turns)
    every = max(1, len(frames) // _FRAMES)
    faces = _faces(frames[::every])
    facts: dict[str, Any] = {
        "seconds": seconds,
        "frames": len(faces),
        "with_face": sum(bool(found) for found in faces),
        "most_faces": max((len(found) for found in faces), default=0),
        "movement": _movement(frames[::every]),
        "turns": _turns(frames, faces) if given.turns and rate else (),
    }
    if given.blocked:
        facts |= _alike(frames[::every], json.loads(sys.stdin.read()))
    if given.sprite is not None:
        facts["figure"] = _cut(given.path, given.sprite)
    sys.stdout.write(json.dumps(asdict(Portrait(**facts))))


def _frames(path: Path, *, close: bool) -> tuple[float, float, list[U8]]:
    """Seconds, frames looked at a second, and these frames; a picture is one frame."""
    import cv2
    import numpy as np

    from kinora.characters import is_clip
    from kinora.encode.reader import read_facts
    from kinora.encode.stills import scaled, stills
    from kinora.scene.decode import decode_photo

    if not is_clip(path):
        rgb = decode_photo(path).rgb
        share = min(1.0, _LONGEST / max(rgb.shape[:2]))
        return 0.0, 0.0, [np.asarray(cv2.resize(rgb, None, fx=share, fy=share), np.uint8)]
    facts = read_facts(path)
    count = max(1, round(facts.duration * facts.fps))
    looked = _FRAMES
    if close:
        looked = max(_FRAMES, min(_MOST_CLOSE, round(float(facts.duration) * _CLOSE_RATE)))
    wanted = {round(i * (count - 1) / (looked - 1)) for i in range(looked)}
    found = [scaled(frame, longest=_LONGEST) for _, frame in stills(path, wanted)]
    return float(facts.duration), len(found) / max(float(facts.duration), 0.1), found


def _faces(frames: Sequence[U8]) -> list[list[tuple[float, float, float, float]]]:
    """Those of each frame; if none has any, the middle one is looked at turned, too."""
    from kinora.policy.faces import faces_of, find_faces

    found = [find_faces(frame) for frame in frames]
    if not any(found):
        middle = len(frames) // 2
        found[middle] = faces_of((frames[middle],))
    return [[(face.x, face.y, face.width, face.height) for face in faces] for faces in found]


def _movement(frames: Sequence[U8]) -> float:
    import cv2
    import numpy as np

    small = [
        cv2.resize(frame, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32)
        for frame in frames
    ]
    changes = [float(np.abs(one - other).mean()) for one, other in pairwise(small)]
    return sum(changes) / len(changes) if changes else 0.0


def _turns(
    frames: Sequence[U8], faces: Sequence[list[tuple[float, float, float, float]]]
) -> tuple[str, ...]:
    """Turns of the head, looked at where its face mostly is."""
    import cv2
    import numpy as np

    from kinora.jobs.turns import HEAD, SIDE, find_turns

    boxes = np.array([found[0] for found in faces if found])
    if not len(boxes):
        return ()
    height, width = frames[0].shape[:2]
    x, y, wide, high = np.median(boxes, axis=0) * np.array([width, height, width, height])
    scale = SIDE * HEAD / (1.2 * wide)
    middle = (x + wide / 2, y + high / 2)
    to = np.array(
        [[scale, 0, SIDE / 2 - middle[0] * scale], [0, scale, SIDE / 2 - middle[1] * scale]]
    )
    crops = [
        np.asarray(
            cv2.warpAffine(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), to, (SIDE, SIDE)), np.uint8
        )
        for frame in frames
    ]
    return find_turns(crops)


def _alike(frames: Sequence[U8], blocked: Sequence[tuple[str, str]]) -> dict[str, Any]:
    from kinora.policy.registry import Registry
    from kinora.policy.similar import Print, Query

    held = Registry([(name, Print.from_json(text)) for name, text in blocked])
    marks = 0
    for frame in frames[::3]:
        best = held.nearest(Query(frame))
        if best is not None:
            marks = max(marks, best[1].marks)
            if best[1].is_alike:
                return {"alike": best[0], "marks": marks}
    return {"marks": marks}


def _cut(path: Path, sprite: Path) -> bool:
    from kinora.characters import read_character
    from kinora.scene.sprite import sprite_png
    from kinora.settings import load_settings
    from kinora.wiring import build_figures

    found = read_character("character", path, build_figures(load_settings()))
    if found is None:
        return False
    sprite.write_bytes(sprite_png(found))
    return True


def _limit_memory() -> None:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    main(sys.argv[1:])
