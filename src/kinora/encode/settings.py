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
    workers: int = 2  # chunks rendered and encoded side by side
    chunk_seconds: float = 5.0  # longest chunk; bounds the packets held while others finish


def default_encoders(*, workers: int = 2) -> dict[Quality, EncoderSettings]:
    """The shipped tiers."""
    return {
        "draft": EncoderSettings(preset="superfast", crf=26, workers=workers),
        "standard": EncoderSettings(preset="veryfast", crf=20, workers=workers),
        "pro": EncoderSettings(preset="medium", crf=16, workers=workers),
    }
