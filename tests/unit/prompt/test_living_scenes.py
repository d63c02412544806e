"""What moves, glows and stays, told as people tell it."""

from __future__ import annotations

import pytest

from kinora.prompt import read_prompt, revise
from kinora.types.plan import ShotPlan


def plan(words: str) -> ShotPlan:
    return read_prompt(words).plan


def moving(words: str) -> list[tuple[str, str | None]]:
    return [(item.what, item.direction) for beat in plan(words).beats for item in beat.elements]


def acts(words: str) -> list[str | None]:
    return [item.kind for beat in plan(words).beats for item in beat.subjects]


def lights(words: str) -> list[tuple[str, str | None]]:
    return [(item.kind, item.to) for item in plan(words).light]


def kept(words: str) -> list[str]:
    return [item.what for item in plan(words).constraints if item.kind == "keep"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("her hair and dress blow in a strong wind", [("hair", None), ("cloth", None)]),
        ("ses cheveux et sa robe volent au vent", [("hair", None), ("cloth", None)]),
        ("portrait, cheveux au vent", [("hair", None)]),
        ("a wheat field in a gusty wind", [("foliage", None)]),
        ("smoke pours from the chimney and drifts left", [("smoke", "left")]),
        ("storm clouds racing left", [("clouds", "left")]),
        ("un ciel d'orage qui défile", [("clouds", None)]),
        ("the sky turns grey", []),
        ("bicycle wheel spins", [("wheel", None)]),
        ("the windmill's blades turn", [("wheel", None)]),
        ("locked-off on the waterfall, water pouring down", [("waterfall", None)]),
        ("water pours into the glass", [("water", None)]),
        ("static, the flag flutters", [("flag", None)]),
        ("flag snapping in the wind, slow push in", [("flag", None)]),
        ("the stream babbles over the stones", [("river", None)]),
        ("the old barn door creaks open to the left", [("door", "left")]),
        ("crickets, waves, a door creaks", []),
        ("the engine roars", []),
        ("she hears the waves crash", []),
        ("let the clouds drift to the right", [("clouds", "right")]),
        ("fais défiler les nuages vers la droite", [("clouds", "right")]),
        ("the trees may move but keep the house still", [("foliage", None)]),
        ("only the sea may move", [("sea", None)]),
        ("the ripples glitter", [("water", None)]),
        ("half-speed waves, ultra slow motion", [("waves", None)]),
        (
            "les nuages filent vers la gauche, le lac frissonne",
            [("clouds", "left"), ("water", None)],
        ),
        ("keep the text on the shirt untouched", []),
        ("le feu vert clignote", [("lights", None)]),
        ("le feu clignote", [("lights", None)]),
        ("l'enseigne de la pharmacie clignote", [("lights", None)]),
        ("l'enseigne se balance", [("pendulum", None)]),
        ("the sign blinks", [("lights", None)]),
        ("the old sign sways", [("pendulum", None)]),
        ("the sign glows, no sign of rain", []),
    ],
)
def test_things_move(words: str, found: list[tuple[str, str | None]]) -> None:
    assert moving(words) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("turn her head 5 degrees to the left", ["turn head"]),
        ("tourne la tête vers la gauche", ["turn head"]),
        ("make her blink twice", ["blink"]),
        ("fais-la cligner des yeux", ["blink"]),
        ("make grandpa nod and tilt his head", ["nod", "tilt head"]),
        ("the parrots tilt their heads and blink", ["tilt head", "blink"]),
        ("les perroquets penchent la tête et clignent des yeux", ["tilt head", "blink"]),
        ("her eyes close briefly at 2 s", ["blink"]),
        ("her eyes are closed", []),
        ("cat asleep: chest rising", ["breathe"]),
        ("ear flick at 1 s and again at 3 s", ["twitch ear", "twitch ear"]),
        ("l'oreille tressaille à 1 s et encore à 3 s", ["twitch ear", "twitch ear"]),
        ("le cheval fouette de la queue", ["wag tail"]),
        ("the sign blinks", []),
        ("she winks", ["wink"]),
        ("he gives us a cheeky wink", ["wink"]),
        ("she smiles, then winks", ["smile", "wink"]),
        ("a wink at 1 s and at 3 s", ["wink", "wink"]),
        ("elle fait un clin d'œil à la caméra", ["wink"]),
        ("un clin d'œil complice", ["wink"]),
        ("she must stay calm", ["calm"]),
        ("elle doit rester calme", ["calm"]),
        ("il reste calme et cligne des yeux", ["calm", "blink"]),
        ("il reste assis", []),  # as the photo shows him
    ],
)
def test_beings_act(words: str, found: list[str]) -> None:
    assert acts(words) == found


