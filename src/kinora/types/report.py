"""`Report`: what was understood, approximated, not supported, ignored, and what conflicted.

Every plan item and every recognised span of the prompt ends in exactly one list. The prompt stage
makes the first report; engines return `Outcome`s, and `Report.amended` moves items accordingly.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from kinora.types.plan import Span

Status = Literal["understood", "approximated", "not_supported"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReportItem(_Value):
    """One recognised thing and what became of it."""

    item: str | None = None  #: id of the plan item, None for a span without one
    status: Status
    request: str  #: what was asked for, in plain words ("orbit 180 degrees")
    span: Span | None = None
    done: str | None = None  #: what was or will be done ("orbit 18 degrees left")
    reason: str | None = None
    how_to_get_it: str | None = None


class IgnoredText(_Value):
    """Characters that no rule claimed, verbatim."""

    span: Span
    text: str


class Note(_Value):
    """An assumption or a conflict, in one sentence."""

    text: str
    span: Span | None = None


class Outcome(_Value):
    """What an engine really did with a plan item."""

    item: str
    status: Status
    done: str | None = None
    reason: str | None = None
    how_to_get_it: str | None = None
    reduced: bool = False  #: whether less was done than was asked for
    adds: bool = False  #: what it tells stands beside what was told before, not in its place


class KeptChange(_Value):
    """How much a kept part of the picture changes, measured on the clip's frames.

    Each frame is compared with what the same camera would show of the photo as it is, before marks
    and encoding; differences are levels of 8-bit luma and chroma.
    """

    item: str | None = None  #: id of the plan item, None for a mask of the caller's
    what: str  #: as worded, or "keep" for that mask
    share: float  #: of the frame, in [0, 1]
    frames: int  #: that were measured
    greatest: int | None = None  #: of any of its pixels; None: it is never in view
    mean: float | None = None


class Change(_Value):
    """One difference between a plan and the plan that it was made from, in words.

    ``before`` is None for what was added, ``after`` for what was taken out.
    """

    what: str  #: "pan left", "length of the clip"
    before: str | None = None
    after: str | None = None
    item: str | None = None  #: id of the plan item


_RANK: dict[Status, int] = {"understood": 0, "approximated": 1, "not_supported": 2}


class Report(_Value):
    """The whole report. ``scene`` holds prompt text that only describes the picture."""

    lang: Literal["en", "fr"] = "en"
    understood: tuple[ReportItem, ...] = ()
    approximated: tuple[ReportItem, ...] = ()
    not_supported: tuple[ReportItem, ...] = ()
    scene: tuple[IgnoredText, ...] = ()
    ignored_text: tuple[IgnoredText, ...] = ()
    assumptions: tuple[Note, ...] = ()
    conflicts: tuple[Note, ...] = ()
    changes: tuple[Change, ...] = ()  #: against the plan that this one was made from
    kept: tuple[KeptChange, ...] = ()  #: what was to stay unchanged, measured

    def items(self) -> tuple[ReportItem, ...]:
        """All items of the three status lists, in the order of the prompt."""
        everything = [*self.understood, *self.approximated, *self.not_supported]
        return tuple(sorted(everything, key=lambda i: i.span[0] if i.span else 1 << 30))

    def amended(
        self,
        outcomes: Iterable[Outcome],
        *,
        notes: Iterable[Note] = (),
        kept: Iterable[KeptChange] = (),
    ) -> Report:
        """The report after an engine spoke: an item's status can only get worse.

        Raises:
            KeyError: an outcome names an item that the report doesn't have.
        """
        by_id = {i.item: i for i in self.items() if i.item is not None}
        for outcome in outcomes:
            old = by_id[outcome.item]
            worse = _RANK[outcome.status] >= _RANK[old.status]
            done, reason = (old.done, old.reason) if outcome.adds else (None, None)
            changed = {
                "status": outcome.status if worse else old.status,
                "done": _joined(done, outcome.done) or old.done,
                "reason": _joined(reason, outcome.reason) or old.reason,
                "how_to_get_it": outcome.how_to_get_it or old.how_to_get_it,
            }
            by_id[outcome.item] = old.model_copy(update=changed)
        final = [by_id[i.item] if i.item is not None else i for i in self.items()]
        return self.model_copy(
            update={
                "understood": tuple(i for i in final if i.status == "understood"),
                "approximated": tuple(i for i in final if i.status == "approximated"),
                "not_supported": tuple(i for i in final if i.status == "not_supported"),
                "assumptions": (*self.assumptions, *notes),
                "kept": (*self.kept, *kept),
            }
        )


def _joined(before: str | None, after: str | None) -> str | None:
    return "; ".join(text for text in (before, after) if text) or None
