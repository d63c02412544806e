"""All regions of a photo."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.fill import enlarge
from kinora.scene.outline import DOUBTFUL
from kinora.scene.regions.align import guide_of, region_of
from kinora.scene.regions.backdrop import things_before
from kinora.scene.regions.before_sky import before_sky
from kinora.scene.regions.ends import ends_seen
from kinora.scene.regions.faces import Face, face_mask, find_faces, find_person
from kinora.scene.regions.ground import find_ground
from kinora.scene.regions.horizon import horizon_from
from kinora.scene.regions.masks import SmallPhoto, grab_cut, shrink
from kinora.scene.regions.others import sure_thing
from kinora.scene.regions.seen import (
    NOTHING_SEEN,
    Seen,
    seen_around,
    seen_at,
    seen_parts,
    seen_possible,
)
from kinora.scene.regions.sky import find_sky
from kinora.scene.regions.subject import find_subject, salience_map, sharpness_map
from kinora.scene.regions.vanishing import VanishingPoint, find_vanishing_point
from kinora.scene.together import Later, side_by_side
from kinora.types.scene import F32, Photo, Region, RegionKind

Bool = NDArray[np.bool_]
_LookedFor = tuple[Later[tuple[Face, ...]], Later[tuple[Face, ...]], Later[F32]]

# What a network alone finds.
_SPREAD: Final[tuple[RegionKind, ...]] = ("vegetation", "water")
_BY_COLOUR: Final = "colour+smoothness"
# Probability of a subject from which a place may be a thing's, and that some place of it must have;
# how far from a figure, as a share of the long side; its least and greatest share of the picture:
# what is larger tells nothing.
_POSSIBLE, _LIKELY, _APART, _THING = 0.25, 0.4, 0.04, (0.004, 0.2)
# Probability from which a place is a subject's; the least width of a face, as a share of the side
# of a square as large as all such places together: .11 for the smallest of 102 faces in 920 photos.
_A_SUBJECT, _FACE_SHARE = 0.5, 0.08
# Least probability of water that some place must have for the hint to be handed on: streets and
# rooms stay below, few brooks do.
_A_TRACE: Final = 0.01
# Score from which a network's sky is taken where colours show none, the probabilities beyond which
# its outline isn't looked for any more, and that from which it may be there: bright clouds have .3.
_SURE_SKY, _SURELY, _SURELY_NOT, _MAYBE_SKY = 0.8, 0.93, 0.07, 0.2


@dataclass(frozen=True, slots=True)
class _Found:
    """A region at working size."""

    kind: RegionKind
    mask: F32
    score: float
    source: str


def find_regions(photo: Photo, *, seen: Seen = NOTHING_SEEN) -> tuple[Region, ...]:
    """Find sky, faces with their persons, subjects, other things that stand, and ground.

    Before a plain backdrop the figures are what stands clear of it. Else, without a network, a
    subject is looked for only where no person is found. Things, plants, water and hints at it are
    what a network sees.

    Args:
        photo: upright photo.
        seen: what a network to be trusted says of some classes; they aren't looked for otherwise.

    Returns:
        Regions with masks (H, W) float32 in [0, 1] at the photo's size, soft at their edges, in
        the order above; only what is there with some confidence, so often few or none.
    """
    small = shrink(photo)
    around = _around(small, seen)
    looked_for = None if around is None else _looked_for(small, seen, around)
    point = Later(partial(find_vanishing_point, small))
    guide = Later(partial(guide_of, small))

    def full(found: Sequence[_Found]) -> list[Region]:
        guide.result()  # kept: else two masks would both look for it
        return [
            region_of(each.mask, photo, small, kind=each.kind, score=each.score, source=each.source)
            for each in found
        ]

    spread = Later(lambda: full(_spread(small, seen)))
    sky = _sky(small, seen)
    far = np.zeros(small.shape, np.float32) if sky is None else sky.mask
    above = Later(lambda: full([] if sky is None else [sky]))
    figures = _before_backdrop(small, seen, looked_for) if sky is None else []
    if not figures and looked_for is not None:
        figures = _figures(small, seen, far, looked_for)
    ground = Later(lambda: full(_ground(small, seen, point, [far, *(f.mask for f in figures)])))
    things = _things(small, seen, figures)
    standing = list(chain(*side_by_side(lambda figure: full([figure]), [*figures, *things])))
    below = [*ground.result(), *spread.result()]
    point.result()  # kept: who estimates disparity asks for it, too
    return (*before_sky(above.result(), standing), *standing, *below, *_wet(photo, seen))


def _around(small: SmallPhoto, seen: Seen) -> tuple[slice, slice] | None:
    """Rows and columns about where figures may be, if a network says so; None: nowhere.

    What stands out where it sees none at all is rather a patch of a wall or wood.
    """
    if not _speaks(seen):
        return slice(0, small.shape[0]), slice(0, small.shape[1])
    return seen_around(small, seen, "subject")


def _speaks(seen: Seen) -> bool:
    """Whether a network says something of subjects."""
    return "subject" in seen.classes or "subject" in seen.hints


def least_face(small: SmallPhoto, seen: Seen) -> float:
    """Width of the smallest face to look for, pixels: 0 where a network doesn't speak of subjects.

    The search for small ones takes longest, and where subjects fill a picture none is that small.
    """
    if not _speaks(seen):
        return 0.0
    chance = seen.classes["subject"] if "subject" in seen.classes else seen.hints["subject"]
    share = float((chance > _A_SUBJECT).mean())
    return _FACE_SHARE * math.sqrt(share * small.shape[0] * small.shape[1])


def _looked_for(small: SmallPhoto, seen: Seen, around: tuple[slice, slice]) -> _LookedFor:
    """Faces from the front; if there are none, those in profile and what is salient."""
    possible = seen_possible(small, seen, "subject") if _speaks(seen) else None
    least = least_face(small, seen)
    look = partial(find_faces, small, within=around, possible=possible, least=least)
    frontal, nothing = Later(look), np.zeros(small.shape, np.float32)
    salience = Later(lambda: nothing if frontal.result() else salience_map(small))
    profile = Later(lambda: () if frontal.result() else look(profile=True))  # asked for last
    return frontal, profile, salience


def _spread(small: SmallPhoto, seen: Seen) -> list[_Found]:
    """Plants and water, if they were seen."""
    return [
        _Found(kind, *part, seen.source)
        for kind in _SPREAD
        for part in seen_parts(small, seen, kind)
    ]


def _sky(small: SmallPhoto, seen: Seen) -> _Found | None:
    """The sky that colours show, weighed with what a network sees; else the network's, if sure."""
    chance = seen_at(small, seen, "sky")
    by_colour = find_sky(small, seen=chance)
    if by_colour is not None:
        source = _BY_COLOUR if chance is None else f"{_BY_COLOUR}, {seen.source}"
        return _Found("sky", *by_colour, source)
    parts = seen_parts(small, seen, "sky")
    if chance is None or not parts or parts[0][1] < _SURE_SKY:
        return None
    trimap = np.where(chance > _MAYBE_SKY, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[chance > _SURELY], trimap[chance < _SURELY_NOT] = cv2.GC_FGD, cv2.GC_BGD
    return _Found("sky", grab_cut(small, trimap), parts[0][1], f"{seen.source}+grabcut")


def _figures(
    small: SmallPhoto,
    seen: Seen,
    far: F32,
    looked_for: _LookedFor,
) -> list[_Found]:
    """Faces with their persons, or else a subject; those that were seen, as persons if they show
    a face.

    Args:
        small: the photo at working size.
        seen: what was seen in it.
        far: (h, w) in [0, 1], the sky.
        looked_for: as of `_looked_for`.
    """
    frontal, profile, salience = looked_for
    if "subject" not in seen.classes:
        if frontal.result():
            return _persons(small, frontal.result(), seen)
        sharpness_map(small)  # kept for who asks next, and made while what is salient is
        guess = salience.result()
        subject = _subject(small, seen, far, salience=guess)  # meanwhile, for profiles are rare
        return _persons(small, profile.result(), seen) or subject
    faces = frontal.result() or profile.result()
    parts = seen_parts(small, seen, "subject", apart=True)
    found = []
    for face in faces:
        found.append(_Found("face", face_mask(face, small.shape), face.score, face.source))
        if not any(_shows(mask, face) for mask, _ in parts):
            found += _person(small, None, face)
    for mask, score in parts:
        kind: RegionKind = "person" if any(_shows(mask, face) for face in faces) else "subject"
        found.append(_Found(kind, mask, score, seen.source))
    return found


def _shows(mask: F32, face: Face) -> bool:
    x, y = face.centre
    return bool(mask[min(int(y), mask.shape[0] - 1), min(int(x), mask.shape[1] - 1)] > 0.5)


def _persons(small: SmallPhoto, faces: Sequence[Face], seen: Seen) -> list[_Found]:
    found = []
    persons = side_by_side(partial(_person, small, _hint(small, seen)), faces)
    for face, person in zip(faces, persons, strict=True):
        found.append(_Found("face", face_mask(face, small.shape), face.score, face.source))
        found += person
    return found


def _hint(small: SmallPhoto, seen: Seen) -> F32 | None:
    """Where a network takes something for a subject, (h, w) at working size, if it says so."""
    hint = seen.hints.get("subject")
    return None if hint is None else enlarge(hint, (small.shape[1], small.shape[0]))


def _person(small: SmallPhoto, hint: F32 | None, face: Face) -> list[_Found]:
    person = find_person(small, face, hint=hint)
    return (
        [] if person is None else [_Found("person", person, face.score, f"{face.source}+grabcut")]
    )


def _subject(small: SmallPhoto, seen: Seen, far: F32, *, salience: F32) -> list[_Found]:
    """What stands out; the more likely if a network, too, takes it for a subject."""
    hint = _hint(small, seen)
    subject = find_subject(small, far, salience=salience, hint=hint)
    return [] if subject is None else [_standing(small, hint, *subject, "contrast+grabcut")]


def _before_backdrop(small: SmallPhoto, seen: Seen, looked_for: _LookedFor | None) -> list[_Found]:
    """What stands clear of a plain backdrop, whatever it is, and the faces that it shows.

    Its outlines are better than any other's: there is nothing else in the picture.
    """
    things = things_before(small)
    faces = looked_for[0].result() or looked_for[1].result() if things and looked_for else ()
    shown = [face for face in faces if any(_shows(mask, face) for mask, _ in things)]
    found = [
        _Found("face", face_mask(face, small.shape), face.score, face.source) for face in shown
    ]
    hint = _hint(small, seen)
    for mask, score in things:
        figure = _standing(small, hint, mask, score, "backdrop+grabcut")
        is_person = any(_shows(mask, face) for face in shown)
        found.append(replace(figure, kind="person") if is_person else figure)
    return found


def _standing(small: SmallPhoto, hint: F32 | None, mask: F32, score: float, source: str) -> _Found:
    """A subject; doubtful where neither colours nor a network show where it ends."""
    if score > DOUBTFUL and not ends_seen(small, mask, hint):
        score = DOUBTFUL
    return _Found("subject", mask, score, source)


def _things(small: SmallPhoto, seen: Seen, figures: Sequence[_Found]) -> list[_Found]:
    """Where a network takes something for a subject that isn't among the figures."""
    hint = _hint(small, seen)
    if hint is None:
        return []
    taken = np.maximum.reduce([np.zeros_like(hint), *(figure.mask for figure in figures)]) > 0.3
    side = 2 * round(_APART * max(small.shape)) + 1  # what the network sees is blurred
    near = cv2.dilate(taken.astype(np.uint8), np.ones((side, side), np.uint8)) > 0
    count, parts = cv2.connectedComponents(((hint > _POSSIBLE) & ~near).astype(np.uint8))
    likely = [
        part
        for part in (parts == number for number in range(1, count))
        if _THING[0] <= float(part.mean()) <= _THING[1] and float(hint[part].max()) > _LIKELY
    ]
    return side_by_side(lambda part: _thing(small, seen, hint, part, taken), likely)


def _thing(small: SmallPhoto, seen: Seen, hint: F32, part: Bool, taken: Bool) -> _Found:
    """A part of a hint: another subject if the network is sure, else something that may stand."""
    sure = sure_thing(small, hint, part, taken)
    if sure is not None:
        return _standing(small, hint, *sure, f"{seen.source}+grabcut")
    return _Found("thing", part.astype(np.float32), float(hint[part].mean()), seen.source)


def _wet(photo: Photo, seen: Seen) -> list[Region]:
    """Where a network hints at water, not drawn to edges: for evidence that looks for it."""
    hint = seen.hints.get("water")
    if hint is None or float(hint.max()) < _A_TRACE:
        return []
    size = (photo.size.width, photo.size.height)
    mask = enlarge(hint, size)
    whole = (0, 0, *size)  # a soft map has no outline
    return [Region(kind="wet", mask=mask, box=whole, score=float(hint.max()), source=seen.source)]


def _ground(
    small: SmallPhoto, seen: Seen, point: Later[VanishingPoint | None], taken: Sequence[F32]
) -> list[_Found]:
    if "ground" in seen.classes:
        return [_Found("ground", *part, seen.source) for part in seen_parts(small, seen, "ground")]
    far = taken[0]
    # Without a sky or a vanishing point nothing says where the ground ends.
    horizon = horizon_from(point.result(), far if far.any() else None)
    if horizon.score <= 0.0:
        return []
    ground = find_ground(small, horizon.y, np.maximum.reduce(taken))
    return [] if ground is None else [_Found("ground", *ground, "colour")]
