"""Words with two senses: the light beside the camera, what turns, what is softened."""

from __future__ import annotations

import pytest

from kinora.prompt.reading import read_prompt
from kinora.prompt.remix.revision import revise
from kinora.prompt.remix.things import same_thing
from kinora.types.plan import ShotPlan


def plan(words: str) -> ShotPlan:
    return read_prompt(words, seconds=4).plan


def ops(words: str) -> list[str]:
    moves = [move for beat in plan(words).beats for move in beat.camera]
    return [move.op for move in moves if move.evidence is not None]


def lights(words: str) -> list[tuple[str, str | None]]:
    return [(item.kind, item.to) for item in plan(words).light]


def changes(base: str, words: str) -> list[tuple[str | None, str | None]]:
    read = read_prompt(base, seconds=4)
    revised = revise(read.plan, words, report=read.report)
    return [(change.before, change.after) for change in revised.report.changes]


@pytest.mark.parametrize(
    ("words", "op", "light"),
    [
        ("pan at night", "pan", "night"),
        ("pan with natural light", "pan", "soft"),
        ("orbit in soft light", "orbit", "soft"),
        ("orbit with natural light", "orbit", "soft"),
        ("orbit in golden light", "orbit", "golden_hour"),
        ("the camera turns at night", "pan", "night"),
        ("la caméra tourne à contre-jour", "pan", "backlight"),
    ],
)
def test_a_move_is_heard_beside_the_light(words: str, op: str, light: str) -> None:
    assert (ops(words), lights(words)) == ([op], [(light, None)])


@pytest.mark.parametrize(
    ("words", "light"),
    [
        ("the light fades", "dims"),
        ("the light slowly fades", "dims"),
        ("the lights fade away", "dims"),
        ("daylight fades", "dims"),
        ("sunlight fades", "dims"),
        ("the lights dim", "dims"),
        ("the light fades to black", "fade_black"),
    ],
)
def test_a_light_that_fades_dims(words: str, light: str) -> None:
    assert lights(words) == [(light, None)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("the camera turns to the sunset", ("sunset", None)),
        ("the drone goes into the sunset", ("sunset", None)),
        ("she turns to the sunset", ("sunset", None)),
        ("la caméra tourne vers le coucher de soleil", ("sunset", None)),
        ("the camera turns at night", ("night", None)),
        ("turning at night", ("night", None)),
        ("he turns into the night", ("night", None)),
        ("every night becomes a day of rest", ("night", None)),
        ("it slowly turns to night", ("day_to_night", None)),
        ("the sky darkens and turns to night", ("day_to_night", None)),
        ("the scene fades into night", ("day_to_night", None)),
        ("le ciel vire au coucher de soleil", ("day", "sunset")),
        ("night becomes day", ("night", "day")),
    ],
)
def test_only_the_light_turns_into_a_light(words: str, found: tuple[str, str | None]) -> None:
    assert lights(words) == [found]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("from sunrise until sunset", ("sunrise", "sunset")),
        ("golden hour until night", ("golden_hour", "night")),
        ("from dusk till dawn", ("blue_hour", "sunrise")),
        ("de l'aube jusqu'à la nuit", ("sunrise", "night")),
        ("pan left until night", ("day_to_night", None)),
    ],
)
def test_a_light_lasts_until_another(words: str, found: tuple[str, str | None]) -> None:
    assert lights(words) == [found]


@pytest.mark.parametrize(
    ("base", "words", "found"),
    [
        ("pan left", "calm music", [(None, "calm music")]),
        ("pan left", "calm piano music", [(None, "calm piano music")]),
        ("pan left", "calm sea", [(None, "sea")]),
        ("pan left", "calm waves", [(None, "waves")]),
        ("pan left", "calm wind", [(None, "wind")]),
        ("pan left", "tone: warm", [(None, "warm")]),
        ("pan left", "adoucis la lumière", [(None, "adoucis la lumière")]),
        ("pan left", "calm", []),
        ("pan left", "calme", []),
        ("pan left", "tone", []),
        ("pan left", "tone it down", [("pan left, 5°", "pan left, 3.35°")]),
        ("pan left", "calm the camera", [("pan left, 5°", "pan left, 3.35°")]),
        ("pan left, the sea moves", "calm down the waves", [("sea", "sea, amount 0.335")]),
        ("pan left, the sea moves", "calm the waves down", [("sea", "sea, amount 0.335")]),
        (
            "pan left, piano music",
            "tone down the music",
            [("piano music, at its usual level", "piano music, soft")],
        ),
    ],
)
def test_what_is_calmed(base: str, words: str, found: list[tuple[str | None, str | None]]) -> None:
    assert changes(base, words) == found


