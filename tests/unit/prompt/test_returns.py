"""Going back takes back the moves before, by as much; changes of framing lead from end to end."""

from __future__ import annotations

import pytest

from kinora.prompt import read_prompt, stated_moves


def moves(prompt: str) -> str:
    plan = read_prompt(prompt).plan
    return " ".join(
        move.op + (f":{move.direction}" if move.direction else "") for move in stated_moves(plan)
    )


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("pan left, then back", "pan:left pan:right"),
        ("pan left and back", "pan:left pan:right"),
        ("tilt up, hold, then tilt back", "tilt:up static tilt:down"),
        ("slide left, then slide back", "truck:left truck:right"),
        ("orbit right, then reverse", "orbit:right orbit:left"),
        ("pan left, then the other way", "pan:left pan:right"),
        ("The camera pans right, pauses, and comes back.", "pan:right static pan:left"),
        ("The camera pans right and comes back to the left.", "pan:right pan:left"),
        ("zoom in, then go back to the original framing", "zoom:in zoom:out"),
        ("Travelling latéral à droite, puis retour", "truck:right truck:left"),
        ("panoramique à gauche, puis revenir", "pan:left pan:right"),
        ("La caméra avance puis revient à sa position initiale.", "dolly:in dolly:out"),
        # one step back, or all that is left
        ("Push in, pan left, then return", "dolly:in pan:left pan:right"),
        ("Push in, pan left, then return to the start", "dolly:in pan:left dolly:out pan:right"),
        # backwards is no way back
        ("pan left, then pull back", "pan:left dolly:out"),
        ("hold, then glide back and away from the bed", "static dolly:out"),
        # somebody else goes back
        ("pan left. The dog comes back.", "pan:left"),
        ("He returns to the house.", ""),
    ],
)
def test_going_back(prompt: str, wanted: str) -> None:
    assert moves(prompt) == wanted


@pytest.mark.parametrize(
    "prompt", ["Truck left 7%, then back", "Travelling à gauche de 7 %, puis retour lent"]
)
def test_back_by_as_much_as_there(prompt: str) -> None:
    there, back = stated_moves(read_prompt(prompt).plan)
    assert there.amount is not None
    assert back.amount is not None
    assert there.amount.value == back.amount.value == 7


def test_each_move_of_a_return_has_words_of_its_own() -> None:
    plan = read_prompt("Push in, pan left, then return to the start").plan
    spans = [move.evidence for move in stated_moves(plan)]
    assert len(set(spans)) == 4


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("Start wide and finish in close-up, all in one smooth zoom", "zoom:in"),
        ("Start tight on the ring and finish wide, in one zoom", "zoom:out"),
        ("Partir serré et finir large, d'un seul zoom", "zoom:out"),
        ("Wide shot of a street. She finishes close to the door.", ""),
    ],
)
def test_two_framings(prompt: str, wanted: str) -> None:
    assert moves(prompt) == wanted


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("dont move the camera", "static"),
        ("keep it still", "static"),
        ("zoom in over three seconds, ease in and out", "zoom:in"),
        ("Walk us into the kitchen", "dolly:in"),
        ("A truck parked by the dolly", ""),
        ("I think a slow lateral move to the left would be beautiful here", "truck:left"),
        ("While the smoke drifts, truck right, then come to rest", "truck:right static"),
        ("regarder autour de la pièce", "pan"),
        ("Not a pan but a truck to the right, please", "truck:right"),
        ("Boom down as she sits, settle on her hands.", "crane:down static"),
        ("The camera follows the runner. It stops.", "follow static"),
        ("The camera follows the dog. It stops.", "follow"),
        ("la caméra suit la joueuse pendant qu'elle court vers le but", "follow"),
        ("Swing around to the window on the left", "pan:left"),
        ("Swing around to the other side of the statue", "orbit"),
        ("Effet Hitchcock : reculer en zoomant", "dolly_zoom:out"),
        ("La caméra descend ensuite jusqu'à la surface de l'eau.", "pedestal:down"),
        ("filmé a l epaule", "handheld"),
        ("remonter vers le visage par un panoramique vertical", "tilt:up"),
        ("move right in a slow pan", "pan:right"),
        ("montée à la grue", "crane:up"),
        ("Lever les yeux, puis les baisser", "tilt:up tilt:down"),
        ("The dolly on the shelf wears a blue dress", ""),
        ("Le zoom de l'appareil posé sur la table brille", ""),
    ],
)
def test_words_of_every_day(prompt: str, wanted: str) -> None:
    assert moves(prompt) == wanted


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("Push. Hold. Pull.", "dolly:in static dolly:out"),
        ("POV: I walk down the corridor and turn left", "dolly:in pan:left"),
        ("Vue subjective : j'avance dans le couloir", "dolly:in"),
        ("I walk down the corridor", ""),
        ("Only the water should move, not the camera", "static"),
        ("Seule l'eau doit bouger, pas la caméra", "static"),
        ("No zoom, no pan, no camera shake. A cup on a table.", ""),
        ("rock back and forth like on a boat", "parallax"),
        ("Ease out from the close-up to reveal the desk.", "dolly:out"),
        ("push gently toward the horizon", "dolly:in"),
        ("Rotate the view 10° right, then 10° left.", "pan:right pan:left"),
        ("Bird's-eye view slowly descending", "crane:down"),
        ("A man on a crane waves", ""),
        ("un drone livre un colis", ""),
        ("un zoom posé sur la table", ""),
        ("un léger va-et-vient", "parallax"),
        ("The camera refuses to move.", "static"),
        ("La caméra refuse de bouger.", "static"),
        ("From the window pan across to the piano.", "pan"),
        ("orbit 360 around the car", "orbit"),
        ("the camera takes one step to the right", "truck:right"),
        ("dévoiler la ville en s'élevant au-dessus du mur", "crane:up"),
        ("La caméra bouge à peine : un soupçon de dérive vers la gauche.", "truck:left"),
        ("passe du gros plan au plan large", "zoom:out"),
    ],
)
def test_who_and_what_moves(prompt: str, wanted: str) -> None:
    assert moves(prompt) == wanted
