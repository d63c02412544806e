"""What a camera wrote beside the pixels stays out of what is made."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from kinora.jobs.making import make_video
from kinora.jobs.reading import RenderTask
from kinora.testing.fakes import Recorder
from kinora.testing.makers import grey_parts
from kinora.testing.photos import landscape
from kinora.types.geometry import Size
from kinora.types.video import VideoSpec


def test_no_exif_or_place_gets_into_any_output(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0131] = "VIOLETCAM", "VIOLETCAM"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[29] = "N", (48.0, 51.0, 30.0), "VIOLETCAM"
    picture = tmp_path / "photo.jpg"
    Image.fromarray(landscape(Size(160, 120))).save(picture, exif=exif, comment=b"VIOLETCAM")
    assert picture.read_bytes().count(b"VIOLETCAM") >= 3
    spec = VideoSpec(model="m", engine="grey", size="160x120", fps="10", seconds="1", prompt="pan")
    made = make_video(
        RenderTask(spec=spec, picture=picture), tmp_path, Recorder(), parts=grey_parts()
    )
    for file in made.files().values():
        assert b"VIOLETCAM" not in file.path.read_bytes()
        assert b"Exif" not in file.path.read_bytes()
