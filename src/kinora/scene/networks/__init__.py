"""Networks that look at a photo: what they are fed, and what they answer."""
