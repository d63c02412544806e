"""What a body becomes: `Fields`, with files as `Upload`; and the limits of a body's text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn

from kinora.errors import BodyError, FieldError

#: The contract allows data URLs of 20 971 520 characters; a little more lets the check of that
#: field word the refusal.
MAX_TEXT = 21 << 20
MAX_TEXTS = 32 << 20  # all text of one body: JSON, or a form's plain fields
MAX_PARTS = 1000

Encoding = Literal["json", "form"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of the request, on disk until the request is answered.

    ``filename`` is the client's, its last component only; ``content_type`` is what the client
    says, and not to be trusted.
    """

    filename: str
    content_type: str | None
    path: Path
    bytes: int
    sha256: str  # hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields(Mapping[str, Any]):
    """A body: a mapping of names to str, int, float, bool, None, list, dict and `Upload`.

    Forms know only text, so numbers and booleans arrive as strings from them.
    """

    content: Mapping[str, Any]
    encoding: Encoding
    #: SHA-256 (hex) of the request's path and fields. It doesn't depend on the boundary, which
    #: clients draw anew for each retry.
    sha256: str

    def __getitem__(self, name: str) -> Any:
        return self.content[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.content)

    def __len__(self) -> int:
        return len(self.content)


def too_large(
    limit: int, *, what: str = "The request's body", param: str | None = None
) -> NoReturn:
    """Refuse with 413.

    Raises:
        BodyError: always.
    """
    raise BodyError(f"{what} is larger than {limit} bytes.", status=413, param=param)


def check_text(text: str, *, param: str | None) -> None:
    """Check one string of a body.

    Raises:
        FieldError: it holds a NUL or half a character.
    """
    whole = "\0" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        whole = False
    if not whole:
        raise FieldError(
            f"Invalid value for '{param}': text can't hold NUL or unpaired surrogates."
            if param
            else "Text can't hold NUL or unpaired surrogates.",
            param=param,
        )
