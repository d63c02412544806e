"""The seam for completion: a small picture with a hole in, what the hole hides out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kinora.types.scene import F32


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expectation:
    """What a hole may hide, fine texture left out."""

    picture: F32  # (h, w, 3) sRGB in [0, 1], outside the hole as it was
    certainty: F32  # (h, w) in [0, 1]; 0 says nothing, and patches alone decide


class Completer(Protocol):
    """Foresees what holes hide."""

    @property
    def identity(self) -> str:
        """Two with the same identity expect the same of the same picture."""

    def expect(self, picture: F32, hole: NDArray[np.bool_], guide: F32) -> Expectation:
        """What the hole hides.

        Args:
            picture: (h, w, 3) sRGB in [0, 1]; what it shows in the hole isn't looked at.
            hole: (h, w), what to fill.
            guide: (h, w) scene disparity, what is near around the hole isn't continued in it.
        """
