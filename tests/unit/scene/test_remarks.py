"""What is remarked on a photo, in both languages."""

from __future__ import annotations

import pytest

from kinora.types.remarks import _TEXTS, remark, told


@pytest.mark.parametrize("kind", _TEXTS)
def test_every_remark_has_a_french_one_with_the_same_values(kind: str) -> None:
    values = [f"value {i}" for i in range(_TEXTS[kind][0].count("{}"))]
    text = remark(kind, *values)
    assert told(text, "en") == text
    assert told(text, "fr") == _TEXTS[kind][1].format(*values)
    assert all(value in told(text, "fr") for value in values)


def test_what_is_no_remark_stays_as_it_is() -> None:
    assert told("disparity from a file", "fr") == "disparity from a file"
