"""Identifiers, shaped as clients know them."""

from __future__ import annotations

import hashlib
import secrets


def new_id(prefix: str, *, digits: int = 32) -> str:
    """``prefix`` and random hexadecimal digits: ``video_`` has 48 of them, others 32."""
    return f"{prefix}{secrets.token_hex(digits // 2)}"


def video_id() -> str:
    """``video_`` and 48 hexadecimal digits."""
    return new_id("video_", digits=48)


def derived_id(prefix: str, *parts: str) -> str:
    """The same id for the same parts: for events and deliveries that may be repeated."""
    return f"{prefix}{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"
