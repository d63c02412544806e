"""Pack photos, frames, figures, labels and rendered scenes for training.

``python -m training.prepare [part ...]`` (default: all, in the order in which they need each other)
reads ``$KINORA_SHARED/data`` and writes to ``$KINORA_TRAINING_DIR/geometry``. A part that is there
already is left alone; ``--again`` makes it anew.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.refine import sharpen
from kinora.types.scene import Photo
from training.common.augment import UNKNOWN
from training.common.pack import Pack, write_pack
from training.common.paths import shared_dir, training_dir
from training.common.splits import frame_part, is_room, photo_part
from training.regions.pseudo import KNOWN_SHIFT, Evidence, label
from training.synthetic.figures import cut_out, find_figure, portrait, snapped
from training.synthetic.parts import Supplies
from training.synthetic.scenes import random_scene

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

#: Longest side of stored pictures.
SIDE: Final = 384
#: Rendered scenes.
SCENES: Final = 4000
# Relative disparity times this is what `sharpen` takes for scene disparity.
_SCENE_SPAN: Final = 1.5
_DEPTH_UNIT: Final = 8000.0  # of the 16-bit files: value = 8000 / metres
# Regions that the kinds of rendered primitives are; what isn't named is known to be no sky.
_KINDS: Final = {"subject": 1 << 1, "ground": 1 << 2, "water": 1 << 4}
# Where water would have been named as such; photos that cover things may show some.
_DRY: Final = frozenset({"subject", "ground", "table"})
#: Share of a vertical ramp in the labels of rooms, where the teacher is weak: walls that it puts at
#: any distance recede with their floor. Half of it was the whole of the network's error there.
ROOM_RAMP: Final = 0.2
# Subjects are looked for by rules, which takes a while, in one photo out of this many.
_BY_RULES_EVERY: Final = 3
# Sets whose pictures show houses and streets, not a subject.
_NO_SUBJECT: Final = ("houses", "camvid", "urban")
_UNSURE_SUBJECT: Final = frozenset({"thing", "room", "table"})


def folder() -> Path:
    """Where the packs lie."""
    return training_dir() / "geometry"


def _index(kind: str) -> list[dict[str, str]]:
    with (shared_dir() / "data" / kind / "INDEX.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def _source(row: dict[str, str]) -> str:
    return row.get("source path") or row["path"]


def _read(path: Path) -> U8:
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if bgr is None:
        raise FileNotFoundError(path)
    return np.ascontiguousarray(bgr[:, :, ::-1], dtype=np.uint8)


def _small(rgb: U8) -> U8:
    scale = min(1.0, SIDE / max(rgb.shape[:2]))
    size = (round(rgb.shape[1] * scale), round(rgb.shape[0] * scale))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def prepare_photos(target: Path) -> None:
    """Photos with the teacher's disparity as it is."""
    data = shared_dir() / "data"
    rows = [row for row in _index("photos") if photo_part(row["file"], _source(row)) != "none"]

    def teacher(row: dict[str, str]) -> U8:
        path = data / "disparity" / Path(row["file"]).with_suffix(".png").name
        return np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), dtype=np.uint8)

    write_pack(target / "photos", (_small(_read(data / "photos" / r["file"])) for r in rows))
    write_pack(target / "photos-raw", (teacher(row) for row in rows))
    _write_names(
        target / "photos.names.json",
        [(row["file"], _source(row), photo_part(row["file"], _source(row))) for row in rows],
    )


def prepare_labels(target: Path) -> None:
    """The teacher's disparity made ready to learn from."""
    names, mattes = read_names(target / "photos.names.json"), _mattes(target)
    raws = (
        _Raw(target, index, is_room(name, source), mattes.get(index))
        for index, (name, source, _) in enumerate(names)
    )
    with Pool() as pool:
        write_pack(target / "photos-disparity", pool.imap(_crisp, raws, chunksize=16))


@dataclass(frozen=True, slots=True)
class _Raw:
    """A photo whose label is to be made; each process opens the packs itself."""

    target: Path
    index: int
    room: bool
    matte: F32 | None


