"""The only place that builds real parts from `Settings`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any

from kinora.encode import default_encoders
from kinora.kernels import compile_beside, prepare_caches
from kinora.pipeline import Parts
from kinora.provenance.manifest import Software
from kinora.provenance.sealing import Provenance
from kinora.scene.build import build_scene
from kinora.scene.cache import SceneBuilder, SceneCache
from kinora.scene.completion.learned import LearnedCompletion
from kinora.scene.depth.classical import ClassicalDepth
from kinora.scene.depth.learned import LearnedDepth
from kinora.scene.depth.protocol import DepthEstimator
from kinora.scene.networks.geometry import GeometryNetwork
from kinora.scene.regions.figure import FigureFinder
from kinora.scene.regions.learned import LearnedRegions
from kinora.settings import Settings
from kinora.weights.choose import completion_weights, depth_weights, region_weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Who understands photos."""

    depth: DepthEstimator  # of photos that come without a depth map
    scenes: SceneBuilder


def build_parts(settings: Settings) -> Parts:
    """The parts of the pipeline: the parallax engine, and one encoder setting per quality.

    The engine's kernels are compiled on first use and kept in the cache folder, as are the scenes
    that it makes of photos. Networks are loaded with the first photo.

    Raises:
        InputError: ``settings`` name a network that isn't on this machine.
        ModelError: nothing says what its file must hash to.
    """
    compile_beside(prepare_caches(settings))
    # Imported only now: numba reads the place of its cache when it is imported.
    from kinora.engines.parallax.engine import ParallaxEngine

    sight = build_sight(settings)
    return Parts(
        engine=ParallaxEngine(sight.depth, scenes=sight.scenes),
        encoder=default_encoders(workers=settings.threads),
        provenance=build_provenance(settings),
    )


def build_provenance(settings: Settings) -> Provenance:
    """Who marks and signs outputs.

    Raises:
        InputError, ModelError: as for `build_parts`.
    """
    chosen = (depth_weights(settings), region_weights(settings), completion_weights(settings))
    networks = filter(None, chosen)
    return Provenance(
        settings=settings,
        software=Software(version=version("kinora"), models={n.label: n.sha256 for n in networks}),
        learned_pixels=completion_weights(settings) is not None,
    )


def build_figures(settings: Settings) -> FigureFinder:
    """Who finds whom pictures of characters show.

    Raises:
        InputError, ModelError: as for `build_parts`.
    """
    return FigureFinder(region_weights(settings))


def build_sight(settings: Settings, *, remembers: bool = True) -> Sight:
    """Who estimates depth, finds regions and makes scenes.

    Args:
        settings: ``depth_model`` and ``completion_model`` say which networks help, if any.
        remembers: whether scenes are kept, where the settings leave room.

    Raises:
        InputError, ModelError: as for `build_parts`.
    """
    depth: DepthEstimator = ClassicalDepth()
    parts: dict[str, Any] = {}
    names = []
    if (weights := depth_weights(settings)) is not None:
        network = GeometryNetwork(weights)
        depth = LearnedDepth(network)
    if (others := region_weights(settings)) is not None:
        seer = network if others == weights else GeometryNetwork(others)
        parts["regions"] = finder = LearnedRegions(seer)
        names.append(finder.identity)
    if (weights := completion_weights(settings)) is not None:
        parts["completer"] = LearnedCompletion(weights)
        names.append(f"{weights.sha256} {weights.label}")
    build: SceneBuilder = partial(build_scene, **parts) if parts else build_scene
    if not remembers or settings.scene_cache_bytes == 0:
        return Sight(depth=depth, scenes=build)
    folder, limit = settings.cache_dir / "scenes", settings.scene_cache_bytes
    return Sight(
        depth=depth, scenes=SceneCache(folder, limit=limit, build=build, builder=" ".join(names))
    )
