"""How a clip is encoded, per quality tier."""

from __future__ import annotations

from dataclasses import dataclass

from kinora.types.request import Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderSettings:
    """x264 settings of one tier.

    Every chunk of a clip is encoded by its own single-threaded encoder with exactly these settings,
    so that the packets of all chunks share one stream header.
    """

    preset: str  # x264 preset
    crf: int  # constant rate factor, lower is better
    tuning: str = ""  # x264 parameters that differ from the preset, as key=value:key=value
    workers: int = 2  # chunks rendered and encoded side by side
    chunk_seconds: float = 5.0  # longest chunk; bounds the packets held while others finish


# For camera moves through a still photo, which are smooth and steady: long fixed runs of B-frames,
# whose motion follows from the frames around them, bring more than the partitions, the search and
# the adaptive decisions that the preset spends time on (benchmarks/encoder.py compares). Seven of
# them and temporal direct prediction take a tenth less time and are smaller on average, but 7 %
# larger where a move stops or turns back.
_SMOOTH = "bframes=5:b-adapt=0:weightp=0:me=dia:partitions=p8x8"


def default_encoders(*, workers: int = 2) -> dict[Quality, EncoderSettings]:
    """The shipped tiers."""
    return {
        "draft": EncoderSettings(preset="superfast", crf=26, workers=workers),
        "standard": EncoderSettings(preset="veryfast", crf=19, tuning=_SMOOTH, workers=workers),
        "pro": EncoderSettings(preset="medium", crf=16, workers=workers),
    }
