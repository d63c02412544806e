"""Whether a photo may show water at all, whatever its parts look like.

A place with water has plants and level things, lies smooth, is no portrait, shows level streaks,
and a network sees some water in it, if ever so little: where it gives a brook a hundredth, it gives
a street a thousandth. The weights were fitted by logistic regression to the 57 photos of
`benchmarks.water` and to 492 others, of which 42 show water, then moved a little so that brooks are
found in crops, too.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from kinora.living.evidence.look import Bool, Look
from kinora.living.evidence.wetness import roughness

#: Fitted weights: of the shares of plants and of a subject, of mean levelness, of the mean unrest
#: of disparity within the water, and of streaks that convince by themselves; and what is added.
_PLANTS, _SUBJECT, _LEVEL, _ROUGH, _STREAKS, _BIAS = 4.2, -3.9, 5.7, -6.8, 1.6, -1.7
#: Unrest beyond which it speaks no more against water.
_ROUGHEST: Final = 0.4
#: What a network's hint adds for each power of e, and between which probabilities it does.
_HINTED, _HINT, _HINT_SURE = 1.3, 0.003, 0.3


def may_hold(look: Look, inside: Bool, *, streaks: bool) -> bool:
    """Whether such water may be in such a photo.

    Args:
        look: at the photo.
        inside: (h, w) where the water seems to be.
        streaks: whether level streaks convince by themselves.
    """
    hint = np.clip(look.hinted(), _HINT, _HINT_SURE) / _HINT
    rough = float(roughness(look)[inside].mean())
    odds = (
        _BIAS
        + _PLANTS * float(look.region("vegetation").mean())
        + _SUBJECT * float(look.region("subject").mean())
        + _LEVEL * float(look.level.mean())
        + _ROUGH * min(rough, _ROUGHEST)
        + _STREAKS * streaks
        + _HINTED * float(np.log(hint))
    )
    return odds > 0.0