def _crisp(raw: _Raw) -> NDArray[np.float16]:
    cv2.setNumThreads(1)
    photo = Pack(raw.target / "photos")[raw.index]
    values = Pack(raw.target / "photos-raw")[raw.index].astype(np.float32) / np.float32(255.0)
    if raw.room:
        values = ramped(values)
    if raw.matte is not None:
        values = snapped(values, raw.matte)
    guide = cv2.resize(photo, values.shape[::-1], interpolation=cv2.INTER_AREA)
    crisp = sharpen(values * np.float32(_SCENE_SPAN), np.asarray(guide, dtype=np.uint8))
    return np.clip(crisp / _SCENE_SPAN, 0.0, 1.0).astype(np.float16)


def ramped(values: F32) -> F32:
    """Disparity (h, w) of a room in [0, 1], for `ROOM_RAMP` nearer towards the bottom."""
    height = values.shape[0]
    ramp = (np.arange(height, dtype=np.float32)[:, None] + 0.5) / height
    return np.asarray((1.0 - ROOM_RAMP) * values + ROOM_RAMP * ramp, dtype=np.float32)


def _mattes(target: Path) -> dict[int, F32]:
    """Mattes (h, w) in [0, 1] by the index of their photo."""
    found = Pack(target / "mattes")
    owners = json.loads((target / "mattes.owners.json").read_text())
    return {
        owner: found[place].astype(np.float32) / np.float32(255.0)
        for place, owner in enumerate(owners)
    }


def prepare_frames(target: Path) -> None:
    """Frames with measured depth."""
    data = shared_dir() / "data" / "rgbd"
    rows = [row for row in _index("rgbd") if frame_part(row["file"]) != "none"]

    def measured(row: dict[str, str]) -> NDArray[np.float16]:
        path = data / Path(row["file"]).with_suffix(".png").name
        values = np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED), dtype=np.float32)
        known = values > 0
        return np.where(known, values / _DEPTH_UNIT, UNKNOWN).astype(np.float16)

    write_pack(target / "frames", (_small(_read(data / row["file"])) for row in rows))
    write_pack(target / "frames-disparity", (measured(row) for row in rows))
    _write_names(
        target / "frames.names.json",
        [(row["file"], _source(row), frame_part(row["file"])) for row in rows],
    )


def prepare_mattes(target: Path) -> None:
    """Mattes of subjects that can be trusted."""
    photos, disparity = Pack(target / "photos"), Pack(target / "photos-raw")
    has_portraits = (target / "portraits.json").exists()
    portraits = Pack(target / "portraits") if has_portraits else None
    mattes: list[U8] = []
    owners: list[int] = []
    for index, (name, _, _) in enumerate(read_names(target / "photos.names.json")):
        if name.startswith(_NO_SUBJECT):
            continue
        photo = Photo(rgb=photos[index], sha256="")
        values = disparity[index].astype(np.float32) / np.float32(255.0)
        mask = None if portraits is None else portrait(photo, values, portraits[index])
        if mask is None and index % _BY_RULES_EVERY == 0:
            mask = find_figure(photo, values)
        if mask is None:
            continue
        size = values.shape[::-1]
        mattes.append(_byte(cv2.resize(mask, size, interpolation=cv2.INTER_AREA)))
        owners.append(index)
    write_pack(target / "mattes", iter(mattes))
    (target / "mattes.owners.json").write_text(json.dumps(owners))


def prepare_figures(target: Path) -> None:
    """Cut-outs of the subjects of training photos."""
    photos, mattes = Pack(target / "photos"), _mattes(target)
    names = read_names(target / "photos.names.json")

    def figures() -> Iterator[U8]:
        for index in (index for index in mattes if names[index][2] == "train"):
            photo = Photo(rgb=photos[index], sha256="")
            size = photo.rgb.shape[1::-1]
            matte = cv2.resize(mattes[index], size, interpolation=cv2.INTER_LINEAR)
            if (matte > 0.5).any():
                yield cut_out(photo, np.asarray(matte, dtype=np.float32))

    write_pack(target / "figures", figures())


def _byte(values: NDArray[Any]) -> U8:
    return np.rint(255.0 * values).astype(np.uint8)


