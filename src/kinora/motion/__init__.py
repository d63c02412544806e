"""Shot plan × scene → the exact camera path of every frame."""

from kinora.motion.loop import closed
from kinora.motion.path import plan_motion
from kinora.motion.retime import retimed

__all__ = ["closed", "plan_motion", "retimed"]
