"""What a manifest says: actions, their digital source types, ingredients, how it was rendered.

Actions: C2PA specification 2.1, section 18.15. Digital source types: IPTC NewsCodes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from kinora.provenance.bindings import Ingredient
from kinora.types.provenance import Origin, Sealed

_SOURCE_TYPES: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
#: The invisible mark, as a soft binding: what the file was can be looked up by what it shows.
SOFT_BINDING: Final = "org.kinora.tile.1"
RENDER: Final = "org.kinora.render"
_DUBBED: Final = "The sound was made anew; the pictures are the source's, as they were."

_MAGIC: Final[tuple[tuple[bytes, int, str], ...]] = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"WEBP", 8, "image/webp"),
    (b"GIF8", 0, "image/gif"),
    (b"ftypavif", 4, "image/avif"),
    (b"II*\0", 0, "image/tiff"),
    (b"MM\0*", 0, "image/tiff"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """Who rendered."""

    version: str
    models: Mapping[str, str]  # networks that took part: name → SHA-256 of their weights


def source_type(origin: Origin) -> str:
    """The IPTC digital source type of a clip, as a URI.

    Reprojecting a photo alters it by an algorithm; with pixels of a network, or elements that code
    made, it becomes a composite; what a video model invents is trained algorithmic media.
    """
    if origin.making == "generated":
        return _SOURCE_TYPES + "trainedAlgorithmicMedia"
    if origin.learned_pixels:
        return _SOURCE_TYPES + "compositeWithTrainedAlgorithmicMedia"
    if origin.making == "composite" or origin.plan is None:
        return _SOURCE_TYPES + "compositeSynthetic"
    return _SOURCE_TYPES + "algorithmicallyEnhanced"


def ingredients_of(origin: Origin) -> list[Ingredient]:
    """The clips and the photo that a clip was made from.

    A clip that was changed or continued is the parent; of a photo alone, the photo is. Of several
    clips none is: they are components.
    """
    found = []
    alone = len(origin.parents) == 1
    for number, path in enumerate(origin.parents):
        found.append(
            Ingredient(
                label=f"clip-{number}",
                title="Source clip",
                relationship="parentOf" if alone else "componentOf",
                mime=_clip_mime(path),
                content=path,
            )
        )
    if origin.photo is not None and not origin.pictures_kept:  # else the parent's manifest names it
        derived = not found and origin.making != "generated"
        found.append(
            Ingredient(
                label="photo",
                title="Photo",  # never its file's name
                relationship="parentOf" if derived else "inputTo",
                mime=mime_of(origin.photo),
                content=origin.photo,
            )
        )
    return found


def _clip_mime(path: Path) -> str:
    with path.open("rb") as file:
        return "video/quicktime" if file.read(12)[4:] == b"ftypqt  " else "video/mp4"


def mime_of(picture: bytes) -> str:
    """The type of a picture by its first bytes; "" for what manifests can't have as a source."""
    for magic, at, mime in _MAGIC:
        if picture[at : at + len(magic)] == magic:
            return mime
    return ""


def definition_of(
    origin: Origin,
    sealed: Sealed,
    *,
    ingredients: Sequence[Ingredient],
    left_out: Sequence[str] = (),
    software: Software,
    with_prompt: bool,
) -> dict[str, Any]:
    """The manifest of a clip, as the library takes it.

    ``left_out`` are labels of sources that can't be ingredients.
    """
    assertions: list[dict[str, Any]] = [
        {
            "label": "c2pa.actions.v2",
            "created": True,
            "data": {"actions": _actions(origin, sealed, ingredients, software)},
        },
        {"label": RENDER, "data": _render(origin, sealed, software, with_prompt=with_prompt)},
    ]
    if left_out:
        assertions[1]["data"]["sources_left_out"] = list(left_out)
    if sealed.invisible_mark:
        assertions.append(_soft_binding(sealed.clip_id))
    return _definition(assertions, title="Kinora clip", software=software)


