"""Entry points of the clock."""

from celery import shared_task

from careplans.services import overdue


@shared_task(name="careplans.tell_overdue_actions", time_limit=60)
def tell_overdue_actions() -> int:
    """Tell teams that something of theirs has become overdue; returns how many were told."""
    return overdue.tell_overdue_actions()
