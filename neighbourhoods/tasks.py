"""What this app does by the clock."""

from celery import shared_task

from neighbourhoods.services import end_expired_relationships


@shared_task(name="neighbourhoods.end_expired", time_limit=60)
def end_expired() -> int:
    """Close the rows of relationships that have ended by themselves; returns how many."""
    return end_expired_relationships()
