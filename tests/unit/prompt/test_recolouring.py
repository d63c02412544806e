"""Orders that recolour a part of the picture, and sentences that only tell of a colour."""

from __future__ import annotations

import pytest

from kinora.living.light.recolour import HUES
from kinora.prompt import read_prompt, stated_moves


def recoloured(words: str) -> list[tuple[str | None, str | None]]:
    """Target and hue of everything that a prompt recolours."""
    elements = [e for beat in read_prompt(words).plan.beats for e in beat.elements]
    return [(e.target, e.colour) for e in elements if e.what == "recolour"]


@pytest.mark.parametrize(
    "words",
    [
        "un homme passe devant la femme en rouge",
        "une voiture passe devant la maison en bleu",
        "passe devant la femme en rouge",
        "elle change de robe en noir",
        "change de robe en noir",
        "people change trains in black",
        "change trains in black",
        "the clouds change slowly to red",
        "change slowly to red",
        "elle change la robe rouge en vert",
        "il passe la voiture en vert",
        "turn toward the woman in red",
    ],
)
def test_what_is_only_told_recolours_nothing(words: str) -> None:
    assert recoloured(words) == []


def test_a_car_that_passes_something_blue_still_passes_and_is_heard() -> None:
    plan = read_prompt("une voiture passe devant la maison en bleu").plan
    assert [e.what for beat in plan.beats for e in beat.elements] == ["vehicle"]
    assert [cue.cue for cue in plan.audio] == ["car_pass"]


@pytest.mark.parametrize(
    ("words", "target", "colour"),
    [
        ("passe le ciel en orange", "le ciel", "orange"),
        ("plan fixe, change la voiture rouge en vert", "la voiture rouge", "green"),
        ("can you change the hat to blue please", "the hat", "blue"),
        ("zoom in and change the sky to orange", "the sky", "orange"),
        ("i want you to change the sky to red", "the sky", "red"),
        ("s'il te plaît change le ciel en rouge", "le ciel", "red"),
        ("recolorie la voiture en rouge", "la voiture", "red"),
    ],
)
def test_an_order_to_change_begins_its_clause(words: str, target: str, colour: str) -> None:
    assert recoloured(words) == [(target, colour)]


@pytest.mark.parametrize(
    ("words", "target", "colour"),
    [
        ("make the hat blue please", "the hat", "blue"),
        ("make the hat blue today", "the hat", "blue"),
        ("make the sky orange tonight", "the sky", "orange"),
        ("make the sky orange everywhere", "the sky", "orange"),
        ("make the sky orange throughout", "the sky", "orange"),
        ("make the sky orange colour", "the sky", "orange"),
        ("make the sky a red colour", "the sky", "red"),
        ("make the sky light blue", "the sky", "blue"),
        ("make the sky look orange", "the sky", "orange"),
        ("make the water a bit more turquoise", "the water", "turquoise"),
        ("turn the sky a soft pink and keep the rest", "the sky", "pink"),
        ("make the car blue-green", "the car", "blue"),
        ("turn her hat red please", "her hat", "red"),
        ("rends le ciel rose vif", "le ciel", "pink"),
        ("rends le ciel bleu clair", "le ciel", "blue"),
        ("rends le ciel rose pâle", "le ciel", "pink"),
        ("rends le ciel rose s'il te plaît", "le ciel", "pink"),
        ("rends le ciel orange comme au couchant", "le ciel", "orange"),
    ],
)
def test_words_behind_a_hue_change_no_order(words: str, target: str, colour: str) -> None:
    assert recoloured(words) == [(target, colour)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("make the big red car faster", []),
        ("make the red-haired woman smile", []),
        ("make the woman in red smile", []),
        ("make the leaves fall on blue rocks", []),
        ("make the red and white hat blue", [("the red and white hat", "blue")]),
        ("make the red car in the back green", [("the red car in the back", "green")]),
    ],
)
def test_a_hue_names_where_a_verb_or_another_hue_follows(
    words: str, found: list[tuple[str, str]]
) -> None:
    assert recoloured(words) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("make this car blue", [("this car", "blue")]),
        ("make the traffic light red", [("the traffic light", "red")]),
        ("make the light blue car red", [("the light blue car", "red")]),
        ("make the colours of the sky orange", [("the sky", "orange")]),
        ("make the car's colour red", [("the car's colour", "red")]),
        ("change the colour to blue", []),
        ("make it blue", []),
        ("make it moody and blue", []),
        ("make this blue", []),
        ("change this to blue", []),
        ("make the light blue", []),
        ("make the morning light golden", []),
        ("make the light of the sky pink", []),
        ("rends la lumière du salon rose", []),
    ],
)
def test_the_last_word_tells_whether_a_thing_or_the_light_is_meant(
    words: str, found: list[tuple[str, str]]
) -> None:
    assert recoloured(words) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("make the hat blue and the scarf red", [("the hat", "blue"), ("the scarf", "red")]),
        (
            "rends le ciel orange et la voiture verte",
            [("le ciel", "orange"), ("la voiture", "green")],
        ),
        (
            "mets la robe de la femme en rouge et l'herbe en doré",
            [("la robe de la femme", "red"), ("l'herbe", "gold")],
        ),
        (
            "make the sky orange and make the grass gold",
            [("the sky", "orange"), ("the grass", "gold")],
        ),
        ("make the sky orange and the car drives into the red", [("the sky", "orange")]),
        ("make the sky orange and the clouds drift", [("the sky", "orange")]),
    ],
)
def test_what_and_joins_shares_the_order(words: str, found: list[tuple[str, str]]) -> None:
    assert recoloured(words) == found


