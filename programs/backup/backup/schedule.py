"""Runs jobs on schedule; a job that was missed several times runs once."""

import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import NoReturn

from apscheduler.triggers.cron import CronTrigger

from .dumps import DUMP
from .facts import Facts
from .jobs import UNRECORDED, lock_of
from .processes import TETHER
from .receiver import BASE
from .record import Record
from .settings import Schedule, Settings
from .volumes import FILES

TICK_SECONDS = 15
# A run that was cut off is repeated, but not at once: it may have caused the crash.
CUT_OFF_SECONDS = 300
# A failed backup is retried, because its requirements may be back long before its next time.
RETRY_SECONDS = 3_600
RETRIED = (DUMP, BASE, FILES)
NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def trigger_of(schedule: Schedule) -> CronTrigger:
    """Returns the trigger of a schedule. The library's numbers for days of the week start on Monday, so they are
    named."""

    def listed(values: list[int]) -> str:
        return ",".join(map(str, values))

    return CronTrigger(
        minute=listed(schedule["minutes"]),
        hour=listed(schedule["hours"]),
        day=listed(schedule["days"]),
        month=listed(schedule["months"]),
        day_of_week=",".join(NAMES[day] for day in schedule["weekdays"]),
        second=0,
        timezone=schedule["timeZone"],
    )


def is_due(job: str, trigger: CronTrigger, record: Facts, now: datetime) -> bool:
    """Returns whether a time of the schedule has come since the last run, or that run was cut off."""
    if "started" not in record:
        return True
    started = record["started"]
    age = now.timestamp() - started
    if age < 0:
        # The clock was set back; the time of the run is unknown.
        return True
    if record.get("ended", 0) < started:
        return bool(age >= CUT_OFF_SECONDS)
    if job in RETRIED and has_failed(record) and age >= RETRY_SECONDS:
        return True
    last = datetime.fromtimestamp(started, timezone.utc)
    following = trigger.get_next_fire_time(last, last)
    return following is not None and bool(following <= now)


def has_failed(record: Facts) -> bool:
    """Returns whether the work of a job has not been done since it began."""
    return not record["ok"] and bool(record.get("done", 0) < record["started"])


def run_forever(settings: Settings) -> NoReturn:
    """Runs the jobs forever. Each run is a process of its own, so that its memory is freed with it."""
    triggers = {name: trigger_of(job["schedule"]) for name, job in settings["jobs"].items()}
    running: dict[str, subprocess.Popen[bytes]] = {}
    tried: dict[str, float] = {}
    try:
        while True:
            tried.update({name: after_unrecorded() for name, process in running.items() if process.poll() == UNRECORDED})
            running = {name: process for name, process in running.items() if process.poll() is None}
            for name, trigger in triggers.items():
                # A run that a person started blocks the scheduled one; it is not retried all the time.
                patient = time.monotonic() - tried.get(name, -TICK_SECONDS) >= TICK_SECONDS
                free = all(lock_of(name) != lock_of(other) for other in running)
                ready = has_succeeded(settings["jobs"][name].get("after"))
                if patient and free and ready and is_due(name, trigger, Record(name).read(), datetime.now(timezone.utc)):
                    tried[name] = time.monotonic()
                    running[name] = subprocess.Popen([*TETHER, sys.executable, "-m", "backup", "run", name])
            wait(running)
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait()


def after_unrecorded() -> float:
    """Delays a run without a record: by its record it is still due, and each turn would notify its recipients."""
    return time.monotonic() + CUT_OFF_SECONDS - TICK_SECONDS


def has_succeeded(job: str | None) -> bool:
    return job is None or Record(job).has_succeeded()


def wait(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Waits until a job may have become due."""
    try:
        for process in running.values():
            process.wait(TICK_SECONDS)
            return
        time.sleep(TICK_SECONDS)
    except subprocess.TimeoutExpired:
        pass
