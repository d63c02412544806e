from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from kinora.errors import BodyError, FieldError, ImageError
from kinora.service import inputs
from kinora.service.context import Service
from kinora.service.inputs import check_picture, decode_data_url, take_picture
from kinora.types.account import Caller
from kinora.types.geometry import Size
from kinora.wire.draft import UrlReference

CALLER = Caller(project_id="p", key=None)


def encoded(kind: str, *, size: tuple[int, int] = (64, 32), orientation: int = 1) -> bytes:
    image = Image.new("RGB", size, "teal")
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = io.BytesIO()
    image.save(stream, kind, exif=exif)
    return stream.getvalue()


def url_of(data: bytes) -> UrlReference:
    return UrlReference(url=f"data:image/png;base64,{base64.b64encode(data).decode()}")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_pictures_are_measured_by_their_header(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "picture"
    data = encoded(kind) if kind != "GIF" else _gif()
    path.write_bytes(data)
    assert check_picture(path) == Size(64, 32)


def _gif() -> bytes:
    stream = io.BytesIO()
    Image.new("P", (64, 32)).save(stream, "GIF")
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_sizes_are_those_of_the_upright_picture(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "picture"
    path.write_bytes(encoded(kind, orientation=6))
    assert check_picture(path) == Size(32, 64)


def test_no_pixel_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    data = encoded("PNG", size=(640, 320))
    path.write_bytes(data[: data.index(b"IDAT") + 4])
    assert check_picture(path) == Size(640, 320)


@pytest.mark.parametrize("size", [(15, 64), (16, 400)])
def test_impossible_shapes_are_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "picture"
    path.write_bytes(encoded("PNG", size=size))
    with pytest.raises(ImageError, match=f"{size[0]}x{size[1]}"):
        check_picture(path)


def test_too_many_bytes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "MAX_FILE_BYTES", 10)
    path = tmp_path / "picture"
    path.write_bytes(encoded("PNG"))
    with pytest.raises(BodyError, match="larger than the allowed 10 bytes") as caught:
        check_picture(path)
    assert caught.value.status == 413


@pytest.mark.parametrize(
    ("url", "data"),
    [
        ("data:image/png;base64,aGVsbG8=", b"hello"),
        ("data:image/png;base64,aGVsbG8", b"hello"),
        ("data:;base64,aGVs\r\nbG8=", b"hello"),
        ("data:;base64,aGVsbG8%3D", b"hello"),
        ("data:image/png;base64,-_8=", b"\xfb\xff"),
        ("data:,a%20b", b"a b"),
    ],
)
def test_data_urls_as_people_write_them(url: str, data: bytes) -> None:
    assert decode_data_url(url) == data


@pytest.mark.parametrize("url", ["data:image/png;base64", "data:;base64,a", "data:;base64,a!b="])
def test_broken_data_urls_are_refused(url: str) -> None:
    with pytest.raises(FieldError) as caught:
        decode_data_url(url)
    assert caught.value.param == "input_reference"


def test_a_picture_seen_again_is_not_stored_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encoded("PNG")
    checked = take_picture(service, CALLER, url_of(data), keep=False)
    assert service.blobs.info(checked.key) is None
    first = take_picture(service, CALLER, url_of(data))
    assert service.blobs.read(first.key) == data
    monkeypatch.setattr(inputs, "check_picture", lambda _: pytest.fail("checked again"))
    assert take_picture(service, CALLER, url_of(data)) == first == checked
