"""Weather and light cues of a plan × scene → `Air`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from zlib import crc32

import cv2
import numpy as np

from kinora.living.air.flare import Flare
from kinora.living.air.haze import Fog, banks
from kinora.living.air.kinds import KINDS
from kinora.living.air.lamps import firelight, plan_lamps
from kinora.living.air.plume import GREY, THICK, THIN, WHITE, Plume
from kinora.living.air.shines import Curtain, Flashes, Flicker, Rays, Vignette, shafts
from kinora.living.air.swarm import Ambient, Drift, Particles, yuv_of
from kinora.living.air.wisps import Wisps
from kinora.living.air.wording import done, struck, without_source
from kinora.living.boxed import thing_in
from kinora.living.evidence.look import Look
from kinora.living.kept import kept_by_layer
from kinora.living.light.views import View, on_canvas, view_of
from kinora.living.timing import Timing
from kinora.types.air import F32, F64, Air, Shine, Swarm
from kinora.types.light import Lighting
from kinora.types.plan import Atmosphere, ElementMotion, Lang, LightCue, ShotPlan
from kinora.types.report import Outcome
from kinora.types.scene import Scene
from kinora.weather import flashes

#: How much haze goes with weather, as a share of its density.
_VEIL: Final = {"fog": 1.0, "rain": 0.22, "snow": 0.18}
#: Seconds that a fade of the whole picture takes.
_FADE: Final = 1.0
_OPEN: Final = 0.03  # share of the picture from which a sky tells that it is outdoors
_RAY_WIDTH: Final = 160  # pixels of the field of rays
_RAY_CODES: Final = 105.0  # luma that rays add at most, code values


@dataclass(frozen=True, kw_only=True, eq=False)
class _Setting:
    """What everything in the air goes by."""

    plan: ShotPlan
    scene: Scene
    lighting: Lighting
    drift: Drift
    period: float | None
    lang: Lang

    @cached_property
    def view(self) -> View:
        """Where the sky and the light are: few things ask, and it takes a while."""
        return view_of(self.scene)

    def seed(self, name: str) -> int:
        return (self.plan.seed * 1_000_003 + crc32(name.encode())) % (1 << 32)


def plan_air(
    plan: ShotPlan,
    scene: Scene,
    lighting: Lighting,
    *,
    kept: F32 | None,
    masks: Mapping[str, F32] | None = None,
    loop: bool = False,
    look: Look | None = None,
) -> tuple[Air, tuple[Outcome, ...]]:
    """What lies in the air as ``plan`` says.

    Args:
        plan: its atmosphere, and the light cues that change from frame to frame.
        scene: the scene in the photo's light.
        lighting: the scene in the clip's light.
        kept: (H, W) over the frame in [0, 1]: nothing is drawn there.
        masks: where the caller says things are; steam rises from the top of ``steam``,
            smoke from that of ``chimney``.
        loop: whether the clip's end shall meet its beginning.
        look: of the scene, where it was taken before.

    Returns:
        What is drawn, and an `Outcome` per item that it comes from.
    """
    weather = [item for item in plan.atmosphere if item.kind in KINDS or item.kind == "fog"]
    lights = [cue for cue in plan.light if cue.kind in _SHINES or cue.kind == "flare"]
    steam = [item for beat in plan.beats for item in beat.elements if item.what == "steam"]
    smoke = _smoking(plan, masks or {})
    period = plan.duration if loop else None
    lamps, blinking = plan_lamps(
        plan, scene, masks=masks or {}, kept=kept, period=period, look=look
    )
    lamps += firelight(plan, scene, masks=masks or {}, kept=kept, period=period, look=look)
    if not (weather or lights or steam or smoke or lamps):
        return Air(), blinking
    setting = _Setting(
        plan=plan,
        scene=scene,
        lighting=lighting,
        drift=Drift.of(plan.seed, plan.duration, period),
        period=period,
        lang=plan.lang[0] if plan.lang else "en",
    )
    plumes, rising = _steam(setting, steam, masks or {})
    if smoke:
        amount = max(share for _, share in smoke)
        chimney = thing_in((masks or {})["chimney"], scene.image, name="chimney")
        plumes = (*plumes, _plume(setting, "smoke", chimney, amount))
        told = done("smoke", amount, setting.lang)
        rising += tuple(Outcome(item=i, status="understood", done=told) for i, _ in smoke)
    air = Air(
        haze=_fog(setting, weather),
        shines=(*(_shine(setting, cue) for cue in lights if cue.kind != "flare"), *lamps),
        swarms=(
            *(_swarm(setting, item) for item in weather if item.kind in KINDS),
            *plumes,
            *(_flare(setting, cue) for cue in lights if cue.kind == "flare"),
        ),
        kept=() if kept is None else kept_by_layer(kept, scene),
    )
    outcomes = [*rising, *(_told(item.id, item.kind, item.density, setting) for item in weather)]
    outcomes += [_told(cue.id, cue.kind, cue.strength, setting) for cue in lights]
    return air, (*outcomes, *blinking)


def _told(item: str, kind: str, share: float, setting: _Setting) -> Outcome:
    words = done(kind, share, setting.lang) if kind != "lightning" else ""
    if kind == "lightning":
        pace, seconds = setting.plan.pace, setting.plan.duration
        seen = tuple(pace.clip_seconds(time, seconds) for time in _strokes(setting))
        words = struck(seen, setting.lang)
    return Outcome(item=item, status="understood", done=words)


def _strokes(setting: _Setting) -> tuple[float, ...]:
    told = (cue.t0 for cue in setting.plan.light if cue.kind == "lightning")
    return flashes(setting.plan.seed, 0.0, setting.plan.duration, told=told)


def _ambient(setting: _Setting) -> Ambient:
    levels = [float(np.quantile(scene.image, 0.9)) / 255.0 for scene in setting.lighting.scenes]
    bright = tuple(min(max(1.25 * level, 0.25), 1.0) for level in levels)
    air = [_air_colour(scene) for scene in setting.lighting.scenes]
    casts = tuple((float(u) - 128.0, float(v) - 128.0) for _, u, v in air)
    return Ambient(levels=bright, casts=casts, fades=setting.lighting.fades)


def _swarm(setting: _Setting, item: Atmosphere) -> Swarm:
    camera, size = setting.scene.intrinsics, setting.scene.size
    return Particles.of(
        KINDS[item.kind],
        density=item.density,
        seed=setting.seed(item.id),
        drift=setting.drift,
        timing=Timing(period=setting.period),
        reach=(size.width / camera.focal, size.height / camera.focal),
        light=_ambient(setting),
    )


def _steam(
    setting: _Setting, items: Sequence[ElementMotion], masks: Mapping[str, F32]
) -> tuple[tuple[Swarm, ...], tuple[Outcome, ...]]:
    """A plume and wisps from the caller's mask, else from the top of the subject."""
    if not items:
        return (), ()
    scene, lang = setting.scene, setting.lang
    mask = masks.get("steam")
    if mask is None:
        found = [region.mask for region in scene.regions if region.kind == "subject"]
        mask = max(found, key=lambda each: float(each.mean())) if found else None
    if mask is None or not (mask > 0.5).any():
        reason, hint = without_source(lang)
        return (), tuple(
            Outcome(item=item.id, status="not_supported", reason=reason, how_to_get_it=hint)
            for item in items
        )
    plume = _plume(setting, "steam", mask, items[0].amplitude)
    words = done("steam", items[0].amplitude, lang)
    told = tuple(Outcome(item=item.id, status="understood", done=words) for item in items)
    wisps = Wisps(plume=plume, phase=Wisps.phases(setting.seed("wisps")))
    return (plume, wisps), told


