"""A small ray caster: textured boxes, balls, pillars and cut-outs on a ground, exact disparity.

The world is the camera's, before pitch and roll: x right, y down, z forward, metres; the camera is
at the origin. All hits are found for all rays at once, one primitive after the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

_NEVER = np.float32(1e9)
# Sizes of a texture, each half of the one before.
_LEVELS = 7
# Shares of light that water reflects straight on, and steps in which a relief's rays are bent.
_FRESNEL, _BENDS = 0.04, 8
_NEAR = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """A picture that covers a surface, mirrored at its borders."""

    texture: U8  # (h, w, 3) sRGB, or (h, w, 4) with alpha
    size: float = 1.0  # metres that its longer side covers

    def colours(self, u: F32, v: F32, footprint: F32) -> F32:
        """(n, 3) in 0..255 at surface coordinates in metres.

        Args:
            u: (n,) across.
            v: (n,) down.
            footprint: (n,) metres of the surface that a pixel sees; what is finer is averaged.
        """
        texture = np.ascontiguousarray(self.texture[:, :, :3])
        scale = max(texture.shape[:2]) / self.size
        level = np.log2(np.maximum(footprint * scale, 1.0)).round()
        found = np.empty((len(u), 3), np.float32)
        for step in range(_LEVELS):
            here = level == step if step < _LEVELS - 1 else level >= step
            if here.any():
                height, width = texture.shape[:2]
                rows = _mirrored(np.floor(v[here] * scale), height)
                found[here] = texture[rows, _mirrored(np.floor(u[here] * scale), width)]
            texture, scale = _half(texture), scale / 2
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hits:
    """Where rays meet a primitive: (n,) each, normals (n, 3)."""

    distance: F32  # in units of the ray's length, `_NEVER` where they don't
    u: F32
    v: F32
    normal: F32


class Primitive(Protocol):
    """What can be hit."""

    material: Material
    kind: str

    def hit(self, rays: F32) -> Hits:
        """Meet (n, 3) rays from the origin."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Box:
    """An upright box, turned about its vertical axis; seen from inside it is a room."""

    centre: tuple[float, float, float]
    half: tuple[float, float, float]
    yaw: float
    material: Material
    kind: str = "thing"
    inside: bool = False
    walls: tuple[Material, Material] | None = None  # top (ceiling) and bottom (floor), if others

    def hit(self, rays: F32) -> Hits:
        """Slabs (Kay and Kajiya 1986)."""
        cos, sin = np.cos(self.yaw), np.sin(self.yaw)
        turn = np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]], np.float32)
        direction = rays @ turn.T
        origin = -(turn @ np.array(self.centre, np.float32))
        safe = np.where(np.abs(direction) < 1e-6, np.float32(1e-6), direction)
        half = np.array(self.half, np.float32)
        one, other = (-half - origin) / safe, (half - origin) / safe
        enter, leave = np.minimum(one, other), np.maximum(one, other)
        first, last = enter.max(axis=1), leave.min(axis=1)
        distance = last if self.inside else first
        axis = (leave.argmin(axis=1) if self.inside else enter.argmax(axis=1)).astype(np.int64)
        met = (first < last) & (distance > _NEAR)
        point = origin + direction * distance[:, None]
        flat = np.where(axis == 0, point[:, 2], point[:, 0])
        upright = np.where(axis == 1, point[:, 2], point[:, 1])
        local = np.zeros_like(rays)
        rows = np.arange(len(rays))
        local[rows, axis] = -np.sign(direction[rows, axis])
        return Hits(
            distance=np.where(met, distance, _NEVER),
            u=flat + 31.0 * axis,
            v=upright,
            normal=local @ turn,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ball:
    """A sphere."""

    centre: tuple[float, float, float]
    radius: float
    material: Material
    kind: str = "thing"

    def hit(self, rays: F32) -> Hits:
        """The nearer of both meetings."""
        centre = np.array(self.centre, np.float32)
        squared = (rays**2).sum(axis=1)
        along = rays @ centre
        root = along**2 - squared * (centre @ centre - self.radius**2)
        distance = (along - np.sqrt(np.maximum(root, 0.0))) / squared
        met = (root > 0.0) & (distance > _NEAR)
        normal = (rays * distance[:, None] - centre) / self.radius
        return Hits(
            distance=np.where(met, distance, _NEVER).astype(np.float32),
            u=np.arctan2(normal[:, 0], -normal[:, 2]) * self.radius,
            v=np.arcsin(np.clip(normal[:, 1], -1.0, 1.0)) * self.radius,
            normal=normal,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pillar:
    """An upright cylinder with a flat top."""

    foot: tuple[float, float, float]  # centre of its lower end
    radius: float
    height: float
    material: Material
    kind: str = "thing"

    def hit(self, rays: F32) -> Hits:
        """The wall or the top, whichever comes first."""
        x, y, z = self.foot
        flat = rays[:, ::2]
        centre = np.array([x, z], np.float32)
        squared = np.maximum((flat**2).sum(axis=1), 1e-9)
        along = flat @ centre
        root = along**2 - squared * (centre @ centre - self.radius**2)
        side = (along - np.sqrt(np.maximum(root, 0.0))) / squared
        level = side * rays[:, 1]
        side = np.where(
            (root > 0) & (side > _NEAR) & (level < y) & (level > y - self.height), side, _NEVER
        )
        top = (y - self.height) / np.where(np.abs(rays[:, 1]) < 1e-6, 1e-6, rays[:, 1])
        away = ((flat * top[:, None] - centre) ** 2).sum(axis=1)
        top = np.where((top > _NEAR) & (away < self.radius**2), top, _NEVER)
        distance = np.minimum(side, top).astype(np.float32)
        point = rays * np.minimum(distance, 1e4)[:, None]
        normal = np.zeros_like(rays)
        is_side = (side <= top)[:, None]
        normal[:, ::2] = np.where(is_side, (point[:, ::2] - centre) / self.radius, 0.0)
        normal[:, 1] = np.where(is_side[:, 0], 0.0, -1.0)
        angle = np.arctan2(normal[:, 0], -normal[:, 2])
        return Hits(
            distance=distance,
            u=np.where(is_side[:, 0], angle * self.radius, point[:, 0]),
            v=np.where(is_side[:, 0], point[:, 1], point[:, 2]),
            normal=normal,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """An endless level plane."""

    level: float  # metres below the camera
    material: Material
    kind: str = "ground"

    def hit(self, rays: F32) -> Hits:
        """Where rays go down."""
        down = rays[:, 1]
        distance = np.where(down > 1e-5, self.level / np.maximum(down, 1e-5), _NEVER)
        distance = np.where(distance > 1e4, _NEVER, distance).astype(np.float32)
        near = np.minimum(distance, 1e4)
        normal = np.zeros_like(rays)
        normal[:, 1] = -1.0
        return Hits(distance=distance, u=rays[:, 0] * near, v=rays[:, 2] * near, normal=normal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """A sine in the height of a surface."""

    across: float  # radians per metre
    along: float
    height: float  # metres
    shift: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relief:
    """An endless plane with gentle waves in it: cloth in folds, sand, meadows."""

    level: float  # metres below the camera
    waves: tuple[Wave, ...]
    material: Material
    kind: str = "ground"

    def hit(self, rays: F32) -> Hits:
        """Where rays go down; the plane's meeting, corrected for the height there, again and
        again, which is right as long as nothing hides anything else."""
        down = np.maximum(rays[:, 1], 1e-5)
        distance = np.minimum(self.level / down, 1e4)
        for _ in range(_BENDS):
            height, _, _ = swell(self.waves, rays[:, 0] * distance, rays[:, 2] * distance)
            distance = 0.4 * distance + 0.6 * np.minimum((self.level - height) / down, 1e4)
        u, v = rays[:, 0] * distance, rays[:, 2] * distance
        _, across, along = swell(self.waves, u, v)
        normal = np.stack([-across, -np.ones_like(across), -along], axis=1)
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        met = (rays[:, 1] > 1e-5) & (distance < 0.999e4) & (distance > _NEAR)
        return Hits(
            distance=np.where(met, distance, _NEVER).astype(np.float32),
            u=u.astype(np.float32), v=v.astype(np.float32), normal=normal.astype(np.float32),
        )  # fmt: skip


def swell(waves: tuple[Wave, ...], x: F32, z: F32) -> tuple[F32, F32, F32]:
    """Height (n,) and its slopes across and along, of all waves together."""
    height, across, along = (np.zeros_like(x) for _ in range(3))
    for wave in waves:
        phase = wave.across * x + wave.along * z + wave.shift
        height += wave.height * np.sin(phase)
        slope = wave.height * np.cos(phase)
        across += wave.across * slope
        along += wave.along * slope
    return height, across, along


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CutOut:
    """A flat figure that stands upright and faces the camera; its texture has alpha."""

    foot: tuple[float, float, float]  # middle of its lower edge
    height: float
    material: Material
    kind: str = "subject"

    def hit(self, rays: F32) -> Hits:
        """Where its texture is opaque."""
        x, y, z = self.foot
        rows, columns = self.material.texture.shape[:2]
        width = self.height * columns / rows
        distance = np.full(len(rays), z, np.float32) / np.maximum(rays[:, 2], 1e-6)
        u = rays[:, 0] * distance - (x - width / 2)
        v = rays[:, 1] * distance - (y - self.height)
        inside = (u >= 0) & (u < width) & (v >= 0) & (v < self.height) & (rays[:, 2] > 1e-6)
        row = np.clip(v / self.height * rows, 0, rows - 1).astype(np.int64)
        column = np.clip(u / width * columns, 0, columns - 1).astype(np.int64)
        opaque = self.material.texture[row, column, 3] > 127
        normal = np.zeros_like(rays)
        normal[:, 2] = -1.0
        return Hits(
            distance=np.where(inside & opaque, distance, _NEVER).astype(np.float32),
            u=u, v=v, normal=normal,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A level pinhole, pitched down and rolled."""

    width: int
    height: int
    focal: float  # in picture widths
    pitch: float = 0.0  # radians, positive looks down
    roll: float = 0.0

    def rays(self) -> F32:
        """(h w, 3), of length 1 along the optical axis, so that a distance is a depth."""
        x = (np.arange(self.width, dtype=np.float32) + 0.5 - self.width / 2) / self.width
        y = (np.arange(self.height, dtype=np.float32) + 0.5 - self.height / 2) / self.width
        grid = np.meshgrid(x / self.focal, y / self.focal)
        across, down = grid[0].ravel(), grid[1].ravel()
        cos, sin = np.cos(self.roll), np.sin(self.roll)
        across, down = cos * across - sin * down, sin * across + cos * down
        cos, sin = np.cos(self.pitch), np.sin(self.pitch)
        rays = [across, cos * down + sin, cos - sin * down]
        return np.stack(rays, axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lighting:
    """One far light, light from all around, and what the sky shows."""

    direction: F32  # unit vector towards the light
    ambient: float
    sky: U8 | None = None  # (h, w, 3) backdrop of the whole picture
    dark_corners: float = 0.0
    pool: tuple[float, float, float, float] | None = None  # x, y, radius (half pictures), darkness
    contact: tuple[tuple[float, float, float], ...] = field(default=())  # x, z, radius on ground
    haze: float = 0.0  # share of light that a kilometre of air takes, by the exponent
    ripples: tuple[Wave, ...] = ()  # of what is water


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rendering:
    """A picture with everything known about it."""

    rgb: U8  # (h, w, 3)
    disparity: F32  # (h, w) 1 / metres, 0 = sky
    kinds: NDArray[np.int8]  # (h, w) index into the scene's primitives, -1 = sky


def render(primitives: list[Primitive], camera: Camera, light: Lighting) -> Rendering:
    """Cast one ray per pixel."""
    rays = camera.rays()
    nearest = np.full(len(rays), _NEVER, np.float32)
    who = np.full(len(rays), -1, np.int8)
    found: list[Hits] = []
    for index, primitive in enumerate(primitives):
        hits = primitive.hit(rays)
        found.append(hits)
        nearer = hits.distance < nearest
        nearest[nearer] = hits.distance[nearer]
        who[nearer] = index
    colours = _backdrop(light, camera)
    for index, (primitive, hits) in enumerate(zip(primitives, found, strict=True)):
        seen = np.flatnonzero(who == index)
        if seen.size:
            part = _part(hits, seen)
            found = _shaded(primitive, part, rays[seen], light, camera)
            if primitive.kind == "water":
                found = _mirroring(found, part, rays[seen], _seen_sky(seen, camera, light), light)
            colours[seen] = _hazy(found, part.distance, light)
    shape = (camera.height, camera.width)
    picture = colours.reshape(*shape, 3) * _falloff(camera, light)[..., None]
    disparity = np.where(who >= 0, 1.0 / nearest, 0.0).astype(np.float32)
    return Rendering(
        rgb=np.clip(picture, 0, 255).astype(np.uint8),
        disparity=disparity.reshape(shape),
        kinds=who.reshape(shape),
    )


def _mirrored(index: F32, size: int) -> NDArray[np.int64]:
    turned = np.mod(index, 2 * size)
    return np.where(turned >= size, 2 * size - 1 - turned, turned).astype(np.int64)


def _part(hits: Hits, rows: NDArray[np.int64]) -> Hits:
    return Hits(
        distance=hits.distance[rows], u=hits.u[rows], v=hits.v[rows], normal=hits.normal[rows]
    )


def _half(texture: U8) -> U8:
    """Every four texels averaged."""
    h, w = (max(n // 2, 1) for n in texture.shape[:2])
    if min(texture.shape[:2]) < 2:
        return texture
    cut = texture[: 2 * h, : 2 * w].reshape(h, 2, w, 2, -1)
    return np.asarray(cut.mean(axis=(1, 3)), dtype=np.uint8)


def _seen_sky(seen: NDArray[np.int64], camera: Camera, light: Lighting) -> F32:
    """Colours (n, 3) of the sky that level water mirrors at pixels: as far above the horizon."""
    if light.sky is None:
        return np.full((len(seen), 3), 200.0, np.float32)
    horizon = camera.height / 2 - np.tan(camera.pitch) * camera.focal * camera.width
    row, column = np.divmod(seen, camera.width)
    above = np.clip(2 * horizon - row, 0, max(min(horizon, camera.height) - 1, 0))
    return light.sky[above.astype(np.int64), column].astype(np.float32)


def _mirroring(colours: F32, hits: Hits, rays: F32, sky: F32, light: Lighting) -> F32:
    """Water: its own colour, and the sky that it mirrors the more the flatter it is looked at."""
    _, across, along = swell(light.ripples, hits.u, hits.v)
    length = np.linalg.norm(rays, axis=1)
    straight = (rays[:, 1] + across * rays[:, 0] + along * rays[:, 2]) / length
    share = _FRESNEL + (1.0 - _FRESNEL) * (1.0 - np.clip(straight, 0.0, 1.0)) ** 5
    return np.asarray(colours + share[:, None] * (sky - colours), dtype=np.float32)


def _hazy(colours: F32, distance: F32, light: Lighting) -> F32:
    """What far air leaves of colours, and the colour that it adds, the sky's lowest row."""
    if light.haze == 0.0 or light.sky is None:
        return colours
    air = light.sky[-1].mean(axis=0).astype(np.float32)
    left = np.exp(-light.haze * distance / 1000.0)[:, None].astype(np.float32)
    return air + left * (colours - air)


def _shaded(primitive: Primitive, hits: Hits, rays: F32, light: Lighting, camera: Camera) -> F32:
    slant = np.abs((hits.normal * rays).sum(axis=1)) / np.linalg.norm(rays, axis=1)
    # Between what a pixel covers across and what it covers along a slanted surface.
    footprint = hits.distance / (camera.focal * camera.width * np.sqrt(np.maximum(slant, 0.02)))
    colours = primitive.material.colours(hits.u, hits.v, footprint)
    walls = getattr(primitive, "walls", None)
    if walls is not None:
        for material, side in zip(walls, (1.0, -1.0), strict=True):
            level = hits.normal[:, 1] * side > 0.5
            colours[level] = material.colours(hits.u[level], hits.v[level], footprint[level])
    lit = np.maximum(hits.normal @ light.direction, 0.0)
    shade = light.ambient + (1.0 - light.ambient) * lit
    up = hits.normal[:, 1] < -0.9
    point = rays * hits.distance[:, None]
    for x, z, radius in light.contact:
        away = np.hypot(point[:, 0] - x, point[:, 2] - z) - 0.7 * radius
        dark = 1.0 - 0.55 * np.exp(-np.maximum(away, 0.0) / (0.5 * radius))
        shade = np.where(up & (primitive.kind in {"ground", "table"}), shade * dark, shade)
    return colours * shade[:, None].astype(np.float32)


def _backdrop(light: Lighting, camera: Camera) -> F32:
    if light.sky is None:
        return np.full((camera.height * camera.width, 3), 200.0, np.float32)
    return light.sky.reshape(-1, 3).astype(np.float32)


def _falloff(camera: Camera, light: Lighting) -> F32:
    """What the lens and a lamp leave of the light, (h, w)."""
    y, x = np.mgrid[-1 : 1 : camera.height * 1j, -1 : 1 : camera.width * 1j]
    left = 1.0 - light.dark_corners * (x**2 + y**2) / 2
    if light.pool is not None:
        across, down, radius, darkness = light.pool
        away = np.hypot(x - across, y - down) / radius
        left = left * (1.0 - darkness * (1.0 - np.exp(-(away**2))))
    return left.astype(np.float32)
