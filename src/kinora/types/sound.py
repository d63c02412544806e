"""The arrow plan × camera → sound → encoder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from kinora.types.report import Note, Outcome

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    F32: TypeAlias = NDArray[np.float32]
    F64: TypeAlias = NDArray[np.float64]

#: The groups a sound is mixed in.
Stem = Literal["speech", "effects", "ambience", "music"]

#: Integrated loudness of a clip in LUFS: streaming loud, web, broadcast (EBU R 128).
Loudness = Literal[-14, -16, -23]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundOptions:
    """What a caller wants of the sound beyond the words of the prompt."""

    enabled: bool = True  # False: a silent clip, whatever was asked for
    room_tone: bool = True  # quiet air under what sounds, so that no gap is dead
    loudness: Loudness = -16
    audio: Path | None = None  # a bed of one's own: looped or trimmed, faded, ducked
    voice_over: Path | None = None  # speech of one's own
    stems: Path | None = None  # folder for one WAV file per stem
    subtitles: Path | None = None  # WebVTT file to write
    burn_subtitles: bool = False  # draw the spoken lines into the picture
    models: Path | None = None  # folder of installed voices


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SoundPlace:
    """Where what sounds is in the picture; frame k of T at k/fps.

    Attributes:
        what: that it is, as reports are to name it: a region's kind ("water"), or a character.
        x: (T,) from -1, the frame's left edge, to 1, its right one; beyond where it is outside.
        distance: (T,) from the camera, in distances to the focus subject of the photo.
        wide: how much of the frame's width it takes, in [0, 1].
    """

    what: str
    x: F64
    distance: F64
    wide: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtitle:
    """A line of text over [t0, t1) seconds."""

    t0: float
    t1: float
    text: str
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Soundtrack:
    """The finished sound of a clip, as long as the clip to the sample.

    Attributes:
        samples: (n, 2) float32 at 48 kHz; None: the clip is silent.
        stems: parts that add up to ``samples`` but for the limiter, same shape and clock.
        subtitles: of the spoken lines, in order.
        outcomes: what became of each audio cue and spoken line.
        notes: what was assumed.
    """

    samples: F32 | None = None
    stems: Mapping[Stem, F32] = field(default_factory=dict)
    subtitles: tuple[Subtitle, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    notes: tuple[Note, ...] = ()
