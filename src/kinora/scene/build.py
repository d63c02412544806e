"""Photo → `Scene`, the whole stage in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import cv2
import numpy as np

from kinora.scene.border import estimate_within, find_content, take_off
from kinora.scene.canvas import (
    GRID,
    MARGIN,
    Canvas,
    frame_intrinsics,
    frame_of,
    pad_backdrop,
    photo_mask,
    place,
    plan_canvas,
)
from kinora.scene.complete import complete
from kinora.scene.completion.protocol import Completer
from kinora.scene.depth.protocol import DepthEstimator
from kinora.scene.fit import fit_notes, place_frame
from kinora.scene.layers import find_layers
from kinora.scene.outline import confirm_outlines
from kinora.scene.peel import (
    HOLE_LIMIT,
    Cut,
    Estimates,
    frame_disparity,
    layer_disparities,
    peel,
    plan_cuts,
)
from kinora.scene.refine import Focus, find_focus, flatten_faces, sharpen, to_scene
from kinora.scene.regions import find_regions
from kinora.scene.regions.masks import box_of
from kinora.scene.regions.protocol import RegionFinder
from kinora.scene.rim import continue_rim
from kinora.scene.together import Later, side_by_side
from kinora.types.geometry import Size
from kinora.types.scene import F32, U8, DisparityMap, Fit, Layer, Photo, Region, Scene

#: Pixels at which disparity and layers are worked out.
ANALYSIS_PIXELS = 300_000


def build_scene(
    photo: Photo,
    *,
    size: Size,
    fit: Fit = "crop",
    depth: DepthEstimator,
    regions: RegionFinder = find_regions,
    completer: Completer | None = None,
) -> Scene:
    """Understand a photo as layers in space.

    Args:
        photo: the decoded photo.
        size: size of the clip.
        fit: how the photo meets the clip's aspect.
        depth: who estimates disparity.
        regions: who finds regions.
        completer: who foresees what layers hide; without, patches decide alone.

    Raises:
        SizeError: ``fit`` is ``strict`` and the aspects differ.
        DepthMapError: a given depth map can't be used.
        ModelError: a network can't be run.
    """
    whole, content = photo, (0, 0, photo.size.width, photo.size.height)
    if fit != "strict":
        content = find_content(photo.rgb)
    photo = take_off(whole, content)
    found = regions(photo)
    placement = place_frame(photo.size, size, fit, found)
    canvas = plan_canvas(photo.size, size, crop=placement.crop)
    small = Later(partial(place, photo.rgb, canvas, size=canvas.small(ANALYSIS_PIXELS)))
    framed = Later(partial(_framed, found, canvas))
    confirmed = confirm_outlines(photo.rgb, found)
    relative = estimate_within(depth, photo, confirmed, whole=whole, content=content)
    photo = replace(photo, notes=(*photo.notes, *fit_notes(photo.size, placement)))
    focus, disparity = _disparity(small.result(), relative, confirmed, canvas=canvas)
    cuts = Later(partial(_cuts, small.result(), canvas, disparity=disparity))
    picture = _picture(photo, canvas, disparity=disparity)
    planned, disparities = cuts.result()
    layers = peel(picture, planned, canvas, disparities=disparities, completer=completer)
    if fit == "pad":
        window = _window(photo, canvas)
        layers = (*layers, window)
        picture = np.where(window.rgba[..., 3:] > 0, window.rgba[..., :3], picture)
    sources = {
        "disparity": relative.source,
        "regions": " · ".join(dict.fromkeys(region.source for region in found)) or "none found",
        "completion": "patches" if completer is None else f"learned:{completer.identity}",
        "focus": focus.kind,
        "focal": "default" if photo.focal_35mm is None else "exif",
    }
    made = _scene(
        photo, canvas, picture, layers=layers, focus=focus, regions=framed.result(), sources=sources
    )
    return replace(made, crop=_shares(placement.crop, content, whole.size))


def _shares(
    crop: tuple[float, float, float, float], content: tuple[int, int, int, int], whole: Size
) -> tuple[float, float, float, float]:
    """A crop of the content of a photo, in shares of the photo's sides."""
    left, top = content[:2]
    return (
        (crop[0] + left) / whole.width,
        (crop[1] + top) / whole.height,
        (crop[2] + left) / whole.width,
        (crop[3] + top) / whole.height,
    )


def _disparity(
    picture: U8, relative: DisparityMap, regions: Sequence[Region], *, canvas: Canvas
) -> tuple[Focus, F32]:
    """Focus and scene disparity, over the canvas at the size of ``picture``, which shows that."""
    size = Size(*picture.shape[1::-1])
    values, *placed = side_by_side(
        lambda plane: place(plane, canvas, size=size),
        [relative.values, *(region.mask for region in regions)],
    )
    masks = list(zip(regions, placed, strict=True))
    sky = [mask for region, mask in masks if region.kind == "sky"]
    focus = find_focus(values, masks)
    scene = to_scene(values, focus, sky=np.maximum.reduce(sky) if sky else None)
    return focus, sharpen(flatten_faces(scene, masks), picture, reach=relative.step_error)


