"""Report lines stretched over text that belongs to them: times, targets, connectors."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from kinora.types.plan import Span
from kinora.types.report import ReportItem

_NEAR = 4  # neighbours on the left that may be the nearest: spans seldom nest deeper


class Cover:
    """Spans of report items, each of which can grow over its neighbourhood."""

    def __init__(self, items: Sequence[ReportItem]) -> None:
        self._items = items
        spanned = [(item.span, i) for i, item in enumerate(items) if item.span is not None]
        spanned.sort()
        self._order = [i for _, i in spanned]
        self._starts = [span[0] for span, _ in spanned]
        self._ends = [span[1] for span, _ in spanned]

    def __bool__(self) -> bool:
        return bool(self._order)

    def stretch(self, span: Span) -> None:
        """Let the nearest item cover ``span``; there must be one."""
        start, end = span
        after = bisect_right(self._starts, start)
        near = range(max(0, after - _NEAR), min(len(self._order), after + 1))
        best = min(near, key=lambda i: max(start - self._ends[i], self._starts[i] - end, 0))
        self._starts[best] = min(self._starts[best], start)
        self._ends[best] = max(self._ends[best], end)

    def items(self) -> tuple[ReportItem, ...]:
        """The items with their grown spans, in their own order."""
        grown = list(self._items)
        for i, start, end in zip(self._order, self._starts, self._ends, strict=True):
            if grown[i].span != (start, end):
                grown[i] = grown[i].model_copy(update={"span": (start, end)})
        return tuple(grown)
