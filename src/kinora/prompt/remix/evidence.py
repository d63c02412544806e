"""Items of a plan whose evidence lies elsewhere in the words."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel

from kinora.types.plan import Framing, Span

Item = TypeVar("Item", bound=BaseModel)


def shifted_span(span: Span, by: int) -> Span:
    """``span``, ``by`` characters further on."""
    return span[0] + by, span[1] + by


def shifted_item(item: Item, by: int) -> Item:
    """``item`` with its evidence ``by`` characters further on."""
    if isinstance(item, Framing):
        spans = tuple(shifted_span(span, by) for span in item.evidence)
        return item.model_copy(update={"evidence": spans})
    evidence: Span | None = getattr(item, "evidence", None)
    return item if evidence is None else with_evidence(item, shifted_span(evidence, by))


def with_evidence(item: Item, span: Span) -> Item:
    """``item``, found at ``span``."""
    return item.model_copy(update={"evidence": span})
