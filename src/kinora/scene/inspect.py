"""One picture of all that was understood of a photo: the frame, its disparity, its layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kinora.scene.fill import enlarge, shrink
from kinora.types.scene import F32, U8, Layer, RegionKind, Scene

#: Width of one panel, and the space around and between panels, pixels.
PANEL, GAP = 560, 22
#: Height of a caption and of the heading, pixels.
CAPTION, HEADING = 34, 64
#: Panels in a row.
COLUMNS = 3
PAPER, INK, QUIET = (22, 24, 29), (236, 238, 242), (148, 155, 168)
#: Chance below which a hint at water isn't worth a word.
_FAINT: Final = 0.1
#: Colours of arrows.
_FLOWS, _SWINGS = (90, 220, 255), (150, 255, 130)
#: Tint of each kind of region.
TINTS: dict[RegionKind, tuple[int, int, int]] = {
    "sky": (84, 160, 255),
    "ground": (120, 200, 100),
    "face": (255, 196, 60),
    "person": (255, 110, 90),
    "subject": (255, 110, 200),
    "thing": (200, 150, 255),
    "vegetation": (60, 220, 160),
    "water": (80, 220, 240),
    "wet": (40, 120, 160),
}


#: What is drawn of something that moves: its place, how far it goes in a second (or to each side),
#: all in pixels of the frame, and whether it swings: x, y, right, down, swings.
Mark = tuple[float, float, float, float, bool]


def inspect_sheet(scene: Scene, marks: Sequence[Mark] = ()) -> U8:
    """A contact sheet of the scene, with ``marks`` of what moves drawn as arrows.

    Shows the frame with its focus point, the disparity, the regions, the layers spread apart, each
    layer alone over a checkerboard, and the background with everything before it taken away.

    Returns:
        (H, W, 3) uint8 sRGB.
    """
    panels = [
        ("the frame and its focus", _with_focus(scene)),
        (_disparity_caption(scene), _coloured(scene.disparity)),
        (_region_caption(scene), _with_regions(scene)),
        *([("what moves: arrows of one second", _with_arrows(scene, marks))] if marks else []),
        ("the layers, spread apart", _spread(scene)),
        *_layer_panels(scene),
    ]
    return _laid_out(panels, heading=_heading(scene))


def _heading(scene: Scene) -> tuple[str, str]:
    title = f"{len(scene.layers)} layers in space"
    if len(scene.layers) == 1:
        title = "1 layer in space"
    sources = ", ".join(f"{key}: {value}" for key, value in scene.sources.items())
    return title, f"frame {scene.size} on a canvas of {scene.canvas}   ·   {sources}"


def _disparity_caption(scene: Scene) -> str:
    low, high = float(scene.disparity.min()), float(scene.disparity.max())
    return f"disparity, {low:.2f} to {high:.2f} (1 = focus)"


def _region_caption(scene: Scene) -> str:
    told = [region for region in scene.regions if region.kind != "wet" or region.score > _FAINT]
    kinds = list(dict.fromkeys(region.kind for region in told))
    return "regions: " + (", ".join(kinds) if kinds else "none found")


def _layer_panels(scene: Scene) -> list[tuple[str, U8]]:
    panels = []
    for number, layer in enumerate(scene.layers):
        near = float(np.median(_shown_disparity(layer)))
        name = "completed background" if number == 0 else f"layer {number}"
        panels.append((f"{name}, disparity about {near:.2f}", _alone(scene, layer)))
    return panels


def _shown_disparity(layer: Layer) -> F32:
    """Disparity where the layer is opaque: (n,)."""
    height, width = layer.disparity.shape
    alpha = shrink(np.ascontiguousarray(layer.rgba[..., 3]), (width, height))
    shown = layer.disparity[alpha > 127]
    return shown if shown.size else layer.disparity.reshape(-1)


def _with_focus(scene: Scene) -> U8:
    picture = scene.image.copy()
    long_side = max(scene.size.width, scene.size.height)
    centre = (round(scene.focus_point[0]), round(scene.focus_point[1]))
    radius, stroke = max(4, long_side // 45), max(1, long_side // 300)
    for colour, extra in (((0, 0, 0), 2 * stroke), ((255, 255, 255), 0)):
        cv2.circle(picture, centre, radius, colour, stroke + extra, cv2.LINE_AA)
        cv2.circle(picture, centre, stroke, colour, stroke + extra, cv2.LINE_AA)
    return picture


def _coloured(disparity: F32) -> U8:
    """Disparity as colour: dark violet is far, yellow is near."""
    low, high = float(disparity.min()), float(disparity.max())
    scaled = (disparity - low) / max(high - low, 1e-6)
    bgr = cv2.applyColorMap((255 * scaled).astype(np.uint8), cv2.COLORMAP_INFERNO)
    return np.ascontiguousarray(bgr[..., ::-1]).astype(np.uint8, copy=False)


def _with_regions(scene: Scene) -> U8:
    grey = cv2.cvtColor(scene.image, cv2.COLOR_RGB2GRAY)
    picture = 0.75 * cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB).astype(np.float32)
    stroke = max(2, scene.size.width // 250)
    for region in scene.regions:
        tint = np.array(TINTS[region.kind], dtype=np.float32)
        share = 0.45 * region.mask[..., None]
        picture = picture * (1 - share) + tint * share
        inside = (region.mask > 0.5).astype(np.uint8)
        lines, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        picture = np.ascontiguousarray(picture)
        cv2.drawContours(picture, lines, -1, tint.tolist(), stroke, cv2.LINE_AA)
    return np.asarray(np.clip(picture, 0, 255), dtype=np.uint8)


def _with_arrows(scene: Scene, marks: Sequence[Mark]) -> U8:
    """Arrows as long as the way of a second; bars with two ends for what swings, ten times."""
    grey = cv2.cvtColor(scene.image, cv2.COLOR_RGB2GRAY)
    picture = (0.7 * cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)).astype(np.uint8)
    stroke = max(1, scene.size.width // 400)
    for x, y, right, down, swings in marks:
        start, colour = np.array([x, y]), _SWINGS if swings else _FLOWS
        way = np.array([right, down]) * (10.0 if swings else 1.0)
        ends = (start - way, start + way) if swings else (start, start + way)
        points = [(round(float(end[0])), round(float(end[1]))) for end in ends]
        for width, tint in ((stroke + 2, PAPER), (stroke, colour)):
            if swings:
                cv2.line(picture, points[0], points[1], tint, width, cv2.LINE_AA)
            else:
                cv2.arrowedLine(picture, points[0], points[1], tint, width, cv2.LINE_AA, 0, 0.3)
    return picture


def _on_frame(scene: Scene, layer: Layer, width: int) -> U8:
    """A layer as the frame shows it, at a panel's width: (h, w, 4) premultiplied."""
    x0, y0 = scene.frame_origin[0] - layer.origin[0], scene.frame_origin[1] - layer.origin[1]
    height = max(1, round(width * scene.size.height / scene.size.width))
    whole = np.zeros((scene.size.height, scene.size.width, 4), dtype=np.uint8)
    part = layer.rgba[max(y0, 0) : y0 + scene.size.height, max(x0, 0) : x0 + scene.size.width]
    top, left = max(-y0, 0), max(-x0, 0)
    part = part[: max(scene.size.height - top, 0), : max(scene.size.width - left, 0)]
    whole[top : top + part.shape[0], left : left + part.shape[1]] = part
    if width < scene.size.width:
        return shrink(whole, (width, height))
    return enlarge(whole, (width, height))


