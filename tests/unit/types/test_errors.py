from __future__ import annotations

import inspect

import pytest

from kinora import errors
from kinora.errors import (
    EXIT_CODES,
    KinoraError,
    LimitError,
    SizeError,
    StateError,
    exit_code,
)

ALL = [
    cls
    for _, cls in inspect.getmembers(errors, inspect.isclass)
    if issubclass(cls, KinoraError) and cls is not KinoraError
]


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = errors.__doc__ or ""
    assert not [cls.__name__ for cls in ALL if f"── {cls.__name__} " not in drawn]


@pytest.mark.parametrize("cls", ALL)
def test_every_error_has_an_exit_code_of_its_branch(cls: type[KinoraError]) -> None:
    nearest = next(base for base in cls.__mro__ if base in EXIT_CODES)
    needed = {StateError: {"code": "x"}, LimitError: {"code": "x", "retry_after": 1.0}}
    assert exit_code(cls("x", **needed.get(cls, {}))) == EXIT_CODES[nearest] != 1


def test_codes_are_snake_case_and_strangers_are_faults() -> None:
    assert SizeError("x").code == "size_error"
    assert exit_code(ZeroDivisionError()) == 70
    assert exit_code(KeyboardInterrupt()) == 130
