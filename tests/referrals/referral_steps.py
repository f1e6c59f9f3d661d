"""Referrals made through the real services, for tests: `sent(world, sheila)` and so on."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

from carecoord import clock
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Relationship, Resident
from neighbourhoods.services import create_service
from referrals.models import Referral
from referrals.services.referrals import (
    Ask,
    accept_referral,
    complete_referral,
    decline_referral,
    draft_referral,
    fail_referral,
    hold_referral,
    receive_referral,
    request_information,
    send_referral,
    start_referral,
)

ASK = Ask(reason="Ken is worn out and asks for a break.", no_known_risks=True, told_resident="Agreed on 20-Nov-2026")


def as_person(principal, service, **values):
    """One call of a service under the policies, as a web request makes it."""
    with acting_as(principal):
        return service(by=principal, **values)


def drafted(world, resident, *, by=None, team=None, service=None, ask=ASK) -> Referral:
    return as_person(
        by or world.nurse,
        draft_referral,
        resident_id=resident.id,
        service_id=(service or world.carers_service).id,
        from_team_id=(team or world.nursing).id,
        ask=ask,
    )


def sent(world, resident, *, by=None, **values) -> Referral:
    draft = drafted(world, resident, by=by, **values)
    return as_person(by or world.nurse, send_referral, referral_id=draft.id)


def received(world, resident, **values) -> Referral:
    return as_person(world.link_worker, receive_referral, referral_id=sent(world, resident, **values).id)


def asked(world, resident, **values) -> Referral:
    referral = received(world, resident, **values)
    return as_person(world.link_worker, request_information, referral_id=referral.id, question="Who is at home?")


def accepted(world, resident, **values) -> Referral:
    return as_person(world.link_worker, accept_referral, referral_id=sent(world, resident, **values).id)


def started(world, resident, **values) -> Referral:
    return as_person(world.link_worker, start_referral, referral_id=accepted(world, resident, **values).id)


def held(world, resident, **values) -> Referral:
    referral = accepted(world, resident, **values)
    until = clock.today().replace(year=clock.today().year + 1, day=1)
    return as_person(world.link_worker, hold_referral, referral_id=referral.id, reason_code="unwell", until=until)


def declined(world, resident, **values) -> Referral:
    referral = sent(world, resident, **values)
    return as_person(
        world.link_worker, decline_referral, referral_id=referral.id, reason_code="full", suggestion="Try Age Well"
    )


def completed(world, resident, **values) -> Referral:
    referral = accepted(world, resident, **values)
    return as_person(world.link_worker, complete_referral, referral_id=referral.id, outcome="A sitter comes weekly.")


def failed(world, resident, **values) -> Referral:
    referral = accepted(world, resident, **values)
    return as_person(world.link_worker, fail_referral, referral_id=referral.id, reason_code="no_contact")


IN_STATE = {
    "draft": drafted,
    "sent": sent,
    "received": received,
    "info_requested": asked,
    "accepted": accepted,
    "in_progress": started,
    "on_hold": held,
    "rejected": declined,
    "completed": completed,
    "failed": failed,
}


def second_service(world, name="Sitting service", **values):
    """Another service of the place; of the GP practice's team unless told otherwise."""
    facts = {"organisation": world.practice, "team": world.surgery} | values
    return create_service(by=world.builder, name=name, **facts)


LONDON = ZoneInfo("Europe/London")


NUMBERS = """
    SELECT (SELECT count(*) FROM referrals_referralevent),
           (SELECT count(*) FROM neighbourhoods_relationship WHERE ended_at IS NULL),
           (SELECT count(*) FROM neighbourhoods_caseloadentry WHERE ended_at IS NULL),
           (SELECT count(*) FROM audit_auditentry WHERE kind = 'change'),
           (SELECT count(*) FROM outbox_outboxmessage)
"""


TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=LONDON)


def sees(principal, resident):
    with acting_as(principal):
        return Resident.objects.visible_to(principal).filter(id=resident.id).exists()


def holds(team, resident):
    rows = Relationship.objects.filter(team=team, resident=resident, ended_at=None)
    return sorted(rows.values_list("level", flat=True))


def everything():
    """What must not change when a move is refused."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS)
        return list(Referral.objects.order_by("id").values()), *cursor.fetchone()
