"""The networks that come with Kinora, where this installation has them.

Beside each ``NAME.onnx`` lie ``NAME.json``, read here, and the model card ``NAME.md``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from kinora.errors import ModelError
from kinora.weights.weights import Weights

Network = Literal["geometry", "completion"]

#: Where the files lie.
FOLDER = Path(__file__).parent


def shipped(network: Network) -> Weights | None:
    """The weights of ``network``, or None where they aren't there; the file isn't hashed yet.

    Raises:
        ModelError: there are weights, but no word on what they are.
    """
    path = FOLDER / f"{network}.onnx"
    if not path.is_file():
        return None
    about = _about(path.with_suffix(".json"))
    try:
        return Weights(
            id=str(about["id"]),
            version=str(about["version"]),
            path=path,
            sha256=str(about["sha256"]),
            licence=str(about["licence"]),
            regions=frozenset(about.get("trusted", ())),
            certain=bool(about.get("certainty", False)),
            long_side=about.get("input", {}).get("long_side"),
        )
    except KeyError as error:
        raise ModelError(f"The weights' description {path.stem}.json lacks {error}.") from error


def _about(path: Path) -> dict[str, Any]:
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"The weights' description {path} can't be read: {error}.") from error
    if not isinstance(about, dict):
        raise ModelError(f"The weights' description {path} isn't a JSON object.")
    return about
