"""What each endpoint and command does, one function per use case."""
