"""Every word of a prompt is told in one place of the report, and the words a move used are its."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kinora.prompt import read_prompt
from kinora.types.report import Report


def _spans(report: Report) -> list[tuple[int, int]]:
    told = [item.span for item in report.items() if item.span is not None]
    return sorted(told + [piece.span for piece in (*report.scene, *report.ignored_text)])


@pytest.mark.parametrize(
    "prompt",
    [
        "Slow crane up, revealing the huge canyon behind them. Epic.",
        "A red dune. Slow push in past the wreck, dust. Very smooth.",
        "Panote 10° à droite et zoome x1,2 en même temps",
        "Dériver à gauche et zoomer lentement à la fois, 5 s",
        "Nothing moves except the curtain; camera bolted down.",
        "[00:00-00:02] Market stalls, pan right. [00:02-00:04] Push in on the saffron.",
        "Push in while panning left, then return to the start",
    ],
)
def test_no_word_is_told_twice(prompt: str) -> None:
    spans = _spans(read_prompt(prompt).report)
    assert all(a[1] <= b[0] for a, b in pairwise(spans)), spans


@pytest.mark.parametrize(
    "prompt",
    [
        "Handheld, following the fox, nervous and fast.",
        "I'd like a slow, barely noticeable dolly toward the door please",
        "Slide to the right, about a tenth of the frame, very slowly.",
        "The camera drifts to the right, about ten percent of the frame.",
        "Slow motorized slider move, left to right",
        "Gentle forward dolly toward the typewriter",
        "Give me a whip pan left",
        "La caméra dérive vers la droite, d'environ dix pour cent, très lentement.",
        "Tout tremble : la caméra vibre violemment.",
    ],
)
def test_words_that_a_move_used_are_no_scene(prompt: str) -> None:
    report = read_prompt(prompt).report
    assert not report.scene
    assert not report.ignored_text


@pytest.mark.parametrize(
    ("prompt", "amounts"),
    [
        ("Panote 10° à droite et zoome x1,2 en même temps", [10.0, 1.2]),
        ("pan 10° left and zoom in 1.3x", [10.0, 1.3]),
        ("slide to the right, about a tenth of the frame", [10.0]),
        ("slide left by a quarter of the frame", [25.0]),
        ("glisse vers la droite, un dixième du cadre", [10.0]),
        ("push in half the distance", [50.0]),
    ],
)
def test_amounts_go_to_the_move_whose_words_hold_them(prompt: str, amounts: list[float]) -> None:
    moves = [move for beat in read_prompt(prompt).plan.beats for move in beat.camera]
    assert [move.amount.value for move in moves if move.amount is not None] == amounts


def test_what_a_move_shows_is_scene() -> None:
    report = read_prompt("La caméra recule et découvre la place du village.").report
    assert [piece.text for piece in report.scene] == ["la place du village"]
    assert not report.ignored_text
