"""What every output says about itself: signed manifest, visible mark, invisible mark."""
