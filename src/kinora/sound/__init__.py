"""Plan and camera → sound."""
