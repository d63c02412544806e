"""What is done to every clip and picture before it goes out, as the installation's owner says."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from kinora.errors import EngineError, InputError, OutputError
from kinora.provenance.bindings import Ingredient, IngredientError, sign_file
from kinora.provenance.check import check_manifest
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
from kinora.types.geometry import Size
from kinora.types.media import MediaFile
from kinora.types.plan import Lang
from kinora.types.provenance import Origin, Sealed
from kinora.types.report import Note

#: Of frames that hold an invisible mark, pixels: one for each of its cells across.
_LEAST_SIDE: Final = 90
_SMALL: Final[dict[Lang, str]] = {
    "en": f"Frames whose shorter side is under {_LEAST_SIDE} pixels hold no invisible mark.",
    "fr": f"Des images de moins de {_LEAST_SIDE} pixels de petit côté ne portent pas de marque "
    "invisible.",
}
_OFF = {
    "en": "Left out by this installation's settings: {parts}.",
    "fr": "Omis selon les réglages de cette installation : {parts}.",
}
_EPHEMERAL = {
    "en": "The data folder can't be written: the clip is signed with a key that isn't kept.",
    "fr": "Le dossier de données ne peut être écrit : le clip est signé d’une clé non conservée.",
}
_LEFT_OUT = {
    "en": "The manifest doesn't name all that the clip was made from: {sources} can't be read as a "
    "source, because its own manifest or its file is damaged.",
    "fr": "Le manifeste ne nomme pas tout ce dont le clip est fait : {sources} ne peut être lu "
    "comme source, son propre manifeste ou son fichier étant endommagé.",
}
_UNRECORDED = {
    "en": "The data folder can't be written: this clip isn't in the installation's registry, so "
    "its mark can't be looked up there.",
    "fr": "Le dossier de données ne peut être écrit : ce clip n’est pas au registre de "
    "l’installation, où sa marque ne pourra être retrouvée.",
}
_SOURCES: Final[dict[Lang, dict[str, str]]] = {
    "en": {"photo": "the photo", "clip": "a source clip"},
    "fr": {"photo": "la photo", "clip": "un clip source"},
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


@dataclass(kw_only=True)
class Finish:
    """What is to be done to a clip's finished MP4 before it is published, and what became of it.

    The encoder calls it with the file's path.
    """

    provenance: Provenance
    origin: Origin
    sealed: Sealed
    #: Labels of sources that the manifest doesn't name, because they can't be read as such.
    left_out: tuple[str, ...] = ()
    #: False: the clip couldn't be written into the registry.
    recorded: bool = True

    def __call__(self, path: Path) -> None:
        """Sign the file; a damaged or odd source must not keep a clip from being signed.

        Raises:
            EngineError: it can't be signed.
        """
        if not self.sealed.signed:
            return
        ingredients = ingredients_of(self.origin)
        while True:
            try:
                self.provenance.sign_clip(path, self, ingredients=ingredients)
            except IngredientError as error:
                self.left_out += (error.label,)
                ingredients = [i for i in ingredients if i.label != error.label]
            else:
                return

    def record(self, media: MediaFile) -> None:
        """Note the published clip in the installation's registry."""
        folder = self.provenance.settings.data_dir
        self.recorded = record(folder, media, self.origin, self.sealed)

    def notes(self, lang: Lang) -> list[Note]:
        """What is switched off or couldn't be done, for the report."""
        small = self.provenance.settings.invisible_mark and not _holds_a_mark(self.origin.size)
        notes = _off_notes(
            replace(self.sealed, invisible_mark=True) if small else self.sealed, lang
        )
        notes += [Note(text=_SMALL[lang])] if small else []
        if self.left_out:
            words = _SOURCES[lang]
            named = dict.fromkeys(words[label.partition("-")[0]] for label in self.left_out)
            notes.append(Note(text=_LEFT_OUT[lang].format(sources=", ".join(named))))
        if not self.recorded:
            notes.append(Note(text=_UNRECORDED[lang]))
        return notes


def _holds_a_mark(size: Size) -> bool:
    """Whether frames are large enough for an invisible mark."""
    return min(size.width, size.height) >= _LEAST_SIDE


def _off_notes(sealed: Sealed, lang: Lang) -> list[Note]:
    words = _PARTS[lang]
    parts = zip(words, (sealed.signed, sealed.visible_mark, sealed.invisible_mark), strict=True)
    off = [words[name] for name, on in parts if not on]
    notes = [Note(text=_OFF[lang].format(parts=", ".join(off)))] if off else []
    if sealed.ephemeral:
        notes.append(Note(text=_EPHEMERAL[lang]))
    return notes


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Marks and signs outputs; one object serves many clips."""

    settings: Settings
    software: Software
    learned_pixels: bool = False  # a network completes what things hide

    def sealed(self, origin: Origin) -> Sealed:
        """Which marks a clip of this origin carries; the same origin has the same id."""
        return self._sealed(_clip_id(origin), origin.size)

    def _sealed(self, clip_id: str, size: Size) -> Sealed:
        """The marks that clips of ``size`` pixels get here now, under the name ``clip_id``."""
        return Sealed(
            clip_id=clip_id,
            signed=self.settings.c2pa,
            visible_mark=self.settings.visible_mark,
            invisible_mark=self.settings.invisible_mark and _holds_a_mark(size),
            ephemeral=self.settings.c2pa and self._is_ephemeral,
        )

    def sealed_like(self, clip: Path, size: Size) -> Sealed | None:
        """Which marks a copy of the pictures of ``clip`` carries: those that they have.

        None where its manifest doesn't tell them, or where new clips are to carry others.

        Args:
            clip: an MP4.
            size: of its pictures, in pixels.

        Raises:
            InputError: ``clip`` can't be read.
        """
        found = check_manifest(clip, mime="video/mp4", settings=self.settings)
        if found.state not in ("trusted", "valid") or found.render is None:
            return None
        facts = found.render
        now = self._sealed(str(facts.get("clip_id", "")), size)
        marks = (facts.get("visible_mark"), facts.get("invisible_mark"))
        return now if marks == (now.visible_mark, now.invisible_mark) else None

    @cached_property
    def marks(self) -> Marks:
        """Who marks the pictures."""
        return Marks(settings=self.settings)

    def finish(self, origin: Origin, sealed: Sealed) -> Finish:
        """What is to be done to the finished MP4 of a clip, before it is published."""
        return Finish(provenance=self, origin=origin, sealed=sealed)

    def sign_clip(self, path: Path, finish: Finish, *, ingredients: list[Ingredient]) -> None:
        """Sign a clip that was made from ``ingredients``.

        Raises:
            IngredientError: one of them can't be read.
            EngineError: it can't be signed.
        """
        definition = definition_of(
            replace(finish.origin, learned_pixels=self.learned_pixels),
            finish.sealed,
            ingredients=ingredients,
            left_out=finish.left_out,
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
