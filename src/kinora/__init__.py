"""One still photo and a prompt in; a short clip out, with true parallax and exact camera moves.

>>> import kinora
>>> clip = kinora.animate("coffee.jpg", "slow push-in for 2 s, then pan left")  # doctest: +SKIP
>>> clip.save("coffee.mp4")  # doctest: +SKIP

Names load on first use (PEP 562), so that ``import kinora`` costs almost nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinora.clip import Clip
    from kinora.errors import (
        DepthMapError,
        EngineError,
        ImageError,
        InputError,
        KinoraError,
        ModelError,
        NotSupportedError,
        OutputError,
        PlanError,
        PolicyError,
        PromptError,
        SizeError,
        TimingError,
    )
    from kinora.library import Scene, animate, plan
    from kinora.types.geometry import Size
    from kinora.types.plan import ShotPlan
    from kinora.types.report import Report

__version__ = "0.1.0"

__all__ = [
    "Clip",
    "DepthMapError",
    "EngineError",
    "ImageError",
    "InputError",
    "KinoraError",
    "ModelError",
    "NotSupportedError",
    "OutputError",
    "PlanError",
    "PolicyError",
    "PromptError",
    "Report",
    "Scene",
    "ShotPlan",
    "Size",
    "SizeError",
    "TimingError",
    "__version__",
    "animate",
    "plan",
]

_HOMES = {
    "Clip": "kinora.clip",
    "Scene": "kinora.library",
    "animate": "kinora.library",
    "plan": "kinora.library",
    "Report": "kinora.types.report",
    "ShotPlan": "kinora.types.plan",
    "Size": "kinora.types.geometry",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'kinora' has no attribute {name!r}")
    value = getattr(import_module(_HOMES.get(name, "kinora.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
