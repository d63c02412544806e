"""Where finished files and uploads lie."""
