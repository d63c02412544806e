"""Sound files that requests bring or name → kept in the request itself, and gone with it."""

from __future__ import annotations

import base64
from typing import Final

from kinora.errors import FieldError
from kinora.service.context import Service
from kinora.service.inputs import named_picture
from kinora.service.sniff import sniff_file
from kinora.types.account import Caller
from kinora.types.video import AudioSpec
from kinora.wire.draft import Sounds
from kinora.wire.refusals import unsupported_file

#: Kinds of sound files, by content, that are taken.
KINDS: Final = ("audio/mpeg", "audio/ogg", "audio/mp4", "audio/flac", "audio/wav")
#: Bytes of one file: a minute of MP3, AAC or Opus at 128 kbit/s, five seconds of plain WAV.
MOST: Final = 1_048_576


def take_sounds(
    service: Service, caller: Caller, sounds: Sounds, *, spec: AudioSpec, kept: AudioSpec
) -> AudioSpec:
    """``spec`` with its files, fetched and checked, and else those that ``kept`` has; blocks.

    They aren't decoded here.

    Raises:
        FieldError: not a sound file of a known kind, not there, or too many bytes.
    """
    files = {"music": kept.music, "voice_over": kept.voice_over}
    for name, reference in sounds.items():
        with named_picture(service, caller, reference, param=f"audio.{name}") as path:
            mime = sniff_file(path)
            if mime not in KINDS:
                raise unsupported_file(mime, param=f"audio.{name}", supported=KINDS)
            length = path.stat().st_size
            if length > MOST:
                raise FieldError(
                    f"Invalid 'audio.{name}': the file has {length} bytes, at most {MOST} are "
                    "allowed: save it as MP3, AAC or Opus; a minute at 128 kbit/s fits.",
                    param=f"audio.{name}",
                    code="sound_too_large",
                )
            files[name] = base64.b64encode(path.read_bytes()).decode("ascii")
    return spec.model_copy(update=files)
