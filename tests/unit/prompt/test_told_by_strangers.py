"""What people write for a photo: sides, lists of what moves, moods, states, what must be told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kinora.prompt import read_prompt, revise
from kinora.prompt.words.lexicon import Hit, Table
from kinora.prompt.words.text import Token
from kinora.types.plan import ShotPlan


def _moving(words: str) -> list[str]:
    plan = read_prompt(words).plan
    return [element.what for beat in plan.beats for element in beat.elements]


def _after(first: str, words: str) -> ShotPlan:
    return revise(read_prompt(first).plan, words).plan


def _acts(words: str) -> list[str | None]:
    plan = read_prompt(words).plan
    return [action.kind for beat in plan.beats for action in beat.subjects]


@pytest.mark.parametrize(
    ("words", "side"),
    [
        ("clouds drift from left to right", "right"),
        ("clouds drift from right to left", "left"),
        ("les nuages défilent de gauche à droite", "right"),
        ("les nuages vont vers la gauche", "left"),
        ("la fumée monte toute droite", None),
    ],
)
def test_what_goes_from_side_to_side_goes_to_the_second(words: str, side: str | None) -> None:
    (element,) = (e for beat in read_prompt(words).plan.beats for e in beat.elements)
    assert element.direction == side


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("Animate only the water.", ["water"]),
        ("Animate the water only. No camera motion.", ["water"]),
        ("N'anime que les cheveux.", ["hair"]),
        ("anime juste le drapeau et les nuages", ["flag", "clouds"]),
        ("Fais couler la cascade et bouger un peu les arbres.", ["waterfall", "foliage"]),
        ("Animate the water, the clouds and the trees.", ["water", "clouds", "foliage"]),
        ("Anime l'eau, les nuages et les arbres.", ["water", "clouds", "foliage"]),
        ("the pool glistens", ["water"]),
        ("les rideaux respirent avec la brise", ["cloth"]),
        ("make her hair move a little", ["hair"]),
    ],
)
def test_what_an_order_brings_to_life(words: str, what: list[str]) -> None:
    assert _moving(words) == what
    assert not read_prompt(words).plan.style


@pytest.mark.parametrize(
    ("words", "acts"),
    [
        ("the woman sitting by the window blinks", ["blink"]),
        ("le chat dort, sa queue remue", ["wag tail"]),
        ("She turns a page of her book and smiles.", ["gesture", "smile"]),
        ("L'éléphant lève la trompe.", ["gesture"]),
        ("sa tête tourne à gauche", ["turn head"]),
        ("She laughs and throws her head back.", ["smile", "gesture"]),
        ("fais-la sourire et cligner des yeux", ["smile", "blink"]),
    ],
)
def test_what_somebody_does_is_told_and_how_they_are_is_not(words: str, acts: list[str]) -> None:
    assert _acts(words) == acts


@pytest.mark.parametrize("words", ["Two friends laugh.", "ils sourient tous les deux"])
def test_how_many_smile_is_not_how_often(words: str) -> None:
    (action,) = (a for beat in read_prompt(words).plan.beats for a in beat.subjects)
    assert action.times == 1


@pytest.mark.parametrize("words", ["Push in. Peaceful, intimate mood.", "Ambiance sereine."])
def test_a_mood_is_told_gently(words: str) -> None:
    reading = read_prompt(words)
    assert not reading.plan.style
    reasons = " ".join(item.reason or "" for item in reading.report.approximated)
    assert "mood" in reasons or "ambiance" in reasons


def test_a_style_takes_the_name_that_tells_which() -> None:
    said = [
        note.text for note in read_prompt("In the style of Wes Anderson: snap zoom.").plan.style
    ]
    assert said == ["In the style of Wes Anderson"]
    assert [n.text for n in read_prompt("Blade Runner vibe, rain.").plan.style] == [
        "Blade Runner vibe"
    ]
    assert not read_prompt("ambiance Blade Runner").plan.audio


def test_what_appears_leaves_the_light_before_it_be() -> None:
    for words in ("day turning into night and stars appearing",
                  "le jour devient nuit et les étoiles apparaissent"):  # fmt: skip
        reading = read_prompt(words)
        assert [cue.kind for cue in reading.plan.light] == ["day_to_night"]
        assert len(reading.report.not_supported) == 1


def test_an_angle_is_none_where_a_word_only_says_where() -> None:
    assert read_prompt("lights flickering overhead").plan.framing.angle is None
    reading = read_prompt("Travelling avant, contre-plongée.")
    assert [m.op for beat in reading.plan.beats for m in beat.camera] == ["dolly"]
    assert reading.plan.framing.angle == "low"


@pytest.mark.parametrize(
    ("words", "music"),
    [
        ("Léger grain de pellicule, piano mélancolique.", "piano"),
        ("A slow push in, melancholic cello.", "strings"),
        ("Slow push in, deep drums.", "drums"),
        ("Lent travelling avant, tambours graves.", "drums"),
    ],
)
def test_music_keeps_its_mood(words: str, music: str) -> None:
    reading = read_prompt(words)
    assert [cue.cue for cue in reading.plan.audio] == [music]
    assert not any("mood" in (item.reason or "") for item in reading.report.approximated)


def test_what_stands_beside_somebody_moves_and_not_the_camera() -> None:
    words = "Her hair blows, the sea behind her rolls in slow waves. Camera: slow pull back."
    assert _moving(words) == ["hair", "sea"]
    plan = read_prompt(words).plan
    assert [m.direction for beat in plan.beats for m in beat.camera] == ["out"]
    assert read_prompt("From behind her push in slowly").plan.beats[0].camera[0].direction == "in"


def test_who_speaks_a_line_is_not_told_twice() -> None:
    words = 'She says: "I never thought so." Camera pushes in while she speaks.'
    assert _acts(words) == []
    assert _acts("she speaks") == ["speak"]


@pytest.mark.parametrize("words", ["replace rain with snow", "remplace la pluie par de la neige"])
def test_one_weather_for_another(words: str) -> None:
    assert [air.kind for air in read_prompt(words).plan.atmosphere] == ["snow"]
    raining = (
        "Static shot, rain falling." if words.startswith("replace") else "Plan fixe, il pleut."
    )
    after = _after(raining, words)
    assert [air.kind for air in after.atmosphere] == ["snow"]
    assert not after.audio


@pytest.mark.parametrize(
    ("words", "hue", "target"),
    [
        ("the dress changes to red", "red", "the dress"),
        ("The woman stands still, her dress turns slowly blue.", "blue", "her dress"),
        ("la robe devient rouge et elle sourit", "red", "la robe"),
        ("les feuilles deviennent jaunes", "yellow", "les feuilles"),
    ],
)
def test_a_thing_that_turns_into_a_hue(words: str, hue: str, target: str) -> None:
    elements = [e for beat in read_prompt(words).plan.beats for e in beat.elements]
    assert [(e.what, e.colour, e.target) for e in elements] == [("recolour", hue, target)]
    assert any(item.reason for item in read_prompt(words).report.approximated)


@pytest.mark.parametrize(
    "words",
    ["the man turns white", "the screen turns left", "the light turns red", "her dress turns"],
)
def test_what_turns_otherwise_is_not_recoloured(words: str) -> None:
    assert "recolour" not in _moving(words)


def test_a_neon_sign_swings_or_flickers() -> None:
    assert _moving("the neon sign swings") == _moving("l'enseigne au néon se balance")
    assert _moving("the neon sign swings") == ["pendulum"]
    assert _moving("the neon sign flickers") == ["lights"]


def test_who_goes_on_to_wink_is_known() -> None:
    plan = read_prompt("elle sourit et fait un clin d'œil").plan
    assert [(a.who, a.kind) for b in plan.beats for a in b.subjects] == [
        ("elle", "smile"), ("elle", "wink"),
    ]  # fmt: skip


def test_remixes_turn_things_round_and_count() -> None:
    for first, words in (
        ("Static shot, clouds drift left.", "make the clouds go the other way"),
        ("Plan fixe, les nuages vont vers la gauche.", "inverse le sens des nuages"),
    ):
        (element,) = _after(first, words).beats[0].elements
        assert element.direction == "right"
    for first, words in (
        ("the cat blinks twice", "only one blink please"),
        ("le chat cligne deux fois", "un seul clignement"),
        ("the cat blinks twice", "blinks only once"),
    ):
        (action,) = _after(first, words).beats[0].subjects
        assert action.times == 1
    more = _after("the cat blinks at 1 s", "one more blink at 3 s")
    assert len(more.beats[0].subjects) == 2


def test_remixes_drop_a_hold_and_tell_a_length() -> None:
    after = _after("Tilt up over 3 s, then hold 2 s.", "drop the hold")
    assert [beat.camera[0].op for beat in after.beats] == ["tilt"]
    assert after.duration == 3.0
    assert _after("Orbit left in 4 seconds", "6 seconds instead of 4").duration == 6.0


def test_remixes_keep_the_rest_without_a_word() -> None:
    first = "Portrait d'un homme, orbite à droite, il pleut."
    after = _after(first, "enlève la pluie, garde tout le reste")
    assert not after.constraints
    assert not after.audio
    assert not after.atmosphere
    shaky = _after("Handheld push in", "less shaky, everything else stays").beats[0].camera[0]
    assert shaky.op == "handheld"
    assert shaky.amount is not None
    assert shaky.amount.value < 0.3


@pytest.mark.parametrize("item", ["rain, ", "a dog barks and "])
def test_long_lists_are_looked_up_in_proportion(item: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    look_up = Table.longest

    def counted(self: Table, tokens: Sequence[Token], at: int) -> Hit | None:
        nonlocal asked
        asked += 1
        return look_up(self, tokens, at)

    monkeypatch.setattr(Table, "longest", counted)
    read_prompt(item * 100)
    few, asked = asked, 0
    read_prompt(item * 400)
    assert asked < 4.5 * few
    assert asked < 40 * 400 * len(item.split())


@pytest.mark.parametrize(
    ("words", "acts"),
    [
        ("The owls blink and turn their heads slightly", ["blink", "turn head"]),
        ("The wolves blink", ["blink"]),
        ("The poodle nods", ["nod"]),
        ("les hiboux tournent la tête", ["turn head"]),
        ("le caniche cligne des yeux", ["blink"]),
        ("the camera cranes up over the roofs", []),
    ],
)
def test_animals_act_alone_or_many(words: str, acts: list[str]) -> None:
    assert _acts(words) == acts


@pytest.mark.parametrize(
    "words", ["the pines sway", "the hedges rustle", "les sapins ondulent", "les saules ondulent"]
)
def test_trees_are_known_by_their_kind(words: str) -> None:
    assert _moving(words) == ["foliage"]
