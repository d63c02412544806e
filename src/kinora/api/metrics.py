"""What Prometheus reads: requests as they happen, jobs as the database has them when asked."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from kinora.records.counts import count_by_status
from kinora.records.database import Database

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
_STATUSES = ("queued", "in_progress", "completed", "failed")


class Metrics:
    """The metrics of one app; each app has a registry of its own."""

    def __init__(self, database: Database) -> None:
        """Args:
        database: asked for the jobs whenever the metrics are read.
        """
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "kinora_http_requests",
            "Requests answered; status 0 went away before an answer.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "kinora_http_request_seconds",
            "Time from a request's head to the end of its answer.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        # Found once: to look a series up takes longer than to count.
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        ProcessCollector(namespace="kinora", registry=self._registry)
        self._registry.register(_Jobs(database))

    def count(self, method: str, route: str, *, status: int, seconds: float) -> None:
        """Count one request; ``route`` is its template, so that ids don't become labels."""
        series = self._series.get((method, route, status))
        if series is None:
            series = self._series[method, route, status] = (
                self._requests.labels(method, route, status),
                self._seconds.labels(method, route),
            )
        series[0].inc()
        series[1].observe(seconds)

    def text(self) -> bytes:
        """Everything, in Prometheus's text format; asks the database."""
        return generate_latest(self._registry)


class _Jobs(Collector):
    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> list[GaugeMetricFamily]:
        return []  # without it the registry would ask the database while it is being built

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._database.read() as connection:
            counts = count_by_status(connection)
        jobs = GaugeMetricFamily("kinora_jobs", "Videos by status.", labels=["status"])
        for status in _STATUSES:
            jobs.add_metric([status], counts.get(status, 0))
        yield jobs
        yield GaugeMetricFamily(
            "kinora_queue_depth", "Videos waiting for a worker.", value=counts.get("queued", 0)
        )
