"""What this app does by the clock."""

import time

from celery import shared_task

from carecoord.outbox.broker import nudge
from neighbourhoods.services import end_expired_relationships
from neighbourhoods.services.clock_telling import tell_due_clocks
from neighbourhoods.services.import_work import empty_old_imports, work_on_one
from neighbourhoods.services.imports import WORK
from neighbourhoods.services.proxies_by_age import keep_to_ages

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


@shared_task(name="neighbourhoods.cohort_clocks", time_limit=60)
def cohort_clocks() -> int:
    """Tell once what has run out: plans of care homes, care packages, checks and reviews; returns how much."""
    return tell_due_clocks()


@shared_task(name="neighbourhoods.keep_to_ages", time_limit=600)
def keep_parents_to_ages() -> int:
    """End what parents may do by themselves at the age of the place, ask for the review before; returns how many."""
    return keep_to_ages()
