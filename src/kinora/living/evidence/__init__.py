"""Where things are that regions don't tell: the word says it is there, the picture says where."""
