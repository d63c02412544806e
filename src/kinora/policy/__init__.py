"""Policy: what may not be made, as rules in data files, and the checks that apply them."""
