"""What a person has said of quiet hours and digest: once, for every role of theirs and every channel."""

from datetime import time
from uuid import UUID

from django.db import transaction

from carecoord import audit
from carecoord.alerts.budget import AT_ANY_HOUR, Digest, Hours
from carecoord.alerts.models import MessageHours
from carecoord.errors import RuleError
from neighbourhoods.principal import Principal


def hours_of(user_id: UUID) -> Hours:
    said = MessageHours.objects.filter(user_id=user_id).first()
    return said.as_hours() if said else AT_ANY_HOUR


@transaction.atomic
def set_hours(
    *, by: Principal, quiet_from: time | None, quiet_until: time | None, digest: Digest, digest_at: time
) -> Hours:
    """Their own, from the next message on. Raises RuleError with its field."""
    if (quiet_from is None) != (quiet_until is None):
        missing = "quiet_until" if quiet_until is None else "quiet_from"
        raise RuleError("Enter both times, or none.", field=missing)
    if quiet_from is not None and quiet_from == quiet_until:
        raise RuleError("Enter a time other than the one at which they begin.", field="quiet_until")
    hours = Hours(quiet_from, quiet_until, digest, digest_at)
    MessageHours.objects.update_or_create(user_id=by.actor_id, defaults=vars(hours))
    audit.record("message_hours.set", by=by, about=("user", by.actor_id), digest=digest)
    return hours
