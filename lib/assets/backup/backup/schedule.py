"""Runs jobs when they are due; one that was missed, however often, runs once."""

import time
from datetime import datetime, timezone

from apscheduler.triggers.cron import CronTrigger

from .jobs import DUMP, Busy, run_job
from .record import Record

TICK_SECONDS = 15
# A run that was cut off is repeated, but not at once: it may be what brought everything down.
CUT_OFF_SECONDS = 300
# A dump that failed is tried again, because what it needs may be back long before its next moment.
RETRY_SECONDS = 3_600
NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def trigger_of(schedule):
    """The library's own numbers for days of the week begin on Monday, so they get names."""
    listed = lambda values: ",".join(str(value) for value in values)
    return CronTrigger(
        minute=listed(schedule["minutes"]),
        hour=listed(schedule["hours"]),
        day=listed(schedule["days"]),
        month=listed(schedule["months"]),
        day_of_week=",".join(NAMES[day] for day in schedule["weekdays"]),
        second=0,
        timezone=schedule["timeZone"],
    )


def is_due(job, trigger, record, now):
    """Whether a moment of the schedule has come since the last run, or that run was none."""
    if "started" not in record:
        return True
    started = record["started"]
    age = now.timestamp() - started
    if age < 0:
        # The clock was put back; nobody knows when the run was.
        return True
    if record.get("ended", 0) < started:
        return age >= CUT_OFF_SECONDS
    if job == DUMP and not record["ok"] and age >= RETRY_SECONDS:
        return True
    last = datetime.fromtimestamp(started, timezone.utc)
    following = trigger.get_next_fire_time(last, last)
    return following is not None and following <= now


def run_forever(settings):
    triggers = {name: trigger_of(job["schedule"]) for name, job in settings["jobs"].items()}
    while True:
        for name, trigger in triggers.items():
            if is_due(name, trigger, Record(name).read(), datetime.now(timezone.utc)):
                try:
                    run_job(name, settings)
                except Busy:
                    break
        time.sleep(TICK_SECONDS)
