"""The field `audio` of requests."""

from __future__ import annotations

import pytest

from kinora.errors import FieldError
from kinora.types.video import AudioSpec
from kinora.wire.audio import read_audio


def test_what_is_left_out_stays_as_usual() -> None:
    assert read_audio({}) == AudioSpec() == AudioSpec(enabled=True, loudness=-16, room_tone=True)
    assert read_audio({"loudness": -14, "room_tone": None}) == AudioSpec(loudness=-14)


def test_forms_send_words() -> None:
    given = read_audio({"enabled": "false", "loudness": "-23", "room_tone": "false"})
    assert given == AudioSpec(enabled=False, loudness=-23, room_tone=False)


@pytest.mark.parametrize(
    ("value", "param"),
    [
        ("loud", "audio"),
        ({"volume": 3}, "audio.volume"),
        ({"loudness": -15}, "audio.loudness"),
        ({"loudness": True}, "audio.loudness"),
        ({"enabled": 1}, "audio.enabled"),
    ],
)
def test_what_is_not_allowed_is_named(value: object, param: str) -> None:
    with pytest.raises(FieldError) as refused:
        read_audio(value)
    assert refused.value.param == param