def prepare_regions(target: Path) -> None:
    """Region labels of photos."""
    photos, disparity = Pack(target / "photos"), Pack(target / "photos-raw")
    names = read_names(target / "photos.names.json")
    mattes = _mattes(target)

    def labels() -> Iterator[NDArray[np.uint16]]:
        for index, (name, source, _) in enumerate(names):
            photo = Photo(rgb=photos[index], sha256="")
            values = disparity[index].astype(np.float32) / np.float32(255.0)
            evidence = Evidence.of(photo, values, name=name, source=source)
            yield label(evidence, subject=mattes.get(index))

    write_pack(target / "photos-regions", labels())


def supplies(target: Path, *, seed: int) -> Supplies:
    """What scenes are made from: training photos and figures."""
    random = np.random.default_rng(seed)
    photos = Pack(target / "photos")
    names = read_names(target / "photos.names.json")
    train = [index for index, (_, _, part) in enumerate(names) if part == "train"]
    figures = Pack(target / "figures")
    return Supplies(
        random=random,
        photo=lambda: photos[train[random.integers(len(train))]],
        cut_outs=[figures[index] for index in range(len(figures))],
    )


def write_scenes(path: Path, made_of: Supplies, *, count: int) -> None:
    """Render scenes into the packs ``path``, ``path-disparity`` and ``path-regions``."""
    pictures: list[U8] = []
    disparities: list[NDArray[np.float16]] = []
    regions: list[NDArray[np.uint16]] = []
    for _ in range(count):
        scene, kinds = random_scene(made_of)
        pictures.append(scene.rgb)
        disparities.append(np.minimum(scene.disparity, 100.0).astype(np.float16))
        regions.append(_scene_regions(scene.kinds, kinds))
    write_pack(path, iter(pictures))
    write_pack(path.with_name(f"{path.name}-disparity"), iter(disparities))
    write_pack(path.with_name(f"{path.name}-regions"), iter(regions))


def prepare_scenes(target: Path) -> None:
    """Rendered rooms, streets and table-tops."""
    write_scenes(target / "scenes", supplies(target, seed=20), count=SCENES)


def _scene_regions(who: NDArray[np.int8], kinds: list[str]) -> NDArray[np.uint16]:
    """Exact labels: sky, figure, ground and water; plants aren't told."""
    table = np.zeros(len(kinds) + 1, np.uint16)
    everything = 0b00111 << KNOWN_SHIFT
    for index, kind in enumerate(kinds):
        known = everything
        if kind in _UNSURE_SUBJECT:
            known &= ~(1 << (KNOWN_SHIFT + 1))
        if kind in {"table", "room"}:
            known &= ~(1 << (KNOWN_SHIFT + 2))  # the floor is part of the room's box
        if kind == "water" or kind in _DRY:
            known |= 1 << (KNOWN_SHIFT + 4)
        table[index] = known | _KINDS.get(kind, 0)
    table[-1] = everything | 1 << (KNOWN_SHIFT + 4) | 1  # sky
    return table[who]


def _write_names(path: Path, names: list[tuple[str, str, str]]) -> None:
    path.write_text(json.dumps(names))


def read_names(path: Path) -> list[tuple[str, str, str]]:
    """File name, path at its origin and part of each packed picture."""
    return [(a, b, c) for a, b, c in json.loads(path.read_text())]


_PARTS: Final[dict[str, tuple[Callable[[Path], None], str]]] = {
    "photos": (prepare_photos, "photos.names.json"),
    "frames": (prepare_frames, "frames.names.json"),
    "mattes": (prepare_mattes, "mattes.owners.json"),
    "figures": (prepare_figures, "figures.json"),
    "labels": (prepare_labels, "photos-disparity.json"),
    "regions": (prepare_regions, "photos-regions.json"),
    "scenes": (prepare_scenes, "scenes-regions.json"),
}


def main(arguments: list[str] | None = None) -> int:
    """Make the parts that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("parts", nargs="*", choices=[[], *_PARTS], default=[])
    parser.add_argument("--again", action="store_true", help="make parts that are there anew")
    options: Any = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    target = folder()
    target.mkdir(parents=True, exist_ok=True)
    for name in options.parts or list(_PARTS):
        make, last = _PARTS[name]
        if (target / last).exists() and not options.again:
            print(f"{name}: there already")
            continue
        make(target)
        print(f"{name}: done", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
