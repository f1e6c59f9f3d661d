"""What this app does by the clock."""

from celery import shared_task

from careplans.services import attachments, overdue, reviews


@shared_task(name="careplans.tell_overdue_actions", time_limit=60)
def tell_overdue_actions() -> int:
    """Tell teams that something of theirs has become overdue; returns how many were told."""
    return overdue.tell_overdue_actions()


@shared_task(name="careplans.tell_overdue_reviews", time_limit=60)
def tell_overdue_reviews() -> int:
    """Tell once which plans should have been reviewed by now; returns how many."""
    return reviews.tell_overdue_reviews()


@shared_task(name="careplans.tell_due_sections", time_limit=60)
def tell_due_sections() -> int:
    """Bring reviews forward of plans with a section to be looked at again; returns how many."""
    return reviews.tell_due_sections()


@shared_task(name="careplans.sweep_files", time_limit=600)
def sweep_files() -> int:
    """Forget files that no row names; returns how many."""
    return attachments.sweep_files()