def _checkerboard(height: int, width: int) -> F32:
    y, x = np.mgrid[0:height, 0:width] // 14
    return np.where((x + y) % 2 == 0, np.float32(58), np.float32(76))[..., None]


def _over(front: U8, back: F32) -> F32:
    alpha = front[..., 3:].astype(np.float32) / np.float32(255)
    return np.asarray(front[..., :3] + (1 - alpha) * back, dtype=np.float32)


def _alone(scene: Scene, layer: Layer) -> U8:
    front = _on_frame(scene, layer, PANEL)
    board = _checkerboard(*front.shape[:2])
    return np.asarray(np.clip(_over(front, board), 0, 255), dtype=np.uint8)


def _spread(scene: Scene) -> U8:
    """The layers as sheets one behind the other, seen half from the side."""
    height = round(PANEL * scene.size.height / scene.size.width)
    picture = np.full((height, PANEL, 3), PAPER, dtype=np.float32)
    corners = _sheet_corners(len(scene.layers), scene.size.aspect)
    for layer, corner in zip(scene.layers, corners, strict=True):
        sheet = _on_frame(scene, layer, PANEL)
        flat = np.array(
            [[0, 0], [PANEL, 0], [PANEL, sheet.shape[0]], [0, sheet.shape[0]]], dtype=np.float32
        )
        place = cv2.getPerspectiveTransform(flat, corner)
        glass = cv2.merge([*[np.full(sheet.shape[:2], 12, np.uint8)] * 3, _glass(sheet)])
        for part in (glass, sheet):
            turned = cv2.warpPerspective(part, place, (PANEL, height), flags=cv2.INTER_AREA)
            picture = _over(turned.astype(np.uint8, copy=False), picture)
        outline = np.rint(corner).astype(np.int32)
        cv2.polylines(picture, [outline], True, QUIET, 1, cv2.LINE_AA)
    return np.asarray(np.clip(picture, 0, 255), dtype=np.uint8)


