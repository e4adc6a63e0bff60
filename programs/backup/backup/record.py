"""The record of each job, kept across restarts, and exported as metrics."""

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

from . import configuration
from .facts import Facts

GAUGES = {
    "started": ("last_start_timestamp_seconds", "When the job last began."),
    "ended": ("last_run_timestamp_seconds", "When the job last ended, well or not."),
    "succeeded": ("last_success_timestamp_seconds", "When the job last ended well; 0 if never."),
    "failed": ("last_failure_timestamp_seconds", "When the job last ended badly; there is none if it never did."),
    "ok": ("last_run_success", "1 when the last run ended well, 0 while it runs, when it failed or was killed."),
    "seconds": ("last_duration_seconds", "How long the last run took."),
    "bytes": ("last_size_bytes", "Size of what the last successful run saved."),
    "stored": ("repository_size_bytes", "Size of the repositories after the last successful run."),
    "copy": ("last_copy_seconds", "Seconds that writers paused for the copy of the last successful run; for volumes."),
    "recovery": ("recovery_seconds", "How long the last drill took from fetching to a checked restore."),
    "lag": ("wal_lag_bytes", "Bytes of the log that the server had written and the receiver did not have at the last check."),
    "slot": ("wal_slot_ok", "1 when the server keeps for the receiver what it has not received yet, 0 when it gave that up."),
    "reached": ("recovery_point_timestamp_seconds", "All that was committed until then is in every repository."),
    "age": ("recovery_point_age_seconds", "Age of the newest proven backup when it was proven."),
}


class Record:
    """The record of one job."""

    def __init__(self, job: str) -> None:
        self.job = job
        self._path = configuration.STATE / "jobs" / f"{job}.json"

    def read(self) -> Facts:
        if not self._path.exists():
            return {}
        known: Facts = json.loads(self._path.read_text(encoding="utf-8"))
        return known

    def begin(self) -> None:
        """Records the start before anything else: a killed job reports nothing more, and must not look like the
        previous run."""
        self._write({**self.read(), "started": time.time(), "ok": 0})

    def note(self, facts: Facts) -> None:
        """Notes facts that are useful whatever the run's result."""
        self._write({**self.read(), **facts})

    def forget_success(self) -> None:
        """Removes the last success from the record."""
        self._write({key: value for key, value in self.read().items() if key not in ("succeeded", "done")})

    def has_succeeded(self) -> bool:
        """Returns whether the work succeeded, even if a later step failed."""
        return not {"succeeded", "done"}.isdisjoint(self.read())

    def succeed(self, facts: Facts) -> None:
        now = time.time()
        known = self.read()
        self._write({**known, **facts, "ended": now, "succeeded": now, "ok": 1, "seconds": now - known["started"], "reason": ""})

    def fail(self, reason: str, done: bool = False) -> None:
        """Records a failure. A job whose work is done may still fail in a later step."""
        now = time.time()
        known = {**self.read(), **({"done": now} if done else {})}
        self._write({**known, "ended": now, "failed": now, "ok": 0, "seconds": now - known.get("started", now), "reason": reason})

    def _write(self, facts: Facts) -> None:
        configuration.write_whole(self._path, json.dumps(facts, indent=2, sort_keys=True))


class Collector:
    """Reads the records at each scrape, so that the metrics match the files, whatever process ran the jobs. The label
    is not called `job`, because Prometheus uses that name for its target."""

    def __init__(self, jobs: Iterable[str]) -> None:
        self._jobs = jobs

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import GaugeMetricFamily  # pylint: disable=import-outside-toplevel

        records = {job: Record(job).read() for job in self._jobs}
        for key, (name, text) in GAUGES.items():
            family = GaugeMetricFamily(f"backup_{name}", text, labels=["task"])
            for job, record in records.items():
                if key in record or key == "succeeded":
                    family.add_metric([job], record.get(key, 0))
            yield family
