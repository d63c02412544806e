"""The marks on the pictures themselves: which ones a clip gets, and with which key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Thread
from typing import Final

from kinora.errors import InputError, OutputError
from kinora.provenance.identity import MARK_KEY, local_mark_key
from kinora.settings import Settings
from kinora.types.provenance import Sealed
from kinora.types.rendition import FrameSource, Rendition

_LOGOS: Final = frozenset({".png", ".jpg", ".jpeg", ".webp"})
_LONGEST_TEXT: Final = 60  # characters


@dataclass(frozen=True, kw_only=True)
class Marks:
    """Marks frames as the settings say."""

    settings: Settings

    def applied(
        self, rendition: Rendition, sealed: Sealed, *, visible: str | Path | None = None
    ) -> Rendition:
        """``rendition`` with the marks that ``sealed`` names.

        Args:
            rendition: unmarked frames.
            sealed: which marks, and the clip's number.
            visible: text, or the path of a logo; None: the installation's own text.

        Raises:
            InputError: the text is too long, or the logo can't be read.
        """
        frames: FrameSource = rendition.frames
        if sealed.visible_mark:
            frames = _stamped(rendition, visible or self.settings.visible_mark_text)
        if sealed.invisible_mark:
            from kinora.provenance.watermark.embed import MarkedFrames, Marker

            marker = Marker(
                size=rendition.size,
                key=self.key,
                clip_id=sealed.clip_id,
                still=rendition.motion is not None and rendition.motion.stands,
                drifting=rendition.drifting,
            )
            frames = MarkedFrames(frames, marker)
        return replace(rendition, frames=frames)

    @cached_property
    def key(self) -> bytes:
        """The key of new marks."""
        if self.settings.mark_key is not None:
            return _stretched(self.settings.mark_key.get_secret_value())
        try:
            return local_mark_key(self.settings.data_dir / "identity")
        except OutputError:
            # Nowhere to keep one: a key that everybody can work out is better than no mark.
            return _stretched("kinora without a data folder")

    def known_keys(self) -> list[bytes]:
        """All keys whose marks are looked for, the present one first; none is made for it."""
        kept = self.settings.data_dir / "identity" / MARK_KEY
        own = [self.key] if self.settings.mark_key is not None or kept.is_file() else []
        return [*own, *(_stretched(k.get_secret_value()) for k in self.settings.old_mark_keys)]

    def warm_up_beside(self) -> None:
        """Load (the first time: compile) the kernel while the photo is analysed."""
        if self.settings.invisible_mark:
            # A daemon, as in the engine: Ctrl-C doesn't wait for a compiler, and what fails here
            # fails again, and is told, at the first frame.
            Thread(target=_warm_up, name="kinora-marks", daemon=True).start()


def check_visible(visible: str | Path | None) -> None:
    """Make sure, before any work is done, that a visible mark can be drawn.

    Raises:
        InputError: as for `Marks.applied`.
    """
    if visible is None:
        return
    if not str(visible).strip():
        raise InputError("The watermark is empty: give a text or a picture.", param="watermark")
    if not _is_logo(visible) and len(str(visible)) > _LONGEST_TEXT:
        raise InputError(
            f"The watermark's text is longer than {_LONGEST_TEXT} characters.", param="watermark"
        )
    if not _is_logo(visible):
        _check_letters(str(visible))
        return
    from kinora.provenance.visible import logo_stamp
    from kinora.types.geometry import Size

    logo_stamp(Path(visible), Size(64, 64))


def _check_letters(text: str) -> None:
    from kinora.lettering import lacking

    if signs := lacking(text):
        raise InputError(
            f"The watermark's text has signs that can't be drawn: {signs}. Use Latin letters, "
            "digits and punctuation, or give the text as a picture.",
            param="watermark",
        )


def _warm_up() -> None:
    import numpy as np

    from kinora.provenance.watermark.embed import Marker
    from kinora.types.geometry import Size

    marker = Marker(size=Size(64, 64), key=bytes(16), clip_id="0" * 12)
    marker.mark(np.full((64, 64), 128, np.uint8))


def _stamped(rendition: Rendition, visible: str | Path) -> FrameSource:
    from kinora.provenance.visible import logo_stamp, stamped, text_stamp

    if _is_logo(visible):
        stamp = logo_stamp(Path(visible), rendition.size)
    else:
        stamp = text_stamp(str(visible), rendition.size)
    return stamped(rendition, stamp)


def _is_logo(visible: str | Path) -> bool:
    return isinstance(visible, Path) or Path(visible).suffix.lower() in _LOGOS


def _stretched(secret: str) -> bytes:
    return hashlib.sha256(b"kinora mark key" + secret.encode()).digest()
