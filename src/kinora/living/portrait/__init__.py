"""Portraits that live: blink, gaze, smile, head turns, breath."""
