"""Who knows what a hole hides."""
