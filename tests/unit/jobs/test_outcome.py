from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kinora.jobs.outcome import read_ended
from kinora.jobs.supervisor import Ended


def ended(**changes: Any) -> Ended:
    values: dict[str, Any] = {"how": "exited", "returncode": 0, "error": None, "stderr": ""}
    return Ended(**{**values, **changes})


def error(branch: str, code: str = "some_error") -> dict[str, Any]:
    return {"branch": branch, "code": code, "message": "In /secret: no.", "param": None}


@pytest.mark.parametrize(
    ("branch", "code", "told"),
    [
        ("input", "some_error", "In /secret: no."),  # Kinora's own words on what was asked for
        ("unsupported", "some_error", "In /secret: no."),
        ("policy", "moderation_blocked", "In /secret: no."),  # an unknown code of its own
        ("output", "render_failed", None),
        ("engine", "render_failed", None),
        ("fault", "render_failed", None),
        ("something new", "render_failed", None),
    ],
)
def test_a_failure_has_a_code_and_faults_of_ours_tell_nothing(
    tmp_path: Path, branch: str, code: str, told: str | None
) -> None:
    outcome = read_ended(
        ended(returncode=2, error=error(branch)), tmp_path / "result.json", timeout=5
    )
    assert outcome is not None
    assert (outcome["status"], outcome["code"]) == ("failed", code)
    assert outcome["message"] == told if told else "secret" not in (outcome["message"] or "")


def test_a_refusal_has_the_code_and_the_form_that_requests_are_refused_with(
    tmp_path: Path,
) -> None:
    said = {"branch": "input", "code": "image_error", "message": "the picture is cut off"}
    outcome = read_ended(ended(returncode=2, error=said), tmp_path / "result.json", timeout=5)
    assert outcome is not None
    assert outcome["code"] == "invalid_image_file"
    assert outcome["message"] == "The picture is cut off."
    said = {"branch": "unsupported", "code": "not_supported_error", "message": "Not supported."}
    outcome = read_ended(ended(returncode=3, error=said), tmp_path / "result.json", timeout=5)
    assert outcome is not None
    assert (outcome["code"], outcome["message"]) == ("not_supported", "Not supported.")


def test_a_result_is_read(tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    result.write_text('{"size": "64x64"}')
    outcome = read_ended(ended(), result, timeout=5)
    assert outcome is not None
    assert (outcome["status"], outcome["made"]) == ("made", {"size": "64x64"})


@pytest.mark.parametrize("returncode", [-9, -11, 1, 143, 0])
def test_an_end_without_a_word_is_a_crash(tmp_path: Path, returncode: int) -> None:
    assert read_ended(ended(returncode=returncode), tmp_path / "result.json", timeout=5) is None


def test_a_result_of_a_child_that_crashed_afterwards_isnt_trusted(tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    result.write_text("{}")
    assert read_ended(ended(returncode=-11), result, timeout=5) is None


def test_a_timeout_says_how_long_is_allowed(tmp_path: Path) -> None:
    outcome = read_ended(ended(how="timeout", returncode=-9), tmp_path / "r", timeout=90)
    assert outcome is not None
    assert outcome["code"] == "timeout"
    assert "90 seconds" in (outcome["message"] or "")


def test_a_withdrawn_video_has_no_failure(tmp_path: Path) -> None:
    outcome = read_ended(ended(how="withdrawn", returncode=-9), tmp_path / "r", timeout=90)
    assert outcome is not None
    assert (outcome["status"], outcome["code"]) == ("withdrawn", None)