def picture_definition(*, what: str, software: Software) -> dict[str, Any]:
    """The manifest of a picture taken from a signed clip, whose ingredient is ``clip-0``."""
    agent = {"name": "Kinora", "version": software.version}
    actions = [
        {"action": "c2pa.opened", "parameters": {"ingredientIds": ["clip-0"]}},
        {"action": "c2pa.converted", "softwareAgent": agent, "description": what},
    ]
    actions[0]["when"] = actions[1]["when"] = _now()
    assertion = {"label": "c2pa.actions.v2", "created": True, "data": {"actions": actions}}
    return _definition([assertion], title=f"Kinora {what}", software=software)


def _definition(
    assertions: Sequence[Mapping[str, Any]], *, title: str, software: Software
) -> dict[str, Any]:
    return {
        "claim_version": 2,
        "claim_generator_info": [{"name": "Kinora", "version": software.version}],
        "title": title,
        "assertions": list(assertions),
    }


def _actions(
    origin: Origin, sealed: Sealed, ingredients: Sequence[Ingredient], software: Software
) -> list[dict[str, Any]]:
    """``opened`` and ``edited`` of what has a parent, else ``created``; then the marks."""
    agent, when = {"name": "Kinora", "version": software.version}, _now()
    own = {"softwareAgent": agent, "when": when, "digitalSourceType": source_type(origin)}
    by_role = {
        role: [i.label for i in ingredients if i.relationship == role]
        for role in ("parentOf", "inputTo", "componentOf")
    }
    made = {**own, "description": f"Rendered as a moving picture by the engine {origin.engine}."}
    if inputs := by_role["inputTo"]:
        made["parameters"] = {"ingredientIds": inputs}
    actions: list[dict[str, Any]] = []
    if parents := by_role["parentOf"]:
        opened = {"action": "c2pa.opened", "when": when, "parameters": {"ingredientIds": parents}}
        if origin.pictures_kept:  # with the marks that they have
            return [opened, {"action": "c2pa.dubbed", **own, "description": _DUBBED}]
        actions += [opened, {"action": "c2pa.edited", **made}]
    else:
        actions.append({"action": "c2pa.created", **made})
    if components := by_role["componentOf"]:
        parameters = {"ingredientIds": components}
        actions.append({"action": "c2pa.placed", "when": when, "parameters": parameters})
    if sealed.invisible_mark:
        actions.append({"action": "c2pa.watermarked.bound", "softwareAgent": agent, "when": when})
    if sealed.visible_mark:
        actions.append({"action": "c2pa.watermarked.unbound", "softwareAgent": agent, "when": when})
    return actions


def _render(
    origin: Origin, sealed: Sealed, software: Software, *, with_prompt: bool
) -> dict[str, Any]:
    plan = origin.plan
    facts: dict[str, Any] = {
        "clip_id": sealed.clip_id,
        "engine": origin.engine,
        "quality": origin.quality,
        "size": str(origin.size),
        "fps": str(origin.fps),
        "frames": origin.frame_count,
        "visible_mark": sealed.visible_mark,
        "invisible_mark": sealed.invisible_mark,
    }
    if plan is not None:
        facts |= {"plan_sha256": plan_hash(origin), "seed": plan.seed}
        if with_prompt and plan.prompt:
            facts["prompt"] = plan.prompt
    if origin.photo_sha256:
        facts["photo_sha256"] = origin.photo_sha256
    if software.models:
        facts["models"] = [{"name": n, "sha256": s} for n, s in software.models.items()]
    return facts


def plan_hash(origin: Origin) -> str:
    """SHA-256 of the plan's JSON; "" where there is no plan."""
    if origin.plan is None:
        return ""
    return hashlib.sha256(origin.plan.model_dump_json().encode()).hexdigest()


def _soft_binding(clip_id: str) -> dict[str, Any]:
    import base64

    value = base64.b64encode(bytes.fromhex(clip_id)).decode()
    blocks = [{"scope": {}, "value": value}]
    facts = {"alg": SOFT_BINDING, "name": "Kinora invisible mark", "pad": [], "blocks": blocks}
    return {"label": "c2pa.soft-binding", "data": facts}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
