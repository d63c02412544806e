"""`ShotPlan`: the explicit value between words and pixels.

Pydantic, because the plan crosses the border as JSON (files, API, editor). Frozen: change it by
`model_copy(update=…)`. The published JSON Schema is `ShotPlan.model_json_schema()`; a copy lies in
``docs/shot-plan.schema.json`` and a test keeps it equal.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kinora.types.pace import FASTEST, SLOWEST, Pace, TimeStyle, pace_of, time_style_of

PLAN_VERSION: Final = "1.0"
#: What JSON clients in JavaScript can still write.
MAX_SEED: Final = 2**53 - 1
#: Characters that one clip may show.
MOST_CHARACTERS: Final = 2

#: Camera operations, after the CameraBench taxonomy. Words for them live in the lexicons.
CameraOp = Literal[
    "static",
    "pan",
    "tilt",
    "roll",
    "dolly",
    "truck",
    "pedestal",
    "crane",
    "orbit",
    "zoom",
    "dolly_zoom",
    "handheld",
    "shake",
    "whip",
    "rack_focus",
    "parallax",
    "flyover",
    "follow",
    "reveal",
]

#: ``in``/``out`` for dolly, zoom and dolly_zoom (direction of the dolly); ``near``/``far`` for
#: rack_focus; ``cw``/``ccw`` for roll (as the camera turns, seen from behind it).
Direction = Literal["left", "right", "up", "down", "in", "out", "cw", "ccw", "near", "far"]

#: degrees: rotations and orbits · percent_frame: shift of the focus subject in the picture, in
#: percent of frame width (height for pedestal and crane) · percent_distance: of the distance to
#: the focus subject · factor: change of focal length (2 = twice as large).
Unit = Literal["degrees", "percent_frame", "percent_distance", "factor"]
AmountSource = Literal["explicit", "adjective", "default"]
Speed = Literal["very_slow", "slow", "normal", "fast", "very_fast"]
Ease = Literal["inertial", "linear", "ease_in", "ease_out", "stop_motion"]
Lang = Literal["en", "fr"]
Mood = Literal["calm", "sad", "happy", "tense", "epic"]
Tempo = Literal["slow", "normal", "fast"]
Distance = Literal["near", "normal", "far"]
#: Where a sound comes from, in the frame; the last two move through it.
Pan = Literal["left", "center", "right", "left_to_right", "right_to_left"]

_LOOP: Final = re.compile(r"\b(?:loop(?:s|ing|ed)?|boucle)\b")

#: Half-open character range [start, end) of the prompt as the caller wrote it.
Span = tuple[int, int]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Amount(_Value):
    """How much, and where the number comes from."""

    value: float
    unit: Unit
    source: AmountSource = "default"


class CameraMove(_Value):
    """One camera move within a beat; moves of one beat happen at the same time."""

    id: str
    op: CameraOp
    direction: Direction | None = None
    amount: Amount | None = None
    speed: Speed = "normal"
    ease: Ease = "inertial"
    target: str | None = Field(default=None, description="what the camera looks at, as worded")
    evidence: Span | None = None
    confidence: float = Field(default=1.0, ge=0.0, le=1.0)


class SubjectAction(_Value):
    """Something a person, animal or object does."""

    id: str
    who: str
    action: str
    kind: str | None = Field(default=None, description="the known action, as “blink”")
    direction: Direction | None = None
    amount: Amount | None = None
    size: float = Field(default=1.0, ge=0.0, le=4.0, description="times the usual amount")
    times: int = Field(default=1, ge=1, le=20)
    at: float | None = Field(default=None, ge=0.0, description="seconds; None: where it fits")
    evidence: Span | None = None


class ElementMotion(_Value):
    """Something in the picture that moves by itself: water, steam, hair, cloth, cloud, flame …"""

    id: str
    what: str
    amplitude: float = Field(default=0.5, ge=0.0, le=1.0)
    direction: Direction | None = Field(default=None, description="which way, where words say so")
    target: str | None = Field(default=None, description="what is recoloured, as worded")
    colour: str | None = Field(default=None, description="of what is recoloured")
    evidence: Span | None = None


class Beat(_Value):
    """A stretch of time, in seconds; beats are contiguous and cover the clip."""

    id: str
    t0: float = Field(ge=0.0)
    t1: float
    camera: tuple[CameraMove, ...] = ()
    subjects: tuple[SubjectAction, ...] = ()
    elements: tuple[ElementMotion, ...] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Beat:
        if self.t1 <= self.t0:
            raise ValueError(f"beat {self.id}: t1 ({self.t1}) must be later than t0 ({self.t0})")
        return self

    @property
    def seconds(self) -> float:
        """Length of the beat."""
        return self.t1 - self.t0


class Framing(_Value):
    """Lens and framing words. ``depth_of_field`` set means that blur was asked for."""

    id: str = "framing"
    shot: str | None = None
    angle: str | None = None
    lens_mm: float | None = Field(default=None, gt=0.0)
    depth_of_field: Literal["shallow", "deep"] | None = None
    evidence: tuple[Span, ...] = ()


class LightCue(_Value):
    """A light, weather-light or grade word, over the whole clip or a transition."""

    id: str
    kind: str
    to: str | None = None
    strength: float = Field(default=0.75, ge=0.0, le=1.0)
    t0: float | None = None
    t1: float | None = None
    evidence: Span | None = None


class Atmosphere(_Value):
    """Fog, snow, rain, dust, embers …"""

    id: str
    kind: str
    density: float = Field(default=0.4, ge=0.0, le=1.0)
    evidence: Span | None = None


class CastMember(_Value):
    """A character of the caller's, and where it is placed in the picture.

    ``x`` and ``from_x`` are the middle of its foot, in shares of the frame's width; it may be
    beyond the frame. None: where it hides least.
    """

    id: str
    name: str
    x: float | None = Field(default=None, ge=-1.0, le=2.0)
    from_x: float | None = Field(
        default=None, ge=-1.0, le=2.0, description="where it comes from; None: it stands"
    )
    distance: Distance = "normal"
    height: float | None = Field(
        default=None, gt=0.02, le=2.0, description="share of the frame's height; None: as it fits"
    )
    evidence: Span | None = None


class Constraint(_Value):
    """What must stay, may change, or must not appear."""

    id: str
    kind: Literal["keep", "may_change", "avoid"]
    what: str
    evidence: Span | None = None


class StyleNote(_Value):
    """A style or genre word (``35mm``, ``documentary``)."""

    id: str
    text: str
    evidence: Span | None = None

    @property
    def loops(self) -> bool:
        """Whether it asks for a loop ("seamless loop", « en boucle »)."""
        return bool(_LOOP.search(self.text.lower()))

    @property
    def time_style(self) -> TimeStyle | None:
        """How it asks time to run ("slow motion", « à l'envers »)."""
        return time_style_of(self.text)


class DialogueLine(_Value):
    """A quoted line."""

    id: str
    text: str
    lang: str | None = None
    speaker: str | None = None
    tone: str | None = None
    t0: float | None = None
    t1: float | None = None
    off_screen: bool = Field(default=False, description="nobody in the picture says it")
    evidence: Span | None = None


class AudioCue(_Value):
    """A sound that was asked for; ``cue`` is the known cue's id or None when only ``raw`` is.
    ``nearest`` tells that the cue isn't what was named, but comes nearest to it.

    ``at`` and ``until`` are seconds; without them an ambience or music lasts as long as the clip,
    and an effect happens where it fits. ``mood`` and ``tempo`` are of music.
    """

    id: str
    raw: str
    cue: str | None = None
    nearest: bool = False
    kind: Literal["ambience", "effect", "music", "silence", "unknown"] = "unknown"
    level: Literal["discreet", "normal", "loud"] = "normal"
    distance: Distance = "normal"
    pan: Pan | None = None
    at: float | None = None
    until: float | None = None
    mood: Mood | None = None
    tempo: Tempo | None = None
    evidence: Span | None = None


class ShotPlan(_Value):
    """What will happen, exactly. Beats are contiguous from 0 to ``duration`` (seconds)."""

    version: Literal["1.0"] = PLAN_VERSION
    lang: tuple[Lang, ...] = ("en",)
    prompt: str = ""
    duration: Annotated[float, Field(gt=0.0, le=120.0)]
    seed: Annotated[int, Field(ge=0, le=MAX_SEED)] = 0
    beats: Annotated[tuple[Beat, ...], Field(min_length=1)]
    framing: Framing = Framing()
    light: tuple[LightCue, ...] = ()
    atmosphere: tuple[Atmosphere, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    style: tuple[StyleNote, ...] = ()
    dialogue: tuple[DialogueLine, ...] = ()
    audio: tuple[AudioCue, ...] = ()
    cast: Annotated[tuple[CastMember, ...], Field(max_length=MOST_CHARACTERS)] = ()
    loop: bool = Field(default=False, description="the clip's end meets its beginning")
    time_scale: float | None = Field(
        default=None,
        ge=SLOWEST,
        le=FASTEST,
        description="seconds of the scene per second of the clip; None: as words of style say",
    )
    reverse: bool = Field(default=False, description="time runs backwards, to end with the photo")

    def frame_count(self, fps: Fraction) -> int:
        """Frames of its clip: its length times the rate, to the nearest frame, at least one."""
        return max(1, round(Fraction(self.duration).limit_denominator(100_000) * fps))

    @property
    def loops(self) -> bool:
        """Whether the end shall meet the beginning, as asked for by ``loop`` or a word of style."""
        return self.loop or any(note.loops for note in self.style)

    @property
    def pace(self) -> Pace:
        """How time runs, as ``time_scale``, ``reverse`` and the words of style say."""
        words = (note.text for note in self.style)
        return pace_of(words, scale=self.time_scale, backwards=self.reverse)

    @model_validator(mode="after")
    def _contiguous(self) -> ShotPlan:
        clock = 0.0
        for beat in self.beats:
            if abs(beat.t0 - clock) > 1e-6:
                raise ValueError(
                    f"beat {beat.id} starts at {beat.t0} s, expected {clock} s: beats must be "
                    "contiguous from 0"
                )
            clock = beat.t1
        if abs(clock - self.duration) > 1e-6:
            raise ValueError(f"beats end at {clock} s but duration is {self.duration} s")
        ids = [item.id for item in self.items()]
        if len(ids) != len(set(ids)):
            raise ValueError("ids of plan items must be unique")
        return self

    def items(self) -> tuple[PlanItem, ...]:
        """Every reportable item of the plan, in reading order; framing only if set."""
        found: list[PlanItem] = []
        for beat in self.beats:
            found += [*beat.camera, *beat.subjects, *beat.elements]
        if self.framing != Framing():
            found.append(self.framing)
        found += [*self.light, *self.atmosphere, *self.constraints]
        found += [*self.style, *self.dialogue, *self.audio, *self.cast]
        return tuple(found)


PlanItem = (
    CameraMove
    | SubjectAction
    | ElementMotion
    | Framing
    | LightCue
    | Atmosphere
    | Constraint
    | StyleNote
    | DialogueLine
    | AudioCue
    | CastMember
)
