"""The Videos API over HTTP."""
