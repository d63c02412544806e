"""``python -m kinora`` is the command ``kinora``."""

from kinora.cli.main import run

if __name__ == "__main__":
    run()
