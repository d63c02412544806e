from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from kinora.errors import ImageError, InputError
from kinora.provenance.marks import Marks, check_visible
from kinora.provenance.visible import logo_stamp, place_at, stamped, text_stamp
from kinora.settings import Settings, load_settings
from kinora.types.geometry import Size
from kinora.types.provenance import Sealed
from kinora.types.rendition import Rendition, YuvPlanes

SIZE = Size(640, 360)


class Grey:
    """Frames of one luma."""

    random_access = True

    def __init__(self, luma: int) -> None:
        self.luma = luma

    def render(self, index: int, planes: YuvPlanes) -> None:
        planes.y[...], planes.u[...], planes.v[...] = self.luma, 128, 128


def drawn(frames, index: int) -> YuvPlanes:
    y = np.zeros((SIZE.height, SIZE.width), np.uint8)
    u, v = (np.zeros((SIZE.height // 2, SIZE.width // 2), np.uint8) for _ in range(2))
    planes = YuvPlanes(y=y, u=u, v=v)
    frames.render(index, planes)
    return planes


def rendition(luma: int, seconds: int = 4) -> Rendition:
    return Rendition(frames=Grey(luma), frame_count=30 * seconds, size=SIZE, fps=Fraction(30))


@pytest.mark.parametrize("luma", [16, 128, 235])
def test_it_is_legible_on_dark_and_light(luma):
    shown = drawn(stamped(rendition(luma), text_stamp("made with Kinora", SIZE)), 0).y
    assert np.ptp(shown.astype(int)) > 100
    assert 0.0005 < np.mean(shown != luma) < 0.02


def test_it_visits_every_corner_even_of_a_short_clip():
    frames = stamped(rendition(128, seconds=1), text_stamp("made with Kinora", SIZE))
    seen = set()
    for index in range(30):
        y, x = np.nonzero(drawn(frames, index).y != 128)
        if len(x):
            seen.add((x.mean() > SIZE.width / 2, y.mean() > SIZE.height / 2))
    assert len(seen) == 4


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("kept", [0, 1])
def test_cutting_a_side_off_leaves_it_for_half_of_the_time(side, kept):
    corners = [place_at(Fraction(k, 30), Fraction(1))[0] for k in range(120)]
    assert sum(corner[side] == kept for corner in corners) == 60


def test_the_first_frame_shows_it():
    assert place_at(Fraction(0), Fraction(1)) == ((1, 1), 1.0)


def test_in_a_loop_the_end_leads_to_the_beginning() -> None:
    places = [place_at(Fraction(k, 30), Fraction(1), loop=Fraction(4)) for k in range(120)]
    assert {*places[:5], *places[-5:]} == {((1, 1), 1.0)}  # nothing fades where it closes
    for (corner, strength), (then, later) in zip(places, [*places[1:], places[0]], strict=True):
        assert abs(strength - later) < 0.2 if corner == then else max(strength, later) < 0.2


def test_a_logo_keeps_its_colours_and_its_transparency(tmp_path):
    logo = Image.new("RGBA", (80, 40), (0, 0, 0, 0))
    logo.paste((255, 0, 0, 255), (0, 0, 40, 40))
    logo.save(tmp_path / "logo.png")
    shown = drawn(stamped(rendition(128), logo_stamp(tmp_path / "logo.png", SIZE)), 0)
    assert shown.v.max() > 200
    assert np.mean(shown.v > 200) == pytest.approx(np.mean(shown.y != 128), rel=0.3)


@pytest.mark.parametrize("luma", [0, 16, 99, 255])
@pytest.mark.parametrize("index", [0, 28])
def test_it_is_laid_in_its_opacity_and_strength(luma, index):
    stamp, clip = text_stamp("made with Kinora", SIZE), rendition(luma)
    frames = stamped(clip, stamp)
    (right, bottom), strength = place_at(Fraction(index, 30), frames.stay)
    assert (right, bottom) == (1, 1)
    height, width = stamp.opacity.shape
    margin = 10
    shown = drawn(frames, index).y[-margin - height : -margin, -margin - width : -margin]
    exact = luma * (1.0 - strength * stamp.opacity) + strength * stamp.luma
    assert np.abs(shown - exact).max() <= 1.0


def test_what_cannot_be_a_mark_is_refused_before_any_work(tmp_path):
    (tmp_path / "logo.png").write_bytes(b"no picture")
    with pytest.raises(ImageError, match="logo"):
        check_visible(tmp_path / "logo.png")
    with pytest.raises(ImageError, match="logo"):
        check_visible("missing.png")
    with pytest.raises(InputError, match="60 characters"):
        check_visible("x" * 61)
    with pytest.raises(InputError, match="empty"):
        check_visible(" ")
    with pytest.raises(InputError, match="can't be drawn: 日本"):
        check_visible("日本 2026")
    check_visible(None)
    check_visible("me, 2026")
    check_visible("Créé à l’été, © Noël")


def test_an_installations_text_is_checked_as_well(monkeypatch):
    monkeypatch.setenv("KINORA_VISIBLE_MARK_TEXT", "Ж")
    with pytest.raises(InputError, match="can't be drawn: Ж"):
        load_settings()


def test_accents_stand_above_what_is_written_without_them():
    plain, accented = (text_stamp(text, Size(640, 360)) for text in ("ete", "été"))
    assert accented.opacity.shape[0] > plain.opacity.shape[0]
    room = accented.opacity.shape[0] - plain.opacity.shape[0]
    bright = (accented.luma > 120).any(axis=1)
    assert bright[: room + 4].sum() > (plain.luma > 120).any(axis=1)[:4].sum()


def test_marks_follow_what_is_sealed(tmp_path):
    marks = Marks(settings=Settings(data_dir=tmp_path / "data"))
    sealed = Sealed(clip_id="0" * 12, signed=True, visible_mark=False, invisible_mark=False)
    plain = marks.applied(rendition(128), sealed)
    assert np.ptp(drawn(plain.frames, 0).y) == 0
    assert not (tmp_path / "data").exists()


def test_the_key_is_kept_or_given(tmp_path):
    here, elsewhere = (Marks(settings=Settings(data_dir=tmp_path / n)) for n in "ab")
    again = Marks(settings=Settings(data_dir=tmp_path / "a"))
    assert here.key == again.key != elsewhere.key
    given = [Marks(settings=Settings(data_dir=tmp_path / n, mark_key="k" * 16)).key for n in "ab"]
    assert given[0] == given[1]
    old = Marks(
        settings=Settings(data_dir=tmp_path / "a", mark_key="n" * 16, old_mark_keys="k" * 16)
    )
    assert old.known_keys()[1] == given[0]


def test_where_no_key_can_be_kept_there_is_a_mark_all_the_same(tmp_path):
    (tmp_path / "data").write_text("in the way")
    marks = Marks(settings=Settings(data_dir=tmp_path / "data"))
    assert len(marks.key) == 32
