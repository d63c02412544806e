"""Calm water by what it mirrors: the shore above it, upside down and no lighter."""

from __future__ import annotations

import cv2
import numpy as np

from kinora.living.evidence.look import Bool, Look, joined_to, opened
from kinora.types.living import F32

#: Where the shore line is looked for, how much below it is compared at least and at most (frame
#: heights), and every how many rows.
_LINES, _LEAST, _MOST, _EVERY = (0.4, 0.8), 0.1, 0.22, 2
#: Least correlation of detail with that above, in the mean of the columns, and at a place that is
#: surely water.
_ALIKE, _SURE = 0.5, 0.6
#: How much lighter than the shore its image may be (L*); least share of the frame that sky and
#: plants fill: floors mirror as well.
_LIGHTER, _OUTDOORS = 3.0, 0.1
#: Widths of what is compared, and of the neighbourhood over which it is, pixels.
_FINE, _WIDE, _AROUND = 1.5, 8.0, 10.0


def find_mirror(look: Look) -> Bool | None:
    """Water that mirrors its shore, (h, w), or None where none does."""
    outdoors = np.maximum(look.region("sky"), look.region("vegetation"))
    if float(outdoors.mean()) < _OUTDOORS:
        return None
    light = _soft(look.lab[..., 0], _FINE)
    detail = light - _soft(light, _WIDE)
    height = look.shape[0]
    lines = range(round(_LINES[0] * height), round(_LINES[1] * height), _EVERY)
    alike, line = max((float(_alike(detail, line).mean()), line) for line in lines)
    reach = _reach(line, height)
    lighter = float((light[line : line + reach] - light[line - reach : line]).mean())
    if alike < _ALIKE or lighter > _LIGHTER:
        return None
    trimap = np.full(look.shape, cv2.GC_PR_FGD, np.uint8)
    trimap[:line] = cv2.GC_BGD
    trimap[line : line + reach][_alike(detail, line) > _SURE] = cv2.GC_FGD
    sure = trimap == cv2.GC_FGD
    return joined_to(opened(look.cut(trimap)), sure) if sure.any() else None


def _reach(line: int, height: int) -> int:
    """How many rows on either side of a shore line are compared."""
    return min(line, height - line, round(_MOST * height))


def _alike(detail: F32, line: int) -> F32:
    """How detail below a line correlates with that above, upside down: (rows, w) in [-1, 1]."""
    reach = max(_reach(line, len(detail)), round(_LEAST * len(detail)))
    above, below = detail[line - reach : line][::-1], detail[line : line + reach]
    both, one, other = (
        _soft(p * q, _AROUND) for p, q in ((above, below), (above, above), (below, below))
    )
    return np.asarray(both / (np.sqrt(one * other) + np.float32(1.0)), np.float32)


def _soft(values: F32, sigma: float) -> F32:
    return np.asarray(cv2.GaussianBlur(np.ascontiguousarray(values), (0, 0), sigma), np.float32)
