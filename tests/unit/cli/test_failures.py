from __future__ import annotations

import json
import signal

import pytest
import typer

from kinora.cli.failures import EXIT_MEANINGS, RESTART, reported
from kinora.errors import (
    EngineError,
    KinoraError,
    ModelError,
    NotSupportedError,
    OutputError,
    PolicyError,
    SizeError,
)
from kinora.jobs.heartbeat import DECLARED_DEAD


def _code_of(error: BaseException, *, debug: bool = False, as_json: bool = False) -> int:
    with pytest.raises(typer.Exit) as caught, reported(debug=debug, as_json=as_json):
        raise error
    return caught.value.exit_code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SizeError("bad"), 2),
        (NotSupportedError("bad"), 3),
        (PolicyError("bad"), 4),
        (OutputError("bad"), 5),
        (EngineError("bad"), 6),
        (ModelError("bad"), 7),
        (KinoraError("bad"), 1),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("by zero"), 70),
    ],
)
def test_each_error_has_its_exit_code(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _code_of(error) == code
    assert code in EXIT_MEANINGS
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err


def test_a_fenced_worker_leaves_with_a_documented_code() -> None:
    assert DECLARED_DEAD == RESTART in EXIT_MEANINGS


def test_a_message_is_a_sentence_with_its_hint(capsys: pytest.CaptureFixture[str]) -> None:
    _code_of(SizeError("641x480 is odd", hint="Try 640x480."))
    assert capsys.readouterr().err == "kinora: 641x480 is odd.\nTry 640x480.\n"


def test_an_unexpected_error_asks_for_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    _code_of(ZeroDivisionError("by zero"))
    err = capsys.readouterr().err
    assert "ZeroDivisionError: by zero" in err
    assert "--debug" in err


def test_debug_prints_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert _code_of(ZeroDivisionError("by zero"), debug=True) == 70
    assert "Traceback" in capsys.readouterr().err


def test_an_error_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    _code_of(SizeError("odd", param="size"), as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "error": {
            "code": "size_error",
            "message": "odd",
            "param": "size",
            "hint": None,
            "exit_code": 2,
        }
    }


def test_a_broken_pipe_and_a_success_pass_through() -> None:
    with pytest.raises(BrokenPipeError), reported(debug=False, as_json=False):
        raise BrokenPipeError
    with reported(debug=False, as_json=False):
        pass


def test_the_signal_handler_is_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with reported(debug=False, as_json=False):
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