def test_a_softer_light_is_soft() -> None:
    assert [light.kind for light in revise(plan("pan left"), "soften the light").plan.light] == [
        "soft"
    ]


@pytest.mark.parametrize("words", ["tone down the frobnicator", "calm the frobnicator"])
def test_words_without_meaning_have_no_blank_before_them(words: str) -> None:
    ignored = revise(plan("pan left"), words).report.ignored_text
    assert [text.text for text in ignored] == ["the frobnicator"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("the car must not be red", [("avoid", "red")]),
        ("the text must not be blurry", [("avoid", "blurry")]),
        ("people should not be added", [("avoid", "people")]),
        ("there must not be any wind", [("avoid", "any wind")]),
        ("le texte ne doit pas être flou", [("avoid", "flou")]),
        ("she must stay calm", []),
        ("the dog should stay in frame", []),
        ("the house must stay", [("keep", "the house")]),
        ("the house must stay in place", [("keep", "the house")]),
        ("la maison doit rester", [("keep", "la maison")]),
        ("the face should not be changed", [("keep", "the face")]),
        ("the sky must never change", [("keep", "the sky")]),
        ("the logo should not move", [("keep", "the logo")]),
        ("le logo ne doit pas changer", [("keep", "le logo")]),
        ("leave the sky as it is and pan left", [("keep", "the sky")]),
        (
            "leave the sky as it is and the sea unchanged",
            [("keep", "the sky"), ("keep", "the sea")],
        ),
    ],
)
def test_what_must_be_and_what_must_not(words: str, found: list[tuple[str, str]]) -> None:
    assert [(item.kind, item.what) for item in plan(words).constraints] == found


def recoloured(words: str) -> list[tuple[str | None, str | None]]:
    elements = [item for beat in plan(words).beats for item in beat.elements]
    return [(item.target, item.colour) for item in elements if item.what == "recolour"]


@pytest.mark.parametrize(
    "words",
    [
        "laisse le ciel comme il est et peins la mer en vert",
        "laisse le ciel tel quel et peins la mer en vert",
    ],
)
def test_one_thing_stays_and_another_is_painted(words: str) -> None:
    assert [(item.kind, item.what) for item in plan(words).constraints] == [("keep", "le ciel")]
    assert recoloured(words) == [("la mer", "green")]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("the video should be black and white", []),
        ("the music should be blue", []),
        ("the camera should be white balanced", []),
        ("the shot should be red hot", []),
        ("the iron should be red hot", []),
        ("the clip should be black at the end", []),
        ("the car should be yellow", [("the car", "yellow")]),
        ("the car should be red at the end", [("the car", "red")]),
        ("the picture frame should be red", [("the picture frame", "red")]),
        ("la voiture doit être jaune", [("la voiture", "yellow")]),
    ],
)
def test_only_things_are_to_have_a_hue(
    words: str, found: list[tuple[str | None, str | None]]
) -> None:
    assert recoloured(words) == found


def test_a_video_without_hues_is_a_style() -> None:
    words = "the video should be black and white"
    assert [style.text for style in plan(words).style] == ["black and white"]
    assert changes("pan left", words) == [(None, "black and white")]


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("the car", "the car door", False),
        ("her hair", "her hair ribbon", False),
        ("the house", "the wall of the house", False),
        ("her hair", "his hair", False),
        ("her red dress", "his dress", False),
        ("the woman's dress", "his dress", False),
        ("the woman's dress", "the man's dress", False),
        ("la voiture", "la porte de la voiture", False),
        ("the red car", "the green car", False),
        ("the car", "the red car", True),
        ("the big car", "the car", True),
        ("her dress", "the dress", True),
        ("her dress", "the woman's dress", True),
        ("the door", "the car door", True),
        ("the dress of the woman", "her dress", True),
        ("la voiture", "la grande voiture rouge", True),
    ],
)
def test_names_of_one_thing(first: str, second: str, *, found: bool) -> None:
    assert same_thing(first, second) is found
    assert same_thing(second, first) is found


def test_a_door_in_another_hue_leaves_the_car() -> None:
    made = revise(plan("static, make the car blue"), "make the car door red").plan
    told = [(item.target, item.colour) for beat in made.beats for item in beat.elements]
    assert told == [("the car", "blue"), ("the car door", "red")]


