"""Kill and freeze everything at random while jobs run; every job must end exactly once.

    python -m benchmarks.chaos --jobs 60 --database sqlite
    python -m benchmarks.chaos --jobs 120 --database postgres

Real workers (`kinora.jobs.runtime`), a real database and a real store; only the picture making is
replaced by `kinora.testing.maker`. A client asks a real server for the videos, repeating under the
same ``Idempotency-Key`` what wasn't answered; a receiver takes the webhooks and refuses three in
ten. At random: ``kill -9`` of the server, of workers and of render children, ``SIGSTOP`` of workers
for longer than it takes to be declared dead, and on PostgreSQL ``kill -9`` of the postmaster. Exits
with 1 if anything was lost, done twice or left behind.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.chaos_crew import Crew
from benchmarks.chaos_ledger import Ledger
from benchmarks.chaos_receiver import Receiver
from benchmarks.chaos_server import Client, Server
from kinora.service.context import open_service
from kinora.settings import Settings
from kinora.testing.postgres import PostgresServer, postgres_server

#: Mean seconds between two requests.
PACE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of what."""

    jobs: int
    workers: int
    kills: int  # of workers
    server_kills: int
    child_kills: int
    freezes: int  # SIGSTOP, 8 s
    postmaster_kills: int
    seed: int
    patience: float  # seconds until unfinished jobs count as lost


def run(plan: Plan, *, database: str) -> dict[str, Any]:
    """Run the jobs under the plan's accidents; counts, and ``ok``."""
    folder = Path(tempfile.mkdtemp(prefix="kinora-chaos-"))
    result: dict[str, Any] = {"ok": False}
    try:
        with ExitStack() as stack:
            server = stack.enter_context(postgres_server()) if database == "postgres" else None
            settings = Settings(
                data_dir=folder,
                database_url=server.create("kinora") if server else None,
                max_attempts=1000,  # the accidents aren't the jobs' fault
                allow_private_addresses=True,
            )
            result = _run(plan, settings, server, stack)
            return result
    finally:
        if result["ok"]:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"Kept for a look: {folder}", file=sys.stderr)


def _run(
    plan: Plan, settings: Settings, postgres: PostgresServer | None, stack: ExitStack
) -> dict[str, Any]:
    chance = random.Random(plan.seed)
    receiver = stack.enter_context(Receiver.listening(seed=plan.seed))
    service = stack.enter_context(open_service(settings))
    ledger = Ledger(service)
    ledger.watch_completions()
    ledger.subscribe(receiver.url)
    crew = stack.enter_context(Crew.hired(settings, size=plan.workers))
    api = stack.enter_context(Server.serving(settings, settings.data_dir / "server.log"))
    began = time.monotonic()
    prompts = [
        f"job={n} steps={chance.randint(4, 12)} pause=0.1 bytes=20000" for n in range(plan.jobs)
    ]
    client = Client(api.url, prompts, pace=PACE, seed=plan.seed)
    client.start()
    world = World(crew=crew, api=api, postgres=postgres)
    deadline = began + plan.patience
    done = _accidents(plan, chance, world, ledger, deadline)
    while time.monotonic() < deadline and ledger.count_ended() < plan.jobs:
        crew.replace_dead()
        time.sleep(0.2)
    took = time.monotonic() - began
    while time.monotonic() < deadline and len(receiver.accepted) < plan.jobs:
        crew.replace_dead()
        time.sleep(0.2)
    crew.dismiss()
    done |= {"requests_repeated": client.repeated, "seconds": round(took, 1)}
    return _judge(plan, ledger, receiver, client.ids, done, crew)


def _accidents(
    plan: Plan, chance: random.Random, world: World, ledger: Ledger, deadline: float
) -> dict[str, Any]:
    left = {
        "kills": plan.kills,
        "server_kills": plan.server_kills,
        "child_kills": plan.child_kills,
        "freezes": plan.freezes,
        "postmaster_kills": plan.postmaster_kills if world.postgres else 0,
    }
    done: dict[str, Any] = dict.fromkeys(left, 0)
    total = sum(left.values())
    while any(left.values()) and time.monotonic() < deadline:
        time.sleep(chance.uniform(0.1, 0.5))
        world.crew.replace_dead()
        ended = ledger.count_ended()
        if ended == plan.jobs:
            break
        # Spread over the run: the nth accident waits for its share of the jobs.
        if ended < sum(done.values()) * plan.jobs // (total + 1):
            continue
        kind = chance.choice([k for k, n in left.items() for _ in range(n)])
        if world.happen(kind, chance):
            left[kind] -= 1
            done[kind] += 1
    return done


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that can have an accident."""

    crew: Crew
    api: Server
    postgres: PostgresServer | None

    def happen(self, kind: str, chance: random.Random) -> bool:
        """One accident; False where there was nobody to have it."""
        if kind == "kills":
            return self.crew.kill_one(chance)
        if kind == "child_kills":
            return self.crew.kill_child(chance)
        if kind == "freezes":
            return self.crew.freeze_one(chance, seconds=8.0)
        if kind == "server_kills":
            self.api.kill()
            return True
        assert self.postgres is not None
        self.postgres.kill()
        self.postgres.start()
        return True


def _judge(
    plan: Plan,
    ledger: Ledger,
    receiver: Receiver,
    ids: list[str],
    done: dict[str, Any],
    crew: Crew,
) -> dict[str, Any]:
    facts = ledger.facts(ids)
    delivered = receiver.accepted
    result = {
        "jobs": plan.jobs,
        **done,
        **facts,
        "webhooks_distinct": len(delivered),
        "webhooks_repeated": sum(delivered.values()) - len(delivered),
        "self_fenced": crew.fenced,
        "processes_left": crew.left_behind(),
    }
    result["ok"] = (
        len(set(ids)) == plan.jobs
        and ledger.count_ended() == plan.jobs
        and facts["completed"] == plan.jobs
        and facts["completions"] == plan.jobs
        and facts["outbox"] == plan.jobs
        and facts["files_right"] == plan.jobs
        and len(delivered) == plan.jobs
        and result["processes_left"] == 0
    )
    return result


def main() -> int:
    """Print the counts as JSON; the exit code says whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=60)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--kills", type=int, help="of workers; default: a tenth of the jobs")
    parser.add_argument("--server-kills", type=int, default=3)
    parser.add_argument("--child-kills", type=int, help="default: a tenth of the jobs")
    parser.add_argument("--freezes", type=int, default=3)
    parser.add_argument("--postmaster-kills", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=float, default=540.0)
    given = parser.parse_args()
    tenth = max(1, given.jobs // 10)
    plan = Plan(
        jobs=given.jobs,
        workers=given.workers,
        kills=tenth if given.kills is None else given.kills,
        server_kills=given.server_kills,
        child_kills=tenth if given.child_kills is None else given.child_kills,
        freezes=given.freezes,
        postmaster_kills=given.postmaster_kills,
        seed=given.seed,
        patience=given.patience,
    )
    result = run(plan, database=given.database)
    print(json.dumps({"database": given.database, **result}, indent=2))
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
