"""Judge texts and pictures by 13 categories, through whatever classifier is configured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

Kind = Literal["text", "image"]

CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A text, or the URL of a picture (``https:`` or ``data:``)."""

    kind: Kind
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a classifier found in one input; categories that are left out weren't examined."""

    scores: Mapping[str, float] = field(default_factory=dict)  # category → 0 to 1
    flagged: frozenset[str] = frozenset()  # categories over their threshold
    kinds: Mapping[str, Sequence[Kind]] = field(
        default_factory=dict
    )  # category → what it looked at


class Moderator(Protocol):
    """A classifier."""

    @property
    def name(self) -> str | None:
        """What it is called; None: it examines nothing."""

    def judge(self, parts: Sequence[Part]) -> Judgement:
        """Judge one input, which may have several parts."""


class NoModerator:
    """No classifier: flags nothing, and its name says that nothing was examined."""

    name: str | None = None

    def judge(self, parts: Sequence[Part]) -> Judgement:
        """An empty judgement."""
        del parts  # nothing looks at them
        return Judgement()


def open_moderator() -> Moderator:
    """The classifier of this installation; none can be configured so far."""
    return NoModerator()
