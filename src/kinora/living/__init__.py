"""Shot plan × scene → what moves by itself: water, clouds, leaves, flames …"""

from kinora.living.air.plan import plan_air
from kinora.living.kept import find_kept
from kinora.living.light.plan import plan_light
from kinora.living.masks import read_masks
from kinora.living.plan import plan_living

__all__ = ["find_kept", "plan_air", "plan_light", "plan_living", "read_masks"]
