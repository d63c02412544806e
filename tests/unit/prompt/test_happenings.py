"""Words for what happens in the picture: gestures, their amounts and times, weather, angles."""

from __future__ import annotations

import pytest

from kinora.prompt import read_prompt, revise
from kinora.types.plan import SubjectAction
from kinora.weather import flashes

FLAGSHIP = (
    "Animate this portrait into a subtle cinematic 6-second clip: slow camera push forward (approx "
    "6 degrees), soft parallax on background, tiny head turn, warm early-evening lighting. No "
    "added characters."
)
FLAGSHIP_FR = (
    "Anime ce portrait en un clip cinématographique subtil de 6 secondes : lent travelling avant "
    "(environ 6 degrés), légère parallaxe sur l'arrière-plan, minuscule rotation de la tête, "
    "lumière chaude de début de soirée. Aucun personnage ajouté."
)


def actions(prompt: str) -> list[SubjectAction]:
    return [act for beat in read_prompt(prompt).plan.beats for act in beat.subjects]


@pytest.mark.parametrize("prompt", [FLAGSHIP, FLAGSHIP_FR])
def test_the_portrait_sentence_is_read_whole(prompt: str) -> None:
    read = read_prompt(prompt)
    plan = read.plan
    assert plan.duration == 6.0
    dolly, parallax = plan.beats[0].camera
    assert (dolly.op, dolly.direction, parallax.op) == ("dolly", "in", "parallax")
    assert dolly.amount is not None
    assert dolly.amount.value == pytest.approx(13.36, abs=0.01)
    (turn,) = actions(prompt)
    assert (turn.kind, turn.size) == ("turn head", 0.3)
    assert [cue.kind for cue in plan.light] == ["golden_hour"]
    assert [constraint.kind for constraint in plan.constraints] == ["avoid"]
    assert len(plan.style) == 1
    assert not read.report.ignored_text


@pytest.mark.parametrize(
    ("prompt", "kinds"),
    [
        ("static, she blinks twice and smiles faintly", ["blink", "smile"]),
        ("plan fixe, elle cligne des yeux, hoche la tête, respire", ["blink", "nod", "breathe"]),
        ("static, a slow blink", ["blink"]),
        ("plan fixe, un léger sourire", ["smile"]),
    ],
)
def test_one_being_does_several_things(prompt: str, kinds: list[str]) -> None:
    assert [act.kind for act in actions(prompt)] == kinds


def test_amounts_sides_and_times_of_actions() -> None:
    (turn,) = actions("static, she turns her head 10 degrees to the left at 2 s")
    assert turn.amount is not None
    assert (turn.amount.value, turn.direction, turn.at) == (10.0, "left", 2.0)
    (blink,) = actions("static, she blinks twice")
    assert blink.times == 2


def test_words_of_size_tell_how_thick_the_weather_is() -> None:
    heavy, usual, light = (
        read_prompt(f"static, {words}").plan.atmosphere[0].density
        for words in ("heavy rain", "rain", "light rain")
    )
    assert heavy > usual > light


def test_a_head_that_turns_after_a_camera_move_is_no_pan() -> None:
    plan = read_prompt("Travelling avant. Elle tourne la tête à gauche.", seconds=4).plan
    assert [move.op for beat in plan.beats for move in beat.camera] == ["dolly"]
    assert [act.kind for beat in plan.beats for act in beat.subjects] == ["turn head"]


def test_petals_and_head_turns_move_no_camera() -> None:
    read = read_prompt("static camera, drifting petals, a tiny head turn")
    assert [move.op for beat in read.plan.beats for move in beat.camera] == ["static"]
    assert [item.kind for item in read.plan.atmosphere] == ["petals"]


@pytest.mark.parametrize(
    ("words", "target", "colour"),
    [
        ("make the sky orange", "the sky", "orange"),
        ("rends la mer dorée", "la mer", "gold"),
        ("make the red hat blue", "the red hat", "blue"),
        ("rends le chapeau rouge bleu", "le chapeau rouge", "blue"),
        ("peins la voiture rouge en vert", "la voiture rouge", "green"),
    ],
)
def test_a_part_is_recoloured_at_once_or_by_an_edit(words: str, target: str, colour: str) -> None:
    base = read_prompt("pan left", seconds=4).plan
    for plan in (read_prompt(words).plan, revise(base, words).plan):
        (element,) = [element for beat in plan.beats for element in beat.elements]
        assert (element.what, element.target, element.colour) == ("recolour", target, colour)


