"""The arrow plan × scene → `Living`: what moves by itself while the camera goes its way.

Coarse fields lie over the scene's canvas on a grid (gh, gw) of equal cells; a value belongs to the
middle of its cell. Lengths are canvas pixels (right and down are positive), times are seconds of
the clip. Whatever changes over time is a pure function of that time, so that frames can be rendered
in any order.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from kinora.types.geometry import Size
from kinora.types.report import Note, Outcome

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

F32: TypeAlias = "NDArray[np.float32]"

#: Name of the mask of what must not move or change, whatever the words say.
KEEP: Final = "keep"
#: Every name that a caller's mask may have.
MASK_NAMES: Final = (
    "animal",
    "boat",
    "buoy",
    "chimney",
    "cloth",
    "clouds",
    "door",
    "ear",
    "fire",
    "flag",
    "foliage",
    "hair",
    "head",
    KEEP,
    "lamp",
    "lantern",
    "lights",
    "pendulum",
    "propeller",
    "river",
    "screen",
    "sea",
    "sign",
    "sky",
    "smoke",
    "steam",
    "subject",
    "tail",
    "vegetation",
    "water",
    "waterfall",
    "waves",
    "wheel",
)
#: Other words that masks may be given by, without accents and plurals: English, then French.
_CALLED: Final = {
    "cloth": "awning blind cape cloak coat curtain drape dress dresses fabric garment jacket kimono"
    " laundry linen ribbon robe sari scarf scarves shawl sheet shirt silk skirt sleeve"
    " tablecloth tent towel veil drap echarpe etoffe foulard jupe linge manche manteau nappe"
    " rideau ruban serviette store tente tissu toile veste vetement voilage voile chemise",
    "flag": "banner pennant sail banniere drapeau drapeaux fanion pavillon",
    "foliage": "branch branches bush bushes flower grass leaf leaves plant sunflower tree"
    " arbre feuille feuillage fleur herbe plante tournesol",
    "water": "lake pond puddle eau eaux etang flaque lac",
    "sea": "ocean mer",
    "river": "brook creek stream fleuve riviere ruisseau",
    "waterfall": "cascade chute",
    "waves": "wave vague",
    "clouds": "cloud nuage",
    "sky": "skies ciel",
    "smoke": "fumee",
    "steam": "vapeur vapour",
    "fire": "candle flame bougie feu flamme",
    "hair": "cheveux",
    "boat": "ship bateau bateaux navire voilier",
    "buoy": "bouee",
    "door": "gate shutter porte volet",
    "lamp": "lampe",
    "lantern": "lanterne",
    "lights": "light neon lumiere",
    "sign": "enseigne",
    "screen": "monitor television tv ecran",
    "propeller": "fan blades helice ventilateur",
    "wheel": "windmill moulin roue",
    "pendulum": "swing balancier",
    "chimney": "cheminee",
    "tail": "queue",
    "ear": "oreille",
    "head": "tete",
    "subject": "sujet",
}
_KINDS: Final = {word: kind for kind, words in _CALLED.items() for word in words.split()}
#: What else a thing under a mask's name may be asked to do: a lantern swings as lamps do, flickers
#: as fire does; a sign swings, or its lights blink.
ALSO: Final[dict[str, tuple[str, ...]]] = {
    "lantern": ("lamp", "fire", "lights", "pendulum"),
    "sign": ("lights", "pendulum"),
}


def mask_kind(name: str) -> str | None:
    """The name of `MASK_NAMES` that a word means: "curtain", « rideaux » → "cloth"; None: none."""
    split = unicodedata.normalize("NFKD", name.strip().lower())
    word = "".join(char for char in split if not unicodedata.combining(char))
    for called in (word, word[:-1] if word[-1:] in ("s", "x") else word):
        if called in MASK_NAMES:
            return called
        if called in _KINDS:
            return _KINDS[called]
    return None


class Displacement(Protocol):
    """Where things are shown away from where the photo has them."""

    @property
    def reach(self) -> float:
        """No offset is longer than this at any time, canvas pixels."""

    def at(self, seconds: float) -> F32:
        """(2, gh, gw) x and y offsets: a place shows what the photo has at place + offset.

        Exactly zero where nothing moves.
        """


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Phases:
    """K copies of a texture, each displaced in its own way, and how much each one shows."""

    offsets: F32  # (K, 2, gh, gw), as of `Displacement`
    weights: F32  # (K, gh, gw) in [0, 1], their sum over K is 1
    ages: F32  # (K, gh, gw) how much of its life each copy has behind it, in [0, 1)


class Flow(Protocol):
    """How a surface's texture moves."""

    @property
    def reach(self) -> float:
        """No offset is longer than this at any time, canvas pixels."""

    @property
    def life(self) -> F32:
        """(A, 2, gh, gw): offsets of a copy at evenly spaced ages, the first and the last included.

        Canvas pixels; A is odd, for in the middle of its life a copy is at rest. A is 1 where there
        is one copy only, which has no end.
        """

    def at(self, seconds: float) -> Phases:
        """The copies that are shown at a time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Warp:
    """A part of the picture that bends with all that it shows: sway, rocking, a turned head."""

    name: str  # of the element, for people: "foliage"
    displacement: Displacement


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surface:
    """A part whose texture moves under a mask that stays: water, clouds, smoke, fire.

    The texture is the photo's inside the mask, continued beyond it; it lies on whatever layers the
    mask covers, right above them.
    """

    name: str
    mask: F32  # (H, W) over the canvas, in [0, 1]; 0: the photo as it is
    flow: Flow
    # Where copies are blended, what is finer than the first of these keeps its contrast, and so
    # does, on its own account, what lies between them; what is wider than the second may stay in
    # place. Shares of the canvas's long side.
    grain: float = 0.012
    wide: float = 0.07
    still_tone: float = 0.0  # how much of the tone wider than ``wide`` doesn't move, in [0, 1]


class Course(Protocol):
    """Where a figure is that goes about by itself."""

    @property
    def reach(self) -> float:
        """It is never farther away from its place than this, canvas pixels."""

    def at(self, seconds: float) -> tuple[float, float, float]:
        """How far it is from its place, right and down, and how far right its top leans; pixels."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Carried:
    """Layers of the scene that move as one thing: a figure and its shadow."""

    layers: tuple[int, ...]  # numbers of the scene's layers
    foot: float  # y of what doesn't lean, canvas pixels
    height: float  # from there to the top
    course: Course


