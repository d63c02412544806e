"""Every call of the C2PA library: sign a file, read a manifest store.

Its interface changes with almost every release, so nothing else touches it. Nothing here reaches
the network but a time stamp authority that the operator names.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from kinora.errors import EngineError, OutputError
from kinora.provenance.identity import Identity

if TYPE_CHECKING:
    from types import ModuleType

    from c2pa import Context

#: Purposes of certificates that readers accept: C2PA claim signing, document signing, e-mail.
_PURPOSES: Final = "1.3.6.1.4.1.62558.2.1\n1.3.6.1.5.5.7.3.36\n1.3.6.1.5.5.7.3.4\n"
_SPOOL_MB: Final = 16  # what the library keeps in memory before it uses temporary files
_ROOM: Final = 1 << 16  # bytes: a disk with less counts as full

State = Literal["trusted", "valid", "invalid"]


class IngredientError(EngineError):
    """Something that a file was made from can't be described in its manifest.

    Args:
        message: one sentence.
        label: of the ingredient.
    """

    def __init__(self, message: str, *, label: str) -> None:
        super().__init__(message)
        self.label = label


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    """Something that a file was made from, whose own manifests are kept."""

    label: str  # by which actions name it
    title: str
    relationship: Literal["parentOf", "inputTo", "componentOf"]
    mime: str
    content: bytes | Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """What a file's manifests say."""

    state: State
    trusted: bool  # the signer is, whatever holds or doesn't of ingredients
    active: Mapping[str, Any]  # the active manifest, as the library's JSON has it
    manifests: Mapping[str, Any]  # all, by label
    problems: tuple[str, ...]  # codes of failed checks, of the file itself and its ingredients