@pytest.mark.parametrize(
    ("words", "target", "colour"),
    [
        ("static, recolour the red car green", "the red car", "green"),
        ("static, change the colour of the hat to blue", "the hat", "blue"),
        ("static, change the hat from red to blue", "the hat", "blue"),
        ("plan fixe, change la voiture rouge en vert", "la voiture rouge", "green"),
        ("plan fixe, mets le ciel en orange", "le ciel", "orange"),
    ],
)
def test_orders_that_recolour_tell_what_and_which_hue(words: str, target: str, colour: str) -> None:
    (element,) = read_prompt(words).plan.beats[0].elements
    assert (element.what, element.target, element.colour) == ("recolour", target, colour)


@pytest.mark.parametrize(
    "words",
    [
        "static, make her red dress flow",
        "static, change the lighting to gold",
        "static, turn the camera to the blue door",
    ],
)
def test_a_hue_that_tells_which_thing_recolours_nothing(words: str) -> None:
    elements = [e.what for beat in read_prompt(words).plan.beats for e in beat.elements]
    assert "recolour" not in elements


@pytest.mark.parametrize(
    ("words", "kind", "to"),
    [
        ("static, golden hour to blue hour", "golden_hour", "blue_hour"),
        ("static, sunset turns to night", "sunset", "night"),
        ("plan fixe, de l'heure dorée à l'heure bleue", "golden_hour", "blue_hour"),
    ],
)
def test_one_light_becomes_another(words: str, kind: str, to: str) -> None:
    assert [(cue.kind, cue.to) for cue in read_prompt(words).plan.light] == [(kind, to)]
    apart = read_prompt("static, golden hour, then night").plan.light
    assert [cue.to for cue in apart] == [None, None]


@pytest.mark.parametrize(
    ("words", "elements", "weather"),
    [
        ("plan fixe, les vagues déferlent", ["waves"], []),
        ("the leaves rustle in the breeze", ["foliage"], []),
        ("plan fixe, il pleut", [], ["rain"]),
        ("waves crashing, gulls crying", [], []),
    ],
)
def test_what_sentences_tell_is_seen_as_well_as_heard(
    words: str, elements: list[str], weather: list[str]
) -> None:
    plan = read_prompt(words).plan
    assert plan.audio
    assert [e.what for beat in plan.beats for e in beat.elements] == elements
    assert [item.kind for item in plan.atmosphere] == weather


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("static, the hanging basket sways", "pendulum"),
        ("plan fixe, le panier suspendu se balance", "pendulum"),
        ("static, the lanterns sway", "lamp"),
        ("plan fixe, la télé clignote", "screen"),
        ("static, the reflections shimmer", "water"),
        ("plan fixe, les reflets ondulent", "water"),
        ("plan fixe, les volets battent", "door"),
    ],
)
def test_things_that_hang_flicker_and_mirror(words: str, what: str) -> None:
    assert what in [e.what for beat in read_prompt(words).plan.beats for e in beat.elements]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("static, the exposure ramps up", "brightens"),
        ("static, the exposure ramps down", "dims"),
        ("plan fixe, l'exposition augmente", "brightens"),
        ("plan fixe, le jour devient nuit", "day_to_night"),
        ("plan fixe, la lumière du soleil vacille", "flicker"),
        ("plan fixe, température de couleur plus chaude", "warm"),
    ],
)
def test_words_for_changing_light(words: str, kind: str) -> None:
    assert [cue.kind for cue in read_prompt(words).plan.light] == [kind]


def test_a_light_beside_a_camera_move_is_seen_and_one_among_sounds_heard() -> None:
    plan = read_prompt("travelling avant, il pleut, nuit").plan
    assert [cue.kind for cue in plan.light] == ["night"]
    assert [cue.cue for cue in plan.audio] == ["rain"]
    assert read_prompt("nuit, grillons, hibou").plan.light == ()


@pytest.mark.parametrize(
    "words", ["she turns her head 10 degrees to the left", "elle tourne la tête de 10° à gauche"]
)
def test_no_words_of_an_angle_are_left_over(words: str) -> None:
    report = read_prompt(words).report
    assert (report.scene, report.ignored_text) == ((), ())


def test_blinks_are_told_in_their_order() -> None:
    report = read_prompt("static camera, she blinks twice, at 1 s and at 2 s").report
    assert [i.item for i in report.items() if i.item] == ["camera-1", "subject-1", "subject-2"]


def test_a_gaze_shifts_in_french_too() -> None:
    (act,) = actions("plan fixe, son regard glisse vers la droite")
    assert (act.kind, act.direction) == ("look", "right")


