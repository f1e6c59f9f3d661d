"""What this app does by the clock."""

import time

from celery import shared_task

from carecoord.outbox.broker import nudge
from neighbourhoods.services import end_expired_relationships
from neighbourhoods.services.import_work import empty_old_imports, work_on_one
from neighbourhoods.services.imports import WORK

LONGEST_RUN_SECONDS = 30


@shared_task(name="neighbourhoods.end_expired", time_limit=60)
def end_expired() -> int:
    """Close the rows of relationships that have ended by themselves; returns how many."""
    return end_expired_relationships()


@shared_task(name="neighbourhoods.work_on_imports", time_limit=90)
def work_on_imports() -> int:
    """Lists of people on their way: read, written or taken back step by step; returns how many steps were made."""
    steps, ends_at = 0, time.monotonic() + LONGEST_RUN_SECONDS
    while work_on_one():
        steps += 1
        if time.monotonic() >= ends_at:
            # Others have waited long enough for this worker; it comes back after them.
            nudge(WORK)
            break
    return steps


@shared_task(name="neighbourhoods.empty_imports", time_limit=90)
def empty_imports() -> int:
    """What lists of people said is not kept longer than 30 days; returns how many were emptied."""
    return empty_old_imports()
