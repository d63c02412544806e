"""Only what is named changes, in English and in French."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinora.errors import PromptError
from kinora.prompt import describe, read_prompt, revise
from kinora.types.plan import ShotPlan


def plan_of(prompt: str, seconds: float = 4) -> ShotPlan:
    return read_prompt(prompt, seconds=seconds, seed=7).plan


BASE = plan_of("slow pan left, then zoom in, at sunset")


def moves(plan: ShotPlan) -> list[list[str]]:
    return [[f"{m.op} {m.direction or ''}".strip() for m in beat.camera] for beat in plan.beats]


def amounts(plan: ShotPlan) -> list[float]:
    return [m.amount.value for beat in plan.beats for m in beat.camera if m.amount is not None]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("pan right instead of left", [["pan right"], ["zoom in"]]),
        ("panoramique à droite au lieu de gauche", [["pan right"], ["zoom in"]]),
        ("to the right instead", [["pan right"], ["zoom in"]]),
        ("pan right", [["pan right"], ["zoom in"]]),
        ("reverse the pan", [["pan right"], ["zoom in"]]),
        ("inverse le panoramique", [["pan right"], ["zoom in"]]),
        ("remove the zoom", [["pan left"], ["static"]]),
        ("enlève le zoom", [["pan left"], ["static"]]),
        ("sans zoom", [["pan left"], ["static"]]),
        ("no pan or zoom", [["static"], ["static"]]),
        ("no camera movement", [["static"], ["static"]]),
        ("hold still", [["static"], ["static"]]),
        ("replace the pan with a tilt up", [["tilt up"], ["zoom in"]]),
        ("remplace le panoramique par un travelling avant", [["dolly in"], ["zoom in"]]),
        ("then tilt up at the end", [["pan left"], ["zoom in"], ["tilt up"]]),
        ("puis un panoramique vers le haut à la fin", [["pan left"], ["zoom in"], ["tilt up"]]),
        ("end with a tilt up", [["pan left"], ["zoom in"], ["tilt up"]]),
        ("start with a tilt up", [["tilt up"], ["pan left"], ["zoom in"]]),
        ("hold longer at the end", [["pan left"], ["zoom in"], ["static"]]),
        ("tiens plus longtemps à la fin", [["pan left"], ["zoom in"], ["static"]]),
        ("handheld", [["pan left", "handheld"], ["zoom in", "handheld"]]),
        ("add a roll clockwise", [["pan left"], ["zoom in", "roll cw"]]),
        ("add a pan right", [["pan left"], ["zoom in"], ["pan right"]]),
        ("no tilt", [["pan left"], ["zoom in"]]),
        ("add rain", [["pan left"], ["zoom in"]]),
        ("slower", [["pan left"], ["zoom in"]]),
        ("keep everything else the same", [["pan left"], ["zoom in"]]),
    ],
)
def test_moves(words, wanted):
    reading = revise(BASE, words)
    assert moves(reading.plan) == wanted
    assert not reading.report.ignored_text
    assert (reading.plan.duration, reading.plan.seed) == (4, 7)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("same shot, but slower", [2.5, 1.143]),
        ("plus lentement", [2.5, 1.143]),
        ("twice as far", [7.0, 1.4]),
        ("deux fois plus loin", [7.0, 1.4]),
        ("half as far", [1.75, 1.1]),
        ("pan twice as far", [7.0, 1.2]),
        ("le panoramique plus lent", [2.5, 1.2]),
        ("zoom in more", [3.5, 1.3]),
        ("double the pan", [7.0, 1.2]),
        ("a bit faster", [4.2, 1.24]),
        ("pan 10 degrees", [10.0, 1.2]),
        ("pan right", [3.5, 1.2]),
        ("pan right instead of left, twice as far", [7.0, 1.2]),
        ("pan right and slower", [2.5, 1.2]),
        ("add rain, slower", [2.5, 1.143]),
    ],
)
def test_amounts(words, wanted):
    assert amounts(revise(BASE, words).plan) == pytest.approx(wanted, abs=1e-3)


@pytest.mark.parametrize(
    ("words", "light", "weather", "sounds"),
    [
        ("add rain", ["sunset"], ["rain"], []),
        ("ajoute de la pluie", ["sunset"], ["rain"], []),
        ("make it night", ["night"], [], []),
        ("make it morning", ["sunrise"], [], []),
        ("fais-le de nuit", ["night"], [], []),
        ("change the light to golden hour", ["golden_hour"], [], []),
        ("with thunder", ["sunset"], [], ["thunder"]),
        ("with a warm backlight", ["sunset", "backlight"], [], []),
    ],
)
def test_cues_leave_the_camera_alone(words, light, weather, sounds):
    plan = revise(BASE, words).plan
    assert [cue.kind for cue in plan.light] == light
    assert [cue.kind for cue in plan.atmosphere] == weather
    assert [cue.cue for cue in plan.audio] == sounds
    assert plan.beats == BASE.beats


def test_what_was_added_can_be_taken_out_again():
    rainy = revise(BASE, "add rain").plan
    assert revise(rainy, "more rain").plan.atmosphere[0].density == pytest.approx(0.6)
    assert revise(rainy, "remove the rain").plan.atmosphere == ()
    assert revise(BASE, "handheld", report=None).plan.beats != BASE.beats
    still = revise(revise(BASE, "handheld").plan, "without the handheld").plan
    assert moves(still) == moves(BASE)


def test_untouched_items_keep_their_ids_and_times():
    plan = revise(BASE, "pan right instead of left, and then tilt up at the end").plan
    assert plan.beats[1].camera == BASE.beats[1].camera
    assert plan.light == BASE.light
    assert plan.beats[0].camera[0].id == BASE.beats[0].camera[0].id
    assert (plan.beats[0].t0, plan.beats[0].t1) == (0.0, 2.0)
    assert plan.beats[-1].t1 == 4.0


def test_a_length_that_is_named_changes():
    assert revise(BASE, "make it 8 seconds").plan.duration == 8.0
    assert revise(BASE, "make it longer").plan.duration == 6.0
    assert revise(BASE, "fais-le durer 6 secondes").plan.duration == 6.0


def test_the_difference_is_listed():
    report = revise(BASE, "pan right instead, add rain, remove the zoom").report
    told = {(c.what, c.before, c.after) for c in report.changes}
    assert ("pan", "pan left, 3.5°", "pan right, 3.5°") in told
    assert ("weather", None, "rain") in told
    assert ("zoom", "zoom in, ×1.2", None) in told
    assert len(report.changes) == 4  # and the hold where the zoom was


def test_it_is_listed_in_the_language_of_the_words():
    report = revise(BASE, "panoramique à droite au lieu de gauche").report
    assert report.lang == "fr"
    assert [(c.what, c.after) for c in report.changes] == [
        ("panoramique", "panoramique à droite, 3,5°")
    ]


def test_words_that_name_nothing_known_are_ignored_and_change_nothing():
    reading = revise(BASE, "add rain, qwzx the blorp")
    (text,) = reading.report.ignored_text
    assert text.text == "qwzx the blorp"
    assert reading.plan.prompt[slice(*text.span)] == text.text
    assert not revise(BASE, "qwzx").report.changes


def test_spans_point_into_the_new_prompt():
    reading = revise(BASE, "same shot, but pan right and add rain")
    prompt = reading.plan.prompt
    assert prompt == f"{BASE.prompt}\nsame shot, but pan right and add rain"
    (rain,) = reading.plan.atmosphere
    assert prompt[slice(*rain.evidence)] == "rain"
    for line in reading.report.items():
        if line.item is None and line.span:
            assert prompt[slice(*line.span)] == line.request


def test_quotes_are_not_edits():
    plan = revise(BASE, 'she says "remove the zoom"').plan
    assert moves(plan) == moves(BASE)
    assert [line.text for line in plan.dialogue] == ["remove the zoom"]


def test_a_default_move_gives_way_to_one_that_is_asked_for():
    plan = plan_of("a quiet harbour at dawn")
    assert moves(revise(plan, "pan left").plan) == [["pan left"]]


def test_empty_and_endless_words_are_refused():
    for words in ("", "  ", "x" * 32_001):
        with pytest.raises(PromptError):
            revise(BASE, words)


VOCABULARY = """slower faster pan tilt zoom left right up remove no add rain then hold at the end
longer instead of twice as far more it make night sans le plus lent , and 8 seconds start with
handheld everything same reverse replace"""
WORDS = st.lists(st.sampled_from(re.split(r"\s+", VOCABULARY)), min_size=1, max_size=10).map(
    " ".join
)


@settings(max_examples=150, deadline=None)
@given(words=WORDS, base=st.sampled_from(["slow pan left, then zoom in", "tilt up", "a harbour"]))
def test_any_words_make_a_valid_plan_and_a_truthful_list(words, base):
    plan = plan_of(base)
    reading = revise(plan, words)
    assert ShotPlan.model_validate_json(reading.plan.model_dump_json()) == reading.plan
    if describe(plan, lang="en") != describe(reading.plan, lang="en"):
        assert reading.report.changes
    ids = {item.id for item in reading.plan.items()}
    assert {i.item for i in reading.report.items() if i.item} == ids


@pytest.mark.parametrize(
    ("words", "sounds"),
    [
        ("same, but louder rain and no music", [("rain", "loud"), ("birds", "normal")]),
        ("quieter rain", [("rain", "discreet"), ("piano", "normal"), ("birds", "normal")]),
        ("pas de musique", [("rain", "normal"), ("birds", "normal")]),
        ("remove the birds", [("rain", "normal"), ("piano", "normal")]),
        ("no sound", []),
    ],
)
def test_sounds_are_changed_by_name(words, sounds):
    heard = read_prompt("Slow push in. Audio: rain, piano, birds.", seconds=4).plan
    changed = revise(heard, words).plan
    assert [(cue.cue, cue.level) for cue in changed.audio] == sounds
    assert changed.beats == heard.beats
    assert changed.atmosphere == ()


@pytest.mark.parametrize("words", ["pan left instead", "Plutôt un panoramique à gauche"])
def test_instead_replaces_the_only_move(words):
    assert moves(revise(plan_of("slow push in"), words).plan) == [["pan left"]]
    both = moves(revise(plan_of("push in, then zoom out"), words).plan)
    assert both[-1][-1] == "pan left"  # which one it replaces isn't told, so none
    assert sum(map(len, both)) == 3


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("same, but no dog", ["traffic_far"]),
        ("without the dog", ["traffic_far"]),
        ("remove the dog", ["traffic_far"]),
        ("pas de chien", ["traffic_far"]),
        ("sans le chien", ["traffic_far"]),
        ("same but no traffic", ["dog"]),
        ("no animals", ["traffic_far", "dog"]),
        ("no orbit", ["traffic_far", "dog"]),
        ("no sound", []),
    ],
)
def test_a_sound_goes_by_the_name_of_what_makes_it(words: str, left: list[str]) -> None:
    plan = plan_of("orbit right, then rest. We hear distant traffic and a dog.")
    assert [cue.cue for cue in plan.audio] == ["traffic_far", "dog"]
    assert [cue.cue for cue in revise(plan, words).plan.audio] == left


@pytest.mark.parametrize(
    ("words", "target", "colour"),
    [
        ("change the red car to green", "the red car", "green"),
        ("change la voiture rouge en verte", "la voiture rouge", "green"),
        ("make the big red car green", "the big red car", "green"),
        ("turn the red hat blue", "the red hat", "blue"),
        ("paint the red car green", "the red car", "green"),
        ("mets la voiture rouge en vert", "la voiture rouge", "green"),
        ("change the sky to orange, and zoom out", "the sky", "orange"),
    ],
)
def test_an_edit_recolours_as_a_prompt_does(words: str, target: str, colour: str) -> None:
    reading = revise(BASE, words)
    made = [e for beat in reading.plan.beats for e in beat.elements]
    assert [(e.what, e.target, e.colour) for e in made] == [("recolour", target, colour)]
    assert not reading.report.ignored_text
    assert moves(reading.plan) == [["pan left"], ["zoom out" if "zoom" in words else "zoom in"]]


@pytest.mark.parametrize(
    "words",
    [
        "replace the dog with a cat",
        "swap the dog for a cat",
        "turn the dog into a cat",
        "remplace le chien par un chat",
        "transforme le chien en un chat",
    ],
)
def test_something_new_in_the_picture_is_refused_and_nothing_dropped(words: str) -> None:
    plan = plan_of("slow pan left, a dog barks, the dog wags its tail")
    reading = revise(plan, words)
    (refused,) = reading.report.not_supported
    assert refused.request == words
    assert refused.reason
    assert refused.how_to_get_it
    assert not reading.report.ignored_text
    assert not reading.report.changes
    assert reading.plan.items() == plan.items()


def test_unknown_words_in_place_of_a_move_are_ignored_not_refused() -> None:
    reading = revise(BASE, "replace the tilt with a blorp, change the mood to happy")
    assert not reading.report.not_supported
    assert [text.text for text in reading.report.ignored_text] == ["a blorp", "happy"]
