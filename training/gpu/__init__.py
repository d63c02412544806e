"""Training of the geometry network where pictures, labels and chance all live on a GPU."""