@pytest.mark.parametrize(
    ("words", "eye"),
    [
        ("she winks with her left eye", "left"),
        ("she winks and looks left", None),
        ("elle fait un clin d'œil de l'œil gauche", "left"),
    ],
)
def test_a_wink_is_of_the_eye_that_is_named(words: str, eye: str | None) -> None:
    wink = plan(words).beats[0].subjects[0]
    assert (wink.kind, wink.direction) == ("wink", eye)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("le jour devient couvert", [("day", "overcast")]),
        ("bright day turns overcast", [("day", "overcast")]),
        ("the sky clouds over", [("day", "overcast")]),
        ("le ciel se couvre", [("day", "overcast")]),
        ("overcast at first, then the sun comes out", [("overcast", "day")]),
        ("d'abord couvert, puis le soleil perce", [("overcast", "day")]),
        ("golden hour fades into blue hour", [("golden_hour", "blue_hour")]),
        ("blue hour warms up into sunrise", [("blue_hour", "sunrise")]),
        ("city lights at dusk; then night falls", [("blue_hour", "night")]),
        ("sunrise: the scene goes from night to warm morning", [("night", "sunrise")]),
        ("it turns to night", [("day_to_night", None)]),
        ("the light dims until it is night", [("day_to_night", None)]),
        ("la lumière baisse jusqu'à la nuit", [("day_to_night", None)]),
        ("turn it to night", [("night", None)]),
        ("moonlit night", [("night", None)]),
        ("le temps est couvert", []),
        ("poussières dans le rayon de soleil", [("rays", None)]),
        ("travelling avant, éclair à 1 s", [("lightning", None)]),
        ("zoom éclair sur la porte", []),
    ],
)
def test_lights_give_way(words: str, found: list[tuple[str, str | None]]) -> None:
    assert lights(words) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("leave the people, the sky exactly as they are", ["the people, the sky"]),
        ("laissez les gens, le bateau et le ciel tels quels", ["les gens, le bateau et le ciel"]),
        ("keep her face unchanged and make the sky orange", ["her face unchanged"]),
        ("la maison doit rester immobile", ["la maison"]),
        ("the house must stay still", ["the house"]),
        ("the logo stays the same", ["the logo"]),
        ("ne touche pas au texte", ["au texte"]),
        ("ne modifiez ni les visages ni les inscriptions", ["les visages ni les inscriptions"]),
        ("laisse le filigrane comme il est", ["le filigrane"]),
        ("let the clouds drift", []),
    ],
)  # fmt: skip
def test_things_are_kept(words: str, found: list[str]) -> None:
    assert kept(words) == found


def test_rain_beside_what_is_seen_and_heard_is_seen() -> None:
    made = plan("L'enseigne au néon grésille, pluie sur la rue, travelling latéral gauche")
    assert [air.kind for air in made.atmosphere] == ["rain"]


def test_shutters_that_swing_play_no_jazz() -> None:
    assert plan("the shutters swing gently in the breeze").audio == ()