@pytest.mark.parametrize(
    ("base", "words", "found"),
    [
        (
            "static. Audio: thunder",
            "move the thunder to 3 s",
            [("thunder, where it fits", "thunder, at 3 s")],
        ),
        (
            "static, she blinks at 1 s",
            "move the blink to 3 s",
            [("she blinks, at 1 s", "she blinks, at 3 s")],
        ),
        ("static, she blinks at 1 s", "put the blink at 9 s", []),
        ("static, she blinks at 1 s", "put the blink at 4 s", []),
        ("static. Audio: thunder", "move the thunder to 9 s", []),
        ("static, lightning at 1 s", "move the lightning to 9 s", []),
    ],
)
def test_moments_move_within_the_clip(
    base: str, words: str, found: list[tuple[str | None, str | None]]
) -> None:
    assert changes(base, words) == found


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("put the blink at 9 s", "the clip ends at 4 s"),
        ("mets le clignement à 9,5 s", "le clip finit à 4 s"),
    ],
)
def test_a_moment_past_the_end_is_refused(words: str, reason: str) -> None:
    base = "static, she blinks at 1 s" if "put" in words else "fixe, elle cligne des yeux à 1 s"
    (refused,) = revise(plan(base), words).report.not_supported
    assert (refused.request, refused.reason) == (words, reason)
    assert "4 s" in (refused.how_to_get_it or "")


def acting(words: str) -> list[str]:
    return [item.kind for beat in plan(words).beats for item in beat.subjects]


def moving(words: str) -> list[str]:
    return [item.what for beat in plan(words).beats for item in beat.elements]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("make her look younger", []),
        ("make her look like a queen", []),
        ("make it look like a painting", []),
        ("make her look very old", []),
        ("make the dog look like a wolf", []),
        ("make her look", ["look"]),
        ("make her look left", ["look"]),
        ("make her look slowly to the right", ["look"]),
        ("make her look at the camera", ["look"]),
        ("make her look away and smile", ["look", "smile"]),
    ],
)
def test_who_looks_like_something_looks_nowhere(words: str, found: list[str]) -> None:
    assert acting(words) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("clip fixe de 3 s puis zoom de 2 s", [("static", 3.0), ("zoom", 2.0)]),
        ("clip statique de 3 s, puis zoom avant de 2 s", [("static", 3.0), ("zoom", 2.0)]),
        ("vidéo immobile de 3 s puis panoramique de 2 s", [("static", 3.0), ("pan", 2.0)]),
        ("clip fixe de 4 s", [("static", 4.0)]),
    ],
)
def test_a_still_clip_lasts_before_it_moves(words: str, found: list[tuple[str, float]]) -> None:
    beats = read_prompt(words).plan.beats
    assert [(move.op, beat.seconds) for beat in beats for move in beat.camera] == found


@pytest.mark.parametrize(
    ("words", "things", "acts"),
    [
        ("the blind man moves", [], ["gesture"]),
        ("movie star turns", [], ["turn head"]),
        ("rock star moves", [], ["gesture"]),
        ("the star of the show turns", [], []),
        ("a fan waves", [], []),
        ("a fan runs", [], []),
        ("lily looks left", [], []),
        ("poppy turns her head", [], []),
        ("the sky moves closer as the camera cranes up", [], []),
        ("the stars twinkle", ["lights"], []),
        ("the star twinkles", ["lights"], []),
        ("the fan spins", ["wheel"], []),
        ("the blinds move", ["cloth"], []),
        ("the lily sways", ["foliage"], []),
        ("the flower head sways", ["foliage"], []),
        ("the sky moves", ["clouds"], []),
    ],
)
def test_a_noun_that_names_somebody_is_no_thing(
    words: str, things: list[str], acts: list[str]
) -> None:
    assert (moving(words), acting(words)) == (things, acts)


@pytest.mark.parametrize(
    ("words", "things", "acts"),
    [
        ("the chest rises and falls as she breathes", [], ["breathe"]),
        ("she breathes, her chest rises", [], ["breathe"]),
        ("her chest rises and falls", [], ["breathe"]),
        ("she breathes, he breathes", [], ["breathe", "breathe"]),
        ("the waterfall falls and water pours", ["waterfall"], []),
        ("the waterfall flows while the water cascades", ["waterfall"], []),
    ],
)
def test_one_motion_is_told_once(words: str, things: list[str], acts: list[str]) -> None:
    assert (moving(words), acting(words)) == (things, acts)


@pytest.mark.parametrize("prompt", ["soft light rays through haze", "static, warm sun rays"])
def test_soft_light_rays_are_rays(prompt: str) -> None:
    assert [cue.kind for cue in read_prompt(prompt).plan.light] == ["rays"]
