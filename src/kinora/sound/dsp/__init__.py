"""Blocks that sounds are made of: noise, slow curves, grains, struck modes, strings, space."""
