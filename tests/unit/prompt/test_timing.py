"""Times as worded become exact beats."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kinora.errors import PromptError, TimingError
from kinora.prompt import read_prompt
from kinora.prompt.words.text import fold
from kinora.prompt.words.timing import find_times

EXAMPLES = [
    (
        "static start 0.5 s, dolly in 2 s, hold 1 s, pan left 1.5 s",
        "static .5, dolly in 2, static 1, pan left 1.5",
    ),
    (
        "départ fixe 0,5 s, travelling avant 2 s, maintien 1 s, panoramique gauche 1,5 s",
        "static .5, dolly in 2, static 1, pan left 1.5",
    ),
    (
        "Tempo: 0.5s still; then slow push-in over 3 seconds (15%), pause 0.5s, tilt up 10 degrees "
        "in 1s.",
        "static .5, dolly in 3, static .5, tilt up 1",
    ),
    (
        "Rythme : plan fixe pendant 1 seconde, puis travelling latéral vers la droite pendant 2,5 "
        "secondes, puis arrêt 0,5 s.",
        "static 1, truck right 2.5, static .5",
    ),
    (
        "[0.0-1.0s] locked-off. [1.0-3.5s] orbit left 20 degrees. [3.5-4.0s] hold.",
        "static 1, orbit left 2.5, static .5",
    ),
    (
        "0-2 s : zoom avant lent ; 2-4 s : orbite de 30° vers la gauche ; 4-5 s : caméra fixe",
        "zoom in 2, orbit left 2, static 1",
    ),
    (
        "Hold the first second, then crane up for 3s, ending on a 1s hold",
        "static 1, crane up 3, static 1",
    ),
    ("(0s) static (1.5s) dolly out (4s) end", "static 1.5, dolly out 2.5"),
    ("static: 1s; dolly in: 2s; static: 1s", "static 1, dolly in 2, static 1"),
    ("fixe : 1 s ; travelling avant : 2 s", "static 1, dolly in 2"),
    ("Quick 0.3s whip left, 0.7s settle", "whip left .3, static .7"),
    ("for the first half we push in, for the remaining half we hold", "dolly in 2, static 2"),
    ("push in for 3/4 of the clip, then hold", "dolly in 3, static 1"),
    ("0s: static, 1.5s: pan left, 4s: end", "static 1.5, pan left 2.5"),
    ("t=0 to t=2: pan right; t=2 to t=3: pause", "pan right 2, static 1"),
    ("Zoom arrière 3 s, repos d'une demi-seconde", "zoom out 3, static .5"),
    ("first half: dolly out; second half: pan right (8 s)", "dolly out 4, pan right 4"),
    ("2s dolly zoom, 1s whip pan right, 1s static", "dolly_zoom 2, whip right 1, static 1"),
    (
        "travelling compensé 2 s, panoramique filé à droite 0,5 s, plan fixe 1,5 s",
        "dolly_zoom 2, whip right .5, static 1.5",
    ),
    (
        "00:00-00:02 wide static shot; 00:02-00:05 slow truck left; 00:05-00:08 push in",
        "static 2, truck left 3, dolly in 3",
    ),
    (
        "De 0 à 2 secondes la caméra reste fixe, de 2 à 5 secondes elle recule lentement.",
        "static 2, dolly out 3",
    ),
    ("push in, then pan left", "dolly in 2, pan left 2"),
    ("0-1 s pan left, 2-3 s pan right", "pan left 1, static 1, pan right 1"),
    ("pan left and tilt up over 2 s", "pan left + tilt up 2"),
    ("hold 1 s, then push in", "static 1, dolly in 3"),
    ("whip pan left 0.5 s", "whip left .5, static .5"),
]  # fmt: skip


def beats(prompt: str, seconds: float | None = None) -> str:
    plan = read_prompt(prompt, seconds=seconds).plan
    told = []
    for beat in plan.beats:
        moves = [f"{m.op} {m.direction}" if m.direction else m.op for m in beat.camera]
        told.append(f"{' + '.join(moves)} {beat.seconds:.4g}".replace(" 0.", " ."))
    return ", ".join(told)


@pytest.mark.parametrize(("prompt", "expected"), EXAMPLES)
def test_worded_times_become_beats(prompt: str, expected: str) -> None:
    assert beats(prompt) == expected


@pytest.mark.parametrize(
    "text",
    ["shot on 35mm", "24 fps", "in 4k", "in her 20s", "the 1980s", "16:9", "at 7:30 pm",
     "a second pan to the left", "une seconde fois", "1920x1080"],
)  # fmt: skip
def test_numbers_that_are_no_times(text: str) -> None:
    assert find_times(fold(text).text, french="une" in text) == []


def test_beats_longer_than_the_clip_are_scaled_and_reported() -> None:
    prompt = "static 2 s, push in 6 s"
    assert beats(prompt, 4) == "static 1, dolly in 3"
    report = read_prompt(prompt, seconds=4).report
    assert "8 s" in report.conflicts[0].text
    with pytest.raises(PromptError, match="8 s"):
        read_prompt(prompt, seconds=4, strict=True)


def test_lengths_shorter_than_the_clip_are_stretched_and_reported_but_not_refused() -> None:
    read = read_prompt("static 1 s, push in 1 s", seconds=4, strict=True)
    assert [b.seconds for b in read.plan.beats] == [2, 2]
    assert read.report.conflicts


def test_clock_times_shorter_than_the_clip_are_kept_and_held() -> None:
    assert beats("0-1 s pan left, 1-2 s push in", 4) == "pan left 1, dolly in 1, static 2"


def test_untimed_moves_take_the_time_that_is_left() -> None:
    assert beats("hold 1 s, then push in, then pan left", 5) == "static 1, dolly in 2, pan left 2"


@pytest.mark.parametrize("prompt", ["pan left -2 s", "pan left 0 s", "3-1 s pan left"])
def test_impossible_times_are_reported_and_refused_when_strict(prompt: str) -> None:
    assert read_prompt(prompt).report.conflicts
    with pytest.raises(PromptError, match="impossible"):
        read_prompt(prompt, strict=True)


def test_overlapping_ranges_are_reported() -> None:
    report = read_prompt("0-3 s: pan left; 2-4 s: push in").report
    assert any("2 s" in note.text for note in report.conflicts)


def test_an_anchor_past_the_end_is_scaled_into_the_clip() -> None:
    read = read_prompt("at 9 s pan left", seconds=4)
    assert read.plan.duration == 4
    assert read.report.conflicts


def test_a_prompt_longer_than_the_longest_clip_is_scaled_to_it() -> None:
    read = read_prompt("push in for 10 minutes")
    assert read.plan.duration == 120
    assert read.report.conflicts


@pytest.mark.parametrize("seconds", [0, 0.5, 121, float("nan"), float("inf")])
def test_seconds_outside_the_range_are_refused(seconds: float) -> None:
    with pytest.raises(TimingError, match="1 to 120"):
        read_prompt("pan left", seconds=seconds)


def test_seconds_may_be_a_fraction() -> None:
    assert read_prompt("pan left", seconds=Fraction(10, 3)).plan.duration == pytest.approx(10 / 3)


def test_the_length_that_the_prompt_names_is_reported() -> None:
    report = read_prompt("An 8-second clip: push in, then hold.").report
    assert any(i.done == "a clip of 8 s" for i in report.understood)


def test_a_time_never_cuts_a_number() -> None:
    text = "for 2 seconds, then for 1.0<"
    marks = find_times(text, french=False)
    assert [text[m.first : m.last] for m in marks] == ["for 2 seconds"]


def test_stamps_in_brackets_are_on_the_clock() -> None:
    plan = read_prompt("[00:00] locked shot, rain [00:02] slow push in [00:05] end").plan
    assert [float(beat.seconds) for beat in plan.beats] == [2, 3]
