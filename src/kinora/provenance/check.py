"""What a file's manifests say about where it comes from, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from kinora.errors import EngineError, InputError
from kinora.provenance.bindings import Store, read_store, reads
from kinora.provenance.identity import ROOTS
from kinora.provenance.manifest import RENDER
from kinora.settings import Settings

ManifestState = Literal["trusted", "valid", "invalid", "absent"]

_WORDS: Final[dict[ManifestState, str]] = {
    "trusted": "The file is as its signer left it, and the signer is one of the trusted ones.",
    "valid": "The file is as its signer left it; nobody vouches for who the signer is.",
    "invalid": "There is a manifest, but it doesn't hold: the file or the manifest was changed "
    "after signing.",
    "absent": "There is no manifest. That doesn't mean that the file wasn't generated: manifests "
    "are lost whenever a file is converted.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestFinding:
    """What was found of a manifest; None is unknown."""

    state: ManifestState
    detail: str  # one sentence for people
    issuer: str | None = None  # organisation of the signing certificate
    signed_here: bool = False  # by this installation's own key
    generator: str | None = None
    generated_at: str | None = None  # RFC 3339; by a time stamp authority, or as claimed
    source_types: tuple[str, ...] = ()  # IPTC digital source types, last part of the URI
    render: Mapping[str, Any] | None = None  # what Kinora says of the rendering
    ingredients: tuple[str, ...] = ()  # titles of what it was made from
    manifests: int = 0  # in the file, with those of its ingredients
    problems: tuple[str, ...] = ()  # codes of failed checks


def check_manifest(path: Path, *, mime: str, settings: Settings) -> ManifestFinding:
    """Read and check the manifests of a file.

    Args:
        path: the file.
        mime: its type, by its bytes.
        settings: whose ``c2pa_anchors`` say which signers are trusted.

    Raises:
        InputError: the file can't be read, or the anchors can't.
        EngineError: the library for manifests isn't installed.
    """
    if not reads(mime):
        return ManifestFinding(state="absent", detail=_WORDS["absent"])
    try:
        store = read_store(path, mime=mime, anchors=_anchors(settings))
    except EngineError as error:
        detail = f"{_WORDS['invalid']} {error.message}"
        return ManifestFinding(state="invalid", detail=detail, problems=("unreadable",))
    except OSError as error:
        raise InputError(f"Can't read {path}: {error.strerror}.", param="file") from error
    if store is None:
        return ManifestFinding(state="absent", detail=_WORDS["absent"])
    return _described(store, signed_here=_signed_here(path, store, mime=mime, settings=settings))


def _described(store: Store, *, signed_here: bool) -> ManifestFinding:
    active = store.active
    signature = active.get("signature_info", {})
    actions = _actions(active)
    types = (a.get("digitalSourceType", "").rsplit("/", 1)[-1] for a in actions)
    times = [signature.get("time"), *(a.get("when") for a in actions)]
    detail = _WORDS[store.state]
    if store.state != "invalid" and store.problems:
        detail += " Something that it was made from doesn't hold, though."
    return ManifestFinding(
        state=store.state,
        detail=detail,
        issuer=signature.get("issuer"),
        signed_here=signed_here,
        generator=_generator(active),
        generated_at=next(filter(None, times), None),
        source_types=tuple(dict.fromkeys(filter(None, types))),
        render=_assertion(active, RENDER),
        ingredients=tuple(i.get("title", "untitled") for i in active.get("ingredients", ())),
        manifests=len(store.manifests),
        problems=store.problems,
    )


def _generator(manifest: Mapping[str, Any]) -> str | None:
    for info in manifest.get("claim_generator_info", ()):
        return " ".join(filter(None, (info.get("name"), info.get("version"))))
    return None


def _actions(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    for label in ("c2pa.actions.v2", "c2pa.actions"):
        if (found := _assertion(manifest, label)) is not None:
            return list(found.get("actions", ()))
    return []


def _assertion(manifest: Mapping[str, Any], label: str) -> Mapping[str, Any] | None:
    for assertion in manifest.get("assertions", ()):
        if assertion.get("label") == label and isinstance(assertion.get("data"), dict):
            return assertion["data"]  # type: ignore[no-any-return]
    return None


def _anchors(settings: Settings) -> str:
    if settings.c2pa_anchors is None:
        return ""
    try:
        return settings.c2pa_anchors.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The trusted roots {settings.c2pa_anchors} can't be read as a PEM file.",
            param="c2pa_anchors",
        ) from error


def _signed_here(path: Path, store: Store, *, mime: str, settings: Settings) -> bool:
    """Whether the signature leads to a root that this installation made."""
    roots = settings.data_dir / "identity" / ROOTS
    if store.state == "invalid" or not roots.is_file():
        return False
    known = read_store(path, mime=mime, anchors=roots.read_text(encoding="ascii"))
    return known is not None and known.trusted
