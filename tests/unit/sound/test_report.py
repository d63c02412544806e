"""What the report says of sounds, where numbers meet French."""

from __future__ import annotations

from kinora.prompt import read_prompt
from kinora.sound.report import followed_outcomes, sound_outcomes
from kinora.types.sound import SoundOptions


def test_slowed_sounds_are_told_with_a_decimal_comma() -> None:
    plan = read_prompt("Ralenti, plan fixe. Audio : ruisseau.").plan
    (told,) = followed_outcomes(plan, {}, SoundOptions(), lang="fr")
    assert told.done == "à 0,5 de sa vitesse et de sa hauteur, comme l’image"


def test_french_sets_a_space_before_its_colon() -> None:
    plan = read_prompt("Plan fixe. Audio : chantier au loin.").plan
    (told,) = sound_outcomes(plan, SoundOptions(), lang="fr")
    assert told.reason == "aucun son de ce genre n’est connu : le son connu le plus proche"
