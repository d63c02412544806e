"""Frames → MP4."""

from kinora.encode.output import check_output
from kinora.encode.settings import EncoderSettings, default_encoders
from kinora.encode.video import encode_clip

__all__ = ["EncoderSettings", "check_output", "default_encoders", "encode_clip"]
