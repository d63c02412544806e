"""Rigid parts: wheels spin, pendulums and lamps swing, doors open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import ceil, cos, pi, radians, sin
from typing import Final

import numpy as np

from kinora.living.leaves import leaves
from kinora.living.portrait.course import eased
from kinora.living.timing import Timing
from kinora.types.living import F32, Affine, Part
from kinora.types.plan import Direction, Lang, ShotPlan
from kinora.types.report import Outcome
from kinora.types.wording import with_marks

#: Usual turns per second of what spins; angles of what swings and opens, degrees.
_SPIN, _SWING, _LAMP, _OPEN = 0.5, 9.0, 5.0, 50.0
#: Seconds of a swing, and of a lamp's.
_SWING_SECONDS, _LAMP_SECONDS = 1.7, 2.3
_OPENS_IN: Final = 1.6  # seconds

_DONE: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "spin": "it spins {turns:.2g} times a second",
        "swing": "it swings by {degrees:.1f} degrees to each side",
        "open": "it turns about its hinge by {degrees:.0f} degrees",
    },
    "fr": {
        "spin": "tourne {turns:.2g} fois par seconde",
        "swing": "se balance de {degrees:.1f} degrés de chaque côté",
        "open": "tourne de {degrees:.0f} degrés sur son gond",
    },
}
_FLAT: Final[dict[Lang, str]] = {
    "en": "one flat picture of it turns: it has no thickness, and behind it is dark",
    "fr": "une image plate tourne : sans épaisseur ; derrière, il fait sombre",
}
#: Masks by whose names what turns may be given as well.
_ALSO: Final = {"wheel": "propeller", "propeller": "wheel"}
_MISSING: Final[dict[Lang, tuple[str, str]]] = {
    "en": (
        "where it is wasn't found in this photo",
        "give a mask that is white there, or a box: --mask {name}=mask.png",
    ),
    "fr": (
        "sa place n'a pas été trouvée dans cette photo",
        "donnez un masque blanc à cet endroit, ou un cadre : --mask {name}=masque.png",
    ),
}
#: Of a box in which `thing_in` can't tell it from its surroundings.
_UNTOLD: Final[dict[Lang, tuple[str, str]]] = {
    "en": (
        "in that box what turns can't be told from what it sits on",
        "give a mask of what turns alone: --mask {name}=mask.png",
    ),
    "fr": (
        "dans ce cadre, ce qui tourne ne se distingue pas de ce qui le porte",
        "donnez un masque de ce qui tourne seul : --mask {name}=masque.png",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RigidPart:
    """A part that is asked for, and where it is."""

    name: str
    mask: F32  # (H, W) over the frame
    items: tuple[str, ...]  # of the plan, of which it tells what becomes
    amount: float
    direction: Direction | None
    timing: Timing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Shape:
    """A part's place, canvas pixels."""

    middle: tuple[float, float]
    top: tuple[float, float]  # middle of its upper end
    left: float
    right: float
    height: float
    far: float  # from its middle to its farthest corner
    slender: float  # longer half axis over the shorter one
    axes: F32  # (2, 2): the unit circle onto the ellipse of its extent

    @staticmethod
    def of(mask: F32, origin: tuple[int, int]) -> _Shape:
        """From a mask over a frame whose corner lies at ``origin``."""
        inside = mask > 0.5
        y, x = np.nonzero(inside)
        rows, columns = np.unique(y), np.unique(x)
        upper = inside[rows[0] : rows[0] + max(2, len(rows) // 25)]
        places = np.stack([x, y]).astype(np.float64)
        spread = np.cov(places, ddof=min(x.size - 1, 1)) + 0.25 * np.eye(2)
        values, vectors = np.linalg.eigh(spread)
        root = vectors @ np.diag(np.sqrt(values)) @ vectors.T
        dx, dy = origin[0] + 0.5, origin[1] + 0.5
        middle = (float(x.mean()) + dx, float(y.mean()) + dy)
        return _Shape(
            middle=middle,
            top=(float(np.nonzero(upper)[1].mean()) + dx, float(rows[0]) + dy),
            left=float(columns[0]) + dx,
            right=float(columns[-1]) + dx,
            height=float(rows[-1] - rows[0]) + 1.0,
            far=float(np.hypot(x + dx - middle[0], y + dy - middle[1]).max()),
            slender=float(np.sqrt(values[1] / values[0])),
            axes=np.asarray(2.0 * root, np.float32),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Spin:
    """A `Turning` at an even pace about the middle of an ellipse."""

    axes: F32
    turns: float  # per second, clockwise
    timing: Timing
    reach: float

    def at(self, seconds: float) -> Affine:
        """As of `Turning`."""
        angle = 2.0 * pi * self.turns * self.timing.elapsed(seconds)
        back = np.array([[cos(angle), sin(angle)], [-sin(angle), cos(angle)]])
        seen = self.axes @ back @ np.linalg.inv(self.axes)
        return float(seen[0, 0]), float(seen[0, 1]), float(seen[1, 0]), float(seen[1, 1]), 0.0, 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Swing:
    """A `Turning` to and fro."""

    angle: float  # radians to each side
    period: float
    timing: Timing
    reach: float

    def at(self, seconds: float) -> Affine:
        """As of `Turning`."""
        now, gain = self.timing.elapsed(seconds), self.timing.gain(seconds)
        angle = gain * self.angle * sin(2.0 * pi * now / self.period)
        return cos(angle), sin(angle), -sin(angle), cos(angle), 0.0, 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Hinge:
    """A `Turning` about an upright line: what turns away looks narrower."""

    angle: float  # radians when open
    timing: Timing
    reach: float
    period: float | None

    def at(self, seconds: float) -> Affine:
        """As of `Turning`."""
        now = self.timing.elapsed(seconds)
        share = eased(now / _OPENS_IN)
        if self.period is not None:
            share = 0.5 - 0.5 * cos(2.0 * pi * now / self.period)
        return 1.0 / cos(self.angle * share), 0.0, 0.0, 1.0, 0.0, 0.0


def rigid_parts(
    plan: ShotPlan, masks: Mapping[str, F32], *, kept: F32 | None
) -> tuple[tuple[RigidPart, ...], tuple[Outcome, ...]]:
    """The parts that a plan moves, and what it asks for that isn't found.

    Args:
        plan: its times are the scene's.
        masks: the caller's, (H, W) over the frame in [0, 1], by name.
        kept: where nothing may move, likewise.
    """
    lang: Lang = plan.lang[0] if plan.lang else "en"
    parts: list[RigidPart] = []
    missing: list[Outcome] = []
    asked: dict[str, list[tuple[str, float, Direction | None, float]]] = {}
    words: dict[str, str] = {}
    for beat in plan.beats:
        for item in beat.elements:
            if item.what in PARTS:
                entry = (item.id, item.amplitude, item.direction, beat.t0)
                asked.setdefault(item.what, []).append(entry)
                named = "" if item.evidence is None else plan.prompt[slice(*item.evidence)]
                words[item.what] = f"{words.get(item.what, '')} {named}"
    for name, items in asked.items():
        mask = masks.get(name)
        also = _ALSO.get(name, "")
        if mask is None and also not in asked:  # a fan may be called either
            mask = masks.get(also)
        untold = mask is not None and not mask.any()
        if mask is not None and kept is not None:
            mask = np.minimum(mask, 1.0 - kept).astype(np.float32)
        ids = tuple(item for item, *_ in items)
        if mask is None or not (mask > 0.5).any():
            reason, hint = (_UNTOLD if untold else _MISSING)[lang]
            missing += [
                Outcome(
                    item=item,
                    status="not_supported",
                    reason=reason,
                    how_to_get_it=hint.format(name=name),
                )
                for item in ids
            ]
            continue
        start = 0.0 if plan.loops else min(at for *_, at in items)
        part = RigidPart(
            name=name,
            mask=mask,
            items=ids,
            amount=max(amount for _, amount, *_ in items),
            direction=next((way for *_, way, _ in items if way), None),
            timing=Timing(start=start, period=plan.duration if plan.loops else None),
        )
        parts += _leaf_by_leaf(part, words[name]) if PARTS[name] is _hinged else [part]
    return tuple(parts), tuple(missing)


def _leaf_by_leaf(part: RigidPart, words: str) -> list[RigidPart]:
    """Doors as their leaves; what becomes of them is told once."""
    return [
        replace(
            part,
            mask=mask,
            items=() if number else part.items,
            direction=part.direction or way,
        )
        for number, (mask, way) in enumerate(leaves(part.mask, words))
    ]


def turned(
    part: RigidPart, layer: int, *, origin: tuple[int, int], lang: Lang
) -> tuple[Part, tuple[Outcome, ...]]:
    """How a part moves, once it is a layer of its own.

    Args:
        part: what moves.
        layer: its number in the scene.
        origin: of the frame on the canvas.
        lang: of what is told.
    """
    strength = 0.16 + 1.68 * part.amount
    shape = _Shape.of(part.mask, origin)
    made, key, numbers = PARTS[part.name](part, shape, strength)
    done = with_marks(_DONE[lang][key].format(**numbers), lang)
    flat = key == "open"
    outcomes = tuple(
        Outcome(
            item=item,
            status="approximated" if flat else "understood",
            done=done,
            reason=_FLAT[lang] if flat else None,
        )
        for item in part.items
    )
    pivot, course = made
    return Part(layers=(layer,), pivot=pivot, course=course), outcomes


_Course = _Spin | _Swing | _Hinge
_Made = tuple[tuple[tuple[float, float], _Course], str, dict[str, float]]


def _spin(part: RigidPart, shape: _Shape, strength: float) -> _Made:
    turns = _SPIN * strength
    if part.timing.period is not None:
        turns = max(1, ceil(turns * part.timing.period - 0.5)) / part.timing.period
    signed = -turns if part.direction in ("left", "ccw") else turns
    spin = _Spin(
        axes=shape.axes, turns=signed, timing=part.timing, reach=2.0 * shape.far * shape.slender
    )
    return (shape.middle, spin), "spin", {"turns": turns}


def _swinging(degrees: float, seconds: float) -> Callable[[RigidPart, _Shape, float], _Made]:
    def make(part: RigidPart, shape: _Shape, strength: float) -> _Made:
        angle = min(degrees * strength, 25.0)
        swing = _Swing(
            angle=radians(angle),
            period=part.timing.fitted(seconds),
            timing=part.timing,
            reach=radians(angle) * (shape.height + shape.far),
        )
        return (shape.top, swing), "swing", {"degrees": angle}

    return make


def _hinged(part: RigidPart, shape: _Shape, strength: float) -> _Made:
    angle = min(_OPEN * strength, 75.0)
    # Hinged on the side that it doesn't swing to; on the left if nothing tells.
    x = shape.right if part.direction == "left" else shape.left
    hinge = _Hinge(
        angle=radians(angle),
        timing=part.timing,
        period=part.timing.period,
        reach=shape.right - shape.left,
    )
    return ((x, shape.middle[1]), hinge), "open", {"degrees": angle}


#: What each kind of part does.
PARTS: Final[dict[str, Callable[[RigidPart, _Shape, float], _Made]]] = {
    "door": _hinged,
    "lamp": _swinging(_LAMP, _LAMP_SECONDS),
    "pendulum": _swinging(_SWING, _SWING_SECONDS),
    "propeller": _spin,
    "wheel": _spin,
}
