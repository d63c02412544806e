"""How numbers are written in the languages of reports."""

from __future__ import annotations

import re
from typing import Final

from kinora.types.plan import Lang

_POINT: Final = re.compile(r"(?<=\d)\.(?=\d)")


def with_marks(text: str, lang: Lang) -> str:
    """``text`` with the decimal marks of its language: "0.5 s", « 0,5 s »."""
    return _POINT.sub(",", text) if lang == "fr" else text
