from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest

from kinora.provenance.marks import Marks
from kinora.provenance.watermark import _reference
from kinora.provenance.watermark.detect import PRESENT, find
from kinora.provenance.watermark.embed import MarkedFrames, Marker, grid_of, held_share
from kinora.provenance.watermark.pattern import pattern_of
from kinora.provenance.watermark.payload import CODED_BITS, Payload, coded, decoded, key_id_of
from kinora.provenance.watermark.read import shown
from kinora.settings import Settings
from kinora.testing.fakes import RisingGrey
from kinora.testing.photos import landscape
from kinora.types.geometry import Size
from kinora.types.motion import Motion
from kinora.types.provenance import Sealed
from kinora.types.rendition import Rendition, YuvPlanes

KEY, OTHER = b"a secret of 16 by", b"another secret ab"
CLIP = "00112233aabb"
HD = Size(1280, 720)


def picture(size: Size = HD) -> np.ndarray:
    grey = cv2.cvtColor(landscape(size), cv2.COLOR_RGB2GRAY)
    noise = np.random.default_rng(1).normal(0, 4, grey.shape)
    return np.clip(grey * 0.8 + 25 + noise, 16, 235).astype(np.uint8)


def marked(luma: np.ndarray, *, key: bytes = KEY, clip: str = CLIP) -> np.ndarray:
    out = luma.copy()
    Marker(size=Size(luma.shape[1], luma.shape[0]), key=key, clip_id=clip).mark(out)
    return out


@pytest.fixture(scope="module")
def frame() -> np.ndarray:
    return marked(picture())


def read(*frames: np.ndarray, keys: tuple[bytes, ...] = (KEY,)) -> Payload | None:
    found = find(frames, keys)
    return None if found is None else found.payload


def test_what_is_written_is_read(frame):
    assert read(frame) == Payload(key_id=key_id_of(KEY), clip_id=CLIP)


def test_the_mark_is_hard_to_see(frame):
    error = np.mean((frame.astype(float) - picture()) ** 2)
    assert 10 * np.log10(255**2 / error) >= 42


@pytest.mark.parametrize(
    "size", [Size(320, 180), Size(164, 90), Size(720, 720), Size(1080, 1080), Size(1082, 1080)]
)
def test_the_kernel_does_what_the_reference_says(size):
    luma = picture(size)
    pattern, code = pattern_of(KEY), coded(CLIP, KEY).astype(np.float64)
    slow = _reference.embed(luma, grid_of(size), pattern, code)
    fast = marked(luma)
    assert np.abs(fast.astype(int) - slow).max() <= 1
    assert np.mean(fast != slow) < 0.001
    assert np.mean(fast != luma) > 0.3


def test_the_mark_holds_back_where_clouds_drift():
    size, drifting = Size(320, 180), np.zeros((23, 40), np.float32)
    drifting[:12] = 1.0
    luma = picture(size)
    held = luma.copy()
    Marker(size=size, key=KEY, clip_id=CLIP, drifting=drifting).mark(held)
    there, elsewhere = (
        float(np.abs(held[rows].astype(int) - luma[rows]).mean())
        / float(np.abs(marked(luma)[rows].astype(int) - luma[rows]).mean())
        for rows in (slice(0, 84), slice(110, 180))
    )
    assert there < 0.6
    assert elsewhere > 0.9
    pattern, code = pattern_of(KEY), coded(CLIP, KEY).astype(np.float64)
    share = held_share(grid_of(size), drifting)
    slow = _reference.embed(luma, grid_of(size), pattern, code, held=share)
    assert np.abs(held.astype(int) - slow).max() <= 1


@pytest.mark.parametrize("rows", [1, 4, 12, 23])
def test_under_small_skies_a_mark_holds_back_more_but_keeps_its_power(rows):
    drifting = np.zeros((23, 40), np.float32)
    drifting[:rows] = 1.0
    share = held_share(grid_of(Size(320, 180)), drifting)
    covered = rows / 23
    usual = 1.0 - covered + covered * 0.45**2
    assert np.square(share).mean() > 0.95 * usual
    assert share.max() <= 1.0
    assert share.min() < (0.25 if rows < 4 else 0.46)


def turned(frame: np.ndarray, degrees: float) -> np.ndarray:
    height, width = frame.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(frame, matrix, (width, height), flags=cv2.INTER_CUBIC)


