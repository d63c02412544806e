"""How a clip ends: which pictures go into its file, what is done to that, what is told of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from kinora.provenance.sealing import Finish, Provenance
from kinora.types.media import MediaFile
from kinora.types.plan import Lang
from kinora.types.provenance import Origin, Sealed
from kinora.types.rendition import Rendition
from kinora.types.report import Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The last steps of one clip; without anything else, it goes out as it was rendered."""

    rendition: Rendition
    #: A clip whose encoded pictures are copied instead.
    kept: Path | None = None
    #: What is done to the finished file before it is published; None: it carries no marks.
    finish: Finish | None = None

    @property
    def sealed(self) -> Sealed | None:
        """The marks that it carries."""
        return None if self.finish is None else self.finish.sealed

    def published(self, media: MediaFile, lang: Lang) -> list[Note]:
        """Note the published clip in the registry; what is to be told of its marks."""
        if self.finish is None:
            return []
        self.finish.record(media)
        return self.finish.notes(lang)


def marked(
    rendition: Rendition,
    by: Provenance,
    origin: Origin,
    *,
    kept: Path | None,
    visible: str | Path | None,
) -> Ending:
    """The ending of a clip that is marked and signed as ``by`` says.

    Args:
        rendition: unmarked frames.
        by: the installation's marks and signature.
        origin: where the clip comes from.
        kept: a clip whose encoded pictures may be copied. They are, where they carry the marks that
            clips get here now; else the frames are marked and encoded anew.
        visible: text, or the path of a logo; None: the installation's own text.

    Raises:
        InputError: the visible mark's text is too long, or the logo can't be read.
    """
    sealed = None if kept is None else by.sealed_like(kept, rendition.size)
    if sealed is not None:
        finish = by.finish(replace(origin, pictures_kept=True), sealed)
        return Ending(rendition=rendition, kept=kept, finish=finish)
    sealed = by.sealed(origin)
    frames = by.marks.applied(rendition, sealed, visible=visible)
    return Ending(rendition=frames, finish=by.finish(origin, sealed))