def sign_file(
    path: Path,
    definition: Mapping[str, object],
    *,
    mime: str,
    ingredients: Sequence[Ingredient],
    identity: Identity,
    timestamps: str | None,
) -> None:
    """Put a signed manifest into the file at ``path``; it is replaced once it verifies.

    Args:
        path: a finished file.
        definition: claim generator, title, assertions.
        mime: of the file.
        ingredients: what it was made from.
        identity: who signs.
        timestamps: URL of a time stamp authority (RFC 3161), or None.

    Raises:
        IngredientError: the library can't read an ingredient; ``path`` stays as it was.
        OutputError: there is no room for it, likewise.
        EngineError: it can't be signed, likewise.
    """
    c2pa = _library()
    faults: list[Exception] = []
    handle, name = tempfile.mkstemp(prefix=f"{path.stem}.", suffix=".signed", dir=path.parent)
    try:
        with os.fdopen(handle, "w+b") as signed, path.open("rb") as source:
            try:
                signer = c2pa.Signer.from_callback(
                    _watched(identity, faults),
                    getattr(c2pa.C2paSigningAlg, identity.algorithm),
                    identity.chain,
                    timestamps,
                )
                builder = c2pa.Builder.from_json(json.dumps(definition), _context(identity.roots))
                for ingredient in ingredients:
                    _add(builder, ingredient)
                builder.sign(signer, mime, source, signed)
            except (c2pa.C2paError, TypeError, ValueError) as error:
                if not faults and shutil.disk_usage(path.parent).free < _ROOM:
                    raise OutputError(
                        "The clip can't be signed: the disk is full.", param="output"
                    ) from error
                raise EngineError(_why(error, faults)) from (faults[0] if faults else error)
            signed.flush()
            os.fsync(signed.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def read_store(source: Path | bytes, *, mime: str, anchors: str) -> Store | None:
    """The manifests of a file, checked; None where there are none.

    Args:
        source: the file, or its bytes.
        mime: its type.
        anchors: PEM certificates whose signers are trusted; "" trusts nobody.

    Raises:
        EngineError: what is there can't be read as manifests.
    """
    c2pa = _library()
    with _opened(source) as stream:
        try:
            reader = c2pa.Reader.try_create(mime, stream, context=_context(anchors))
            if reader is None:
                return None
            described = json.loads(reader.json())
            results = reader.get_validation_results() or {}
            state = str(reader.get_validation_state()).lower()
        except (c2pa.C2paError, ValueError) as error:
            raise EngineError(f"The file's manifests can't be read: {error}.") from error
    manifests = described.get("manifests", {})
    problems = tuple(_problems(results, manifests))
    return Store(
        state=_state(state, problems),
        trusted=state == "trusted",
        active=manifests.get(described.get("active_manifest"), {}),
        manifests=manifests,
        problems=problems,
    )


def reads(mime: str) -> bool:
    """Whether files of this type can carry manifests that can be read here.

    Raises:
        EngineError: the library isn't installed.
    """
    return mime in _library().Reader.get_supported_mime_types()


def _state(state: str, problems: Sequence[str]) -> State:
    if state == "trusted":
        # A damaged ingredient doesn't touch the library's verdict on the file; it does ours.
        return "trusted" if not problems else "valid"
    return "valid" if state == "valid" else "invalid"


def _problems(results: Mapping[str, Any], manifests: Mapping[str, Any]) -> Iterator[str]:
    """Codes of failures; that a signer isn't on a list of trust is a state, not a failure."""
    own = results.get("activeManifest", {}).get("failure", [])
    yield from filter(_is_failure, (failure.get("code") for failure in own))
    found = [
        failure.get("code")
        for manifest in manifests.values()
        for ingredient in manifest.get("ingredients", ())
        for failure in _failures(ingredient.get("validation_results", {}))
    ]
    yield from (f"ingredient: {code}" for code in dict.fromkeys(filter(_is_failure, found)))


def _failures(results: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from results.get("activeManifest", {}).get("failure", [])
    for delta in results.get("ingredientDeltas", ()):
        yield from delta.get("validationDeltas", {}).get("failure", [])


def _is_failure(code: str | None) -> bool:
    return code not in ("signingCredential.untrusted", "timeStamp.untrusted", None)


def _add(builder: Any, ingredient: Ingredient) -> None:
    facts = {
        "title": ingredient.title,
        "relationship": ingredient.relationship,
        "label": ingredient.label,
    }
    with _opened(ingredient.content) as stream:
        try:
            builder.add_ingredient(json.dumps(facts), ingredient.mime, stream)
        except _library().C2paError as error:
            raise IngredientError(
                f"What the file was made from can't be described: {error}.",
                label=ingredient.label,
            ) from error


@contextmanager
def _opened(source: Path | bytes) -> Iterator[Any]:
    if isinstance(source, bytes):
        yield io.BytesIO(source)
    else:
        with source.open("rb") as stream:
            yield stream


def _watched(identity: Identity, faults: list[Exception]) -> Any:
    """The signing function, with what it raises kept: the library only says that it failed."""

    def sign(data: bytes) -> bytes:
        try:
            return identity.sign(data)
        except Exception as error:  # of an operator's code, told by `sign_file`
            faults.append(error)
            raise

    return sign


def _why(error: Exception, faults: Sequence[Exception]) -> str:
    if faults:
        return f"The file could not be signed: the signing key's holder answered: {faults[0]}."
    return f"The file could not be signed: {error}."


def _context(anchors: str) -> Context:
    trust = {"trust_config": _PURPOSES}
    if anchors:
        trust["user_anchors"] = anchors
    return _library().Context.from_dict(
        {
            "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
            "builder": {"thumbnail": {"enabled": False}},  # would publish the caller's photo
            "core": {"backing_store_memory_threshold_in_mb": _SPOOL_MB},
            "trust": trust,
        }
    )


def _library() -> ModuleType:
    """The library, imported when it is first needed: it takes 0.2 s.

    Raises:
        EngineError: it isn't there, or not for this machine.
    """
    try:
        import c2pa
    except (ImportError, OSError) as error:
        raise EngineError(
            "Files can't be signed: c2pa-python isn't installed, or has no build for this machine.",
            hint="Install it, or set KINORA_C2PA=off; that is recorded.",
        ) from error
    return c2pa  # type: ignore[no-any-return]
