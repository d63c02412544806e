"""Hair and clothes, from where faces and persons are."""

from __future__ import annotations

import numpy as np

from kinora.living.evidence.look import Bool, Look


def find_hair(look: Look) -> Bool | None:
    """What of a person is around and above the face, (h, w); None without a face."""
    person = np.maximum(look.region("person"), look.region("subject")) > 0.5
    face = look.region("face") > 0.5
    if not face.any() or not person.any():
        return None
    rows, columns = np.flatnonzero(face.any(axis=1)), np.flatnonzero(face.any(axis=0))
    high, wide = rows[-1] + 1 - rows[0], columns[-1] + 1 - columns[0]
    near = np.zeros(look.shape, np.bool_)
    near[
        max(rows[0] - round(0.7 * high), 0) : rows[-1] + 1 + round(0.5 * high),
        max(columns[0] - round(0.6 * wide), 0) : columns[-1] + 1 + round(0.6 * wide),
    ] = True
    hair = person & near & ~face
    return hair if hair.any() else None


def find_clothes(look: Look) -> Bool | None:
    """What of a person lies below the face, (h, w); None without a face."""
    person = look.region("person") > 0.5
    face = look.region("face") > 0.5
    if not face.any() or not person.any():
        return None
    below = np.flatnonzero(face.any(axis=1))[-1] + 1
    clothes = person.copy()
    clothes[: min(below + round(0.08 * look.shape[0]), look.shape[0])] = False
    return clothes if clothes.any() else None
