"""Photo in any form → `Photo`: upright, sRGB, opaque, of a bounded size.

Nothing about the source is trusted: the kind is read from the bytes (never from the file's name),
sizes are checked against the header before any pixel is decoded, and only formats that decode
in-process are allowed (no PostScript).
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from kinora.scene.header import (
    DECODER_ERRORS,
    FORMATS_WORDS,
    MAX_FILE_BYTES,
    check_picture_size,
    damaged,
    image_error,
    opened,
    quiet,
    read_exif,
    too_many_bytes,
)
from kinora.types.remarks import remark
from kinora.types.scene import U8, Photo

#: Longest side of the decoded photo; larger ones are reduced while loading, pixels.
MAX_WORKING_SIDE: Final = 4096
#: Grey level that stands behind transparent pixels, sRGB.
BACKGROUND_GREY: Final = 128

#: What `decode_photo` takes: `kinora.types.request.ImageLike` without `Scene`.
PhotoSource: TypeAlias = str | Path | bytes | Image.Image | NDArray[np.generic]

# EXIF orientation → what makes the picture upright.
_TRANSPOSE: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def decode_photo(image: PhotoSource) -> Photo:
    """Decode a picture into upright, opaque sRGB.

    EXIF orientation and ICC profile are applied, transparency is laid over a neutral grey,
    deeper channels are reduced to 8 bits, the first frame of an animation is taken, and pictures
    longer than `MAX_WORKING_SIDE` are reduced. What was changed that way is told in
    `Photo.notes`.

    Args:
        image: path of a file, its bytes, a PIL image, or an array: (H, W), (H, W, 1), (H, W, 3)
            or (H, W, 4), sRGB, uint8, uint16 or float in [0, 1].

    Returns:
        Photo with ``rgb`` (H, W, 3) uint8 of at most `MAX_WORKING_SIDE` pixels a side.

    Raises:
        ImageError: missing, unreadable, corrupt, too small, too large, or not a picture.
    """
    if isinstance(image, str | Path):
        return _decode_bytes(_read_file(image), f"the file {os.fspath(image)!r}")
    if isinstance(image, bytes):
        return _decode_bytes(image, "the image data")
    if isinstance(image, Image.Image):
        return _decode_pil(image)
    if isinstance(image, np.ndarray):
        return _decode_array(image)
    raise image_error(
        "an image must be a path, encoded bytes, a PIL image or a NumPy array, "
        f"not {type(image).__name__}"
    )


# --- reading ------------------------------------------------------------------------------------


def _read_file(path: str | Path) -> bytes:
    name = os.fspath(path)
    if not name:
        raise image_error("the image path is empty; give the path of a picture file")
    try:
        status = Path(name).stat()
        if stat.S_ISDIR(status.st_mode):
            raise image_error(f"{name!r} is a folder; give the path of a picture file")
        if not stat.S_ISREG(status.st_mode):
            raise image_error(f"{name!r} is not a regular file; give the path of a picture file")
        if status.st_size > MAX_FILE_BYTES:
            raise image_error(too_many_bytes(f"the file {name!r}", status.st_size))
        return Path(name).read_bytes()
    except FileNotFoundError:
        raise image_error(f"there is no file {name!r}; give the path of a picture file") from None
    except PermissionError:
        raise image_error(f"no permission to read {name!r}; make the file readable") from None
    except ValueError:  # a null character in the name
        raise image_error(f"{name!r} is not a path; give the path of a picture file") from None
    except OSError as error:
        raise image_error(f"can't read {name!r}: {error.strerror or error}") from None


def _decode_bytes(data: bytes, what: str) -> Photo:
    if not data:
        raise image_error(f"{what} is empty; give a picture ({FORMATS_WORDS})")
    if len(data) > MAX_FILE_BYTES:
        raise image_error(too_many_bytes(what, len(data)))
    sha256 = hashlib.sha256(data).hexdigest()
    with quiet(), opened(data, what) as picture:
        full = picture.size
        # A JPEG is reduced (by 2, 4 or 8) while it is decoded; no-op for other kinds.
        picture.draft(None, _bounded_size(full))
        return replace(_finish(picture, what, full_size=full), sha256=sha256)


def _loaded(picture: Image.Image, what: str) -> Image.Image:
    try:
        picture.load()
    except DECODER_ERRORS:
        raise damaged(what) from None
    return picture


def _decode_pil(image: Image.Image) -> Photo:
    check_picture_size(image.size)
    with quiet():
        photo = _finish(image, "the PIL image", full_size=image.size)
    digest = hashlib.sha256(repr((image.mode, image.size)).encode())
    digest.update(image.tobytes())
    return replace(photo, sha256=digest.hexdigest())


def _decode_array(array: NDArray[np.generic]) -> Photo:
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise image_error(
            f"an image array must have the shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), "
            f"not {array.shape}"
        )
    check_picture_size((array.shape[1], array.shape[0]))
    pixels = _to_uint8(array)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    photo = _finish(Image.fromarray(pixels), "the array", full_size=array.shape[1::-1])
    digest = hashlib.sha256(repr((array.dtype.str, array.shape)).encode())
    digest.update(np.ascontiguousarray(array).tobytes())
    notes = (remark("eight bits"),) if array.dtype == np.uint16 else ()
    return replace(photo, sha256=digest.hexdigest(), notes=(*notes, *photo.notes))


def _to_uint8(array: NDArray[np.generic]) -> U8:
    """uint8, uint16 or float in [0, 1] → uint8, rounded."""
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array, dtype=np.uint8)
    if array.dtype == np.uint16:
        return ((array.astype(np.uint32) + 128) // 257).astype(np.uint8)
    if np.issubdtype(array.dtype, np.floating):
        values = array.astype(np.float32)
        low, high = float(values.min()), float(values.max())
        if not (low >= 0.0 and high <= 1.0):  # also refuses NaN
            raise image_error(
                f"a float image must lie in [0, 1] without NaN, not in [{low:g}, {high:g}]"
            )
        return (values * 255.0 + 0.5).astype(np.uint8)
    raise image_error(f"an image array must be uint8, uint16 or float in [0, 1], not {array.dtype}")


# --- pixels -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """A picture on its way, with what was done to it."""

    image: Image.Image
    notes: tuple[str, ...] = ()


def _finish(image: Image.Image, what: str, *, full_size: tuple[int, ...]) -> Photo:
    """Everything after opening: 8-bit sRGB, opaque, bounded, upright; sha256 is left empty."""
    _loaded(image, what)
    exif = read_exif(image)
    eight = _to_eight_bits(image)
    srgb = _to_srgb(eight.image, image.info.get("icc_profile"))
    opaque = _over_background(_bounded(srgb.image))
    notes = (*_frame_note(image), *eight.notes, *srgb.notes, *opaque.notes)
    if max(full_size) > MAX_WORKING_SIDE:
        before, after = "x".join(map(str, full_size)), "x".join(map(str, opaque.image.size))
        notes = (*notes, remark("reduced", before, after))
    return Photo(
        rgb=np.array(_upright(opaque.image, exif.orientation), dtype=np.uint8),
        sha256="",
        focal_35mm=exif.focal_35mm,
        notes=notes,
    )


def _frame_note(image: Image.Image) -> tuple[str, ...]:
    # The further pictures of an MPO file are previews, gain maps or depth, not frames.
    if image.format == "MPO":
        return ()
    try:
        count = getattr(image, "n_frames", 1)
    except DECODER_ERRORS:  # a later frame is damaged
        return (remark("first"),)
    return () if count < 2 else (remark("first of", count),)


def _to_eight_bits(image: Image.Image) -> _Step:
    """To mode L, LA, RGB, RGBA or CMYK."""
    mode = image.mode
    if mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        if mode in ("L", "RGB") and "transparency" in image.info:
            return _Step(image.convert("RGBA"))
        return _Step(image)
    if mode.startswith("I;16") or mode in ("I", "F"):
        return _Step(Image.fromarray(_deep_grey(image)), (remark("eight bits"),))
    if mode in ("P", "PA"):
        transparent = mode == "PA" or "transparency" in image.info
        return _Step(image.convert("RGBA" if transparent else "RGB"))
    if mode in ("1",):
        return _Step(image.convert("L"))
    if mode in ("La", "RGBa"):
        return _Step(image.convert("LA" if mode == "La" else "RGBA"))
    return _Step(image.convert("RGB"))  # RGBX, YCbCr, LAB, HSV


def _deep_grey(image: Image.Image) -> U8:
    """Grey of 16 bits, 32 bits (read as 16 where it fits) or float in [0, 1] → uint8."""
    values = np.asarray(image)
    if values.dtype.kind == "f":
        return _to_uint8(values)
    high = int(values.max())
    if int(values.min()) < 0 or high > 65535:
        raise image_error("a grey picture of 32-bit integers must lie in 0 to 65535")
    return _to_uint8(values.astype(np.uint16))


def _to_srgb(image: Image.Image, profile: object) -> _Step:
    """Apply an ICC profile; alpha, which has no colour, is kept aside."""
    if not isinstance(profile, bytes) or not profile:
        return _Step(image)
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colour = image.convert(image.mode[:-1]) if alpha is not None else image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if colour.mode == "RGB" and _is_srgb(source):
            return _Step(image)
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(colour, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return _Step(image, (remark("profile"),))
    if converted is None:
        return _Step(image)
    if alpha is not None:
        converted.putalpha(alpha)
    return _Step(converted, (remark("converted", _profile_name(source)),))


def _profile_name(profile: ImageCms.ImageCmsProfile) -> str:
    return ImageCms.getProfileDescription(profile).strip() or "an unnamed profile"


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    return _profile_name(profile).lower().startswith("srgb")


def _bounded_size(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, MAX_WORKING_SIDE / max(size))
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


def _bounded(image: Image.Image) -> Image.Image:
    size = _bounded_size(image.size)
    if size == image.size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _over_background(image: Image.Image) -> _Step:
    if image.mode not in ("LA", "RGBA"):
        return _Step(image.convert("RGB"))
    rgba = image.convert("RGBA")
    low, _ = rgba.getchannel("A").getextrema()
    if low == 255:
        return _Step(rgba.convert("RGB"))
    grey = (BACKGROUND_GREY,) * 3
    behind = Image.new("RGBA", rgba.size, (*grey, 255))
    return _Step(
        Image.alpha_composite(behind, rgba).convert("RGB"),
        (remark("transparent"),),
    )


# --- metadata -----------------------------------------------------------------------------------


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    method = _TRANSPOSE.get(orientation)
    return image if method is None else image.transpose(method)