@pytest.mark.parametrize(
    ("base", "words", "changes"),
    [
        (
            "static, she blinks at 1 s",
            "move the blink to 2.5 s",
            [("she blinks, at 1 s", "she blinks, at 2.5 s")],
        ),
        (
            "travelling avant, éclair à 1 s",
            "décale l'éclair à 2,5 secondes",
            [("éclair, à 1 s", "éclair, à 2,5 s")],
        ),
        ("static, fireflies", "twice as many fireflies", [("fireflies", "fireflies, density 0.8")]),
        (
            "plan fixe, le bateau tangue",
            "le bateau doit moins tanguer",
            [("bateau", "bateau, intensité 0,333")],
        ),
        (
            "static, clouds drift left",
            "let the clouds drift to the right instead",
            [("clouds left", "clouds right")],
        ),
        (
            "she turns her head 8 degrees to the left",
            "turn her head only 4 degrees",
            [("she turns her head, 8°", "she turns her head, 4°")],
        ),
        ("plan fixe, les vagues déferlent", "au ralenti", [(None, "au ralenti")]),
        (
            "plan fixe, les vagues déferlent",
            "des vagues plus fortes",
            [("vagues", "vagues, intensité 0,75")],
        ),
        (
            "static, make the red car green",
            "the car should be yellow instead",
            [("the red car: green", "the red car: yellow")],
        ),
        (
            "static, the curtain billows",
            "calm the curtain down",
            [("cloth", "cloth, amount 0.335")],
        ),
        (
            "static, the curtain billows",
            "play it in reverse",
            [(None, "play it in reverse")],
        ),
    ],
)
def test_a_remix_changes_one_leaf(
    base: str, words: str, changes: list[tuple[str | None, str]]
) -> None:
    reading = revise(plan(base), words)
    assert [(c.before, c.after) for c in reading.report.changes] == changes
    assert reading.report.ignored_text == ()


def test_a_french_clip_of_some_kind_has_a_length() -> None:
    reading = read_prompt("un clip cinématographique subtil de 6 secondes : travelling avant")
    assert reading.plan.duration == 6
    assert "un clip de 6 s" in [item.done for item in reading.report.understood]


@pytest.mark.parametrize(
    ("words", "kind", "strength"),
    [
        ("static, soft light", "soft", 0.75),
        ("static, sunset light", "sunset", 0.75),
        ("de la nuit au petit matin", "night", 0.75),
        ("a subtle vignette", "vignette", 0.375),
    ],
)
def test_a_light_is_as_strong_as_words_beside_it_say(
    words: str, kind: str, strength: float
) -> None:
    (light,) = plan(words).light
    assert (light.kind, light.strength) == (kind, strength)


@pytest.mark.parametrize(
    "words",
    [
        "the traffic light changes",
        "the traffic lights turn red",
        "the traffic light changes to red",
        "the light changes to red",
        "the light turns green",
        "at the crossing the lights turn green",
        "the stoplight changes from red to green",
        "le feu passe au vert",
        "le feu tricolore passe au rouge",
        "le feu rouge devient vert",
    ],
)
def test_a_traffic_light_that_changes_is_no_mood_and_no_fire(words: str) -> None:
    assert lights(words) == [("signal", None)]
    assert moving(words) == []


@pytest.mark.parametrize(
    ("words", "found", "lit"),
    [
        ("the light changes", [], [("change", None)]),
        ("the light turns golden", [], [("day", "golden_hour")]),
        ("the light slowly turns orange", [], [("day", "warm")]),
        ("the light gets warmer", [], [("day", "warm")]),
        ("sunset, the light turns red", [("light", None)], [("sunset", None)]),
        ("the lights turn green", [("light", None)], []),
        ("the traffic lights blink", [("lights", None)], []),
        ("le feu tricolore clignote", [("lights", None)], []),
        ("le feu crépite dans la cheminée", [("fire", None)], []),
    ],
)
def test_other_lights_are_read_as_before(
    words: str, found: list[tuple[str, None]], lit: list[tuple[str, None]]
) -> None:
    assert (moving(words), lights(words)) == (found, lit)
