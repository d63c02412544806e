"""`ParallaxEngine`: photo → scene → motion and living elements → frames."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from threading import Thread

from kinora.engines.catalogue import PARALLAX
from kinora.engines.parallax.staging import Action, Stage, drifting, plan_action, set_stage
from kinora.engines.parallax.texture_set import Box, TextureSet
from kinora.engines.parallax.textures import build_textures, seen_windows
from kinora.engines.protocol import Capabilities
from kinora.kernels import wait_for_compiled
from kinora.living import heard_places, in_scene_time, kept_outcomes, plan_air, plan_light
from kinora.motion import closed, plan_motion, retimed
from kinora.scene.build import build_scene
from kinora.scene.cache import SceneBuilder
from kinora.scene.decode import decode_photo
from kinora.scene.depth.given import GivenDepth
from kinora.scene.depth.protocol import DepthEstimator
from kinora.scene.frame_size import default_size
from kinora.types.air import Air
from kinora.types.geometry import Size
from kinora.types.light import Fade, Lighting
from kinora.types.living import Living
from kinora.types.motion import Motion
from kinora.types.plan import ShotPlan
from kinora.types.remarks import told as in_language
from kinora.types.rendition import Rendition
from kinora.types.report import Note, Outcome
from kinora.types.request import ClipRequest, Progress, Quality
from kinora.types.scene import Scene
from kinora.types.sound import SoundPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderTier:
    """What a quality tier costs in rendering."""

    detail: float  # texels per output pixel
    supersample: int = 1  # rays per output pixel and axis


TIERS: dict[Quality, RenderTier] = {
    "draft": RenderTier(detail=1.0),
    "standard": RenderTier(detail=1.5),
    "pro": RenderTier(detail=2.0, supersample=2),
}


class ParallaxEngine:
    """The `Engine` that needs nothing but a CPU."""

    def __init__(self, depth: DepthEstimator, *, scenes: SceneBuilder = build_scene) -> None:
        """Args:
        depth: used where the request brings no depth map of its own.
        scenes: makes scenes of photos, or remembers them.
        """
        self._depth = depth
        self._scenes = scenes

    def capabilities(self) -> Capabilities:
        """Every camera move, within the bounds of the photo, and the elements of the catalogue."""
        return PARALLAX

    def render(self, request: ClipRequest, plan: ShotPlan, progress: Progress) -> Rendition:
        """Analyse the photo, plan the path, and return frames on demand."""
        warming = _warm_up_beside(plan)
        scene, size = self._scene(request, progress)
        stage = set_stage(scene, request, plan)
        motion = _camera(plan, stage.scene, size, fps=request.fps)
        plan, tier = in_scene_time(plan), TIERS[request.quality]
        action = plan_action(plan, stage, said=request.said)
        look = _look(plan, stage, action, motion, detail=tier.detail)
        warming.join()
        from kinora.engines.parallax.renderer import ParallaxFrames
        from kinora.engines.parallax.unchanged import measure_kept

        frames = ParallaxFrames(
            look.lights,
            motion,
            living=action.living,
            fades=look.fades,
            air=look.air,
            lids=action.lids,
            mouths=action.mouths,
            supersample=tier.supersample,
        )
        unchanged = measure_kept(
            frames,
            [place for place in stage.places if not place.still],
            stage.whole,
            motion,
            detail=tier.detail,
            supersample=tier.supersample,
        )
        lang = plan.lang[0] if plan.lang else "en"
        told, remarks = kept_outcomes(unchanged, lang=lang)
        of_scene = (Note(text=in_language(text, lang)) for text in scene.notes)
        return Rendition(
            frames=frames,
            frame_count=motion.frame_count,
            size=size,
            fps=request.fps,
            outcomes=(
                *motion.outcomes,
                *action.outcomes,
                *look.outcomes,
                *stage.outcomes,
                *told,
            ),
            notes=(*of_scene, *action.living.notes, *remarks),
            kept=unchanged,
            places=_heard(plan, stage, action, motion) if request.sound.enabled else {},
            motion=motion,
            loops=plan.loops,
            drifting=drifting(stage.scene, action.living) if motion.stands else None,
        )

    def _scene(self, request: ClipRequest, progress: Progress) -> tuple[Scene, Size]:
        """The scene of the request, and the size to render it at."""
        progress("scene", 0, 1)
        if isinstance(request.image, Scene):
            scene = request.image
            return scene, request.size or default_size(scene.size)
        photo = decode_photo(request.image)
        size = request.size or default_size(photo.size)
        depth = self._depth
        if request.depth is not None:
            depth = GivenDepth(request.depth, near=request.depth_near)
        scene = self._scenes(photo, size=size, fit=request.fit, depth=depth)
        progress("scene", 1, 1)
        return scene, size


def _camera(plan: ShotPlan, scene: Scene, size: Size, *, fps: Fraction) -> Motion:
    """The camera of every frame: its path, closed where the clip loops, in the plan's own time."""
    count = plan.frame_count(fps)
    motion = plan_motion(plan, scene, size=size, fps=fps, frame_count=count)
    return retimed(closed(motion) if plan.loops else motion, plan)


