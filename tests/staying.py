"""Somebody comes to stay somewhere, and care packages are asked for: on the Thursday before Easter of 2030."""

from datetime import UTC, datetime

from carecoord.outbox.models import OutboxMessage
from neighbourhoods.gate import acting_as
from neighbourhoods.services import (
    PackageFacts,
    StayFacts,
    admit,
    discharge,
    move_package,
    request_package,
)

# Good Friday of 2030 is the 19th of April.
NOW = datetime(2030, 4, 18, 9, 0, tzinfo=UTC)


def come(world, sheila, kind="hospital", who="nurse", **facts):
    facts = {"organisation_id": world.hospital.id} | facts if kind == "hospital" else facts
    with acting_as(world.people[who]) as by:
        return admit(by=by, resident_id=sheila.id, facts=StayFacts(kind, **facts))


def leave(world, stay, destination="home", who="nurse", **more):
    with acting_as(world.people[who]) as by:
        return discharge(by=by, stay_id=stay.id, destination=destination, **more)


def package(world, sheila, name="Morning calls", who="nurse", is_running=True, **facts):
    with acting_as(world.people[who]) as by:
        facts = {"provider_name": "Kind Hands"} | facts
        return request_package(
            by=by,
            resident_id=sheila.id,
            team_id=by.team_ids[0],
            facts=PackageFacts(name, "home_care", **facts),
            is_running=is_running,
        )


def move(world, one, verb, who="nurse", **more):
    with acting_as(world.people[who]) as by:
        return move_package(by=by, package_id=one.id, verb=verb, **more)


def again(row):
    row.refresh_from_db()
    return row


def topics():
    return list(OutboxMessage.objects.order_by("id").values_list("topic", flat=True))
