"""The only place that builds real parts from `Settings`."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

from kinora.encode import default_encoders
from kinora.pipeline import Parts
from kinora.scene.build import build_scene
from kinora.scene.cache import SceneBuilder, SceneCache
from kinora.scene.depth.classical import ClassicalDepth
from kinora.scene.depth.protocol import DepthEstimator
from kinora.settings import Settings

_CACHE_VARIABLE = "NUMBA_CACHE_DIR"


def build_parts(settings: Settings) -> Parts:
    """The parts of the pipeline: the parallax engine, and one encoder setting per quality.

    The engine's kernels are compiled on first use and kept in the cache folder, as are the scenes
    that it makes of photos.
    """
    prepare_caches(settings)
    # Imported only now: numba reads the place of its cache when it is imported.
    from kinora.engines.parallax.engine import ParallaxEngine

    return Parts(
        engine=ParallaxEngine(build_depth(), scenes=build_scenes(settings)),
        encoder=default_encoders(workers=settings.threads),
    )


def build_scenes(settings: Settings) -> SceneBuilder:
    """Who makes scenes of photos: with a memory, unless ``settings`` leave no room for one."""
    if settings.scene_cache_bytes == 0:
        return build_scene
    return SceneCache(settings.cache_dir / "scenes", limit=settings.scene_cache_bytes)


def build_depth() -> DepthEstimator:
    """Who estimates the depth of photos that come without a depth map."""
    return ClassicalDepth()


def prepare_caches(settings: Settings) -> Path:
    """Say where compiled kernels are kept, before numba is imported; returns the folder.

    A ``NUMBA_CACHE_DIR`` of the caller's wins. Where ``settings.cache_dir`` can't be written,
    kernels are kept in a temporary folder for this process only.
    """
    if given := os.environ.get(_CACHE_VARIABLE):
        return Path(given)
    folder = settings.cache_dir / "kernels"
    if not _writable(folder):
        folder = Path(tempfile.mkdtemp(prefix="kinora-kernels-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if "numba" not in sys.modules:  # numba reads the variable once, when it is imported
        os.environ[_CACHE_VARIABLE] = str(folder)
    return folder


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
