"""What isn't the camera: looks, sounds, what things do, what must stay."""
