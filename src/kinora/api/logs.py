"""Log lines on standard error: JSON, or coloured where somebody watches.

Tracebacks are written without local variables, which may hold prompts and keys.
"""

from __future__ import annotations

import contextlib
import logging
import sys

import structlog
from structlog.typing import Processor


def set_up_logs() -> None:
    """Make our lines and those of libraries (from WARNING on) look alike."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.StackInfoRenderer(),
    ]
    watched = sys.stderr.isatty()
    tail: list[Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if watched
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, *tail],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(_StandardError()),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *tail],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


class _StandardError:
    """What standard error is at the moment; on a full disk a line is lost, not the work."""

    def write(self, text: str) -> None:
        """Write, if that works."""
        with contextlib.suppress(OSError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """Flush, if that works."""
        with contextlib.suppress(OSError):
            sys.stderr.flush()