def _cuts(picture: U8, canvas: Canvas, *, disparity: F32) -> tuple[list[Cut], list[F32]]:
    """The layers to take off, and each layer's own disparity."""
    height, width = disparity.shape
    shown = photo_mask(canvas, Size(width, height))
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    y, x = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    labels = find_layers(disparity[y, x], picture[y, x])
    around = (y.start, height - y.stop, x.start, width - x.stop)
    extended = cv2.copyMakeBorder(labels, *around, cv2.BORDER_REPLICATE)
    estimates = Estimates(disparity=disparity, labels=extended.astype(np.uint8, copy=False))
    disparities = layer_disparities(estimates, canvas)
    return plan_cuts(estimates.labels, disparities), disparities


def _picture(photo: Photo, canvas: Canvas, *, disparity: F32) -> U8:
    """The canvas in colour: the photo, continued beyond its borders.

    Right beyond them it is the photo's mirror image, for that has no seam; farther out, where
    the symmetry would show, the mirror image gives way to patches.
    """
    shown = photo_mask(canvas, canvas.size)
    small = photo_mask(canvas, Size(*disparity.shape[::-1]))
    reach = 2 * MARGIN * max(canvas.frame.width, canvas.frame.height)
    picture = place(photo.rgb, canvas)
    filled = complete(picture, ~shown, source=small, guide=disparity, depth=reach, varied=True)
    return continue_rim(filled, canvas)


def _window(photo: Photo, canvas: Canvas) -> Layer:
    """What surrounds a padded photo: a still, blurred backdrop with a window for the photo.

    It is the front layer, so that the photo's edge stays straight and crisp whatever moves behind
    it, and infinitely far, so that only turns and zooms move it.
    """
    alpha = np.where(photo_mask(canvas, canvas.size), np.uint8(0), np.uint8(255))
    backdrop = cv2.bitwise_and(
        pad_backdrop(photo.rgb, canvas), cv2.cvtColor(alpha, cv2.COLOR_GRAY2RGB)
    )
    grid = (canvas.size.height // GRID, canvas.size.width // GRID)
    return Layer(
        rgba=np.dstack([backdrop, alpha]).astype(np.uint8, copy=False),
        disparity=np.zeros(grid, dtype=np.float32),
        name="backdrop",
    )


def _scene(
    photo: Photo,
    canvas: Canvas,
    picture: U8,
    *,
    layers: tuple[Layer, ...],
    focus: Focus,
    regions: Sequence[Region],
    sources: dict[str, str],
) -> Scene:
    """Gather the parts; disparity is scaled so that the focus subject ends up at exactly 1.

    ``regions`` are those of the frame.
    """
    disparity = frame_disparity(layers, canvas)
    point, value = _focus_value(disparity, focus, regions)
    disparity /= np.float32(value)
    layers = tuple(
        replace(layer, disparity=layer.disparity / np.float32(value)) for layer in layers
    )
    return Scene(
        image=frame_of(picture, canvas),
        disparity=disparity,
        intrinsics=frame_intrinsics(canvas, photo.size, focal_35mm=photo.focal_35mm),
        canvas=canvas.size,
        frame_origin=canvas.origin,
        layers=layers,
        regions=tuple(regions),
        hole_limit=HOLE_LIMIT * canvas.frame.width,
        focus_point=point,
        sources=sources,
        photo_sha256=photo.sha256,
        notes=photo.notes,
    )


def _framed(regions: Sequence[Region], canvas: Canvas) -> list[Region]:
    """Those of the regions that the frame shows, as it shows them."""
    framed = []
    for region in regions:
        mask = frame_of(place(region.mask, canvas), canvas)
        if region.kind == "wet":  # a soft map without an outline; faint hints count as well
            framed.append(replace(region, mask=mask, box=(0, 0, *mask.shape[::-1])))
        elif mask.max() > 0.5:
            framed.append(replace(region, mask=mask, box=box_of(mask)))
    return framed


def _focus_value(
    disparity: F32, focus: Focus, regions: Sequence[Region]
) -> tuple[tuple[float, float], float]:
    """Where the focus subject is in the frame, and the disparity that was found for it."""
    height, width = disparity.shape
    candidates = [region for region in regions if region.kind == focus.kind]
    if candidates:
        best = max(candidates, key=lambda region: region.score * float(region.mask.mean()))
        inside = best.mask > 0.5
        x, y = (
            float(np.average(np.arange(counts.size), weights=counts))
            for counts in (np.count_nonzero(inside, axis=axis) for axis in (0, 1))
        )
        return (x + 0.5, y + 0.5), max(float(np.median(disparity[inside])), 1e-3)
    return (width / 2, height / 2), 1.0
