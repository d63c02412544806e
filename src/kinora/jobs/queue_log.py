"""What the queue's library has to say: in our log, and without alarm where there is none."""

from __future__ import annotations

import logging

import structlog

LIBRARY = "dbos"
#: By name, for the library doesn't export it: were it renamed, tracebacks would come back.
_CANCELLED = "DBOSAwaitedWorkflowCancelledError"

_log = structlog.get_logger(__name__)


class _Cancels(logging.Filter):
    """A job that was cancelled while it ran is a line of ours, not an error with a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if type(error).__name__ != _CANCELLED:
            return True
        _log.info("job_cancelled", job=getattr(error, "workflow_id", None))
        return False


def join_logs() -> None:
    """Send the library's lines where all others go, once; its own handler writes no JSON."""
    logger = logging.getLogger(LIBRARY)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    logger.propagate = True
    if not any(isinstance(known, _Cancels) for known in logger.filters):
        logger.addFilter(_Cancels())
