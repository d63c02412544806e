"""Where pictures are read from and where prepared data and checkpoints go."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Where the weights that ship lie.
WEIGHTS = ROOT / "src" / "kinora" / "weights"


def shared_dir() -> Path:
    """The folder with ``data/`` and ``photos/``: KINORA_SHARED, else ``../shared``."""
    return Path(os.environ.get("KINORA_SHARED", ROOT.parent / "shared"))


def training_dir() -> Path:
    """Prepared data and checkpoints: KINORA_TRAINING_DIR, else ``~/.cache/kinora/training``."""
    default = Path.home() / ".cache" / "kinora" / "training"
    folder = Path(os.environ.get("KINORA_TRAINING_DIR", default))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
