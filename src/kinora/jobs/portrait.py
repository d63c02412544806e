"""``python -m kinora.jobs.portrait CLIP``: look for faces in a clip, apart from the server.

Standard output is one JSON object, a `Portrait`. Hostile files crash this process, not the server;
its memory is limited, and `look_at_clip` gives it up after a minute.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from kinora.errors import FieldError

_FRAMES = 12  # that are looked at
_LONGEST = 720  # pixels
_TIMEOUT = 60.0  # seconds
_MEMORY = 4 << 30  # bytes of address space


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """What a clip shows, as far as that is looked at."""

    seconds: float
    frames: int  # looked at
    with_face: int  # of these
    most_faces: int  # in one of these
    movement: float  # mean difference between neighbours, grey levels: a still picture has none


def look_at_clip(path: Path) -> Portrait:
    """Look at the clip in a process of its own; blocks.

    Raises:
        FieldError: it can't be read, or not within a minute.
    """
    command = [sys.executable, "-m", "kinora.jobs.portrait", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode != 0:
        raise FieldError(
            "Invalid file 'video': its pictures can't be read.",
            param="video",
            code="invalid_video_file",
        )
    return Portrait(**json.loads(done.stdout))


def main(path: Path) -> None:
    """Print what the clip at ``path`` shows."""
    _limit_memory()
    import cv2
    import numpy as np

    from kinora.encode.reader import read_facts
    from kinora.encode.stills import scaled, stills
    from kinora.policy.faces import find_faces

    cv2.setNumThreads(1)
    facts = read_facts(path)
    count = max(1, round(facts.duration * facts.fps))
    wanted = {round(i * (count - 1) / (_FRAMES - 1)) for i in range(_FRAMES)}
    faces: list[int] = []
    changes: list[float] = []
    before = None
    for _, frame in stills(path, wanted):
        rgb = scaled(frame, longest=_LONGEST)
        faces.append(len(find_faces(rgb)))
        small = cv2.resize(rgb, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32)
        if before is not None:
            changes.append(float(np.abs(small - before).mean()))
        before = small
    found = Portrait(
        seconds=float(facts.duration),
        frames=len(faces),
        with_face=sum(number > 0 for number in faces),
        most_faces=max(faces, default=0),
        movement=sum(changes) / len(changes) if changes else 0.0,
    )
    sys.stdout.write(json.dumps(asdict(found)))


def _limit_memory() -> None:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