def _smoking(plan: ShotPlan, masks: Mapping[str, F32]) -> list[tuple[str, float]]:
    """Items that ask for smoke, and how much, where the caller says what it rises from."""
    if "chimney" not in masks or "smoke" in masks or not (masks["chimney"] > 0.5).any():
        return []
    drifting = [(item.id, item.density) for item in plan.atmosphere if item.kind == "smoke"]
    return drifting + [
        (item.id, item.amplitude)
        for beat in plan.beats
        for item in beat.elements
        if item.what == "smoke"
    ]


def _plume(setting: _Setting, name: str, mask: F32, amount: float) -> Plume:
    """What rises from the top of a mask."""
    scene, inside = setting.scene, mask > 0.5
    rows = np.flatnonzero(inside.any(axis=1))
    # The rim of a cup or pot: the upper quarter of the subject, in the middle of its width.
    top = int(rows[0] + (0.16 if name == "steam" else 0.05) * (rows[-1] - rows[0]))
    columns = np.flatnonzero(inside[top])
    if columns.size == 0:
        columns = np.flatnonzero(inside.any(axis=0))
    x, half = float(columns.mean()), float(np.ptp(columns)) / 2.0
    disparity = max(float(np.median(scene.disparity[inside])), 0.05)
    camera = scene.intrinsics
    place = ((x - camera.cx) / camera.focal, (top - camera.cy) / camera.focal, 1.0)
    wide = 0.55 * half if name == "steam" else max(1.1 * half, 0.008 * scene.size.width)
    return Plume(
        source=(place[0] / disparity, place[1] / disparity, 1.0 / disparity),
        half=wide / camera.focal / disparity,
        height=max(0.9 * top, 0.25 * scene.size.height) / camera.focal / disparity,
        amount=amount,
        drift=setting.drift,
        timing=Timing(period=setting.period),
        phase=Plume.phases(setting.seed(name)),
        light=_ambient(setting),
        colour=WHITE if name == "steam" else GREY,
        alpha=THIN if name == "steam" else THICK,
    )


