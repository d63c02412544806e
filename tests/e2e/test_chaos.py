"""Crashes, short form; the long one is ``python -m benchmarks.chaos``."""

from __future__ import annotations

import pytest
from benchmarks import chaos, chaos_disk, chaos_outage

from kinora.testing.postgres import find_binaries

needs_postgres = pytest.mark.skipif(
    find_binaries() is None, reason="PostgreSQL is not installed (Debian: postgresql)"
)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=needs_postgres)])
def test_each_job_completes_once_whatever_is_killed_or_frozen(database: str) -> None:
    plan = chaos.Plan(
        jobs=20,
        workers=3,
        kills=3,
        server_kills=1,
        child_kills=2,
        freezes=1,
        postmaster_kills=1,
        seed=1,
        patience=600,
    )
    result = chaos.run(plan, database=database)
    assert result["ok"], result


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_full_disk_ends_jobs_with_a_reason_and_the_next_one_works() -> None:
    try:
        result = chaos_disk.run(10, patience=400)
    except chaos_disk.MountError as error:
        pytest.skip(f"no tiny disk can be mounted here: {error}")
    assert result["ok"], result


@pytest.mark.slow
@pytest.mark.timeout(900)
@needs_postgres
def test_a_database_that_is_away_for_a_while_costs_nothing() -> None:
    result = chaos_outage.run(jobs=12, workers=4, patience=400)
    assert result["ok"], result
