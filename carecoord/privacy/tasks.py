"""What beat asks for: what has been examined stands in the audit, so that two beats or ten workers are harmless."""

from celery import shared_task

from carecoord.privacy import noticing


@shared_task(name="privacy.examine")
def examine() -> int:
    """Look for misuse in the log of days that are over; returns how many reviews were opened."""
    return noticing.examine_what_is_over()
