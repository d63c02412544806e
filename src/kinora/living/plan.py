"""Plan items × scene → `Living`, one element after the other."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final
from zlib import crc32

from kinora.living.element import Ask, Made
from kinora.living.elements import ELEMENTS
from kinora.living.evidence.look import Look
from kinora.living.evidence.water import find_sea
from kinora.living.grid import Grid
from kinora.living.timing import Timing
from kinora.living.where import Place, Search, find_place
from kinora.living.wording import but, done, how, missing
from kinora.types.living import F32, Living
from kinora.types.offered import is_offered
from kinora.types.plan import Direction, Lang, ShotPlan
from kinora.types.report import Outcome, Status
from kinora.types.scene import Scene

#: Elements that are looked for and made side by side.
_WORKERS: Final = 2
# A network's greatest probability of water from which it surely sees some.
_WET: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """An element that the plan asks for, and the items that do."""

    name: str
    items: tuple[str, ...]
    amount: float
    direction: Direction | None
    start: float
    words: str = ""  # that name it, as far as they are known

    @property
    def offered(self) -> bool:
        """Whether nobody asked for it: it moves only where the photo shows it surely."""
        return all(is_offered(item) for item in self.items)


def plan_living(
    plan: ShotPlan,
    scene: Scene,
    *,
    masks: Mapping[str, F32],
    kept: F32 | None = None,
    loop: bool = False,
    look: Look | None = None,
) -> Living:
    """What moves by itself in ``scene`` as ``plan`` says.

    Args:
        plan: what shall happen. An element moves from its first mention on.
        scene: with its regions.
        masks: where the caller says things are, (H, W) over the frame in [0, 1], by name.
        kept: where nothing may move, (H, W) over the frame in [0, 1].
        loop: whether the clip's end shall meet its beginning.
        look: of the scene, where it was taken before.

    Returns:
        What moves, and an `Outcome` per item.
    """
    lang: Lang = plan.lang[0] if plan.lang else "en"
    grid, everything = Grid.of(scene), _wanted(plan, masks)
    looked_for = any(ELEMENTS[wanted.name].search.evidence for wanted in everything)
    if looked_for and look is None:
        look = Look.of(scene)

    def make(wanted: _Wanted) -> Made | None:
        element = ELEMENTS[wanted.name]
        search: Search | None = element.search_for(wanted.words)
        if wanted.offered and search is not None:
            search = sure(search, scene, masks)
        if search is None:
            return None
        place = find_place(scene, search, masks, kept=kept, look=look)
        if place is None:
            return None
        ask = _ask(wanted, plan, place, scene=scene, grid=grid, kept=kept, loop=loop)
        made = element.make(replace(ask, look=look))
        return None if made is not None and made.but and wanted.offered else made

    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="kinora-living") as pool:
        found = list(pool.map(make, everything))
    made = [each for each in found if each is not None]
    return Living(
        grid=grid.cells,
        warps=tuple(warp for each in made for warp in each.warps),
        surfaces=tuple(surface for each in made for surface in each.surfaces),
        outcomes=tuple(
            outcome
            for wanted, each in zip(everything, found, strict=True)
            for outcome in _outcomes(wanted, each, plan, lang)
        ),
    )


def sure(search: Search, scene: Scene, masks: Mapping[str, F32]) -> Search | None:
    """A search that doesn't go by looks alone; None: neither a region nor a mask tells of it.

    Level streaks count as water where a network, too, takes something for it, under a sky and
    without plants: floors, alleys, rocks and paved paths through green show such too.
    """
    seen = {region.kind for region in scene.regions if region.kind != "wet" or region.score >= _WET}
    if any(name in masks for name in search.masks) or seen & set(search.regions):
        return search if search.looks_first else replace(search, evidence=None)
    if "water" in search.regions and {"sky", "wet"} <= seen and "vegetation" not in seen:
        return replace(search, evidence=find_sea)
    return None


def _ask(
    wanted: _Wanted,
    plan: ShotPlan,
    place: Place,
    *,
    scene: Scene,
    grid: Grid,
    kept: F32 | None,
    loop: bool,
) -> Ask:
    return Ask(
        name=wanted.name,
        scene=scene,
        grid=grid,
        place=place,
        amount=wanted.amount,
        direction=wanted.direction,
        timing=Timing(start=0.0 if loop else wanted.start, period=plan.duration if loop else None),
        seconds=plan.duration,
        seed=(plan.seed * 1_000_003 + crc32(wanted.name.encode())) % (1 << 32),
        wind_seed=plan.seed,
        kept=kept,
        rate=plan.pace.rate,
    )


def _outcomes(wanted: _Wanted, made: Made | None, plan: ShotPlan, lang: Lang) -> list[Outcome]:
    """What became of each item that asks for an element."""
    if made is not None or _only_blows(plan, wanted):
        words = done("blow", {}, lang) if made is None else done(made.done, made.numbers, lang)
        against = but(made.but, lang) if made is not None and made.but else None
        status: Status = "approximated" if against else "understood"
        named = [item for item in wanted.items if item not in _winds(plan)] or wanted.items
        gusts = done("gusts", {}, lang)
        return [
            Outcome(item=item, status=status, done=words, reason=against)
            if item in named
            else Outcome(item=item, status="understood", done=gusts)
            for item in wanted.items
        ]
    return [
        Outcome(
            item=item,
            status="not_supported",
            reason=missing(wanted.name, lang),
            how_to_get_it=how(ELEMENTS[wanted.name].search.masks[-1], lang),
        )
        for item in wanted.items
    ]


#: What the wind moves, where words or masks name it; else plants.
_BLOWN: Final = ("foliage", "flag", "cloth", "hair")
_IN_THE_AIR: Final = frozenset(
    {"rain", "snow", "fog", "dust", "embers", "petals", "leaves", "confetti", "bubbles"}
)


def _only_blows(plan: ShotPlan, wanted: _Wanted) -> bool:
    """Whether only wind asked for it, which has something in the air to drive."""
    rising = {"smoke", "steam"} & {item.what for beat in plan.beats for item in beat.elements}
    drives = bool(rising) or any(item.kind in _IN_THE_AIR for item in plan.atmosphere)
    return drives and set(wanted.items) <= _winds(plan)


def _winds(plan: ShotPlan) -> frozenset[str]:
    """The items that ask for wind."""
    return frozenset(item.id for item in plan.atmosphere if item.kind == "wind")


def _wanted(plan: ShotPlan, masks: Mapping[str, F32]) -> list[_Wanted]:
    """Each element once, with all items that ask for it."""
    by_name: dict[str, list[_Wanted]] = {}
    for beat in plan.beats:
        for item in beat.elements:
            if item.what in ELEMENTS:
                wanted = _Wanted(
                    name=item.what,
                    items=(item.id,),
                    amount=item.amplitude,
                    direction=item.direction,
                    start=beat.t0,
                    words="" if item.evidence is None else plan.prompt[slice(*item.evidence)],
                )
                by_name.setdefault(item.what, []).append(wanted)
    for weather in plan.atmosphere:
        if weather.kind in ELEMENTS:
            wanted = _Wanted(
                name=weather.kind,
                items=(weather.id,),
                amount=0.5,
                direction=None,
                start=0.0,
            )
            by_name.setdefault(weather.kind, []).append(wanted)
    for weather in plan.atmosphere:
        if weather.kind == "wind":
            named = next((n for n in _BLOWN if n in by_name or n in masks), "foliage")
            # A breeze of the usual density moves things by the usual amount.
            wanted = _Wanted(
                name=named,
                items=(weather.id,),
                amount=min(1.25 * weather.density, 1.0),
                direction=None,
                start=0.0,
            )
            by_name.setdefault(named, []).append(wanted)
    if "chimney" in masks and "smoke" not in masks:
        by_name.pop("smoke", None)  # it rises as a plume, which is drawn in the air
    return [
        _Wanted(
            name=name,
            items=tuple(item for each in same for item in each.items),
            amount=max(each.amount for each in same),
            direction=next((each.direction for each in same if each.direction), None),
            start=min(each.start for each in same),
            words=" ".join(each.words for each in same),
        )
        for name, same in by_name.items()
    ]
