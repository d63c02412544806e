from __future__ import annotations

import contextlib
import hashlib
import io
import os
import random
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from kinora.errors import ImageError
from kinora.scene import decode, header
from kinora.scene.decode import BACKGROUND_GREY, MAX_WORKING_SIDE, decode_photo

U8 = NDArray[np.uint8]


def gradient(width: int = 48, height: int = 32) -> U8:
    """Every corner of another colour, so that turns and flips show."""
    y, x = np.mgrid[:height, :width]
    return np.dstack([x * 255 // width, y * 255 // height, 255 - x * 255 // width]).astype(np.uint8)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


NOISE_PNG = encoded(
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)), "PNG"
)


@pytest.mark.parametrize(
    ("kind", "options", "tolerance"),
    [
        ("PNG", {}, 0),
        ("BMP", {}, 0),
        ("PPM", {}, 0),
        ("TIFF", {"compression": "tiff_lzw"}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("JPEG", {"quality": 95}, 12),
        ("AVIF", {"quality": 95}, 12),
        ("JPEG2000", {}, 12),
    ],
)
def test_every_format_gives_its_pixels(
    kind: str, options: dict[str, object], tolerance: int
) -> None:
    photo = decode_photo(encoded(Image.fromarray(gradient()), kind, **options))
    assert photo.rgb.dtype == np.uint8
    assert np.abs(photo.rgb.astype(int) - gradient()).mean() <= tolerance
    assert photo.notes == ()


def test_a_path_bytes_a_picture_and_an_array_agree(tmp_path: Path) -> None:
    data = encoded(Image.fromarray(gradient()), "PNG")
    path = tmp_path / "photo.jpg"  # the name lies; the bytes count
    path.write_bytes(data)
    photos = [
        decode_photo(source)
        for source in (path, str(path), data, Image.fromarray(gradient()), gradient())
    ]
    assert all(np.array_equal(photo.rgb, gradient()) for photo in photos)
    assert {photo.sha256 for photo in photos[:3]} == {hashlib.sha256(data).hexdigest()}
    assert all(len(photo.sha256) == 64 for photo in photos)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = {
        1: lambda p: p,
        2: lambda p: p[:, ::-1],
        3: lambda p: p[::-1, ::-1],
        4: lambda p: p[::-1],
        5: lambda p: p.transpose(1, 0, 2),
        6: lambda p: np.rot90(p, -1),
        7: lambda p: np.rot90(p, 2).transpose(1, 0, 2),
        8: lambda p: np.rot90(p),
    }[orientation]
    photo = decode_photo(encoded(Image.fromarray(gradient()), "PNG", exif=exif))
    assert np.array_equal(photo.rgb, turned(gradient()))


@pytest.mark.parametrize(("written", "read"), [(28, 28.0), (0, None), (None, None)])
def test_the_focal_length_is_read_from_exif(written: int | None, read: float | None) -> None:
    exif = Image.Exif()
    if written is not None:
        exif.get_ifd(0x8769)[0xA405] = written
    photo = decode_photo(encoded(Image.fromarray(gradient()), "JPEG", exif=exif))
    assert photo.focal_35mm == read


def test_damaged_exif_is_no_reason_to_refuse() -> None:
    data = encoded(Image.fromarray(gradient()), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff junk")
    photo = decode_photo(data)
    assert photo.rgb.shape == gradient().shape
    assert photo.focal_35mm is None


def test_another_colour_space_is_converted() -> None:
    """A Lab profile stands for any: sRGB red in it is (54, 81, 70)."""
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    srgb = ImageCms.createProfile("sRGB")
    red = Image.new("RGB", (32, 32), (255, 0, 0))
    lab = ImageCms.profileToProfile(red, srgb, swapped, outputMode="LAB")
    assert lab is not None
    photo = decode_photo(encoded(lab, "TIFF", icc_profile=swapped.tobytes()))
    assert np.abs(photo.rgb[8, 8].astype(int) - (255, 0, 0)).max() <= 6


def test_a_damaged_profile_is_ignored_and_told() -> None:
    photo = decode_photo(encoded(Image.fromarray(gradient()), "PNG", icc_profile=b"no profile"))
    assert np.array_equal(photo.rgb, gradient())
    assert any("profile" in note for note in photo.notes)


def test_an_srgb_profile_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = decode_photo(encoded(Image.fromarray(gradient()), "PNG", icc_profile=profile))
    assert np.array_equal(photo.rgb, gradient())
    assert photo.notes == ()


def test_transparency_lies_over_grey_and_is_told() -> None:
    pixels = np.dstack([gradient(), np.full((32, 48), 255, np.uint8)])
    pixels[:10, :, 3] = 0
    photo = decode_photo(pixels)
    assert (photo.rgb[:10] == BACKGROUND_GREY).all()
    assert np.array_equal(photo.rgb[10:], gradient()[10:])
    assert any("transparent" in note for note in photo.notes)
    pixels[:, :, 3] = 255
    assert decode_photo(pixels).notes == ()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "HSV", "I;16"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    grey = Image.fromarray(gradient()).convert("L")
    if mode == "I;16":
        image = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    elif mode == "P":
        image = grey.quantize(256)
    else:
        image = grey.convert("RGB").convert(mode)
    assert image.mode == mode
    rgb = decode_photo(image).rgb
    assert rgb.shape == (32, 48, 3)
    if mode != "1":  # dithered
        assert np.abs(rgb[:, :, 1].astype(int) - np.asarray(grey)).max() <= 6


def test_sixteen_bits_are_rounded_to_eight() -> None:
    deep = gradient().astype(np.uint16) * 256 + 128
    photo = decode_photo(deep)
    assert np.abs(photo.rgb.astype(int) - gradient()).max() <= 1
    assert any("8 bits" in note for note in photo.notes)


def test_floats_run_from_zero_to_one() -> None:
    assert np.array_equal(decode_photo(gradient() / 255.0).rgb, gradient())


def test_the_first_frame_of_an_animation_is_taken_and_told() -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "lime", "blue")]
    photo = decode_photo(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert tuple(photo.rgb[5, 5]) == (255, 0, 0)
    assert photo.notes == ("first frame of 3",)


def test_a_large_jpeg_is_reduced_while_loading() -> None:
    photo = decode_photo(encoded(Image.new("RGB", (9000, 3000), (10, 90, 200)), "JPEG"))
    assert photo.size.width == MAX_WORKING_SIDE
    assert photo.size.height == round(3000 * MAX_WORKING_SIDE / 9000)
    assert any("9000x3000" in note for note in photo.notes)


def test_twenty_thousand_pixels_a_side_are_refused_from_the_header() -> None:
    header = encoded(Image.new("L", (20_000, 20_000)), "PNG")[:2000]  # the pixels aren't even there
    with pytest.raises(ImageError, match="120,000,000"):
        decode_photo(header)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (b"", "is empty"),
        (b"This is a letter, not a picture.\n" * 20, "not a picture of a known kind"),
        (encoded(Image.fromarray(gradient()), "JPEG")[:400], "damaged or cut off"),
        (NOISE_PNG[: len(NOISE_PNG) // 2], "damaged or cut off"),
        (np.zeros((1, 1, 3), np.uint8), "at least 16"),
        (np.zeros((20, 900, 3), np.uint8), "20 times"),
        (np.zeros((20, 20, 2), np.uint8), r"shape \(H, W\)"),
        (np.zeros((20, 20), bool), "uint8, uint16 or float"),
        (np.full((20, 20), 2.0), r"in \[0, 1\]"),
        (np.full((20, 20), np.nan), "NaN"),
        ("", "path is empty"),
        ("no/such/photo.jpg", "there is no file"),
        ("a\0b", "is not a path"),
        ("/dev/null", "not a regular file"),
        (7, "must be a path"),
    ],
)
def test_what_is_no_photo_is_refused_in_one_sentence(source: object, says: str) -> None:
    with pytest.raises(ImageError, match=says) as caught:
        decode_photo(source)  # type: ignore[arg-type]
    assert caught.value.param == "image"
    assert "\n" not in caught.value.message
    assert not caught.value.message.endswith(".")


def test_folders_and_closed_files_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ImageError, match="is a folder"):
        decode_photo(tmp_path)
    path = tmp_path / "photo.png"
    path.write_bytes(encoded(Image.fromarray(gradient()), "PNG"))

    def refuse(*_: object) -> bytes:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(Path, "read_bytes", refuse)  # the tests may run as root
    with pytest.raises(ImageError, match="no permission"):
        decode_photo(path)


def test_files_above_the_limit_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(encoded(Image.fromarray(gradient()), "PNG"))
    for module in (decode, header):
        monkeypatch.setattr(module, "MAX_FILE_BYTES", 100)
    with pytest.raises(ImageError, match="at most 100 are allowed"):
        decode_photo(path)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF", "JPEG2000"])
def test_damaged_files_end_in_a_photo_or_an_image_error(kind: str) -> None:
    whole = encoded(Image.fromarray(gradient()), kind)
    dice = random.Random(0)
    for trial in range(60):
        data = bytearray(whole)
        if trial % 2:
            data = data[: dice.randrange(1, len(data))]
        else:
            for _ in range(8):
                data[dice.randrange(len(data))] = dice.randrange(256)
        with contextlib.suppress(ImageError):  # anything else fails the test
            assert decode_photo(bytes(data)).rgb.ndim == 3
