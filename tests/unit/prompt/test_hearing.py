"""Sounds in prompts: which, how loud, from where, when."""

from __future__ import annotations

import pytest

from kinora.prompt import read_prompt
from kinora.prompt.words.lexicon import load
from kinora.sound.catalogue import catalogue
from kinora.types.plan import AudioCue, Lang

LANGS: tuple[Lang, ...] = ("en", "fr")
#: A French word that stands for near and far traffic: its distance tells; and words of both
#: languages, which mean another sound in the other one.
_SHARED = {"circulation", "ovation"}


def heard(prompt: str) -> tuple[AudioCue, ...]:
    return read_prompt(prompt).plan.audio


def test_the_lexicons_know_every_sound_of_the_catalogue_and_no_other() -> None:
    for lang in LANGS:
        first, more = load(f"sounds_{lang}"), load(f"noises_{lang}")
        known = {*first["sounds"], *more["sounds"], *more["calls"]}
        assert {name for name in known if name[0] != "~"} == set(catalogue())
        near = {*known, *more["resounding"]} - set(catalogue())
        assert {name.removeprefix("~") for name in near} <= set(catalogue())


def test_the_lexicons_say_of_every_sound_what_kind_it_is() -> None:
    kinds = load("sounds")
    for kind in ("effect", "music"):
        assert kinds[kind].split() == [c.id for c in catalogue().values() if c.kind == kind]


@pytest.mark.parametrize("lang", LANGS)
def test_every_name_of_a_sound_is_understood(lang: Lang) -> None:
    wrong = {}
    for cue in catalogue().values():
        for name in cue.names[lang]:
            found = [item.cue for item in heard(f"Audio: {name}.")]
            if found != [cue.id]:
                wrong[name] = (cue.id, found)
    assert not {name: got for name, got in wrong.items() if name not in _SHARED}


@pytest.mark.parametrize("header", ["", "Audio : "])
def test_a_bare_list_of_sounds_is_understood(header: str) -> None:
    listed = "circulation lointaine, guitare acoustique douce, chants d'oiseaux discrets"
    traffic, guitar, birds = heard(header + listed)
    assert (traffic.cue, traffic.distance, traffic.kind) == ("traffic_far", "far", "ambience")
    assert (guitar.cue, guitar.level, guitar.kind) == ("guitar", "discreet", "music")
    assert (birds.cue, birds.level, birds.kind) == ("birds", "discreet", "ambience")


@pytest.mark.parametrize(
    ("prompt", "cues"),
    [
        ("Audio: soft rain, a tram bell and birds.", ["rain", "bell", "birds"]),
        ("Pan left. We hear waves and seagulls, then thunder.", ["sea", "seagulls", "thunder"]),
        ("pan right, no music, the sound of wind", ["no_music", "wind"]),
        ("Push in. Sad slow piano music and rain on a tin roof.", ["piano", "rain_tin"]),
        ("travelling avant, on entend le vent dans les arbres et des cloches au loin",
         ["wind_leaves", "church_bell"]),
        ("A guitar leans on the wall. Slow pan left.", []),
        ("Slow dolly in on the silent street.", []),
        ("Slow dolly in. Silent clip.", ["silence"]),
        ("plan fixe, clip muet", ["silence"]),
        ("Birds fly over the sea. Pan left.", []),
    ],
)  # fmt: skip
def test_sounds_are_found_where_they_are_asked_for(prompt: str, cues: list[str]) -> None:
    assert [item.cue for item in heard(prompt)] == cues


def test_what_is_said_about_a_sound_is_kept() -> None:
    thunder, rain, music = heard(
        "Audio: distant thunder at 1.5s, heavy rain from the left, slow sad piano"
    )
    assert (thunder.at, thunder.distance) == (1.5, "far")
    assert (rain.level, rain.pan) == ("loud", "left")
    assert (music.tempo, music.mood) == ("slow", "sad")
    (car,) = heard("Sound: a car passes from left to right")
    assert (car.cue, car.pan) == ("car_pass", "left_to_right")


def test_a_stretch_of_time_is_kept() -> None:
    (rain,) = heard("Audio: [1-3s] rain")
    assert (rain.cue, rain.at, rain.until) == ("rain", 1.0, 3.0)


def test_a_header_may_follow_a_quoted_sentence() -> None:
    plan = read_prompt('A man says: "Come closer." Audio: rain, sad piano').plan
    assert [cue.cue for cue in plan.audio] == ["rain", "piano"]
    assert [line.text for line in plan.dialogue] == ["Come closer."]


@pytest.mark.parametrize(
    ("prompt", "cues"),
    [
        ("A dog barks in the distance.", ["dog"]),
        ("Les cloches sonnent, un chien aboie.", ["church_bell", "dog"]),
        ("Audio: piano, slow and sad, rain", ["piano", "rain"]),
        ("Audio: none", ["silence"]),
        ("Crowd murmur and clinking dishes.", ["crowd", "dishes"]),
        ("Thunder clouds over the sea.", []),
        ("Slow zoom out. No music, only rain.", ["no_music", "rain"]),
        ("zoom avant, sans musique, seulement le vent", ["no_music", "wind"]),
        ("Camera: none. Rain on the square.", []),
    ],
)
def test_sounds_in_prose_and_lists(prompt: str, cues: list[str]) -> None:
    assert [item.cue for item in heard(prompt)] == cues


