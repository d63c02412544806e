"""Items of a plan that no words asked for: ``alive`` offers them to a photo that shows them."""

from __future__ import annotations

from typing import Final

OFFERED: Final = "alive-"


def is_offered(item: str) -> bool:
    """Whether the plan item of that id was offered, so that it counts only where it is sure."""
    return item.startswith(OFFERED)
