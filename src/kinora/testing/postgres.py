"""A PostgreSQL server of one's own, from the distribution's package, for tests and benchmarks."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_DEBIAN = Path("/usr/lib/postgresql")
_START_SECONDS = 60.0


def find_binaries() -> Path | None:
    """The folder of ``initdb`` and ``postgres``, the newest version's; None: not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda p: int(p.parts[-3].split(".")[0]))
    return folders[-1].parent if folders else None


@dataclass(slots=True)
class PostgresServer:
    """A server on a loopback port, with its data in a folder that goes with it."""

    binaries: Path
    folder: Path
    port: int
    fsync: bool = True
    process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres") -> str:
        """The address of one database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start, and wait until it answers.

        After `kill`, the orphaned backends hold the shared memory for a moment, and a new
        postmaster refuses to start beside them; so it is tried again, as a service manager would.

        Raises:
            RuntimeError: it doesn't start; with the server's log.
        """
        ready = [str(self.binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        deadline = time.monotonic() + _START_SECONDS
        self._launch()
        while subprocess.run(ready, check=False).returncode != 0:
            if time.monotonic() > deadline:
                log_text = (self.folder / "log").read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL doesn't start:\n{log_text}")
            time.sleep(0.1)
            if self.process is None or self.process.poll() is not None:
                self._launch()

    def _launch(self) -> None:
        command = [
            str(self.binaries / "postgres"),
            *("-D", str(self.folder / "data"), "-p", str(self.port)),
            *("-h", "127.0.0.1", "-k", str(self.folder)),
            *(() if self.fsync else ("-c", "fsync=off")),
        ]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **_as_postgres(),
            )

    def kill(self) -> None:
        """kill -9 of the postmaster; its backends notice and end."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self, *, immediate: bool = False) -> None:
        """Stop, at once (as by an accident) or after the clients were cut off."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT if immediate else signal.SIGINT)
            self.process.wait()

    def create(self, database: str) -> str:
        """A new, empty database; its address."""
        subprocess.run(
            [
                str(self.binaries / "createdb"),
                *("-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", database),
            ],
            check=True,
        )
        return self.url(database)


@contextmanager
def postgres_server(*, fsync: bool = True) -> Iterator[PostgresServer]:
    """A fresh server; stopped, and its data removed, at the end of the block.

    Args:
        fsync: whether commits outlive the machine; without, they outlive kills of processes alone.

    Raises:
        RuntimeError: it isn't installed, or doesn't start.
    """
    binaries = find_binaries()
    if binaries is None:
        raise RuntimeError("PostgreSQL is not installed (Debian: apt-get install postgresql).")
    folder = Path(tempfile.mkdtemp(prefix="kinora-postgres-"))
    try:
        user = _as_postgres()
        if user:
            shutil.chown(folder, "postgres", "postgres")
        subprocess.run(
            [
                str(binaries / "initdb"),
                *("-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8"),
                "--no-sync",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **user,
        )
        server = PostgresServer(binaries=binaries, folder=folder, port=_free_port(), fsync=fsync)
        server.start()
        try:
            yield server
        finally:
            server.stop(immediate=True)  # nothing of it is kept
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_postgres() -> dict[str, Any]:
    """The server refuses to run as root; the package brings a user for it."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("postgres")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
