"""The camera grammar is compositional: who moves, how, which way, in any wording and order."""

from __future__ import annotations

from itertools import product

import pytest

from kinora.prompt import read_prompt, stated_moves


def moves(prompt: str) -> str:
    plan = read_prompt(prompt).plan
    return " ".join(
        move.op + (f":{move.direction}" if move.direction else "") for move in stated_moves(plan)
    )


_ENGLISH = ["The camera {}s.", "our viewpoint gently {}s", "{}", "Start by {}ing.", "Can you {}?"]
_PATHS = {
    "in": "dolly:in",
    "back": "dolly:out",
    "to the left": "truck:left",
    "rightward": "truck:right",
    "upward": "pedestal:up",
    "around the tree": "orbit",
}


@pytest.mark.parametrize(
    ("frame", "verb", "path"), list(product(_ENGLISH, ["drift", "float", "sail"], _PATHS))
)
def test_any_verb_goes_any_way(frame: str, verb: str, path: str) -> None:
    head, _, tail = frame.format(verb + "|").partition("|")
    assert moves(f"{head}{tail.rstrip('.?')} {path}") == _PATHS[path]


@pytest.mark.parametrize("who", ["The old woman", "A dog", "He", "The robot", "Smoke"])
@pytest.mark.parametrize("does", ["drifts to the left", "rises", "approaches", "stops", "shakes"])
def test_what_others_do_moves_nothing(who: str, does: str) -> None:
    assert moves(f"{who} {does}.") == ""


@pytest.mark.parametrize(
    ("form", "op"),
    [
        ("La caméra s'approche de la porte", "dolly:in"),
        ("La caméra s'approchera de la porte", "dolly:in"),
        ("La caméra s'approchait de la porte", "dolly:in"),
        ("Approchez-vous de la porte", "dolly:in"),
        ("Commencer par s'approcher de la porte", "dolly:in"),
        ("Lente approche vers la porte", "dolly:in"),
        ("Glissement latéral vers la droite", "truck:right"),
        ("Un lent mouvement de recul", "dolly:out"),
        ("Descente jusqu'au niveau de l'eau", "pedestal:down"),
        ("La grue s'élève au-dessus de la crête", "crane:up"),
        ("On monte à la grue", "crane:up"),
        ("La caméra file vers la mer", "dolly:in"),
        ("Filé vers la gauche", "whip:left"),
        ("Tout en montant, tourne vers la gauche", "pedestal:up pan:left"),
    ],
)
def test_french_persons_tenses_and_nouns(form: str, op: str) -> None:
    assert moves(form) == op


@pytest.mark.parametrize(
    ("prompt", "op"),
    [
        ("closer to the violin", "dolly:in"),
        ("camera to the left, slowly", "truck:left"),
        ("forward, gently, then up", "dolly:in pedestal:up"),
        ("Camera movement: in", "dolly:in"),
        ("0-2 s forward, 2-4 s left", "dolly:in truck:left"),
        ("wider", "zoom:out"),
        ("plus près du visage, tout doux", "dolly:in"),
        ("plus haut, puis vers la droite", "pedestal:up truck:right"),
        ("Up close portrait of a miner, light from the left.", ""),
        ("To the left a dog sleeps; to the right a cat stretches.", ""),
        ("À gauche, un chien dort ; à droite, un chat s'étire.", ""),
        ("Closer to winter, the village huddles in snow.", ""),
    ],
)
def test_ways_without_a_verb(prompt: str, op: str) -> None:
    assert moves(prompt) == op


@pytest.mark.parametrize(
    ("prompt", "op"),
    [
        ("The camera noses between the curtains.", "dolly:in"),
        ("The camera zigzags backwards.", "dolly:out"),
        ("The camera quits the room backwards.", "dolly:out"),
        ("Nose the camera through the hedge.", "dolly:in"),
        ("La caméra caresse la table de gauche à droite.", "truck:right"),
        ("The camera sees right through the glass.", ""),
        ("A boy noses between the curtains.", ""),
    ],
)
def test_unknown_verbs_of_the_camera(prompt: str, op: str) -> None:
    assert moves(prompt) == op


@pytest.mark.parametrize(
    ("prompt", "op"),
    [
        ("pan L, then tilt dn", "pan:left tilt:down"),
        ("pan → then tilt ↑", "pan:right tilt:up"),
        ("TRAV. LAT. G→D", "truck:right"),
        ("static 1s → tilt down 2s → static 1s", "static tilt:down static"),
        ("Slow P/B to wide", "dolly:out"),
        ("push / hold / pan R", "dolly:in static pan:right"),
        ("zoum avan sur le bébé", "zoom:in"),
    ],
)
def test_slates_and_arrows(prompt: str, op: str) -> None:
    assert moves(prompt) == op


@pytest.mark.parametrize(
    "prompt",
    [
        "without any motion from the camera",
        "the camera never moves",
        "Nobody touches the camera.",
        "Zéro mouvement de caméra",
        "surtout ne bougez pas la caméra",
        "no zoom, static",
    ],
)
def test_denied_movement_is_stillness(prompt: str) -> None:
    assert moves(prompt) == "static"


@pytest.mark.parametrize(
    ("prompt", "op"),
    [
        ("The camera rises.", "crane:up"),
        ("The camera moves up.", "pedestal:up"),
        ("The camera floats up over the wall.", "crane:up"),
        ("The camera walks up to the gate.", "dolly:in"),
        ("The camera descends.", "pedestal:down"),
        ("On the jib, we come down.", "crane:down"),
        ("The camera lowers its gaze.", "tilt:down"),
        ("The eye of the camera travels up the tower.", "tilt:up"),
        ("The camera glides over the table, left to right.", "truck:right"),
        ("The camera turns left around the altar.", "orbit:left"),
        ("The idol is circled by the camera.", "orbit"),
        ("Pan from the ink on the left to the globe on the right.", "pan:right"),
        ("La caméra plonge vers la rue.", "pedestal:down"),
        ("La caméra plonge dans la foule.", "dolly:in"),
    ],
)
def test_the_conventions_of_the_vocabulary(prompt: str, op: str) -> None:
    assert moves(prompt) == op
