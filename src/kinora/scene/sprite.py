"""A picture of somebody or something → `Sprite`: found, cut out, freed of what lay behind it.

Sprites are kept as PNG with straight alpha and a text chunk of what else is known of them; any PNG
or WebP with transparency will do, too, and is then taken as it is.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from kinora.errors import ImageError
from kinora.scene.fill import grow, push_pull, shrink
from kinora.scene.header import DECODER_ERRORS, MAX_FILE_BYTES, check_picture_size, opened, quiet
from kinora.scene.matting import BAND, find_matte
from kinora.types.character import Sprite
from kinora.types.scene import F32, U8, Photo, Region

#: Longest side of a sprite, pixels.
LONGEST: Final = 1400
#: Longest side at which the outline is worked out, pixels.
_ANALYSIS: Final = 640
#: Smallest share of a picture that a figure covers.
_LEAST_SHARE: Final = 0.004
#: Share of transparent pixels from which a picture counts as cut out already.
_CUT_SHARE: Final = 0.02
#: Opacity that counts as shown, 0 to 255.
_SHOWN: Final = 24
#: How near to the picture's lower border a figure is cut off by it, share of the height.
_BORDER: Final = 0.012
#: How far from its outline colours are free of the background, in half-widths of the band.
_CLEAN: Final = 1.5
_CHUNK: Final = "kinora-sprite"


def cut_out(photo: Photo, regions: Sequence[Region], *, name: str) -> Sprite | None:
    """The figure that a picture shows: its largest person, or else its subject.

    Args:
        photo: of the character.
        regions: of that photo, masks at its size.
        name: the character's.

    Returns:
        The sprite, or None where nothing stands out.
    """
    figure = _figure(regions)
    if figure is None:
        return None
    scale = min(1.0, LONGEST / max(photo.rgb.shape[:2]))
    size = (round(photo.rgb.shape[1] * scale), round(photo.rgb.shape[0] * scale))
    picture = shrink(photo.rgb, size) if scale < 1.0 else photo.rgb
    alpha, front = _matte(picture, figure.mask)
    rgba = np.dstack([_colours(picture, front), alpha])
    rows, columns = (np.flatnonzero((alpha > _SHOWN).any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    box = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return Sprite(
        name=name,
        rgba=_premultiplied(rgba[box[1] : box[3], box[0] : box[2]]),
        whole=box[3] < size[1] * (1.0 - _BORDER),
        person=figure.kind == "person",
        light=light_of(picture),
        face=_face(regions, figure, box, scale),
    )


def _figure(regions: Sequence[Region]) -> Region | None:
    for kind in ("person", "subject"):
        found = [each for each in regions if each.kind == kind and each.mask.mean() > _LEAST_SHARE]
        if found:
            return max(found, key=lambda each: each.score * float(each.mask.mean()))
    return None


def _matte(picture: U8, mask: F32) -> tuple[U8, NDArray[np.bool_]]:
    """Opacity (H, W) at the picture's size, and where the figure is, at analysis size."""
    height, width = picture.shape[:2]
    scale = min(1.0, _ANALYSIS / max(height, width))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    inside = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA) > 0.5, np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA] if count > 1 else np.zeros(0)
    kept = [1 + i for i, area in enumerate(areas) if area >= 0.08 * areas.max()]
    front = np.isin(labels, kept)
    return find_matte(picture, front, band=max(2.0, BAND * max(size))), front


