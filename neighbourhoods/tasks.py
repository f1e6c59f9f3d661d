"""What this app does by the clock."""

from celery import shared_task

from neighbourhoods.services import end_expired_relationships
from neighbourhoods.services.clock_telling import tell_due_clocks


@shared_task(name="neighbourhoods.end_expired", time_limit=60)
def end_expired() -> int:
    """Close the rows of relationships that have ended by themselves; returns how many."""
    return end_expired_relationships()


@shared_task(name="neighbourhoods.cohort_clocks", time_limit=60)
def cohort_clocks() -> int:
    """Tell once what has run out: plans of care homes, care packages, checks and reviews; returns how much."""
    return tell_due_clocks()
