"""What this app does by the clock."""

from celery import shared_task

from neighbourhoods.services import end_expired_relationships
from neighbourhoods.services.proxies_by_age import keep_to_ages


@shared_task(name="neighbourhoods.end_expired", time_limit=60)
def end_expired() -> int:
    """Close the rows of relationships that have ended by themselves; returns how many."""
    return end_expired_relationships()


@shared_task(name="neighbourhoods.keep_to_ages", time_limit=600)
def keep_parents_to_ages() -> int:
    """End what parents may do by themselves at the age of the place, ask for the review before; returns how many."""
    return keep_to_ages()
