"""What a sound is by what is told around it: by verbs, by "and", and by the rest of the prompt."""

from __future__ import annotations

import pytest

from kinora.prompt import read_prompt


def heard(prompt: str) -> list[str]:
    return [str(cue.cue) for cue in read_prompt(prompt).plan.audio]


@pytest.mark.parametrize(
    ("prompt", "cues"),
    [
        ("The coach blows her whistle and the players stop.", ["whistle"]),
        ("A woman strums on the porch, crickets all around.", ["guitar", "crickets"]),
        ("She strums a ukulele.", ["ukulele"]),
        ("The engine finally catches.", ["engine"]),
        ("He revs the motorcycle and speeds off.", ["motorbike"]),
        ("The doors hiss open and people step out.", ["steam"]),
        ("Typewriters hammering away in the newsroom.", ["typewriter"]),
        ("The liner gives one long mournful blast.", ["ship_horn"]),
        ("The cathedral is pealing for a wedding.", ["church_bell"]),
        ("Pirates shout, cannons boom across the water.", ["shouting", "explosion"]),
        ("A plane takes off with a roar.", ["plane"]),
        ("Corridor lights hum, a phone rings.", ["neon", "phone"]),
    ],
)
def test_acts_are_heard_by_their_verbs(prompt: str, cues: list[str]) -> None:
    assert heard(prompt) == cues


@pytest.mark.parametrize(
    ("prompt", "cues"),
    [
        ("My daughter blows out her candles, everybody claps and cheers.", {"applause", "cheer"}),
        ("Guests cheer and clap.", {"applause", "cheer"}),
        ("A campfire at night with crickets and an owl hooting.", {"crickets", "owl"}),
        ("Upbeat electronic music and a fast whoosh.", {"electronic", "whoosh"}),
    ],
)
def test_what_and_joins_is_heard_as_well(prompt: str, cues: set[str]) -> None:
    assert set(heard(prompt)) == cues


@pytest.mark.parametrize(
    ("prompt", "cues"),
    [
        ("The mobile above the cot plays a lullaby.", ["music_box"]),
        ("A violinist bows a slow melody.", ["strings"]),
        ("Behind the motorbike. Engine noise up front.", ["motorbike"]),
        ("An engine roars past.", ["engine"]),
        ("A few notes of music box.", ["music_box"]),
        ("A waterfall in Iceland, thundering water.", ["waterfall"]),
        ("A samurai duel in snow. Footsteps crunching. A crow caws.", ["footsteps_snow", "crow"]),
        ("A blacksmith at the anvil, clang, clang.", ["hammer"]),
        ("Film projector sound and crackling vinyl.", ["projector", "vinyl"]),
        ("Make the cat look up and purr softly.", ["purr"]),
    ],
)
def test_the_rest_of_a_prompt_says_which_sound_it_is(prompt: str, cues: list[str]) -> None:
    assert heard(prompt) == cues


@pytest.mark.parametrize(
    ("prompt", "cues"),
    [
        ("Fireworks over the bay, loud bangs.", ["fireworks"]),
        ("A lawn mower starts up next door.", ["lawnmower"]),
        ("Make my husband snore haha.", ["snoring"]),
        ("She plays with her hair and laughs silently.", []),
        ("The guitarist plays and the crowd goes quiet.", ["guitar"]),
        ("An engine in a long hallway, deafening din.", []),
        ("Add crickets cause nobody laughed.", ["crickets"]),
    ],
)
def test_other_words_for_a_sound_make_no_second_one(prompt: str, cues: list[str]) -> None:
    assert heard(prompt) == cues


@pytest.mark.parametrize(
    ("prompt", "cues"),
    [
        ('{"audio": ["wind", "motorbike passing"]}', ["wind", "motorbike"]),
        ('{"scene": "forest", "sfx": ["owl hooting", "twigs snapping"]}', ["owl", "twigs"]),
        ('audio: ["church bells far away", "heavy rain"]', ["church_bell", "rain"]),
    ],
)
def test_lists_in_json_are_no_spoken_lines(prompt: str, cues: list[str]) -> None:
    reading = read_prompt(prompt)
    assert [cue.cue for cue in reading.plan.audio] == cues
    assert not reading.plan.dialogue
