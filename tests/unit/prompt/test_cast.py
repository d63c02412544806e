"""Where prompts put the caller's characters."""

from __future__ import annotations

import pytest

from kinora.prompt import read_prompt, with_cast
from kinora.types.plan import CastMember
from kinora.types.report import Report


def cast(prompt: str, *names: str) -> tuple[tuple[CastMember, ...], Report]:
    reading = read_prompt(prompt)
    plan, report = with_cast(reading.plan, reading.report, names or ("Mia",))
    return plan.cast, report


@pytest.mark.parametrize(
    ("prompt", "x", "from_x", "distance"),
    [
        ("Mia stands at the left, slow push in", 0.24, None, "normal"),
        ("Slow push in. Mia is in the background on the right", 0.76, None, "far"),
        ("Mia waits at the far right, in the foreground; pan left", 0.88, None, "near"),
        ("Pan left. mia is in the middle", 0.5, None, "normal"),
        ("Mia walks in from the left, pan right", 0.24, -0.28, "normal"),
        ("Mia walks from left to right while the camera tilts up", 0.76, -0.28, "normal"),
        ("Mia se tient à gauche, au premier plan, travelling avant", 0.24, None, "near"),
        ("Mia arrive de la droite, panoramique à gauche", 0.76, 1.28, "normal"),
        ("Au loin, orbite à gauche autour de Mia", None, None, "normal"),
    ],
)
def test_words_say_where(prompt: str, x: float | None, from_x: float | None, distance: str) -> None:
    (member,), report = cast(prompt)
    assert (member.x, member.from_x, member.distance) == (x, from_x, distance)
    first, last = member.evidence or (0, 0)
    assert prompt[first:last].lower().startswith("mia")
    left = [*report.scene, *report.ignored_text]
    assert not any(a < last and first < b for a, b in (text.span for text in left))
    assert [item.request for item in report.understood if item.item == member.id]


def test_a_height_is_a_share_of_the_frame() -> None:
    (member,), _ = cast("Mia stands at the left, 40 % of the frame, pan left")
    assert member.height == 0.4


def test_the_camera_goes_its_own_way() -> None:
    reading = read_prompt("Mia stands at the left, pan right")
    plan, _ = with_cast(reading.plan, reading.report, ["Mia"])
    assert [(m.op, m.direction) for b in plan.beats for m in b.camera] == [("pan", "right")]


def test_who_isnt_named_isnt_shown_and_that_is_told() -> None:
    found, report = cast("pan left", "Mia")
    assert found == ()
    assert "name Mia" in report.assumptions[-1].text
    _, french = cast("panoramique à gauche", "Mia")
    assert "ne nomme pas Mia" in french.assumptions[-1].text


def test_a_name_is_a_whole_word_and_two_are_enough() -> None:
    assert cast("Miami at night, pan left")[0] == ()
    found, report = cast("Ada and Bo wave, Cy leaves, pan left", "Ada", "Bo", "Cy")
    assert [member.name for member in found] == ["Ada", "Bo"]
    assert "at most 2" in report.assumptions[-1].text


def test_a_plan_keeps_its_own_cast() -> None:
    reading = read_prompt("Mia stands at the left, pan left")
    own = CastMember(id="c", name="Mia", x=0.9)
    plan = reading.plan.model_copy(update={"cast": (own,)})
    assert with_cast(plan, reading.report, ["Mia"])[0].cast == (own,)
