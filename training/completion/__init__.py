"""The completion network: colour and disparity of what a moving camera uncovers."""