def test_who_speaks_is_no_sound() -> None:
    plan = read_prompt('Audio: rain, birds. The old man says: "Come closer."').plan
    assert [cue.cue for cue in plan.audio] == ["rain", "birds"]
    assert [(line.text, line.speaker) for line in plan.dialogue] == [
        ("Come closer.", "The old man")
    ]


@pytest.mark.parametrize(
    ("prompt", "cue", "nearest"),
    [
        ("Audio: a washing machine.", "vacuum", True),
        ("Audio: a vacuum cleaner.", "vacuum", False),
        ("Son : un banjo.", "ukulele", True),
        ("Son : un ukulélé.", "ukulele", False),
    ],
)
def test_what_is_only_near_is_marked_so(prompt: str, cue: str, nearest: bool) -> None:
    (item,) = heard(prompt)
    assert (item.cue, item.nearest) == (cue, nearest)


def test_words_that_are_heard_and_seen_are_told_apart() -> None:
    assert heard("A whisper of light falls on the wall, pan left.") == ()
    assert heard("A trumpet lies on the bench, slow zoom.") == ()
    assert [item.cue for item in heard("A trumpet blares behind her, slow zoom.")] == ["trumpet"]


@pytest.mark.parametrize(
    ("prompt", "cues"),
    [
        ("He chops wood, a woodpecker hammers at the trunk.", ["chop", "woodpecker"]),
        ("Le bouchon saute, on trinque.", ["cork", "glass"]),
        ("Au loin hurle un loup.", ["wolf"]),
        ("People around it clap along.", ["applause"]),
        ("Sound: a diesel growl, projector clatter.", ["tractor", "projector"]),
        ("Only the wind. No birds, no music.", ["wind", "no_music"]),
        ("A horse panics and whinnies.", ["neigh"]),
        ("A girl rings the bell.", ["bell"]),
    ],
)
def test_who_does_what_is_heard(prompt: str, cues: list[str]) -> None:
    assert [item.cue for item in heard(prompt)] == cues


@pytest.mark.parametrize(
    ("alone", "beside", "cue"),
    [
        ("He turns the page.", "He turns the page, a clock ticks.", "paper"),
        ("She plays the violin.", "She plays the violin, the audience claps.", "strings"),
        ("Il ouvre la porte.", "Il ouvre la porte, un chien aboie.", "door"),
    ],
)
def test_what_is_seen_first_is_heard_beside_other_sounds(alone: str, beside: str, cue: str) -> None:
    assert heard(alone) == ()
    assert cue in {item.cue for item in heard(beside)}


@pytest.mark.parametrize(
    "prompt",
    [
        "An explosion of wildflowers, pan left.",
        "Loud colours, shouting neon typography, slow zoom.",
        "Vrombissement de couleurs sur la piste.",
        "Her scarf stirs, jazz hands, bell sleeves.",
        "Audio: no vocals, 70 bpm.",
        "Audio : aucune voix, pas de cris d'oiseaux.",
    ],
)
def test_figures_print_and_denials_are_not_heard(prompt: str) -> None:
    assert heard(prompt) == ()


@pytest.mark.parametrize("lang", LANGS)
def test_no_phrase_of_deeds_is_a_single_word(lang: Lang) -> None:
    for patterns in load(f"deeds_{lang}")["resounding"].values():
        for pattern in patterns.split(","):
            needed = [word for word in pattern.split() if not word.endswith("?")]
            assert len(needed) > 1, pattern


@pytest.mark.parametrize(
    ("prompt", "times"),
    [
        ("A door slams at 1 s and a dog barks at 3 s.", [1.0, 3.0]),
        ("À 1 s une porte claque et à 3 s un chien aboie.", [1.0, 3.0]),
        ("At 2 s a dog barks and the door slams.", [2.0, 2.0]),
    ],
)
def test_each_of_two_events_has_its_own_moment(prompt: str, times: list[float]) -> None:
    assert [item.at for item in heard(prompt)] == times


@pytest.mark.parametrize(
    "prompt",
    [
        "A dog plays in the snow, pan left.",
        "Two dogs play.",
        "The wind plays with her hair.",
        "The river winds down the valley, crane up.",
        "The band plays on stage.",
    ],
)
def test_play_and_winding_ways_are_only_seen(prompt: str) -> None:
    assert read_prompt(prompt).plan.audio == ()


@pytest.mark.parametrize(
    ("prompt", "heard"),
    [
        ("Rain pours down, she looks up.", ["rain"]),
        ("Smoke pours from the chimney, birds chirp.", ["birds"]),
        ("People pour out of the station as the bell rings.", ["bell"]),
        ("Shadows fall on the wall, a clock ticks.", ["clock"]),
        ("She pours coffee while birds sing.", ["pouring", "birds"]),
    ],
)
def test_what_pours_and_falls_is_heard_where_it_sounds(prompt: str, heard: list[str]) -> None:
    assert [cue.cue for cue in read_prompt(prompt).plan.audio] == heard
