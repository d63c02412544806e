"""Shot plan × scene → what moves by itself: water, clouds, leaves, flames …"""

from kinora.living.air.plan import plan_air
from kinora.living.animal.plan import plan_animal
from kinora.living.cast import plan_cast
from kinora.living.evidence.look import Look
from kinora.living.heard import heard_places
from kinora.living.kept import KeptPlace, find_kept, kept_by_layer, kept_outcomes, kept_places
from kinora.living.light.plan import plan_light
from kinora.living.masks import read_masks
from kinora.living.plan import plan_living
from kinora.living.portrait.plan import plan_portrait
from kinora.living.portrait.speaking import plan_speaking
from kinora.living.scene_time import in_scene_time

__all__ = [
    "KeptPlace",
    "Look",
    "find_kept",
    "heard_places",
    "in_scene_time",
    "kept_by_layer",
    "kept_outcomes",
    "kept_places",
    "plan_air",
    "plan_animal",
    "plan_cast",
    "plan_light",
    "plan_living",
    "plan_portrait",
    "plan_speaking",
    "read_masks",
]
