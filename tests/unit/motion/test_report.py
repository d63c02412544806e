import pytest

from kinora.motion.amounts import DEFAULTS
from kinora.motion.bounds import Limit
from kinora.motion.moves import KIN
from kinora.motion.wording import WORDS


def test_an_impossible_orbit_says_what_was_done_and_why(stage):
    plan = stage.plan((4, stage.move("orbit", "left", 180, "degrees")))
    (outcome,) = stage.motion(plan, stage.scene(margin=0.25)).outcomes
    assert outcome.item == "b0m0"
    assert outcome.status == "approximated"
    assert outcome.done.startswith("orbit left ")
    assert outcome.reason == "one photo: hidden side unknown"
    assert outcome.how_to_get_it


def test_the_report_speaks_french(stage):
    plan = stage.plan((4, stage.move("pan", "left", 50, "degrees")), lang="fr")
    (outcome,) = stage.motion(plan, stage.scene(margin=0.125)).outcomes
    assert outcome.done == "panoramique vers la gauche 5,1°"
    assert "photo" in outcome.reason


def test_what_can_be_done_of_a_huge_move_is_an_approximation(stage):
    plan = stage.plan((4, stage.move("pan", "left", 170, "degrees")))
    (outcome,) = stage.motion(plan, stage.scene(margin=0.125)).outcomes
    assert outcome.status == "approximated"
    assert outcome.done == "pan left 5.1°"


def test_less_than_anyone_would_notice_is_not_supported(stage):
    plan = stage.plan((4, stage.move("pan", "left", 20, "degrees")))
    (outcome,) = stage.motion(plan, stage.scene(margin=0.01)).outcomes
    assert outcome.status == "not_supported"
    assert outcome.done == "pan left 0.3°"


def test_a_small_move_that_is_mostly_done_is_an_approximation(stage):
    plan = stage.plan((4, stage.move("pan", "left", 0.5, "degrees")))
    (outcome,) = stage.motion(plan, stage.scene(margin=0.01)).outcomes
    assert outcome.status == "approximated"


@pytest.mark.parametrize(
    ("op", "done"), [("flyover", "rise"), ("follow", "move"), ("reveal", "move")]
)
def test_nearest_kin_is_reported_even_when_it_fits(stage, op, done):
    (outcome,) = stage.motion(stage.plan((1, stage.move(op)))).outcomes
    assert outcome.status == "approximated"
    assert outcome.done.startswith(done)


def test_moves_that_fit_need_no_outcome(stage):
    plan = stage.plan((1, stage.move("pan", "left", 3, "degrees"), stage.move("handheld")))
    assert not stage.motion(plan).outcomes


@pytest.mark.parametrize("lang", WORDS)
def test_every_language_has_every_word(lang):
    words = WORDS[lang]
    assert set(words.moves) == set(DEFAULTS) - {"rack_focus"}
    assert set(words.directions) == {"left", "right", "up", "down", "in", "out", "cw", "ccw"}
    assert set(words.reasons) == set(words.remedies) == set(Limit) - {Limit.NONE}
    assert set(words.kin) == KIN
    assert {unit for _, unit in DEFAULTS.values()} == set(words.units)
