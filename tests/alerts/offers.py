"""Things that ask for an answer, made for tests of alerts."""

from datetime import UTC, datetime, timedelta

from carecoord import clock, outbox
from carecoord.alerts.facts import AlertFacts
from carecoord.alerts.models import Alert
from carecoord.alerts.services import raise_alert
from carecoord.ids import new_id
from carecoord.outbox.models import OutboxMessage
from tests.referrals import handovers

MONDAY_9 = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def facts(world, *, resident=None, hours=4, about=None, team=None, sender=None, kind="handover.offered", **more):
    """An offer of the ward to the nursing team, to be answered in `hours`."""
    return AlertFacts(
        **(
            {
                "kind": kind,
                "about": about or ("handover", new_id()),
                "resident_id": resident.id if resident else None,
                "team_id": (team or world.nursing).id,
                "sending_team_id": (sender or world.ward).id,
                "is_urgent": False,
                "started_at": clock.now(),
                "due_at": clock.now() + timedelta(hours=hours) if hours else None,
                "by_the_clock": True,
            }
            | more
        )
    )


def raised(world, *, cause_id=None, **more) -> Alert:
    alert = raise_alert(facts=facts(world, **more), cause_id=cause_id or new_id())
    assert alert is not None
    return alert


def told(alert) -> list[str]:
    """Names of those who were told, in order."""
    return sorted(alert.recipients.values_list("membership__user__name", flat=True))


def event_of(topic, about_id) -> outbox.Event:
    message = OutboxMessage.objects.get(topic=topic, about_id=about_id)
    return outbox.Event(
        message.id, message.topic, message.about_type, message.about_id, message.created_at, message.payload
    )


def offered_event(world, resident=None, **words) -> outbox.Event:
    """The ward has offered somebody to the nursing team; nothing is relayed yet."""
    return event_of(
        "handover.offered", handovers.offered(world, resident or handovers.ken_on_the_ward(world), **words).id
    )