def _heard(plan: ShotPlan, stage: Stage, action: Action, motion: Motion) -> dict[str, SoundPlace]:
    """Where what sounds is in each frame."""
    return heard_places(
        plan,
        stage.whole,
        motion,
        masks=stage.masks,
        placed=stage.placed,
        carried=action.characters,
        look=stage.look if stage.scene is stage.whole else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Look:
    """The layers in each light, how one light goes over into the next, and the air."""

    lights: list[TextureSet]
    fades: tuple[Fade, ...]
    air: Air
    outcomes: tuple[Outcome, ...]


def _look(plan: ShotPlan, stage: Stage, action: Action, motion: Motion, *, detail: float) -> _Look:
    """Plan light and air; the air is planned beside the textures, which take longest."""
    scene, kept, masks = stage.scene, stage.untouched, stage.masks
    windows = seen_windows(scene, motion, living=action.living)
    lighting, lit = plan_light(plan, scene, kept=kept, masks=masks)
    with ThreadPoolExecutor(1, thread_name_prefix="kinora-air") as beside:
        coming = beside.submit(
            plan_air,
            plan,
            scene,
            lighting,
            kept=kept,
            masks=masks,
            loop=plan.loops,
            look=stage.look,
        )
        lights = _textures(
            lighting, motion.size, detail=detail, windows=windows, living=action.living
        )
        air, drawn = coming.result()
    return _Look(lights=lights, fades=lighting.fades, air=air, outcomes=(*lit, *drawn))


def _textures(
    lighting: Lighting, size: Size, *, detail: float, windows: Sequence[Box], living: Living
) -> list[TextureSet]:
    """The layers in each light; a light that comes again is built once."""
    made = {
        id(each): build_textures(each, size, detail=detail, windows=windows, living=living)
        for each in lighting.scenes
    }
    return [made[id(each)] for each in lighting.scenes]


def _warm_up_beside(plan: ShotPlan) -> Thread:
    """Import numba and load (the first time: compile) the kernels while the photo is analysed.

    Those for what moves by itself and for the air are loaded where ``plan`` has such things.

    A daemon, so that Ctrl-C doesn't wait for a compiler. Should it fail, the first frame will too,
    and there the error is told.
    """

    stirs = any(beat.elements or beat.subjects for beat in plan.beats)
    blows = any(item.kind == "wind" for item in plan.atmosphere)

    def work() -> None:
        from kinora.engines.parallax.warmup_living import warm_up_air, warm_up_moving

        if stirs or blows:
            warm_up_moving()
        if plan.atmosphere:
            warm_up_air()
        wait_for_compiled()
        from kinora.engines.parallax.warmup import warm_up

        warm_up()

    thread = Thread(target=work, name="kinora-kernels", daemon=True)
    thread.start()
    return thread
