"""What each engine can do, without loading it: for doors that plan but don't render."""

from __future__ import annotations

from typing import Final, get_args

from kinora.engines.protocol import Capabilities
from kinora.types.plan import CameraOp

PARALLAX: Final = Capabilities(
    name="parallax",
    camera=frozenset(get_args(CameraOp)),
    camera_as={},
    features=frozenset({"silence", "depth_of_field"}),
)

#: Engines by the name that a model's entry in the settings gives.
CAPABILITIES: Final[dict[str, Capabilities]] = {PARALLAX.name: PARALLAX}
