"""What every step reads: folded text, tokens, clauses, quotes, sections, times, lexicons."""
