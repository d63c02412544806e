"""Report lines stretched over text that belongs to them: times, targets, connectors."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from kinora.types.plan import Span
from kinora.types.report import ReportItem

_NEAR = 4  # neighbours on the left that may be the nearest: spans seldom nest deeper


class Cover:
    """Spans of report items, each of which can grow over its neighbourhood."""

    def __init__(self, items: Sequence[ReportItem], text: str) -> None:
        """``text`` is the prompt, whose characters the spans count."""
        self._items = items
        self._text = text
        self._walls: list[int] = []
        self._apart: list[ReportItem] = []
        spanned = [(item.span, i) for i, item in enumerate(items) if item.span is not None]
        spanned.sort()
        self._order = [i for _, i in spanned]
        self._starts = [span[0] for span, _ in spanned]
        self._ends = [span[1] for span, _ in spanned]

    def __bool__(self) -> bool:
        return bool(self._order)

    def fence(self, spans: Iterable[Span]) -> None:
        """Keep items from growing across ``spans``, which are told elsewhere in the report."""
        self._walls = sorted({*(start for start, _ in spans), *self._starts})

    def stretch(self, span: Span) -> None:
        """Let the nearest item cover ``span``, or tell it on a line of its own; there must be one.

        What belongs to an item but lies beyond other text ("pan left past the mill. Slowly.") can't
        be in one span with it.
        """
        start, end = span
        after = bisect_right(self._starts, start)
        near = range(max(0, after - _NEAR), min(len(self._order), after + 1))
        best = min(near, key=lambda i: max(start - self._ends[i], self._starts[i] - end, 0))
        if self._is_apart(best, span):
            words = " ".join(self._text[start:end].split())
            line = self._items[self._order[best]].model_copy(
                update={"item": None, "request": words, "span": span}
            )
            self._apart.append(line)
            return
        self._starts[best] = min(self._starts[best], start)
        self._ends[best] = max(self._ends[best], end)

    def _is_apart(self, at: int, span: Span) -> bool:
        """Whether other text begins between an item and ``span``."""
        start, end = span
        low, high = min(self._ends[at], end), max(self._starts[at], start)
        first = bisect_left(self._walls, low)
        return first < len(self._walls) and self._walls[first] < high

    def items(self) -> tuple[ReportItem, ...]:
        """The items with their grown spans, in their own order."""
        grown = list(self._items)
        for i, start, end in zip(self._order, self._starts, self._ends, strict=True):
            if grown[i].span != (start, end):
                grown[i] = grown[i].model_copy(update={"span": (start, end)})
        return (*grown, *self._apart)
