"""Every error that Kinora raises on purpose.

The tree (an HTTP status and an exit code derive from it in `EXIT_CODES` alone)::

    KinoraError
    ├── InputError              what the caller gave can't be used; says what is allowed
    │   ├── PromptError         empty, endless, impossible times under ``strict``
    │   ├── ImageError          unreadable, corrupt, too large, of an unknown kind
    │   ├── DepthMapError       a depth map of the wrong shape or kind
    │   ├── SizeError           odd, too small or too large picture sizes
    │   ├── TimingError         seconds or fps outside the allowed range
    │   ├── PlanError           a plan file that isn't a valid ShotPlan
    │   ├── FieldError          a field of an API request; carries the wire's own code
    │   └── BodyError           a request body that is too large, too slow or not readable
    ├── MissingError            no such video, file, batch … (or somebody else's)
    ├── StateError              it exists, but can't do that now: not ready, failed, expired
    ├── AuthError               no key, a wrong or revoked one
    ├── ScopeError              the key may not do that
    ├── LimitError              rate, quota, or a full queue; says when to try again
    ├── NotSupportedError       understood, but no configured engine can do it (``strict`` only)
    ├── PolicyError             refused by policy: not a fault, and not to be retried
    ├── OutputError             the result can't be written: permission, full disk, missing folder
    └── EngineError             an engine or codec failed; a fault of ours or of the machine
        └── ModelError          a network's weights are missing, damaged, not to be had, or no use
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class KinoraError(Exception):
    """Base of the tree.

    Args:
        message: one sentence for the user: what was wrong and what is allowed.
        param: name of the parameter at fault, as the caller wrote it (``"size"``), or None.
        hint: optional second sentence: what to do next.
    """

    def __init__(self, message: str, *, param: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.hint = hint

    @property
    def code(self) -> str:
        """Stable machine name, e.g. ``image_error``."""
        name = type(self).__name__
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class InputError(KinoraError):
    """What the caller gave can't be used."""


class PromptError(InputError):
    """The prompt is empty, too long, or impossible under ``strict``."""


class ImageError(InputError):
    """The photo can't be read, is corrupt, too large, or not a picture."""


class DepthMapError(InputError):
    """The depth map has the wrong shape or kind."""


class SizeError(InputError):
    """The picture size is odd, too small or too large."""


class TimingError(InputError):
    """Seconds or frame rate lie outside the allowed range."""


class PlanError(InputError):
    """The plan isn't a valid ShotPlan."""


class FieldError(InputError):
    """A field of an API request can't be used.

    Args:
        message, param, hint: as for `KinoraError`.
        code: the wire's own word for it, e.g. ``invalid_value``, ``unknown_parameter``.
    """

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        hint: str | None = None,
        code: str = "invalid_value",
    ) -> None:
        super().__init__(message, param=param, hint=hint)
        self._code = code

    @property
    def code(self) -> str:
        """The wire's own word."""
        return self._code


class BodyError(InputError):
    """A request body is too large, too slow, or not in the form that its header says."""

    def __init__(self, message: str, *, status: int = 400, param: str | None = None) -> None:
        super().__init__(message, param=param)
        self.status = status  # 400, 408, 413 or 415


class MissingError(KinoraError):
    """There is no such thing, or it is somebody else's."""


class StateError(KinoraError):
    """It exists, but can't do that now.

    Args:
        message, param, hint: as for `KinoraError`.
        code: ``video_not_ready``, ``video_failed``, ``video_expired`` …
        gone: whether it answers 404 (its files are gone) and not 400.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        gone: bool = False,
        param: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, param=param, hint=hint)
        self._code = code
        self.gone = gone

    @property
    def code(self) -> str:
        """The wire's own word."""
        return self._code


class AuthError(KinoraError):
    """No key, a wrong or a revoked one."""


class ScopeError(KinoraError):
    """The key may not do that."""


class LimitError(KinoraError):
    """A rate, a quota or the queue is full.

    Args:
        message: which limit, and how large it is.
        code: ``rate_limit_exceeded``, ``insufficient_quota`` or ``queue_full``.
        retry_after: seconds until another try makes sense.
    """

    def __init__(self, message: str, *, code: str, retry_after: float) -> None:
        super().__init__(message)
        self._code = code
        self.retry_after = retry_after

    @property
    def code(self) -> str:
        """The wire's own word."""
        return self._code


class NotSupportedError(KinoraError):
    """Understood, but no configured engine can do it, and ``strict`` was asked for."""


class PolicyError(KinoraError):
    """Refused by policy.

    Args:
        message, param, hint: as for `KinoraError`.
        code: ``moderation_blocked``, ``third_party_similarity``, ``likeness_consent_required`` …
        records: what the checks said, as the audit log keeps it.
    """

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        hint: str | None = None,
        code: str = "moderation_blocked",
        records: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(message, param=param, hint=hint)
        self._code = code
        self.records = tuple(records)

    @property
    def code(self) -> str:
        """The wire's own word."""
        return self._code


class OutputError(KinoraError):
    """The result can't be written."""


class EngineError(KinoraError):
    """An engine or codec failed."""


class ModelError(EngineError):
    """A network's weights can't be fetched, aren't what they should be, or can't be run."""


#: Exit code of the command line per branch of the tree; the most specific class wins.
EXIT_CODES: dict[type[BaseException], int] = {
    InputError: 2,
    MissingError: 2,
    StateError: 2,
    NotSupportedError: 3,
    PolicyError: 4,
    AuthError: 4,
    ScopeError: 4,
    LimitError: 4,
    OutputError: 5,
    EngineError: 6,
    ModelError: 7,
    KinoraError: 1,
    KeyboardInterrupt: 130,
}


def exit_code(error: BaseException) -> int:
    """Exit code for ``error``: the entry of its nearest ancestor in `EXIT_CODES`, else 70."""
    for cls in type(error).__mro__:
        if cls in EXIT_CODES:
            return EXIT_CODES[cls]
    return 70
