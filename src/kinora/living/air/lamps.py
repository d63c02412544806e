"""Lights that blink or flicker where they are, each on its own, and screens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from zlib import crc32

import cv2
import numpy as np

from kinora.living.elements.fire import FIRE
from kinora.living.evidence.lights import find_lights, find_neon
from kinora.living.evidence.look import Bool, Look
from kinora.living.where import Place, Search, find_place
from kinora.types.air import Places
from kinora.types.living import F32
from kinora.types.plan import ElementMotion, Lang, ShotPlan
from kinora.types.report import Outcome
from kinora.types.scene import Scene
from kinora.weather import wind

#: Groups of lights that go on their own, and about how often each blinks, Hz.
_GROUPS, _RATE = 5, 0.7
#: How much of its light a lamp loses when it is dimmest, and how far it lights around it, share of
#: the frame's width.
_DEPTH, _GLOW = 0.75, 0.008
#: Specks nearer to each other than twice that are one light, share of the frame's width.
_JOINED: Final = 0.001
_SEARCH: Final[dict[str, Search]] = {
    "lights": Search(masks=("lights",), evidence=find_lights),
    "screen": Search(masks=("screen",)),
}

#: Words that name neon signs: then only lights of a vivid colour are meant.
_NEON: Final = re.compile(r"n[eé]on|\bsigns?\b|enseigne", re.IGNORECASE)

#: How far a fire lights what is around it, share of the frame's width, and by how much that wavers
#: at most, in a dark picture; median lightness from which it shows no more, 0..255.
_FIRELIGHT, _WAVERS, _DAY = 0.16, 0.32, 110.0

_TEXTS: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "lights": "{count} lights blink, each losing up to {percent:.0f} % of its light",
        "screen": "it flickers by up to {percent:.0f} % of its light",
        "no_lights": "no lights found in this photo",
        "no_neon": "no neon sign found in this photo",
        "no_screen": "no screen found in this photo",
        "how": "give a mask that is white there, or a box: --mask {name}=mask.png",
    },
    "fr": {
        "lights": "{count} lumières clignotent, perdant jusqu'à {percent:.0f} % de leur éclat",
        "screen": "scintille, de {percent:.0f} % de son éclat au plus",
        "no_lights": "pas de lumières trouvées dans cette photo",
        "no_neon": "pas d'enseigne au néon trouvée dans cette photo",
        "no_screen": "pas d'écran trouvé dans cette photo",
        "how": "donnez un masque blanc à cet endroit, ou un cadre : --mask {name}=masque.png",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lamps:
    """A `Shine`: gains of some lights, group by group."""

    groups: F32  # (G, h, w) where each group shines, in [0, 1], over the canvas at ``scale``
    scale: float
    depth: float
    smooth: bool  # flickers instead of blinking on and off
    seed: int
    period: float | None

    def at(self, seconds: float, places: Places) -> tuple[F32, F32] | None:
        """Each light as it is at its brightest, or dimmer."""
        gain = np.ones_like(places.x)
        for number, group in enumerate(self.groups):
            level = self._level(number, seconds)
            if level < 1.0 / 255.0:
                continue
            here = cv2.remap(
                group,
                (places.x * np.float32(self.scale)),
                (places.y * np.float32(self.scale)),
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_CONSTANT,
            )
            gain *= 1.0 - np.float32(self.depth * level) * here
        return gain.astype(np.float32), np.zeros((3, *gain.shape), np.float32)

    def _level(self, number: int, seconds: float) -> float:
        """How dim a group is, in [0, 1]; 0 at the first moment, as in the photo."""
        rate = 4.0 if self.smooth else 1.0
        period = None if self.period is None else rate * self.period
        now = float(wind(self.seed + 31 * number, rate * seconds, period=period))
        if self.smooth:
            start = float(wind(self.seed + 31 * number, 0.0, period=period))
            return float(np.clip(abs(now - start), 0.0, 1.0))
        turns = _RATE * (0.8 + 0.1 * number)
        if self.period is not None:
            turns = max(1, round(turns * self.period)) / self.period
        return float(0.5 - 0.5 * np.cos(2.0 * np.pi * turns * seconds)) ** 2


def plan_lamps(
    plan: ShotPlan,
    scene: Scene,
    *,
    masks: Mapping[str, F32],
    kept: F32 | None,
    period: float | None,
    look: Look | None = None,
) -> tuple[tuple[Lamps, ...], tuple[Outcome, ...]]:
    """Lights and screens that ``plan`` has blink or flicker.

    Args:
        plan: its elements ``lights`` and ``screen``.
        scene: the scene in the photo's light.
        masks: where the caller says they are, (H, W) over the frame in [0, 1], by name.
        kept: where nothing may change, likewise.
        period: of a loop, seconds; None: it doesn't loop.
        look: of the scene, where it was taken before.
    """
    lang: Lang = plan.lang[0] if plan.lang else "en"
    shines: list[Lamps] = []
    outcomes: list[Outcome] = []
    for name, search in _SEARCH.items():
        items = [item for beat in plan.beats for item in beat.elements if item.what == name]
        if not items:
            continue
        neon = name == "lights" and all(_names_neon(plan, item) for item in items)
        wanted = replace(search, evidence=find_neon) if neon else search
        place = find_place(scene, wanted, masks, kept=kept, look=look)
        if place is None:
            outcomes += _unfound(name, items, lang, reason="neon" if neon else name)
            continue
        depth = min(_DEPTH * (0.16 + 1.68 * items[0].amplitude), 0.95)
        seed = (plan.seed * 1_000_003 + crc32(name.encode())) % (1 << 31)
        groups, count = _grouped(place, scene, seed, single=name == "screen")
        shines.append(
            Lamps(
                groups=groups,
                scale=0.5,
                depth=depth,
                smooth=name == "screen",
                seed=seed,
                period=period,
            )
        )
        words = _TEXTS[lang][name].format(percent=100.0 * depth, count=count)
        outcomes += [Outcome(item=each.id, status="understood", done=words) for each in items]
    return tuple(shines), tuple(outcomes)


def firelight(
    plan: ShotPlan,
    scene: Scene,
    *,
    masks: Mapping[str, F32],
    kept: F32 | None,
    period: float | None,
    look: Look | None = None,
) -> tuple[Lamps, ...]:
    """The light of a fire that burns, on what is around it: it wavers with the flames.

    Args:
        plan, scene, masks, kept, period, look: as of `plan_lamps`.
    """
    if not any(item.what == "fire" for beat in plan.beats for item in beat.elements):
        return ()
    place = find_place(scene, FIRE.search, masks, kept=kept, look=look)
    dark = 1.0 - float(np.median(cv2.cvtColor(scene.image, cv2.COLOR_RGB2GRAY))) / _DAY
    if place is None or dark <= 0.0:
        return ()
    seed = (plan.seed * 1_000_003 + crc32(b"firelight")) % (1 << 31)
    glow = _spread(place.mask > 0.4, scene, _FIRELIGHT * scene.size.width / 2.0)
    field = (glow / max(float(glow.max()), 1e-6))[None]
    return (
        Lamps(groups=field, scale=0.5, depth=_WAVERS * dark, smooth=True, seed=seed, period=period),
    )


def _names_neon(plan: ShotPlan, item: ElementMotion) -> bool:
    words = "" if item.evidence is None else plan.prompt[slice(*item.evidence)]
    return _NEON.search(words) is not None


def _unfound(name: str, items: list[ElementMotion], lang: Lang, *, reason: str) -> list[Outcome]:
    reason, hint = _TEXTS[lang][f"no_{reason}"], _TEXTS[lang]["how"].format(name=name)
    return [
        Outcome(item=each.id, status="not_supported", reason=reason, how_to_get_it=hint)
        for each in items
    ]


def _grouped(place: Place, scene: Scene, seed: int, *, single: bool) -> tuple[F32, int]:
    """(G, h, w) lights in groups over the canvas at half its size, softly, and how many."""
    inside = place.mask > 0.4
    side = 2 * max(1, round(_JOINED * scene.size.width)) + 1
    joined = cv2.dilate(inside.astype(np.uint8), np.ones((side, side), np.uint8))
    count, labels = cv2.connectedComponents(joined)
    numbers = np.random.default_rng(seed).integers(0, 1 if single else _GROUPS, max(count, 1))
    sigma = max(_GLOW * scene.size.width / 2.0, 1.0)
    groups = []
    for group in range(1 if single else _GROUPS):
        own = inside & (numbers[labels] == group)
        groups.append(np.clip(1.6 * _spread(own, scene, sigma), 0.0, 1.0))
    return np.stack(groups).astype(np.float32), count - 1


def _spread(mask: Bool, scene: Scene, sigma: float) -> F32:
    """A mask of the frame over the canvas at half its size, blurred by ``sigma`` of its pixels."""
    left, top = scene.frame_origin
    whole = np.zeros((scene.canvas.height, scene.canvas.width), np.float32)
    whole[top : top + scene.size.height, left : left + scene.size.width] = mask
    size = (scene.canvas.width // 2, scene.canvas.height // 2)
    small = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), sigma), np.float32)
