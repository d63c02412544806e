"""Secrets at rest: sealed by the installation's keys, or in clear where it has none.

A sealed text is ``fernet:`` and a Fernet token (AES-128-CBC and HMAC-SHA256;
https://github.com/fernet/spec). Several keys make rotation possible: the first seals, all open.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from kinora.errors import OutputError
from kinora.settings import Settings

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

SETTING = "KINORA_SECRET_KEYS"
_SEALED = "fernet:"


class Seal:
    """Seals and opens short texts."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Args:
        keys: 32 bytes each, in URL-safe base64; none: texts stay as they are.
        """
        self._ciphers = [_cipher(key) for key in keys]

    def close(self, text: str) -> str:
        """``text`` as it is to be stored."""
        if not self._ciphers:
            return text
        return _SEALED + self._ciphers[0].encrypt(text.encode()).decode()

    def open(self, stored: str) -> str:
        """The text of what is stored.

        Raises:
            OutputError: none of the keys fits.
        """
        if not stored.startswith(_SEALED):
            return stored
        for cipher in self._ciphers:
            if (text := _opened(cipher, stored)) is not None:
                return text
        raise OutputError(
            f"A sealed secret can't be opened: {SETTING} lacks the key that sealed it.",
            param=SETTING,
        )

    def is_current(self, stored: str) -> bool:
        """Whether `close` would store the text in this way, with this key."""
        if not self._ciphers or not stored.startswith(_SEALED):
            return not self._ciphers
        return _opened(self._ciphers[0], stored) is not None


def seal_of(settings: Settings) -> Seal:
    """The seal of this installation."""
    return _seal(tuple(key.get_secret_value() for key in settings.secret_keys))


@lru_cache(maxsize=4)
def _seal(keys: tuple[str, ...]) -> Seal:
    return Seal(keys)


def _cipher(key: str) -> Fernet:
    from cryptography.fernet import Fernet  # megabytes: only where something is sealed

    return Fernet(key)


def _opened(cipher: Fernet, stored: str) -> str | None:
    from cryptography.fernet import InvalidToken

    try:
        return cipher.decrypt(stored.removeprefix(_SEALED)).decode()
    except InvalidToken:
        return None
