"""``kinora doctor``: is this installation whole, and does it work?"""

from __future__ import annotations

import importlib.metadata
import platform
import time
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from rich.console import Console
from rich.table import Table
from rich.text import Text

import kinora
from kinora.cli.failures import echo_json
from kinora.errors import EngineError
from kinora.kernels import prepare_caches
from kinora.library import animate
from kinora.settings import Settings, load_settings
from kinora.testing.checks import probe
from kinora.testing.photos import landscape
from kinora.types.geometry import Size
from kinora.types.request import Quality
from kinora.weights.choose import completion_weights, depth_weights, region_weights
from kinora.weights.weights import check

_PACKAGES = (
    "numpy",
    "numba",
    "llvmlite",
    "opencv-python-headless",
    "onnxruntime",
    "av",
    "pillow",
    "pydantic",
    "c2pa-python",
    "cryptography",
)
_CPU_FEATURES = ("sse4.2", "avx", "avx2", "fma", "f16c", "avx512f", "avx512bw", "neon", "sve")

#: A sentence that takes every path through the renderer: still, turning, travelling, blurred.
WARM_UP_PROMPT = "hold 0.2 s, then roll clockwise 5 degrees, push in and rack focus to the back"


def examine(*, warm_up: bool, as_json: bool) -> None:
    """Print what is here and make a one-second clip.

    Args:
        warm_up: compile and cache the kernels of every quality first.
        as_json: print JSON instead of a table.

    Raises:
        EngineError: the self-test failed.
    """
    settings = load_settings()
    kernels = prepare_caches(settings)
    facts: dict[str, object] = {
        "kinora": kinora.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: importlib.metadata.version(name) for name in _PACKAGES},
        "codecs": _codecs(),
        "cpu": _cpu(settings),
        "weights": _weights(settings),
        "self_test": _self_test(warm_up=warm_up),
        "caches": _caches(settings, kernels),
    }
    if as_json:
        echo_json(facts)
    else:
        Console().print(_table(facts))


def _weights(settings: Settings) -> dict[str, object]:
    """The networks in use, after hashing their files."""
    facts: dict[str, object] = {}
    for task, weights in (
        ("depth", depth_weights(settings)),
        ("regions", region_weights(settings)),
        ("completion", completion_weights(settings)),
    ):
        if weights is None:
            facts[task] = "no network"
            continue
        check(weights)
        facts[task] = f"{weights.label} ({weights.licence or 'licence unknown'}), {weights.path}"
        if task == "regions":
            facts[task] = f"{', '.join(sorted(weights.regions))} by {facts[task]}"
    return facts


def _codecs() -> dict[str, object]:
    import av
    from PIL import features

    libraries = {name: ".".join(map(str, numbers)) for name, numbers in av.library_versions.items()}
    return {
        "h264_encoder": av.Codec("libx264", "w").long_name,
        "avif": bool(features.check("avif")),
        "webp": bool(features.check("webp")),
        **{name: libraries[name] for name in ("libavcodec", "libavformat") if name in libraries},
    }


def _cpu(settings: Settings) -> dict[str, object]:
    from llvmlite import binding

    host = binding.get_host_cpu_features()
    return {
        "name": binding.get_host_cpu_name(),
        "machine": platform.machine(),
        "threads": settings.threads,
        "features": [name for name in _CPU_FEATURES if host.get(name)],
    }


def _caches(settings: Settings, kernels: Path) -> dict[str, object]:
    files = [path for path in kernels.rglob("*") if path.is_file()] if kernels.is_dir() else []
    return {
        "folder": str(settings.cache_dir),
        "kernels": str(kernels),
        "kernel_files": len(files),
        "kernel_bytes": sum(path.stat().st_size for path in files),
    }


def _self_test(*, warm_up: bool) -> dict[str, object]:
    qualities: Iterable[Quality] = get_args(Quality) if warm_up else ("draft",)
    seconds: dict[str, float] = {}
    for quality in qualities:
        started = time.perf_counter()
        clip = animate(landscape(), WARM_UP_PROMPT, seconds=1, size=Size(320, 240), quality=quality)
        found = probe(clip.path)
        seconds[quality] = round(time.perf_counter() - started, 2)
        if (found.codec, found.frame_count, found.size) != ("h264", 30, Size(320, 240)):
            raise EngineError(f"The self-test made a wrong clip: {found}.")
    return {"passed": True, "clip": "1 s, 320x240, 30 fps", "seconds": seconds}


def _table(facts: dict[str, object]) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        if isinstance(value, dict):
            for key, inner in value.items():
                table.add_row(name, key, Text(_words(inner)))
                name = ""
        else:
            table.add_row(name, "", Text(str(value)))
    return table


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {inner}" for key, inner in value.items())
    return " ".join(value) if isinstance(value, list) else str(value)
