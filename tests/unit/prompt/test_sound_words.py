"""Sets of audio words: recall and precision that must not get worse."""

from __future__ import annotations

import pytest
import yaml
from benchmarks.sound_words import SETS, score

from kinora.prompt import read_prompt


@pytest.mark.parametrize(
    ("name", "recall", "precision"),
    [
        ("second", 0.86, 0.9),
        ("third", 0.86, 0.9),
        ("fourth", 0.95, 0.9),
        ("fifth", 0.93, 0.95),
        ("sixth", 0.95, 0.94),
        ("seventh", 0.94, 0.94),
        ("eighth", 0.88, 0.94),
        ("ninth", 0.91, 0.83),
        ("tenth", 0.85, 0.86),
        ("eleventh", 0.95, 0.97),
        ("twelfth", 0.89, 0.92),
        ("thirteenth", 0.9, 0.92),
        ("fourteenth", 0.9, 0.88),
        ("fifteenth", 0.86, 0.88),
        ("sixteenth", 0.88, 0.89),
        ("seventeenth", 0.92, 0.9),
        ("eighteenth", 0.87, 0.87),
        ("nineteenth", 0.83, 0.8),
        ("twentieth", 0.88, 0.88),
        ("twenty_first", 0.89, 0.9),
        ("twenty_second", 0.93, 0.9),
        ("twenty_third", 0.92, 0.92),
        ("twenty_fourth", 0.89, 0.9),
        ("twenty_fifth", 0.85, 0.88),
        ("twenty_sixth", 0.89, 0.89),
        ("twenty_seventh", 0.86, 0.83),
        ("large", 0.86, 0.88),
        ("phones", 0.87, 0.87),
    ],
)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_sounds_of_labelled_sets_stay_found(
    name: str, recall: float, precision: float, lang: str
) -> None:
    total = score(yaml.safe_load((SETS / f"{name}.yaml").read_text("utf-8"))[lang])
    assert total.recall >= recall, total.misses
    assert total.precision >= precision, total.misses


@pytest.mark.parametrize(
    "prompt",
    [
        "A dog sits quietly by the fire, slow zoom.",
        "The woman holds a guitar while the camera moves in.",
        "Waterfall in the jungle, the camera cranes up.",
        "Thunder clouds over the sea.",
        "Le chien dort près de la cheminée.",
        "Des oiseaux sur un fil, panoramique à gauche.",
        "A guitar leans on the wall next to a drum kit.",
        "A woman on the beach, guitar on the wall, no talking.",
        "Music video, a dancer turns, slow zoom.",
        "Le ralenti commence quand il saute, au ralenti.",
        "The empty house, seen from the road.",
    ],
)
def test_what_is_only_seen_is_not_heard(prompt: str) -> None:
    assert read_prompt(prompt).plan.audio == ()


@pytest.mark.parametrize(
    ("prompt", "cue"),
    [
        ("A waterfall roars behind her.", "waterfall"),
        ("Soft synth pad, no voices.", "pad"),
        ("Guitare acoustique légère, pas de voix.", "guitar"),
        ("La pluie tambourine sur le toit.", "rain_tin"),
        ("Only the wind can be heard.", "wind"),
        ("Seul le ressac se fait entendre.", "sea"),
        ("A hawk screeching.", "seagulls"),
        ("On entend le ronflement d'un moteur.", "engine"),
        ("The printer beeps.", "beep"),
        ("Someone coughs behind the door.", "cough"),
        ("Completely silent, please.", "silence"),
        ("Pas de bruit.", "silence"),
        ("SFX: cheering guests", "cheer"),
        ("Le chat, il miaule.", "cat"),
        ("Let the kettle whistle while mum reads.", "kettle"),
        ("An auto rickshaw honks at the crossing.", "horn"),
        ("SFX: boots on old floorboards", "footsteps_wood"),
        ("Audio: steps in deep snow", "footsteps_snow"),
        ("The rain drums against the dusty pane.", "rain_window"),
        ("Hens cluckin in the yard.", "chicken"),
        ("A bowl slips from her hand and shatters on the floor.", "breaking_glass"),
        ("The bell rings across the schoolyard.", "bell"),
        ("No sound please, just the leaves falling.", "silence"),
    ],
)
def test_prose_is_heard_and_denials_are_not(prompt: str, cue: str) -> None:
    assert [item.cue for item in read_prompt(prompt).plan.audio] == [cue]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_sounds_of_the_development_set_are_found(lang: str) -> None:
    rows = yaml.safe_load((SETS / "dev.yaml").read_text("utf-8"))[lang]
    total = score(rows)
    assert total.recall >= 0.95, total.misses
    assert total.precision >= 0.95, total.misses
    assert total.told_right >= 0.95 * total.told, total.misses


