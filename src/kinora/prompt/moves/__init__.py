"""The camera grammar: which words are moves, which way, how far and how they go."""
