"""What this app does by the clock."""

from celery import shared_task

from careplans.services.reviews import tell_overdue_reviews


@shared_task(name="careplans.tell_overdue_reviews", time_limit=60)
def overdue_reviews() -> int:
    """Tell once which plans should have been reviewed by now; returns how many."""
    return tell_overdue_reviews()
