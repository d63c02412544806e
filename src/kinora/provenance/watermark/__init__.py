"""The invisible mark: a keyed pattern in the luma of every frame that names the clip."""
