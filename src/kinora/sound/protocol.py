"""The seam for sounds: what a generator is told, what it gives, and what is known about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

from kinora.types.plan import Lang, Mood, Tempo

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

F32: TypeAlias = "NDArray[np.float32]"

#: Samples a second of every sound.
SAMPLE_RATE: Final = 48_000

#: Points a second of the curves that a generator follows (wind, camera speed).
CURVE_RATE: Final = 100

#: The group a sound is mixed in.
Stem = Literal["speech", "effects", "ambience", "music"]

#: ambience: goes on while it lasts · effect: something that happens · music.
CueKind = Literal["ambience", "effect", "music"]

#: How a cue is made.
Tier = Literal["procedural", "sampled", "neural"]

#: finished: holds its own · background: to be kept low under others · placeholder: a scratch sound.
Quality = Literal["finished", "background", "placeholder"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CueAsk:
    """What a generator is told.

    Attributes:
        samples: how long, at 48 kHz; exact for what is continuous, the most that may come for
            what happens once.
        seed: the same seed makes the same samples.
        intensity: in [0, 1], 0.5 as usual: how hard it rains, how fast one walks.
        distance: in [0, 1], 0 at the microphone, 1 far away. What distance takes from a sound
            (high notes, sharp onsets) is the generator's; level and room are the mix's.
        gust: strength of the wind in [0, 1] at `CURVE_RATE`, shared with the picture.
        onsets: seconds at which it happens; None leaves them to the cue.
        speed: of the camera at `CURVE_RATE`, 1 its fastest usual move; None where the camera has
            no part in it.
        mood, tempo: of music.
    """

    samples: int
    seed: int
    intensity: float = 0.5
    distance: float = 0.3
    gust: F32
    onsets: tuple[float, ...] | None = None
    speed: F32 | None = None
    mood: Mood | None = None
    tempo: Tempo | None = None


#: What makes a cue: ask → (n, 2) float32 at 48 kHz, left and right, finite, at most 1 in size.
Generator: TypeAlias = "Callable[[CueAsk], F32]"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cue:
    """A sound that can be asked for.

    Attributes:
        id: as in `AudioCue.cue` and the lexicons.
        names: what it is called, per language; the first is the one that reports use.
        kind: the stem that it belongs to, and how it is placed.
        tier, quality, licence: how it is made, how far that carries, and under which terms.
        lufs: loudness before the mix, at intensity and level as usual.
        continuous: it fills the time that it is given; else it happens, and its first sample is
            its onset.
        make: the generator.
    """

    id: str
    names: Mapping[Lang, tuple[str, ...]]
    kind: CueKind
    tier: Tier = "procedural"
    quality: Quality
    licence: str = "Apache-2.0"
    lufs: float
    continuous: bool
    make: Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A spoken word, in seconds from the start of its line."""

    text: str
    t0: float
    t1: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Utterance:
    """A spoken line: (n,) float32 at 48 kHz, at most 1 in size, and when each word is said."""

    samples: F32
    words: tuple[Word, ...] = ()


class Voice(Protocol):
    """Speaks lines."""

    @property
    def name(self) -> str:
        """What reports call it ("espeak-ng")."""

    @property
    def quality(self) -> Quality:
        """How far it carries."""

    @property
    def licence(self) -> str:
        """Under which terms."""

    def speaks(self, lang: str) -> bool:
        """Whether it has a voice of this language (``"en"``, ``"fr"``)."""

    def say(self, text: str, *, lang: str, speaker: str | None, seed: int) -> Utterance:
        """Speak ``text``; the same speaker and seed sound the same each time.

        Raises:
            EngineError: the voice failed.
        """
