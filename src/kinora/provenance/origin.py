"""A request and what became of it → `Origin`."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

from kinora.provenance.manifest import mime_of
from kinora.types.plan import ShotPlan
from kinora.types.provenance import Making, Origin
from kinora.types.rendition import Rendition
from kinora.types.report import Report
from kinora.types.request import ClipRequest, ImageLike
from kinora.types.scene import Scene

if TYPE_CHECKING:
    from PIL import Image


def origin_of(
    request: ClipRequest,
    plan: ShotPlan,
    report: Report,
    *,
    engine: str,
    generates: bool,
    rendition: Rendition,
) -> Origin:
    """Where a clip comes from.

    Args:
        request: whose picture has been decoded already, so that it is one.
        plan: what was done.
        report: what became of each item of the plan.
        engine: who rendered.
        generates: a learned video model invents the frames.
        rendition: what was rendered.
    """
    photo = _photo(request.image)
    return Origin(
        plan=plan,
        engine=engine,
        making="generated" if generates else _making(plan, report),
        photo=photo,
        photo_sha256=_digest(request.image, photo),
        parents=request.parents,
        size=rendition.size,
        fps=rendition.fps,
        frame_count=rendition.frame_count,
        quality=request.quality,
    )


def _making(plan: ShotPlan, report: Report) -> Making:
    """Whether code added anything to the picture that the photo doesn't show."""
    added = {light.id for light in plan.light} | {air.id for air in plan.atmosphere}
    done = {item.item for item in (*report.understood, *report.approximated)}
    return "composite" if added & done else "reprojected"


def _photo(image: ImageLike) -> bytes | None:
    """The picture's file, or a PNG of it where manifests can't have that kind as a source."""
    if isinstance(image, str | Path):
        try:
            image = Path(image).read_bytes()
        except OSError:  # gone since it was decoded: the hash in the scene's cache is as lost
            return None
    if isinstance(image, bytes):
        if not image or mime_of(image):
            return image or None
        return _png(_picture(io.BytesIO(image)))
    if isinstance(image, Scene):
        return _png(_of_array(image.image))
    return _png(_of_array(image) if hasattr(image, "dtype") else image)


def _digest(image: ImageLike, photo: bytes | None) -> str | None:
    if isinstance(image, Scene):
        return image.photo_sha256
    return None if photo is None else hashlib.sha256(photo).hexdigest()


def _picture(file: io.BytesIO) -> Image.Image:
    from PIL import Image

    return Image.open(file)


def _of_array(array: object) -> Image.Image:
    """A picture of (H, W[, C]) uint8, uint16 or float in [0, 1]."""
    import numpy as np
    from PIL import Image

    values = np.squeeze(np.asarray(array))
    if values.dtype == np.uint16:
        values = values >> 8
    elif values.dtype != np.uint8:
        values = np.round(values * 255)
    return Image.fromarray(values.astype(np.uint8))


def _png(picture: Image.Image) -> bytes:
    """PNG of the pixels alone: no EXIF, no text."""
    out = io.BytesIO()
    clean = picture.convert("RGB")
    clean.info.clear()
    clean.save(out, "PNG", compress_level=1)
    return out.getvalue()
