"""One worker with quick heartbeats and a maker that renders nothing, for crash tests.

    python -m benchmarks.chaos_worker [--embedded]

Settings come from the environment, as for ``kinora worker``.
"""

from __future__ import annotations

import argparse
import signal
import threading

from kinora.api.logs import set_up_logs
from kinora.jobs.heartbeat import Timing
from kinora.jobs.runtime import running
from kinora.service.context import open_service
from kinora.settings import load_settings
from kinora.testing.maker import MAKER

#: As in the crash tests that the design comes from.
QUICK = Timing(beat=0.7, ttl=3.0, reap=1.0, lease=5.0, settle=1.0)


def main() -> None:
    """Work until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embedded", action="store_true", help="be the executor 'local'")
    embedded = parser.parse_args().embedded
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    set_up_logs()
    settings = load_settings()
    with (
        open_service(settings) as service,
        running(
            settings,
            service.database,
            service.blobs,
            service.queue,
            embedded=embedded,
            timing=QUICK,
            maker=MAKER,
        ) as worker,
    ):
        print(f"worker {worker.id}", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
