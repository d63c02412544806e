"""Sizes and pinhole intrinsics. Conventions: docs/conventions.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """A picture size in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width / self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Intrinsics:
    """Pinhole intrinsics with square pixels, in pixels of the image they belong to.

    Pixel centres lie at +0.5, so the middle of a W×H image is (W/2, H/2).
    """

    focal: float
    cx: float
    cy: float

    def matrix(self) -> NDArray[np.float64]:
        """The 3×3 matrix K that maps camera coordinates to homogeneous pixels."""
        import numpy as np

        return np.array(
            [[self.focal, 0.0, self.cx], [0.0, self.focal, self.cy], [0.0, 0.0, 1.0]],
            dtype=np.float64,
        )

    def scaled(self, factor: float) -> Intrinsics:
        """The same camera for an image resized by ``factor`` (1.5 = larger)."""
        return Intrinsics(focal=self.focal * factor, cx=self.cx * factor, cy=self.cy * factor)
