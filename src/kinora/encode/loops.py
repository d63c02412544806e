"""How loops are encoded, so that their last frame meets their first.

A key frame shares no coding noise with the frame shown before it, unlike frames in between, whose
noise goes on from one to the next. So where a loop closes, all of the picture would twitch. Its
first and last frames are therefore stored almost without loss, and what stands still never changes.
"""

from __future__ import annotations

from av.video.frame import PictureType

from kinora.types.rendition import Rendition

_LONGEST = 20  # seconds without a key frame but the first
#: Quantisers of the first frames, and of the last ones from the end on.
_OPENING = _CLOSING = (0, 6, 12, 18)
# x264's finest step is .625 grey levels: changes by one level of single pixels, as slow motion has
# them, fall below half of it and stay behind. Scaling matrices of 8 for the usual 16 halve steps.
_FLAT = 8
#: What halved steps add to each quantiser for the same step (H.264: 6 more double it).
FINER = 6
# By default x264 quantises textured blocks more coarsely than it was told, drops the small changes
# that motion makes from one frame to the next, and gives the first frame a quantiser of its own.
_FAITHFUL = (
    "aq-strength=0:trellis=0:deadzone-intra=0:deadzone-inter=6:dct-decimate=0:fast-pskip=0"
    ":qcomp=1:deblock=-3,-3"
)


def closes(rendition: Rendition) -> bool:
    """Whether it is a loop short enough to be one chunk."""
    return rendition.loops and rendition.duration <= _LONGEST


def loop_parameters(rendition: Rendition, *, first: int, last: int) -> list[str]:
    """x264 parameters of the frames from ``first`` to before ``last`` of a loop.

    They go with a rate factor that is higher by `FINER`.
    """
    matrices = (f"cqm{side}=" + ",".join([str(_FLAT)] * side**2) for side in (4, 8))
    zones = "/".join(
        f"{k - first},{k - first},q={q}"
        for k, q in sorted(_quantisers(rendition.frame_count).items())
        if first <= k < last
    )
    return [_FAITHFUL, *matrices, *([f"zones={zones}"] if zones else [])]


def told_kind(rendition: Rendition, index: int) -> PictureType:
    """What a loop's frame is told to be.

    B-frames would take their neighbours' quantisers, not their own. The first frame is a key frame
    in any case.
    """
    told = index > 0 and index in _quantisers(rendition.frame_count)
    return PictureType.P if told else PictureType.NONE


def _quantisers(frame_count: int) -> dict[int, int]:
    """Those of a loop's first and last frames, by number."""
    quantisers = {frame_count - 1 - back: q for back, q in enumerate(_CLOSING[:frame_count])}
    for number, quantiser in enumerate(_OPENING[:frame_count]):
        quantisers[number] = min(quantiser, quantisers.get(number, quantiser))
    return quantisers
