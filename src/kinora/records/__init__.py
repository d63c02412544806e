"""What the service knows, in SQL: one module per table family, functions over a connection."""
