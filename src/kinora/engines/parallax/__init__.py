"""The default engine: one photo as layers in space, rendered on a plain CPU."""

from kinora.engines.parallax.engine import ParallaxEngine

__all__ = ["ParallaxEngine"]