@pytest.mark.parametrize(
    ("prompt", "cues"),
    [
        (
            "Night market: woks sizzling, vendors shouting, a scooter.",
            ["sizzle", "shouting", "motorbike"],
        ),
        ("Football stadium, roar of the crowd, a whistle blowing.", ["cheer", "whistle"]),
        ("Ambiance : brouhaha, verres, pluie.", ["crowd", "glass", "rain"]),
        ("Ambiance : tendue, brumeuse.", []),
        ("Ambiance : forêt, singes hurleurs, perroquets.", ["forest", "monkey", "parrot"]),
        ("Ambiance : pluie, néons, nuit.", []),
        ("Un zémidjan klaxonne au carrefour.", ["horn"]),
        ("Mon chum ronfle et le tram passe.", ["snoring", "train"]),
        ("Drache sur la vitre, la chute d'eau gronde.", ["rain_window", "waterfall"]),
        ("A dog barks. Audio: a dog, rain.", ["dog", "rain"]),
        ("ukulele and waves, hawaii vibes", ["ukulele", "sea"]),
        ("choir of the parish with organ, no speech", ["choir", "organ"]),
        ("Hens clucking in the yard and a tractor somewhere", ["chicken", "tractor"]),
        ("Silent film look. Mute the clip.", ["silence"]),
        ("Crickets. Frogs. That's it.", ["crickets", "frogs"]),
        ("Cloches, pigeons, fontaine", ["church_bell", "pigeon", "fountain"]),
        ("A gunshot, a dog barks, then silence.", ["gunshot", "dog"]),
    ],
)
def test_a_scene_is_no_item_and_nothing_is_heard_twice(prompt: str, cues: list[str]) -> None:
    assert [item.cue for item in read_prompt(prompt).plan.audio] == cues


@pytest.mark.parametrize(
    ("prompt", "cues", "moving"),
    [
        ("The river flows, birds sing.", ["birds"], ["river"]),
        ("The trees sway in the wind, birds sing.", ["birds"], ["foliage"]),
        ("The boat rocks on the waves, gulls cry.", ["seagulls"], ["boat"]),
        ("We watch the river flow, birds sing.", ["birds"], ["river"]),
        ("The kettle whistles, the river flows.", ["kettle"], ["river"]),
        ("La rivière coule, les oiseaux chantent.", ["stream", "birds"], ["river"]),
        ("La cocotte siffle, la vapeur monte", ["steam"], ["steam"]),
        ("Waves crashing, gulls crying.", ["sea", "seagulls"], []),
        ("On entend le chien, la rivière qui coule.", ["dog", "stream"], []),
    ],
)
def test_what_moves_beside_a_sound_stays_in_the_picture(
    prompt: str, cues: list[str], moving: list[str]
) -> None:
    plan = read_prompt(prompt).plan
    assert [item.cue for item in plan.audio] == cues
    assert [element.what for beat in plan.beats for element in beat.elements] == moving


@pytest.mark.parametrize(
    "prompt", ["The baby smiles, birds sing.", "Le bébé sourit, les oiseaux chantent."]
)
def test_a_smile_beside_a_sound_stays_in_the_picture(prompt: str) -> None:
    plan = read_prompt(prompt).plan
    assert [item.cue for item in plan.audio] == ["birds"]
    assert [subject.kind for beat in plan.beats for subject in beat.subjects] == ["smile"]


@pytest.mark.parametrize(
    "prompt",
    [
        "The baby is not crying.",
        "The engine isn't running.",
        "The dog isn't barking.",
        "The dogs don't bark.",
        "The birds aren't singing.",
        "Nobody laughs.",
        "No dog barks.",
        "Les oiseaux ne chantent pas",
        "Le chien n'aboie plus.",
        "Personne ne rit.",
        "Elle ne rit pas, elle sourit.",
        "La fille ne tousse pas.",
    ],
)
def test_what_is_not_done_is_not_heard(prompt: str) -> None:
    assert read_prompt(prompt).plan.audio == ()


@pytest.mark.parametrize(
    ("prompt", "cue"),
    [
        ("The engine isn't running but the rain drums on the roof.", "rain_tin"),
        ("The baby is not crying and the birds sing.", "birds"),
        ("A dog barks not far away.", "dog"),
        ("Une personne rit.", "laughter"),
        ("On n'entend plus que la mer.", "sea"),
    ],
)
def test_a_denial_of_something_else_denies_no_sound(prompt: str, cue: str) -> None:
    assert [item.cue for item in read_prompt(prompt).plan.audio] == [cue]


@pytest.mark.parametrize(
    ("prompt", "cues"),
    [
        ("She watches the sea while people watch from afar.", []),
        ("My neighbour's pig rolls in the mud.", []),
        ("Two lovers kiss, applause.", ["applause"]),
        ("A boy blows up a balloon.", []),
        ("The car blows up.", ["explosion"]),
        ("He jumps off the bridge on a bungee rope and screams.", ["shouting"]),
        ("The dog runs and barks.", ["dog"]),
        ("Thunder rolls in.", ["thunder"]),
        ("Audio: a watch, a kiss.", ["clock", "cork"]),
        ("Elle sort et crie.", ["shouting"]),
        ("La cousine sort de la piscine et rit.", ["laughter"]),
        ("Elle coupe le pain et chante.", []),
        ("Coupe le moteur, on n'entend plus que la mer.", ["sea"]),
        ("Audio : un sort, une coupe.", ["wind_chimes", "glass"]),
        ("The glass breaks in her hand, juice on the skirt.", ["breaking_glass"]),
        ("Le verre se brise, du jus sur la jupe.", ["breaking_glass"]),
        ("The bed creaks when the cat jumps on it.", ["creak"]),
        ("Le lit grince quand le chat saute.", ["creak"]),
        ("Audio: a skirt, rain.", ["cloth", "rain"]),
    ],
)
def test_words_of_many_meanings_are_heard_in_lists_of_sounds(prompt: str, cues: list[str]) -> None:
    assert [item.cue for item in read_prompt(prompt).plan.audio] == cues


@pytest.mark.parametrize(
    "prompt",
    [
        "Fireworks explode above the stadium.",
        "Les feux d'artifice explosent au-dessus du stade.",
    ],
)
def test_fireworks_are_heard_wherever_they_explode(prompt: str) -> None:
    assert [item.cue for item in read_prompt(prompt).plan.audio] == ["fireworks"]
