"""Entry points of the clock."""

from celery import shared_task

from referrals.services import handovers


@shared_task(name="referrals.return_ended_handovers")
def return_ended_handovers() -> int:
    """Give back what was handed over until a moment that has passed; returns how many."""
    return handovers.return_ended_handovers()


@shared_task(name="referrals.tell_missing_needs")
def tell_missing_needs() -> int:
    """Tell of what is not in place for somebody who is due at home; returns for how many something is missing."""
    return handovers.tell_missing_needs()
