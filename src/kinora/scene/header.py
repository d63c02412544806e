"""A picture file's header: its kind, size and metadata, read without decoding a pixel.

No NumPy here, for who only needs to know whether a picture can be taken.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import ExifTags, Image, UnidentifiedImageError

from kinora.errors import ImageError
from kinora.types.geometry import Size

#: Largest encoded picture that is read, bytes.
MAX_FILE_BYTES: Final = 256 * 2**20
#: Largest picture that is decoded, pixels; read from the header.
MAX_PIXELS: Final = 120_000_000
#: Shortest side that still is a photo, pixels.
MIN_PHOTO_SIDE: Final = 16
#: Longest side over shortest side at most.
MAX_ASPECT: Final = 20.0

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF", "GIF", "BMP", "PPM", "JPEG2000")
FORMATS_WORDS: Final = "JPEG, PNG, WebP, AVIF, TIFF, GIF, BMP, PPM or JPEG 2000"

# What Pillow's decoders raise on damaged files.
DECODER_ERRORS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    OverflowError,
    RuntimeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)

# Focal lengths that a lens can have, mm; EXIF says 0 for "unknown".
_FOCAL_35MM_RANGE: Final = (5.0, 3000.0)


@dataclass(frozen=True, slots=True)
class Exif:
    """What is used of a photo's metadata."""

    orientation: int = 1  # 1 to 8, as EXIF numbers them
    focal_35mm: float | None = None  # mm


def read_exif(image: Image.Image) -> Exif:
    """The metadata; the defaults where they are damaged or absent."""
    try:
        exif = image.getexif()
        orientation = exif.get(ExifTags.Base.Orientation, 1)
        camera = exif.get_ifd(ExifTags.IFD.Exif)
        focal = camera.get(ExifTags.Base.FocalLengthIn35mmFilm, 0)
        focal_35mm = float(focal)
    except DECODER_ERRORS:  # damaged metadata is no reason to refuse the picture
        return Exif()
    in_range = _FOCAL_35MM_RANGE[0] <= focal_35mm <= _FOCAL_35MM_RANGE[1]
    return Exif(
        orientation=orientation if isinstance(orientation, int) else 1,
        focal_35mm=focal_35mm if in_range else None,
    )


def read_size(path: Path) -> Size:
    """The size of a picture file, upright, by its header; no pixel is decoded.

    Raises:
        ImageError: not a picture, damaged in its header, too small or too large.
    """
    with quiet():
        try:
            with Image.open(path, formats=_FORMATS) as picture:
                size, turned = picture.size, _lies_on_its_side(picture)
        except Image.DecompressionBombError:
            raise image_error(
                f"the picture has too many pixels; at most {MAX_PIXELS:,} are allowed"
            ) from None
        except DECODER_ERRORS:  # an unknown kind is one of them
            raise damaged("the picture") from None
    check_picture_size(size)
    return Size(*(size[::-1] if turned else size))


def _lies_on_its_side(picture: Image.Image) -> bool:
    # A PNG's EXIF may lie behind its pixels; to look for it there would decode them.
    if picture.format == "PNG" and "exif" not in picture.info:
        return False
    return read_exif(picture).orientation in (5, 6, 7, 8)


def image_error(message: str) -> ImageError:
    """The error for a picture that can't be used."""
    return ImageError(message, param="image")


def too_many_bytes(what: str, count: int) -> str:
    """The sentence for a file that is too long."""
    return f"{what} has {count:,} bytes; at most {MAX_FILE_BYTES:,} are allowed"


@contextmanager
def quiet() -> Iterator[None]:
    """Silence Pillow's warnings: sizes are checked here, and odd metadata is no fault."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def opened(data: bytes, what: str) -> Image.Image:
    """The picture, its header read and its size found allowed, its pixels not decoded yet."""
    try:
        picture = Image.open(io.BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError:
        raise image_error(
            f"{what} is not a picture of a known kind; allowed are {FORMATS_WORDS}"
        ) from None
    except Image.DecompressionBombError:
        raise image_error(
            f"{what} has too many pixels; at most {MAX_PIXELS:,} are allowed"
        ) from None
    except DECODER_ERRORS:
        raise damaged(what) from None
    check_picture_size(picture.size)
    return picture


def damaged(what: str) -> ImageError:
    """The error for a picture whose data are wrong."""
    return image_error(
        f"{what} is damaged or cut off and can't be decoded; give a complete picture"
    )


def check_picture_size(size: tuple[int, int]) -> None:
    """Refuse pictures of too many pixels, too small or too narrow ones.

    Raises:
        ImageError: says which, and what is allowed.
    """
    width, height = size
    if width * height > MAX_PIXELS:
        raise image_error(
            f"the picture has {width}x{height} pixels; at most {MAX_PIXELS:,} in all are allowed"
        )
    if min(size) < MIN_PHOTO_SIDE:
        raise image_error(
            f"the picture has {width}x{height} pixels; each side must have at least "
            f"{MIN_PHOTO_SIDE}"
        )
    if max(size) > MAX_ASPECT * min(size):
        raise image_error(
            f"the picture has {width}x{height} pixels; its longer side may be at most "
            f"{MAX_ASPECT:.0f} times the shorter one"
        )
