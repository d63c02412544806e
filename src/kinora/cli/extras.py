"""What the core install lacks, said in one sentence."""

from __future__ import annotations

from importlib.util import find_spec

from kinora.errors import KinoraError

_SERVER = (
    "alembic",
    "dbos",
    "fastapi",
    "httpx2",
    "obstore",
    "prometheus_client",
    "python_multipart",
    "sqlalchemy",
    "standardwebhooks",
    "structlog",
    "uvicorn",
)


def require_server() -> None:
    """Check that the extra ``server`` is installed.

    Raises:
        KinoraError: it isn't; names the command that installs it.
    """
    missing = [name for name in _SERVER if find_spec(name) is None]
    if missing:
        raise KinoraError(
            f"This command needs the server's packages; {', '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing.",
            hint="Install them with: pip install 'kinora[server]'",
        )
