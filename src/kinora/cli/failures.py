"""Failures at the command line: one sentence, a hint, an exit code; no traceback unless asked."""

from __future__ import annotations

import json
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import typer

from kinora.errors import KinoraError, exit_code

UNEXPECTED = 70  # EX_SOFTWARE of sysexits.h
RESTART = 75  # EX_TEMPFAIL; `kinora.jobs.heartbeat` leaves with it
TERMINATED = 128 + signal.SIGTERM

#: What each exit code means; ``kinora --help`` and docs/command-line.md show this table.
EXIT_MEANINGS: dict[int, str] = {
    0: "done",
    1: "another error of Kinora",
    2: "the prompt, photo, depth map, plan, size or time can't be used",
    3: "--strict, and something asked for can't be done",
    4: "refused by policy",
    5: "the result can't be written",
    6: "an engine or codec failed",
    7: "a network's weights can't be fetched, are damaged or can't be run",
    UNEXPECTED: "a fault of Kinora: please report it",
    RESTART: "a worker that others hold for dead: start it again",
    130: "stopped with Ctrl-C; nothing was left behind",
    TERMINATED: "terminated; nothing was left behind",
}

_REPORT_IT = (
    "This is a fault of Kinora. Run the same command with --debug and report what it prints."
)


@contextmanager
def reported(*, debug: bool, as_json: bool) -> Iterator[None]:
    """Turn whatever is raised inside into a message and an exit code.

    Args:
        debug: print the traceback too.
        as_json: print ``{"error": …}`` to standard output, besides the message on standard error.

    Raises:
        typer.Exit: with the exit code of `EXIT_MEANINGS`.
    """
    previous = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    except KinoraError as error:
        _fail(error, error.message, hint=error.hint, debug=debug, as_json=as_json)
    except KeyboardInterrupt as error:
        _fail(error, "Stopped; nothing was left behind.", debug=debug, as_json=as_json)
    except BrokenPipeError:  # the reader of our output went away, as in `kinora plan … | head -1`
        raise
    except Exception as error:  # the outermost door: nothing above could word this better
        sentence = f"Unexpected {type(error).__name__}: {error}"
        _fail(error, sentence, hint=_REPORT_IT, debug=debug, as_json=as_json)
    finally:
        signal.signal(signal.SIGTERM, previous)


def _terminate(signum: int, frame: FrameType | None) -> NoReturn:
    # An exception, so that the encoder removes its unfinished file on the way out.
    sys.exit(TERMINATED)


def _fail(
    error: BaseException, message: str, *, hint: str | None = None, debug: bool, as_json: bool
) -> NoReturn:
    code = exit_code(error)
    if debug:
        typer.echo("".join(traceback.format_exception(error)), err=True)
    sentence = message if message.endswith((".", "!", "?")) else message + "."
    typer.secho(f"kinora: {sentence}", fg="red", err=True)
    if hint:
        typer.echo(hint, err=True)
    if as_json:
        machine = error.code if isinstance(error, KinoraError) else type(error).__name__
        param = error.param if isinstance(error, KinoraError) else None
        facts = {"code": machine, "message": message, "param": param, "hint": hint}
        echo_json({"error": {**facts, "exit_code": code}})
    raise typer.Exit(code) from error


def echo_json(value: object) -> None:
    """Print ``value`` to standard output as JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