ATTACKS = {
    "half the size": lambda f: cv2.resize(f, (640, 360), interpolation=cv2.INTER_AREA),
    "cut by 30 %": lambda f: f[130:634, 200:1096],
    "cut and enlarged": lambda f: cv2.resize(f[130:634, 200:1096], (1280, 720)),
    "mirrored": lambda f: f[:, ::-1],
    "turned by 3 degrees": lambda f: turned(f, 3),
    "JPEG": lambda f: cv2.imdecode(cv2.imencode(".jpg", f, [1, 70])[1], 0),
    "brighter": lambda f: cv2.convertScaleAbs(f, alpha=1.1, beta=8),
    "portrait": lambda f: f[:, 400:805],
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_mark_survives(frame, attack):
    found = read(np.ascontiguousarray(ATTACKS[attack](frame)))
    assert found is not None
    assert found.clip_id == CLIP


def test_neither_an_unmarked_frame_nor_a_foreign_key_says_anything(frame):
    for luma, key in ((picture(), KEY), (frame, OTHER)):
        found = find([luma], [key])
        assert found is None or (found.payload is None and not found.present)
    assert read(frame, keys=(OTHER, KEY)).clip_id == CLIP


def test_chance_stays_far_below_the_threshold():
    rng = np.random.default_rng(5)
    scores = [
        find([rng.integers(16, 235, (180, 320), np.uint8)], [bytes([n]) * 16]).score
        for n in range(3)
    ]
    assert 3.5 < max(scores) < PRESENT - 2


def test_flat_frames_carry_it_too():
    flat = np.full((720, 1280), 90, np.uint8)
    assert read(marked(flat)).clip_id == CLIP


def test_the_code_corrects_a_sixth_of_wrong_bits():
    bits = coded(CLIP, KEY)
    assert bits.shape == (CODED_BITS,)
    wrong = np.random.default_rng(3).choice(CODED_BITS, CODED_BITS // 6, replace=False)
    soft = bits.copy()
    soft[wrong] *= -0.8
    assert decoded(soft, KEY) == Payload(key_id=key_id_of(KEY), clip_id=CLIP)
    assert decoded(soft, OTHER) is None
    assert decoded(-soft, KEY) is None


def test_key_and_check_pick_the_right_one_among_the_likeliest():
    noisy = [
        (coded(CLIP, KEY) + np.random.default_rng(seed).normal(0.0, 1.6, CODED_BITS)).astype("f4")
        for seed in range(8)
    ]
    first, picked = ([decoded(soft, KEY, among=n) for soft in noisy] for n in (1, 32))
    assert {found.clip_id for found in picked if found} == {CLIP}
    assert picked.count(None) < first.count(None)


def test_a_reading_leans_on_the_frames_that_show_the_mark():
    pilot = pattern_of(KEY).pilot
    noise = np.random.default_rng(5).normal(0.0, 1.0, (4, *pilot.shape)).astype(np.float32)
    shares = shown(np.stack([noise[0] + 0.2 * pilot, *noise[1:]]), pilot)
    assert shares.sum() == pytest.approx(1.0)
    assert shares[0] > 0.7
    assert shown(np.stack([-pilot, -pilot]), pilot).tolist() == [0.5, 0.5]


def test_a_second_mark_wins_over_a_first(frame):
    assert read(marked(frame, clip="ffeeddccbbaa")).clip_id == "ffeeddccbbaa"


def test_frames_are_marked_the_same_in_any_order():
    size = Size(160, 96)

    def render(frames, index: int) -> np.ndarray:
        y, u, v = (np.zeros((96 // n, 160 // n), np.uint8) for n in (1, 2, 2))
        frames.render(index, YuvPlanes(y=y, u=u, v=v))
        return y

    one, other = (MarkedFrames(RisingGrey(), Marker(size, KEY, CLIP)) for _ in range(2))
    forwards = [render(one, k) for k in range(3)]
    backwards = [render(other, k) for k in reversed(range(3))]
    assert all(np.array_equal(a, b) for a, b in zip(forwards, reversed(backwards), strict=True))
    assert not np.array_equal(forwards[1], render(RisingGrey(), 1))
    assert one.random_access


@pytest.mark.parametrize("side", [64, 80, 90])
def test_the_smallest_frames_keep_their_picture(side):
    luma = np.random.default_rng(1).integers(60, 180, (side, 2 * side)).astype(np.uint8)
    copy = luma.copy()
    Marker(size=Size(2 * side, side), key=KEY, clip_id=CLIP).mark(copy)
    assert np.abs(copy.astype(float) - luma).mean() < 5


def test_where_nothing_moves_the_mark_is_stronger():
    """It costs no bits there; a soft moving picture pays for each."""
    frame = cv2.GaussianBlur(picture(Size(640, 360)), (0, 0), 2.0)
    changes = {}
    for still in (False, True):
        copy = frame.copy()
        Marker(size=Size(640, 360), key=KEY, clip_id=CLIP, still=still).mark(copy)
        changes[still] = float(np.mean((copy.astype(float) - frame) ** 2))
    assert changes[True] > 1.2 * changes[False]


def test_where_something_moves_the_mark_goes_to_the_calm_parts():
    """In busy ones it would cost as many bits and hardly be read."""
    frame = cv2.GaussianBlur(picture(Size(640, 360)), (0, 0), 1.5)
    frame[:, 320:] = np.clip(128 + (frame[:, 320:].astype(float) - 128) * 0.1, 16, 235)
    shares = {}
    for still in (False, True):
        copy = frame.copy()
        Marker(size=Size(640, 360), key=KEY, clip_id=CLIP, still=still).mark(copy)
        change = np.abs(copy.astype(float) - frame)
        shares[still] = float(change[:, 330:].mean() / change[:, :310].mean())
    assert shares[False] > 1.3 * shares[True]


@pytest.mark.parametrize(("turns", "still"), [(0.0, True), (0.2, False)])
def test_the_marker_is_told_whether_the_camera_stands(tmp_path, turns, still):
    poses = np.tile(np.eye(4), (5, 1, 1))
    poses[:, 0, 3] = turns * np.arange(5)
    motion = Motion(
        size=Size(64, 64), fps=Fraction(10), world_to_camera=poses,
        intrinsics=np.tile(np.eye(3), (5, 1, 1)), shutter=np.zeros(5), focus=np.ones(5),
        aperture=np.zeros(5),
    )  # fmt: skip
    rendition = Rendition(
        frames=None, frame_count=5, size=Size(64, 64), fps=Fraction(10), motion=motion
    )
    sealed = Sealed(clip_id=CLIP, signed=False, visible_mark=False, invisible_mark=True)
    marked = Marks(settings=Settings(data_dir=tmp_path)).applied(rendition, sealed)
    assert marked.frames.marker.still is still
