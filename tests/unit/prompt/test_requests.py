"""Requests, exceptions and told lengths: what the plan and its report make of them."""

from __future__ import annotations

import pytest

from kinora.prompt import read_prompt, stated_moves
from kinora.types.looks import look_of


def moves(prompt: str) -> list[str]:
    return [
        f"{m.op} {m.direction}" if m.direction else m.op
        for m in stated_moves(read_prompt(prompt).plan)
    ]


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("Could you move closer to the dog?", ["dolly in"]),
        ("Please turn the camera to the left", ["pan left"]),
        ("Peux-tu reculer un peu la caméra, s'il te plaît ?", ["dolly out"]),
        ("Peux-tu déplacer la chaise vers la gauche ?", []),
        ("Could you turn the lamp down a little?", []),
        ("He turns the camera to the left.", []),
        ("Ne bouge surtout pas la caméra.", ["static"]),
        ("No camera movement apart from a gentle pan left", ["pan left"]),
        ("The camera doesn't zoom, it pushes in.", ["dolly in"]),
    ],
)
def test_requests_to_whoever_holds_the_camera(prompt: str, wanted: list[str]) -> None:
    assert moves(prompt) == wanted


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("The camera tilts toward the ceiling", ["tilt up"]),
        ("The camera tilts from the sky to her shoes", ["tilt down"]),
        ("Rack focus from the man in the background to the cup", ["rack_focus near"]),
    ],
)
def test_a_direction_told_by_where_the_move_leads(prompt: str, wanted: list[str]) -> None:
    assert moves(prompt) == wanted


def test_beats_longer_than_the_told_length_are_scaled_and_said() -> None:
    reading = read_prompt("static 2s then zoom in 3s, total duration 4s")
    assert [beat.seconds for beat in reading.plan.beats] == pytest.approx([1.6, 2.4])
    assert len(reading.report.conflicts) == 1


def test_a_told_length_that_the_caller_overrules_is_only_approximated() -> None:
    report = read_prompt("pan left, total duration 4s", seconds=6).report
    assert [item.request for item in report.approximated] == ["total duration 4s"]


def test_words_of_asking_are_no_part_of_the_picture() -> None:
    report = read_prompt("Could you please pan right?").report
    assert report.scene == report.ignored_text == ()


def test_a_number_may_leave_its_unit_out_after_one_that_told_it() -> None:
    plan = read_prompt("Pull back for 3 seconds, then stay there for 2.").plan
    assert [beat.seconds for beat in plan.beats] == pytest.approx([3, 2])


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ('She says "Good morning."', [("She", False)]),
        ('A narrator says "Once upon a time."', [(None, True)]),
        ('In voice-over: "It was a cold winter."', [(None, True)]),
        ('She whispers "come here", off-screen.', [("She", True)]),
        ("« Viens avec moi », dit-elle en voix off.", [(None, True)]),
        ("Un homme hors champ crie « Attention ! »", [("homme hors champ", True)]),
        ('He speaks over the radio: "Mayday, mayday."', [("He", True)]),
        (
            '"Hello there friend." A narrator says "The end is near."',
            [(None, False), (None, True)],
        ),
    ],
)
def test_who_says_a_line_and_whether_it_is_in_the_picture(
    prompt: str, wanted: list[tuple[str | None, bool]]
) -> None:
    lines = read_prompt(prompt).plan.dialogue
    assert [(line.speaker, line.off_screen) for line in lines] == wanted


@pytest.mark.parametrize(
    "words",
    ["replace the dog with a cat", "remplace le chien par un chat", "swap the hat for a crown"],
)
def test_one_thing_in_anothers_place_is_refused_at_first_too(words: str) -> None:
    (told,) = read_prompt(words).report.not_supported
    assert told.request == words


@pytest.mark.parametrize(
    "words", ["replace the music with birds", "replace rain with snow", "she replaces the old lamp"]
)
def test_what_a_clip_can_have_instead_is_not_refused(words: str) -> None:
    assert read_prompt(words).report.not_supported == ()


@pytest.mark.parametrize(
    "words",
    ["Silent film style", "style film muet", "silent film look, she blinks", "Style : film muet."],
)
def test_a_style_of_silent_films_is_black_and_white_and_mutes_nothing(words: str) -> None:
    plan = read_prompt(words).plan
    assert [look_of(note.text) for note in plan.style] == ["black_and_white"]
    assert plan.audio == ()


def test_a_silent_place_keeps_its_colours() -> None:
    notes = read_prompt("style : cinématographique, paysage muet").plan.style
    assert [look_of(note.text) for note in notes] == ["cinematic", None]


@pytest.mark.parametrize("words", ["silent film", "film muet", "push in, silent film"])
def test_a_silent_film_of_no_style_is_mute(words: str) -> None:
    assert [sound.kind for sound in read_prompt(words).plan.audio] == ["silence"]
