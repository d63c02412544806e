"""Generators, one module per family; each has its ``CUES``."""