#: (a, b, c, d, right, down), see `Turning`.
Affine: TypeAlias = tuple[float, float, float, float, float, float]


class Turning(Protocol):
    """How a rigid part turns and shifts."""

    @property
    def reach(self) -> float:
        """No place of it is ever farther away from its own than this, canvas pixels."""

    def at(self, seconds: float) -> Affine:
        """What is seen at q lies in the photo at p + M (q − s − p), with p the part's pivot.

        M = [[a, b], [c, d]]; s = (right, down), canvas pixels.
        """


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """Layers of the scene that turn as one rigid thing: a wheel, a door, a boat."""

    layers: tuple[int, ...]  # numbers of the scene's layers
    pivot: tuple[float, float]  # canvas pixels
    course: Turning


_ONE = Size(1, 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Living:
    """Everything that moves by itself, and what was made of the plan's items."""

    grid: Size = _ONE  # cells of the coarse fields, (gw, gh)
    warps: tuple[Warp, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    carried: tuple[Carried | Part, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def moves(self) -> bool:
        """Whether anything does."""
        return bool(self.warps or self.surfaces or self.carried)

    @property
    def reach(self) -> float:
        """No offset is longer than this, canvas pixels, but for what is carried."""
        bent = sum(warp.displacement.reach for warp in self.warps)
        return bent + max((surface.flow.reach for surface in self.surfaces), default=0.0)


STILL = Living()