def _glass(sheet: U8) -> U8:
    """Opacity of the pane that a layer is painted on: it dims what lies behind it a little."""
    return np.full(sheet.shape[:2], 70, dtype=np.uint8)


def _sheet_corners(count: int, aspect: float) -> list[F32]:
    """Corners of each sheet in the panel, the back one first: (4, 2) pixels each.

    Pinhole view of upright sheets, turned by 40° about the vertical axis.
    """
    turn = np.radians(40.0)
    depth = 1.3 if count > 1 else 0.0
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float32)
    sheets = []
    for number in range(count):
        away = depth * (0.5 - number / max(count - 1, 1))
        x, y = square[:, 0], square[:, 1] / aspect
        across = x * np.cos(turn) + away * np.sin(turn)
        distance = 5.0 - x * np.sin(turn) + away * np.cos(turn)
        sheets.append(np.stack([across / distance, y / distance], axis=1))
    points = np.concatenate(sheets)
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.array([PANEL, PANEL / aspect]) - 2 * 14
    scale = float((room / (high - low)).min())
    centre = np.array([PANEL, PANEL / aspect]) / 2
    return [((s - (low + high) / 2) * scale + centre).astype(np.float32) for s in sheets]


def _laid_out(panels: Sequence[tuple[str, U8]], *, heading: tuple[str, str]) -> U8:
    height = max(round(PANEL * picture.shape[0] / picture.shape[1]) for _, picture in panels)
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    size = (
        GAP + columns * (PANEL + GAP),
        HEADING + GAP + rows * (height + CAPTION + GAP),
    )
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((GAP, GAP), heading[0], fill=INK, font=ImageFont.load_default(26))
    draw.text((GAP, GAP + 34), heading[1], fill=QUIET, font=ImageFont.load_default(15))
    for number, (caption, picture) in enumerate(panels):
        x = GAP + (number % columns) * (PANEL + GAP)
        y = HEADING + GAP + (number // columns) * (height + CAPTION + GAP)
        fitted = Image.fromarray(picture).resize((PANEL, height), Image.Resampling.LANCZOS)
        sheet.paste(fitted, (x, y))
        draw.text((x, y + height + 8), caption, fill=INK, font=ImageFont.load_default(17))
    return np.array(sheet)
