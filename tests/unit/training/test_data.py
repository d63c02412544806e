"""Splits, packs, augmentation and labels: what training does before any network is there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from training.common.augment import (
    KNOWN_SHIFT,
    UNKNOWN,
    Sample,
    crop,
    mirrored,
    paste,
    recoloured,
    relative,
)
from training.common.pack import Pack, write_pack
from training.common.splits import frame_part, is_room, photo_part
from training.depth.batches import Batches, Diet
from training.prepare import ROOM_RAMP, ramped
from training.regions.pseudo import GROUND, SKY, VEGETATION, WATER, Evidence, label

from kinora.types.scene import Photo


def _sample() -> Sample:
    rows = np.linspace(0.1, 0.9, 60, dtype=np.float32)[:, None]
    rgb = np.zeros((120, 160, 3), np.uint8)
    rgb[:, :80] = (200, 40, 40)
    regions = np.zeros((60, 80), np.uint16)
    regions[:, :40] = 1 << 2 | 1 << (KNOWN_SHIFT + 2)
    return Sample(rgb=rgb, disparity=np.repeat(rows, 80, axis=1), regions=regions)


def test_pictures_of_one_house_are_on_one_side() -> None:
    for house in range(200):
        parts = {
            photo_part("houses_0001.jpg", f"Houses Dataset/{house}_{room}.jpg")
            for room in ("bathroom", "frontal")
        }
        assert len(parts) == 1


def test_about_a_tenth_of_the_photos_is_held_out() -> None:
    parts = [photo_part("bsds_0001.jpg", f"images/{number}.jpg") for number in range(1000)]
    assert 60 < parts.count("test") < 140
    assert "none" not in parts


def test_a_whole_video_is_held_out() -> None:
    assert photo_part("camvid_0000.jpg", "CamVid/train/0001TP_006690.png") == "test"
    assert photo_part("camvid_0099.jpg", "CamVid/train/0016E5_08460.png") == "train"


def test_pictures_with_drawn_boxes_are_left_out() -> None:
    assert photo_part("jetson_0080.jpg", "data/images/qa/groundtruth/a.jpg") == "none"


def test_frames_are_held_out_in_blocks_with_a_gap() -> None:
    parts = [frame_part(f"sevenscenes_{number:04d}.jpg") for number in range(0, 1000, 5)]
    last = len(parts) - 1 - parts[::-1].index("train")
    first = parts.index("test")
    assert set(parts[:last]) == {"train"}
    assert set(parts[first:]) == {"test"}
    assert first - last > 5
    assert frame_part("realsense_0002.jpg") == "test"


def test_rooms_are_told_from_fronts() -> None:
    assert is_room("houses_0001.jpg", "Houses Dataset/1_bathroom.jpg")
    assert not is_room("houses_0002.jpg", "Houses Dataset/1_frontal.jpg")


def test_labels_of_rooms_lean_towards_a_ramp() -> None:
    flat = ramped(np.full((50, 4), 0.5, np.float32))
    assert np.ptp(flat) == pytest.approx(ROOM_RAMP * 49 / 50, abs=1e-5)
    assert flat[-1, 0] > flat[0, 0]
    assert flat.mean() == pytest.approx(0.5, abs=1e-5)


def _packs(folder: Path) -> None:
    """A photo of a house's front, one of a bathroom, a frame, a scene and a figure."""
    picture, plane = np.full((40, 60, 3), 90, np.uint8), np.zeros((20, 30), np.float16)
    plane[10:] = 1.0
    for name, count in (("photos", 2), ("frames", 1), ("scenes", 1)):
        write_pack(folder / name, iter([picture] * count))
        write_pack(folder / f"{name}-disparity", iter([plane] * count))
    write_pack(folder / "figures", iter([np.full((20, 10, 4), 255, np.uint8)]))
    photos = [("houses_0.jpg", "1_frontal.jpg"), ("houses_1.jpg", "1_bathroom.jpg")]
    for name, entries in (("photos", photos), ("frames", [("sevenscenes_1.jpg", "")])):
        parts = [(*entry, "train") for entry in entries]
        (folder / f"{name}.names.json").write_text(json.dumps(parts))


def test_rooms_are_drawn_more_often_and_follow_no_network(tmp_path: Path) -> None:
    _packs(tmp_path)
    shares = {"photos": 0.98, "frames": 0.01, "scenes": 0.01}
    usual = Batches(tmp_path, seed=0, diet=Diet(shares=shares)).draw(200, (32, 32))
    often = Batches(tmp_path, seed=0, diet=Diet(shares=shares, rooms=4)).draw(200, (32, 32))
    assert 70 < usual.follow.sum() < 125
    assert 20 < often.follow.sum() < 65
    none = Diet(shares={"photos": 0.0, "frames": 0.5, "scenes": 0.5})
    assert not Batches(tmp_path, seed=0, diet=none).draw(8, (32, 32)).follow.any()


def test_a_pack_gives_back_what_was_written(tmp_path) -> None:
    arrays = [np.arange(6, dtype=np.uint8).reshape(2, 3), np.full((1, 4), 9, np.uint8)]
    assert write_pack(tmp_path / "x", iter(arrays)) == 2
    pack = Pack(tmp_path / "x")
    assert len(pack) == 2
    for index, array in enumerate(arrays):
        np.testing.assert_array_equal(pack[index], array)


