"""Shot plan × scene → what moves by itself: water, clouds, leaves, flames …"""

from kinora.living.light.plan import plan_light
from kinora.living.plan import plan_living

__all__ = ["plan_light", "plan_living"]