def _colours(picture: U8, front: NDArray[np.bool_]) -> U8:
    """The figure's colours, continued over its outline: nothing of the background is left."""
    height, width = picture.shape[:2]
    radius = max(2, round(_CLEAN * max(2.0, BAND * max(front.shape))))
    clean = grow(front, -radius)
    if not clean.any():
        clean = front
    core = cv2.resize(clean.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    known = (core > 0.5).astype(np.float32)
    filled = push_pull(picture.astype(np.float32), known)
    return np.asarray(np.clip(np.rint(filled), 0, 255), np.uint8)


def _premultiplied(rgba: U8) -> U8:
    alpha = rgba[..., 3:].astype(np.float32) / np.float32(255.0)
    colours = np.rint(rgba[..., :3].astype(np.float32) * alpha)
    return np.dstack([colours.astype(np.uint8), rgba[..., 3]])


def _face(
    regions: Sequence[Region], figure: Region, box: tuple[int, int, int, int], scale: float
) -> tuple[float, float, float, float] | None:
    left, top, right, bottom = (side / scale for side in box)
    faces = [each for each in regions if each.kind == "face"]
    for face in sorted(faces, key=lambda each: -float(each.mask.sum())):
        x, y = (face.box[0] + face.box[2]) / 2, (face.box[1] + face.box[3]) / 2
        if left <= x < right and top <= y < bottom and figure.mask[int(y), int(x)] > 0.5:
            wide, tall = right - left, bottom - top
            x0, y0, x1, y1 = face.box
            return (x0 - left) / wide, (y0 - top) / tall, (x1 - left) / wide, (y1 - top) / tall
    return None


def light_of(rgb: U8, weight: F32 | None = None) -> tuple[float, float, float]:
    """Colour of the light, mean 1: shades of grey (Finlayson & Trezzi, CIC 2004), norm 6.

    Args:
        rgb: (H, W, 3) sRGB.
        weight: (H, W) in [0, 1], how much each pixel counts; None: all alike.
    """
    linear = (rgb[::4, ::4].astype(np.float64) / 255.0) ** 2.2
    if weight is not None:
        linear = linear * weight[::4, ::4, None]
    norm = np.mean(linear**6, axis=(0, 1)) ** (1.0 / 6.0) + 1e-4
    red, green, blue = (norm / norm.mean()).tolist()
    return red, green, blue


# -- files ----------------------------------------------------------------------------------------


def sprite_png(sprite: Sprite) -> bytes:
    """The sprite as a file."""
    alpha = np.maximum(sprite.rgba[..., 3:].astype(np.float32), 1.0)
    straight = np.rint(sprite.rgba[..., :3] * (np.float32(255.0) / alpha))
    rgba = np.dstack([np.clip(straight, 0, 255).astype(np.uint8), sprite.rgba[..., 3]])
    facts = PngInfo()
    known = {
        "whole": sprite.whole, "person": sprite.person, "light": sprite.light, "face": sprite.face,
    }  # fmt: skip
    facts.add_text(_CHUNK, json.dumps(known))
    out = io.BytesIO()
    Image.fromarray(rgba).save(out, "PNG", pnginfo=facts, compress_level=4)
    return out.getvalue()


def read_sprite(data: bytes, *, name: str) -> Sprite | None:
    """The sprite in a file that is cut out already; None where nothing in it is transparent.

    Raises:
        ImageError: it can't be read, or nothing in it is visible.
    """
    if len(data) > MAX_FILE_BYTES:
        raise ImageError(f"The picture of '{name}' is too large.", param="characters")
    what = f"the picture of '{name}'"
    with quiet(), opened(data, what) as picture:
        check_picture_size(picture.size)
        if "A" not in picture.getbands() and "transparency" not in picture.info:
            return None
        facts = _facts(picture.info.get(_CHUNK))
        picture.thumbnail((LONGEST, LONGEST))
        try:
            rgba: U8 = np.array(picture.convert("RGBA"), np.uint8)
        except DECODER_ERRORS:
            raise ImageError(f"Can't read {what}: it is damaged.", param="characters") from None
    clear = float((rgba[..., 3] < _SHOWN).mean())
    if clear < _CUT_SHARE and not facts:
        return None
    rows, columns = (np.flatnonzero((rgba[..., 3] > _SHOWN).any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        raise ImageError(f"Nothing in {what} is visible.", param="characters")
    cut = rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    shown = (cut[..., 3] > 128).astype(np.float32)
    given: dict[str, Any] = {"whole": True, "person": False, "light": light_of(cut[..., :3], shown)}
    return Sprite(name=name, rgba=_premultiplied(cut), **(given | facts))


def _facts(text: object) -> dict[str, Any]:
    """What `sprite_png` wrote beside the picture; nothing where it is another program's file."""
    if not isinstance(text, str):
        return {}
    try:
        known = json.loads(text)
        red, green, blue = (float(part) for part in known["light"])
        face = known["face"]
        if face is not None:
            x0, y0, x1, y1 = (float(part) for part in face)
            face = (x0, y0, x1, y1)
        whole, person = bool(known["whole"]), bool(known["person"])
    except (ValueError, TypeError, KeyError):
        return {}
    return {"whole": whole, "person": person, "light": (red, green, blue), "face": face}