def _fog(setting: _Setting, weather: list[Atmosphere]) -> Fog | None:
    density = sum(_VEIL.get(item.kind, 0.0) * item.density for item in weather)
    if density <= 0.0:
        return None
    fog = Fog(
        density=min(density, 1.0),
        canvas=float(setting.scene.canvas.width),
        drift=setting.drift,
        noise=banks(setting.seed("fog")),
        colours=np.stack([_air_colour(scene) for scene in setting.lighting.scenes]),
        fades=setting.lighting.fades,
    )
    return fog.outdoors(_farthest(setting))


def _farthest(setting: _Setting) -> float:
    """Scene disparity of what is far away under an open sky; 0 where there is none."""
    scene = setting.scene
    skies = [region.mask for region in scene.regions if region.kind == "sky"]
    if not skies:
        return 0.0
    sky = np.maximum.reduce(skies) > 0.5
    if sky.mean() < _OPEN or sky.all():
        return 0.0
    return float(np.quantile(scene.disparity[~sky], 0.08))


def _air_colour(scene: Scene) -> F64:
    """Luma and chroma of lit air: that of the brighter part of the picture, greyer."""
    small = cv2.resize(scene.image, (64, 64), interpolation=cv2.INTER_AREA).reshape(-1, 3)
    order = np.argsort(small.sum(axis=1), kind="stable")
    y, u, v = yuv_of(small[order[-len(order) * 35 // 100 :]].mean(axis=0))
    return np.array([min(y, 205.0), 128.0 + 0.5 * (u - 128.0), 128.0 + 0.5 * (v - 128.0)])


def _shine(setting: _Setting, cue: LightCue) -> Shine:
    return _SHINES[cue.kind](setting, cue)


def _vignette(setting: _Setting, cue: LightCue) -> Shine:
    return Vignette(strength=cue.strength)


def _flicker(setting: _Setting, cue: LightCue) -> Shine:
    return Flicker(strength=cue.strength, seed=setting.plan.seed, period=setting.period)


def _lightning(setting: _Setting, cue: LightCue) -> Shine:
    return Flashes(times=_strokes(setting), strength=cue.strength, sky=setting.view.sky)


def _curtain(setting: _Setting, cue: LightCue) -> Shine:
    seconds = setting.plan.duration
    opens, rate = cue.kind == "fade_in", setting.plan.pace.rate
    length = min(_FADE * rate, 0.4 * seconds)
    t0 = cue.t0 if cue.t0 is not None else (0.0 if opens else seconds - length)
    t1 = cue.t1 if cue.t1 is not None else (length if opens else seconds)
    return Curtain(t0=t0, t1=t1, opens=opens, luma=235.0 if cue.kind == "fade_white" else 16.0)


def _rays(setting: _Setting, cue: LightCue) -> Shine:
    """What is bright in the picture, smeared away from where the light comes."""
    scene, view = setting.scene, setting.view
    scale = _RAY_WIDTH / scene.canvas.width
    size = (_RAY_WIDTH, max(round(scene.canvas.height * scale), 1))
    luma = cv2.cvtColor(scene.image, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255.0
    small = cv2.resize(on_canvas(luma, scene), size, interpolation=cv2.INTER_AREA)
    level = np.quantile(small, 0.8)
    bright = np.clip((small - level) / max(1.0 - level, 0.1), 0.0, 1.0)
    field = shafts(bright.astype(np.float32), (view.sun[0] * scale, view.sun[1] * scale))
    # Shafts show by their difference from the haze around them, and before what is dark.
    field = np.maximum(field - 0.55 * cv2.GaussianBlur(field, (0, 0), 0.05 * _RAY_WIDTH), 0.0)
    field = (field * (1.0 - 0.85 * bright) / max(float(field.max()), 1e-6)).astype(np.float32)
    luma_, u, v = yuv_of((255.0, 236.0, 200.0))
    return Rays(
        field=field,
        scale=scale,
        colour=tuple(
            float(part) / (luma_ - 16.0) * _RAY_CODES
            for part in (luma_ - 16.0, u - 128.0, v - 128.0)
        ),
        strength=cue.strength,
        seed=setting.plan.seed,
        period=setting.period,
    )


def _flare(setting: _Setting, cue: LightCue) -> Swarm:
    scene, (x, y) = setting.scene, setting.view.sun
    camera = scene.intrinsics
    left, top = scene.frame_origin
    direction = ((x - left - camera.cx) / camera.focal, (y - top - camera.cy) / camera.focal, 1.0)
    return Flare(direction=direction, strength=cue.strength)


_SHINES: Final = {
    "vignette": _vignette,
    "flicker": _flicker,
    "lightning": _lightning,
    "fade_black": _curtain,
    "fade_white": _curtain,
    "fade_in": _curtain,
    "rays": _rays,
}
