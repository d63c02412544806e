"""What picture checks are called, from where on they speak, and what they say unasked.

Loads nothing heavy: servers that examine pictures in another process read this, too.
"""

from __future__ import annotations

from typing import Final

from kinora.types.policy import Subject, Verdict

#: Version of the detector of faces.
FACES: Final = "haar-alt2-6-turned-pairs-eyes"
#: Version of the comparison with blocked pictures.
SIMILARITY: Final = "sketch-orb-1"
#: Bits of 256 that the sketches of one picture may differ in.
SKETCH_LIMIT: Final = 52
#: Features at matching places that show a part of the picture.
MARKS_LIMIT: Final = 14


def unexamined(
    *, subject: Subject, sha256: str, because: str | None = None
) -> tuple[Verdict, Verdict]:
    """What is said of a picture that isn't looked at.

    Args:
        subject: what the picture is for.
        sha256: of its file.
        because: why not; None: nothing is blocked and faces are allowed, so nothing could be found.
    """
    return (
        Verdict(
            check="similarity",
            version=SIMILARITY,
            subject=subject,
            sha256=sha256,
            measured={} if because else {"blocked": 0},
            examined=False,
            detail=because or "no picture is blocked here",
        ),
        Verdict(
            check="faces",
            version=FACES,
            subject=subject,
            sha256=sha256,
            examined=False,
            detail=because or "faces are allowed here",
        ),
    )
