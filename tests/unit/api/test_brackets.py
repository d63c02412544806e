from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinora.api.brackets import nest
from kinora.errors import FieldError


@pytest.mark.parametrize(
    ("pairs", "value"),
    [
        ([("a", 1)], {"a": 1}),
        ([("a[b]", 1), ("a[c]", 2)], {"a": {"b": 1, "c": 2}}),
        ([("a[]", 1), ("a[]", 2)], {"a": [1, 2]}),
        ([("a[][b]", 1), ("a[][c]", 2), ("a[][b]", 3)], {"a": [{"b": 1, "c": 2}, {"b": 3}]}),
        ([("a[b][]", 1), ("a[b][]", 2)], {"a": {"b": [1, 2]}}),
        ([("a[b][c]", 1), ("a[b][d]", 2)], {"a": {"b": {"c": 1, "d": 2}}}),
        ([("a[][b][c]", 1), ("a[][b][d]", 2)], {"a": [{"b": {"c": 1, "d": 2}}]}),
    ],
)
def test_nested(pairs: list[tuple[str, Any]], value: Any) -> None:
    assert nest(pairs) == value


def test_the_order_of_fields_does_not_matter_to_objects() -> None:
    assert nest([("x", 1), ("a[b]", 2)]) == nest([("a[b]", 2), ("x", 1)])


@given(st.lists(st.tuples(st.text("ab[]", max_size=12), st.just(1)), max_size=6))
def test_any_names_are_a_value_or_an_error(pairs: list[tuple[str, int]]) -> None:
    with suppress(FieldError):
        assert len(nest(pairs)) <= len(pairs)
