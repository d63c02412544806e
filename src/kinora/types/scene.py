"""The arrow photo → `Scene`. Array contracts stand beside each field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from kinora.types.geometry import Intrinsics, Size

if TYPE_CHECKING:  # costs 15 MB and 0.2 s to who only needs the words below
    import numpy as np
    from numpy.typing import NDArray

U8: TypeAlias = "NDArray[np.uint8]"
F32: TypeAlias = "NDArray[np.float32]"

#: "thing": where something may stand that isn't believed to be a subject; no stream flows there.
#: "wet": where a network hints at water, by how much: evidence where words name some, else nothing.
RegionKind = Literal[
    "sky", "ground", "face", "person", "subject", "thing", "vegetation", "water", "wet"
]
Fit = Literal["crop", "pad", "strict"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Photo:
    """A decoded picture: upright, sRGB, opaque."""

    rgb: U8  # (H, W, 3) sRGB, gamma-encoded
    sha256: str  # of the source bytes (of the pixels, where there were no bytes)
    focal_35mm: float | None = None  # equivalent focal length from EXIF, mm
    notes: tuple[str, ...] = ()  # what decoding changed, for the report ("first frame of 12")

    @property
    def size(self) -> Size:
        """Picture size."""
        return Size(self.rgb.shape[1], self.rgb.shape[0])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DisparityMap:
    """Relative disparity: larger is nearer, affine-ambiguous, scaled to [0, 1]."""

    values: F32  # (H, W) in [0, 1]
    source: str  # who says so: "ramp+figure-ground", "given:depth.png"
    step_error: float = (
        0.014  # how far its steps may lie from the picture's, share of the long side
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Region:
    """A part of the picture with a meaning."""

    kind: RegionKind
    mask: F32  # (H, W) in [0, 1]
    box: tuple[int, int, int, int]  # x0, y0, x1, y1, half-open, pixels
    score: float  # [0, 1], how sure
    source: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """One soft layer on the scene's canvas (a crop of it, at ``origin``).

    ``rgba`` is premultiplied, in gamma-encoded sRGB: mattes were estimated in that space, so that
    compositing back to front in it reproduces the photo.
    """

    rgba: U8  # (h, w, 4) premultiplied
    # Scene disparity 1/z over the same extent as `rgba`, at any (usually lower) resolution; smooth
    # across the layer and defined everywhere, behind what hides it too.
    disparity: F32
    origin: tuple[int, int] = (0, 0)  # x, y of the crop's corner on the canvas, pixels
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """A photo understood as layers in space.

    The *frame* is what the clip shows at rest: the photo fitted to the clip's aspect. The *canvas*
    is larger: it continues the frame on all sides (with real pixels where the crop cut some off,
    completed ones elsewhere) so that moves have something to show. Disparity 1 is the focus
    subject; 0 is infinity.
    """

    image: U8  # (H, W, 3) sRGB: the fitted photo, the frame
    disparity: F32  # (H, W) scene disparity of the frame, refined
    intrinsics: Intrinsics  # of the frame, in its pixels
    canvas: Size
    frame_origin: tuple[int, int]  # x, y of the frame's corner on the canvas
    layers: tuple[Layer, ...]  # back to front; the first is opaque and covers the canvas
    regions: tuple[Region, ...]  # masks over the frame, (H, W)
    hole_limit: float  # widest disocclusion that the completed layers can show, frame pixels
    focus_point: tuple[float, float]  # x, y of the focus subject in the frame, pixels
    sources: dict[str, str]  # where each estimate came from
    photo_sha256: str
    notes: tuple[str, ...] = ()
    # The frame in the photo: x0, y0, x1, y1 in shares of its sides; beyond 0 to 1 where padded.
    crop: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)

    @property
    def size(self) -> Size:
        """Size of the frame."""
        return Size(self.image.shape[1], self.image.shape[0])