def test_a_pack_holds_one_dtype(tmp_path) -> None:
    arrays = [np.zeros(2, np.uint8), np.zeros(2, np.float32)]
    with pytest.raises(ValueError, match="uint8"):
        write_pack(tmp_path / "x", iter(arrays))
    with pytest.raises(ValueError, match="at least one"):
        write_pack(tmp_path / "x", iter([]))


def test_labels_follow_the_picture_through_a_crop() -> None:
    sample = _sample()
    for seed in range(8):
        result = crop(sample, size=(64, 96), area=(0.4, 0.9), random=np.random.default_rng(seed))
        assert result.rgb.shape == (64, 96, 3)
        assert result.disparity.shape == result.regions.shape == (32, 48)
        red = cv2.resize(result.rgb[:, :, 0], (48, 32), interpolation=cv2.INTER_AREA)
        inner = (red < 5) | (red > 195)  # not the mixed column
        ground = (result.regions >> 2) & 1 > 0
        assert (ground == (red > 100))[inner].mean() > 0.98
        assert (np.diff(result.disparity, axis=0) >= 0).all()


def test_mirroring_twice_changes_nothing() -> None:
    sample = _sample()
    twice = mirrored(mirrored(sample))
    np.testing.assert_array_equal(twice.rgb, sample.rgb)
    assert not np.array_equal(mirrored(sample).rgb, sample.rgb)


def test_relative_disparity_spans_zero_to_one_and_keeps_gaps() -> None:
    plane = np.linspace(3.0, 7.0, 1000, dtype=np.float32).reshape(10, 100)
    plane[0, 0] = UNKNOWN
    result = relative(plane)
    assert result[0, 0] == UNKNOWN
    low, high = np.percentile(result[result > UNKNOWN], [2, 98])
    assert low == pytest.approx(0.0, abs=0.01)
    assert high == pytest.approx(1.0, abs=0.01)


def test_a_pasted_figure_is_nearer_than_all_behind_it() -> None:
    sample = _sample()
    figure = np.full((40, 30, 4), 255, np.uint8)
    result = paste(sample, figure, random=np.random.default_rng(3), kind=1)
    pasted = (result.regions >> 1) & 1 > 0
    assert 20 < pasted.sum() < pasted.size
    assert (result.disparity[pasted] > sample.disparity[pasted]).all()
    np.testing.assert_array_equal(result.disparity[~pasted], sample.disparity[~pasted])
    assert (result.rgb == 255).all(axis=2).sum() > 2 * pasted.sum()


def test_new_colours_come_from_the_seed() -> None:
    rgb = np.random.default_rng(0).integers(0, 255, (40, 50, 3), dtype=np.uint8)
    one, same, other = (recoloured(rgb, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def _meadow() -> tuple[Photo, np.ndarray]:
    """Blue sky over a grey road plane with a green, textured bush; its disparity."""
    random = np.random.default_rng(5)
    rgb = np.zeros((192, 256, 3), np.uint8)
    sky = np.linspace(0, 1, 80)[:, None, None]
    rgb[:80] = np.array([90, 150, 230]) + sky * np.array([80, 50, 15])
    rgb[80:] = random.integers(105, 125, (112, 256, 1))
    leaves = random.integers(-25, 30, (10, 14, 1)).repeat(5, axis=0).repeat(5, axis=1)
    rgb[100:150, 20:90] = np.array((40, 100, 30)) + leaves
    disparity = np.zeros((96, 128), np.float32)
    disparity[40:] = np.linspace(0.12, 1.0, 56)[:, None]
    disparity[50:75, 10:45] = 0.75
    return Photo(rgb=rgb, sha256=""), disparity


def test_rules_find_sky_ground_and_plants() -> None:
    photo, disparity = _meadow()
    evidence = Evidence.of(photo, disparity, name="bsds_0001.jpg", source="images/1.jpg")
    plane = label(evidence, subject=None)

    def is_it(region: int) -> np.ndarray:
        return (plane >> region) & 1 > 0

    assert is_it(SKY)[5:30].mean() > 0.9
    assert not is_it(SKY)[45:].any()
    assert is_it(GROUND)[80:94, 60:].mean() > 0.8
    assert not is_it(GROUND)[:38].any()
    assert is_it(VEGETATION)[55:70, 15:40].mean() > 0.5
    assert not is_it(VEGETATION)[:38].any()


def test_photos_are_wet_dry_or_unknown_by_a_list() -> None:
    photo, disparity = _meadow()

    def water(name: str) -> tuple[np.ndarray, np.ndarray]:
        evidence = Evidence.of(photo, disparity, name=name, source="d/1.jpg")
        plane = label(evidence, subject=None)
        return (plane >> WATER) & 1 > 0, (plane >> (KNOWN_SHIFT + WATER)) & 1 > 0

    wet, known = water("bsds_0011.jpg")
    assert wet[80:94, 60:].mean() > 0.8
    assert not wet[:38].any()
    assert known[5:30].mean() > 0.9
    wet, known = water("bsds_0001.jpg")
    assert known.all()
    assert not wet.any()
    wet, known = water("bsds_0000.jpg")
    assert not known.any()
    assert not wet.any()


def test_there_is_no_sky_indoors() -> None:
    photo, disparity = _meadow()
    evidence = Evidence.of(photo, disparity, name="houses_0001.jpg", source="d/1_frontal.jpg")
    indoors = replace(evidence, indoors=True)
    assert not (label(indoors, subject=None) & 1 << SKY).any()
