"""What animals do: breathe, twitch an ear, wag a tail, tilt the head."""
