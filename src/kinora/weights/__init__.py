"""Weights of networks: those in the wheel, larger ones by name, and sessions that run them."""
