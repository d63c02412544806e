"""Frames → MP4."""

from kinora.encode.captions import captioned
from kinora.encode.output import as_it_is, check_output
from kinora.encode.resound import copy_clip, shows
from kinora.encode.settings import EncoderSettings, default_encoders
from kinora.encode.video import encode_clip

__all__ = [
    "EncoderSettings",
    "as_it_is",
    "captioned",
    "check_output",
    "copy_clip",
    "default_encoders",
    "encode_clip",
    "shows",
]