def test_a_silent_film_is_a_style_and_what_does_not_bark_is_not_heard() -> None:
    assert read_prompt("silent film style, push in").plan.audio == ()
    assert read_prompt("a dog, not barking").plan.audio == ()


def test_an_edit_adds_a_blink_at_its_time() -> None:
    base = read_prompt("static camera, she blinks at 1 s", seconds=4).plan
    plan = revise(base, "add a blink at 2 s").plan
    assert sorted(act.at or 0.0 for beat in plan.beats for act in beat.subjects) == [1.0, 2.0]


@pytest.mark.parametrize("words", ["the screen flickers", "l'écran scintille"])
def test_a_screen_that_flickers_is_no_light_over_the_whole_picture(words: str) -> None:
    plan = read_prompt(words).plan
    assert [element.what for beat in plan.beats for element in beat.elements] == ["screen"]
    assert plan.light == ()


def test_the_time_of_a_blink_or_a_flash_is_no_time_of_the_camera() -> None:
    plan = read_prompt("slow push in, she blinks at 1 s, lightning at 2 s").plan
    assert [[move.op for move in beat.camera] for beat in plan.beats] == [["dolly"]]
    assert [act.at for act in plan.beats[0].subjects] == [1.0]
    assert [(cue.kind, cue.t0) for cue in plan.light] == [("lightning", 2.0)]
    turns = read_prompt("pan left, at 2 s tilt up").plan
    assert [beat.t0 for beat in turns.beats] == [0.0, 2.0]


@pytest.mark.parametrize(
    "prompt",
    [
        "she blinks at 1 s and 3 s",
        "static camera, she blinks twice, at 1 s and at 3 s",
        "elle cligne des yeux à 1 s et à 3 s",
    ],
)
def test_a_blink_at_each_moment_that_is_told(prompt: str) -> None:
    plan = read_prompt(prompt, seconds=5).plan
    assert [(act.at, act.times) for act in plan.beats[0].subjects] == [(1.0, 1), (3.0, 1)]
    assert len(plan.beats) == 1


def test_moments_go_on_in_a_list_and_stretches_stay_stretches() -> None:
    assert [act.at for act in actions("blink at 1s, 2.5s and 4s")] == [1.0, 2.5, 4.0]
    assert [cue.t0 for cue in read_prompt("lightning at 1 s and 3 s").plan.light] == [1.0, 3.0]
    beats = read_prompt("pan left between 1 s and 3 s", seconds=5).plan.beats
    assert [beat.t0 for beat in beats] == [0.0, 1.0, 3.0]


@pytest.mark.parametrize(
    "prompt",
    [
        "She blinks, at 2 s the camera pans left.",
        "She blinks, at 1 s pan left, at 3 s zoom in.",
        "Elle cligne des yeux, à 2 s panoramique à gauche.",
    ],
)
def test_a_moment_of_what_follows_is_not_one_of_what_is_before(prompt: str) -> None:
    plan = read_prompt(prompt).plan
    assert [act.at for beat in plan.beats for act in beat.subjects] == [None]


def test_lightning_strikes_when_it_is_told_to() -> None:
    assert flashes(3, 0.0, 4.0, told=[2.0, None, 9.0]) == (2.0,)
    assert flashes(3, 0.0, 4.0, told=[None]) == flashes(3, 0.0, 4.0)


@pytest.mark.parametrize(
    ("prompt", "who"),
    [
        ("Elle dit « Bonjour à tous » puis cligne des yeux.", "Elle"),
        ('She says "hello" then blinks.', "She"),
    ],
)
def test_who_spoke_goes_on_to_act(prompt: str, who: str) -> None:
    assert [(act.who, act.kind) for act in actions(prompt)] == [(who, "blink")]


def test_lightning_is_no_speed_of_the_camera() -> None:
    plan = read_prompt("un éclair à 2 s, travelling avant").plan
    assert [(cue.kind, cue.t0) for cue in plan.light] == [("lightning", 2.0)]
    (move,) = plan.beats[0].camera
    assert (move.op, move.speed) == ("dolly", "normal")


@pytest.mark.parametrize(
    ("prompt", "what"),
    [("flickering screen", ["screen"]), ("The traffic lights flicker.", ["lights"]),
     ("The lights flicker.", [])],
)  # fmt: skip
def test_a_thing_that_flickers_does_so_alone(prompt: str, what: list[str]) -> None:
    plan = read_prompt(prompt).plan
    assert [item.what for beat in plan.beats for item in beat.elements] == what
    assert [cue.kind for cue in plan.light] == ([] if what else ["flicker"])
