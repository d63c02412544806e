"""Whether a photo may show water at all, whatever its parts look like.

A place with water has plants and level things, lies smooth, is no portrait, shows level streaks,
and a network sees some water in it, if ever so little: where it gives a brook a hundredth, it gives
a street a thousandth. The weights were fitted by logistic regression to the 57 photos of
`benchmarks.water` and to 492 others, of which 42 show water.
"""

from __future__ import annotations

import numpy as np

from kinora.living.evidence.look import Bool, Look
from kinora.living.evidence.wetness import roughness

#: Fitted weights: of the shares of plants and of a subject, of mean levelness, of the mean unrest
#: of disparity within the water, and of streaks that convince by themselves; and what is added.
_PLANTS, _SUBJECT, _LEVEL, _ROUGH, _STREAKS, _BIAS = 4.2, -3.1, 5.6, -3.4, 1.7, -2.1
#: What a network's hint adds for each power of e, and between which probabilities it does.
_HINTED, _HINT, _HINT_SURE = 1.6, 0.01, 0.5


def may_hold(look: Look, inside: Bool, *, streaks: bool) -> bool:
    """Whether such water may be in such a photo.

    Args:
        look: at the photo.
        inside: (h, w) where the water seems to be.
        streaks: whether level streaks convince by themselves.
    """
    hint = np.clip(look.hinted(), _HINT, _HINT_SURE) / _HINT
    odds = (
        _BIAS
        + _PLANTS * float(look.region("vegetation").mean())
        + _SUBJECT * float(look.region("subject").mean())
        + _LEVEL * float(look.level.mean())
        + _ROUGH * float(roughness(look)[inside].mean())
        + _STREAKS * streaks
        + _HINTED * float(np.log(hint))
    )
    return odds > 0.0