@pytest.mark.parametrize(
    ("words", "target", "colour"),
    [
        ("peins le chapeau rouge de la femme en bleu", "le chapeau rouge de la femme", "blue"),
        ("peins la porte jaune de la maison en vert", "la porte jaune de la maison", "green"),
        ("paint the red door of the house into blue", "the red door of the house", "blue"),
        ("plan fixe, passe le ciel en orange", "le ciel", "orange"),
        ("travelling avant, puis passe la voiture rouge en vert", "la voiture rouge", "green"),
        ("the car should be yellow", "the car", "yellow"),
        ("la voiture doit être jaune", "la voiture", "yellow"),
    ],
)
def test_the_new_hue_is_the_one_that_is_asked_for(words: str, target: str, colour: str) -> None:
    assert recoloured(words) == [(target, colour)]


@pytest.mark.parametrize(
    ("words", "moves"),
    [
        ("plan fixe, passe le ciel en orange", ["static"]),
        ("passe le ciel en orange, panoramique gauche", ["pan"]),
        ("turn the camera to the red door", ["pan"]),
        ("passe devant la maison rouge", ["truck"]),
    ],
)
def test_an_order_for_a_hue_moves_no_camera(words: str, moves: list[str]) -> None:
    assert [move.op for move in stated_moves(read_prompt(words).plan)] == moves


@pytest.mark.parametrize(
    ("words", "target", "colour"),
    [
        ("plan fixe, le ciel passe à l'orange", "le ciel", "orange"),
        ("le ciel se teinte de rose", "le ciel", "pink"),
        ("the sky slowly turns red", "the sky", "red"),
    ],
)
def test_a_sky_that_turns_has_its_hue_all_along(words: str, target: str, colour: str) -> None:
    read = read_prompt(words)
    (item,) = [item for beat in read.plan.beats for item in beat.elements]
    assert (item.what, item.target, item.colour) == ("recolour", target, colour)
    (told,) = [line for line in read.report.approximated if line.item == item.id]
    assert told.reason


@pytest.mark.parametrize("words", ["the sky turns grey", "the sky is orange", "the sky turns dark"])
def test_weather_and_what_is_so_already_recolour_no_sky(words: str) -> None:
    assert recoloured(words) == []


@pytest.mark.parametrize(
    ("words", "target", "colour"),
    [
        ("rends ses cheveux roux", "ses cheveux", "ginger"),
        ("teins ses cheveux en blond", "ses cheveux", "blond"),
        ("make her hair auburn", "her hair", "auburn"),
        ("make the dress navy blue", "the dress", "navy"),
        ("mets la robe en bordeaux", "la robe", "burgundy"),
        ("rends la veste bleu marine", "la veste", "navy"),
    ],
)
def test_hues_of_hair_and_clothes(words: str, target: str, colour: str) -> None:
    assert recoloured(words) == [(target, colour)]
    assert colour in HUES
