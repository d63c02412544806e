"""The default engine: one photo as layers in space, rendered on a plain CPU."""
