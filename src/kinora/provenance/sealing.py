"""What is done to every clip and picture before it goes out, as the installation's owner says."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from kinora.errors import EngineError, InputError, OutputError
from kinora.provenance.bindings import Ingredient, IngredientError, sign_file
from kinora.provenance.identity import (
    Identity,
    callback_identity,
    file_identity,
    local_identity,
)
from kinora.provenance.manifest import (
    Software,
    definition_of,
    ingredients_of,
    picture_definition,
    plan_hash,
)
from kinora.provenance.marks import Marks
from kinora.provenance.registry import record
from kinora.settings import Settings
from kinora.types.media import MediaFile
from kinora.types.plan import Lang
from kinora.types.provenance import Origin, Sealed
from kinora.types.report import Note

_OFF = {
    "en": "Left out by this installation's settings: {parts}.",
    "fr": "Omis selon les réglages de cette installation : {parts}.",
}
_EPHEMERAL = {
    "en": "The data folder can't be written: the clip is signed with a key that isn't kept.",
    "fr": "Le dossier de données ne peut être écrit : le clip est signé d’une clé non conservée.",
}
_PARTS: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "signed": "signed manifest",
        "visible": "visible mark",
        "invisible": "invisible mark",
    },
    "fr": {
        "signed": "manifeste signé",
        "visible": "marque visible",
        "invisible": "marque invisible",
    },
}


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Marks and signs outputs; one object serves many clips."""

    settings: Settings
    software: Software
    learned_pixels: bool = False  # a network completes what things hide

    def sealed(self, origin: Origin) -> Sealed:
        """Which marks a clip of this origin carries; the same origin has the same id."""
        return Sealed(
            clip_id=_clip_id(origin),
            signed=self.settings.c2pa,
            visible_mark=self.settings.visible_mark,
            invisible_mark=self.settings.invisible_mark,
            ephemeral=self.settings.c2pa and self._is_ephemeral,
        )

    @cached_property
    def marks(self) -> Marks:
        """Who marks the pictures."""
        return Marks(settings=self.settings)

    def seal(self, origin: Origin, sealed: Sealed) -> Callable[[Path], None]:
        """What is to be done to the finished MP4 of a clip, before it is published."""

        def finish(path: Path) -> None:
            if not sealed.signed:
                return
            try:
                self._seal(path, origin, sealed, ingredients=ingredients_of(origin))
            except IngredientError:
                # A damaged or odd source must not keep a clip from being signed.
                self._seal(path, origin, sealed, ingredients=[])

        return finish

    def _seal(
        self, path: Path, origin: Origin, sealed: Sealed, *, ingredients: list[Ingredient]
    ) -> None:
        definition = definition_of(
            replace(origin, learned_pixels=self.learned_pixels),
            sealed,
            ingredients=ingredients,
            software=self.software,
            with_prompt=self.settings.c2pa_prompt,
        )
        self._sign(path, definition, mime="video/mp4", ingredients=ingredients)

    def seal_picture(self, path: Path, *, mime: str, what: str, clip: Path) -> None:
        """Sign a picture that was taken from a signed clip.

        Raises:
            EngineError: it can't be signed.
        """
        if not self.settings.c2pa:
            return
        source = Ingredient(
            label="clip-0",
            title="Source clip",
            relationship="parentOf",
            mime="video/mp4",
            content=clip,
        )
        definition = picture_definition(what=what, software=self.software)
        self._sign(path, definition, mime=mime, ingredients=[source])

    def record(self, media: MediaFile, origin: Origin, sealed: Sealed) -> None:
        """Note a published clip in the installation's registry, where there is one."""
        if not sealed.ephemeral:
            record(self.settings.data_dir, media, origin, sealed)

    def notes(self, sealed: Sealed, lang: Lang) -> list[Note]:
        """What of it is switched off, for the report."""
        words = _PARTS[lang]
        parts = zip(words, (sealed.signed, sealed.visible_mark, sealed.invisible_mark), strict=True)
        off = [words[name] for name, on in parts if not on]
        notes = [Note(text=_OFF[lang].format(parts=", ".join(off)))] if off else []
        if sealed.ephemeral:
            notes.append(Note(text=_EPHEMERAL[lang]))
        return notes

    @cached_property
    def identity(self) -> Identity:
        """Who signs.

        Raises:
            InputError: the settings name a certificate, key or callback that can't be used.
        """
        settings = self.settings
        if settings.c2pa_certificate is None:
            return self._local[0]
        if settings.c2pa_signer is not None:
            return callback_identity(
                settings.c2pa_certificate,
                settings.c2pa_signer,
                algorithm=settings.c2pa_algorithm,
            )
        if settings.c2pa_key is None:
            raise InputError(
                "A certificate needs its key: set KINORA_C2PA_KEY or KINORA_C2PA_SIGNER.",
                param="c2pa_key",
            )
        return file_identity(settings.c2pa_certificate, settings.c2pa_key)

    @property
    def _is_ephemeral(self) -> bool:
        return self.settings.c2pa_certificate is None and self._local[1]

    @cached_property
    def _local(self) -> tuple[Identity, bool]:
        """The installation's own identity, and whether it is for this process only."""
        try:
            return local_identity(self.settings.data_dir / "identity"), False
        except OutputError:
            with tempfile.TemporaryDirectory(prefix="kinora-identity-") as folder:
                return local_identity(Path(folder) / "identity"), True

    def _sign(
        self, path: Path, definition: dict[str, object], *, mime: str, ingredients: list[Ingredient]
    ) -> None:
        url = self.settings.c2pa_timestamp_url
        sign = partial(
            sign_file,
            path,
            definition,
            mime=mime,
            ingredients=ingredients,
            identity=self.identity,
        )
        try:
            sign(timestamps=url)
        except IngredientError:
            raise
        except EngineError:
            if url is None or self.settings.c2pa_timestamp_required:
                raise
            sign(timestamps=None)


def _clip_id(origin: Origin) -> str:
    """48 bits of a hash over everything that decides the frames."""
    joined = origin.parents if origin.plan is None else ()
    facts = (
        *(hashlib.sha256(path.read_bytes()).hexdigest() for path in joined),
        plan_hash(origin),
        origin.photo_sha256,
        origin.engine,
        origin.quality,
        str(origin.size),
        str(origin.fps),
        origin.frame_count,
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]
