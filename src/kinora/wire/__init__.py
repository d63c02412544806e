"""The Videos API's shapes ↔ our types, free of HTTP and of the database."""
