"""The seams for sounds and voices: what is known about them, and what they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

from kinora.types.plan import Lang

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kinora.sound.cues.ask import Ask

    F32: TypeAlias = NDArray[np.float32]

    #: Makes a cue: ask → (n, 2) float32 at 48 kHz, left and right, finite, at most 1 in size.
    Generator: TypeAlias = Callable[[Ask], F32]

#: Samples a second of every sound.
SAMPLE_RATE: Final = 48_000

#: ambience: goes on while it lasts · effect: something that happens · music.
CueKind = Literal["ambience", "effect", "music"]

#: How a cue is made.
Tier = Literal["procedural", "sampled", "neural"]

#: finished: holds its own · background: to be kept low under others · placeholder: a scratch sound.
Quality = Literal["finished", "background", "placeholder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A sound that can be asked for.

    Attributes:
        id: as in `AudioCue.cue` and the lexicons.
        names: what it is called, per language; the first is the one that reports use.
        kind: the stem that it belongs to, and how it is placed.
        tier, quality, licence: how it is made, how far that carries, and under which terms.
        lufs: loudness before the mix, at level as usual.
        continuous: it fills the time that it is given; else it happens, and its first sample is
            its onset.
        make: its generator, as ``module.function`` of `kinora.sound.cues`.
    """

    id: str
    names: Mapping[Lang, tuple[str, ...]]
    kind: CueKind
    tier: Tier
    quality: Quality
    licence: str
    lufs: float
    continuous: bool
    make: str


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

    @property
    def languages(self) -> frozenset[str]:
        """Languages that it speaks on this machine; empty where it isn't installed."""

    def say(self, text: str, *, lang: str, speaker: str | None, seed: int) -> Utterance:
        """Speak ``text``; the same speaker and seed sound the same each time.

        Raises:
            EngineError: the voice failed.
        """
