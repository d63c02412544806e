"""PostgreSQL goes away for 15 seconds while jobs run: nobody may be judged by it.

    python -m benchmarks.chaos_outage --jobs 24 --workers 4

Exits with 1 if a worker was declared dead, a render was repeated or a job lost.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.chaos_crew import Crew
from benchmarks.chaos_ledger import Ledger
from kinora.service.context import open_service
from kinora.settings import Settings
from kinora.testing.postgres import postgres_server

OUTAGE = 15.0


def run(*, jobs: int, workers: int, patience: float) -> dict[str, Any]:
    """Counts, and ``ok``."""
    with (
        tempfile.TemporaryDirectory(prefix="kinora-outage-") as folder,
        postgres_server() as server,
    ):
        settings = Settings(data_dir=Path(folder), database_url=server.create("kinora"))
        with open_service(settings) as service, Crew.hired(settings, size=workers) as crew:
            ledger = Ledger(service)
            ledger.watch_completions()
            ids = [ledger.submit(f"job={n} steps=40 pause=0.1") for n in range(jobs)]
            deadline = time.monotonic() + patience
            while time.monotonic() < deadline and ledger.count_ended(ids) < jobs // 4:
                time.sleep(0.2)
            server.stop(immediate=True)
            time.sleep(OUTAGE)
            server.start()
            while time.monotonic() < deadline and not ledger.all_ended(ids):
                crew.replace_dead()
                time.sleep(0.2)
            crew.replace_dead()
            facts = ledger.facts(ids)
            fenced = crew.fenced
            crew.dismiss()
    result = {"jobs": jobs, "workers": workers, **facts, "self_fenced": fenced}
    result["ok"] = (
        facts["completed"] == facts["completions"] == facts["outbox"] == jobs
        and facts["renders_repeated"] == 0
        and fenced == 0
    )
    return result


def main() -> int:
    """Print the counts as JSON; the exit code says whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=24)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--patience", type=float, default=300.0)
    given = parser.parse_args()
    result = run(jobs=given.jobs, workers=given.workers, patience=given.patience)
    print(json.dumps(result, indent=2))
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
