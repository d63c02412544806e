import numpy as np
import pytest

from kinora.motion.lens import SHALLOW_APERTURE


def depths(low, high):
    return np.linspace(low, high, 360)[:, None].repeat(640, axis=1)


def test_without_blur_words_everything_is_sharp(stage):
    motion = stage.motion(stage.plan((1, stage.move("pan", "left"))))
    assert not motion.aperture.any()
    assert (motion.focus == 1.0).all()
    assert not motion.shutter.any()


def test_shallow_depth_of_field_opens_the_aperture_throughout(stage):
    motion = stage.motion(stage.plan((1,), framing=stage.shallow()))
    assert (motion.aperture == SHALLOW_APERTURE).all()
    assert (motion.focus == 1.0).all()


def test_a_rack_to_the_background_starts_at_the_subject(stage):
    plan = stage.plan((1,), (2, stage.move("rack_focus", "far")), (1,))
    motion = stage.motion(plan, stage.scene(disparity=depths(0.2, 1.0)))
    assert (motion.focus[:31] == 1.0).all()
    assert (np.diff(motion.focus[30:91]) < 0).all()
    assert motion.focus[90] == motion.focus[-1] == pytest.approx(0.24, abs=0.01)
    assert (motion.aperture[:31] == 0).all()
    assert (motion.aperture[50:] == SHALLOW_APERTURE).all()


def test_a_rack_to_the_subject_starts_at_the_background(stage):
    plan = stage.plan((1,), (2, stage.move("rack_focus", "near")))
    motion = stage.motion(plan, stage.scene(disparity=depths(0.2, 1.0)))
    assert motion.focus[0] == pytest.approx(0.24, abs=0.01)
    assert motion.focus[-1] == pytest.approx(1.0)


def test_a_rack_to_the_foreground_passes_the_subject(stage):
    plan = stage.plan((2, stage.move("rack_focus", "near")), (2, stage.move("rack_focus")))
    motion = stage.motion(plan, stage.scene(disparity=depths(0.2, 1.6)))
    assert motion.focus[0] == 1.0
    assert motion.focus[60] == pytest.approx(1.57, abs=0.01)
    assert motion.focus[-1] == pytest.approx(0.27, abs=0.01)  # no direction: the far end


def test_the_amount_of_a_rack_is_the_strength_of_its_blur(stage):
    plan = stage.plan((1, stage.move("rack_focus", "far", 2, "factor")))
    assert stage.motion(plan).aperture[-1] == pytest.approx(2 * SHALLOW_APERTURE)


def test_without_depth_a_rack_is_reported_and_nothing_blurs(stage):
    plan = stage.plan((1, stage.move("rack_focus", "far")))
    motion = stage.motion(plan, stage.scene(disparity=depths(0.97, 1.0)))
    assert [(o.item, o.status) for o in motion.outcomes] == [("b0m0", "not_supported")]
    assert not motion.aperture.any()


def test_a_whip_is_over_after_half_a_second_with_an_open_shutter(stage, viewed):
    motion = stage.motion(stage.plan((0.5,), (2, stage.move("whip", "right", 10, "degrees"))))
    yaw = viewed(motion).yaw()
    assert yaw[15] == 0
    assert (yaw[30:] == yaw[30]).all()
    assert yaw[30] == pytest.approx(10)
    assert (motion.shutter[16:30] > 0.5).all()
    assert not motion.shutter[:16].any()
    assert not motion.shutter[30:].any()
