"""Ken on Ward 7, and the steps of his handover, through the real services."""

from contextlib import contextmanager
from datetime import UTC, date, datetime

from careplans.models import Action
from careplans.services import create_action
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Entry, Resident
from referrals.models import Handover, HandoverItem
from referrals.services.handovers import (
    ItemRef,
    accept_handover,
    draft_handover,
    offer_handover,
)
from referrals.services.referrals import Ask, draft_referral, send_referral

TUESDAY = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
SBAR = {
    "situation": "Ken goes home at 14:00 after a chest infection.",
    "background": "Alzheimer's disease, 2021.",
    "assessment": "Infection settled.",
    "recommendation": "Visit within 24 hours.",
}
READ_BACK = ["Doxycycline, last dose 27-Nov-2026", "Not for resuscitation"]


def ken_on_the_ward(world, **facts):
    named = {"given_name": "Kenneth", "preferred_name": "Ken", "family_name": "Hartley", "birth_date": date(1945, 7, 2)}
    return world.resident(by=world.ward_nurse, team=world.ward, gender="male", **(named | facts))


def action(world, resident, title="Pressure cushion on order", *, by=None, team=None, due_on=date(2026, 11, 27)):
    by, team = by or world.ward_nurse, team or world.ward
    with acting_as(by):
        return create_action(by=by, resident_id=resident.id, title=title, team_id=team.id, due_on=due_on)


def referral(world, resident, *, by=None, team=None):
    """Sent to the carers' service, which has not answered."""
    by, team = by or world.ward_nurse, team or world.ward
    ask = Ask(reason="His wife cares for him alone", no_known_risks=True, told_resident="Agreed")
    with acting_as(by):
        made = draft_referral(
            by=by, resident_id=resident.id, service_id=world.carers_service.id, from_team_id=team.id, ask=ask
        )
        return send_referral(by=by, referral_id=made.id)


def drafted(world, resident, *, by=None, items=(), **words):
    by = by or world.ward_nurse
    words = {"to_team_id": world.nursing.id, "kind": "discharge", "read_back_items": READ_BACK} | SBAR | words
    from_team_id = words.pop("from_team_id", world.ward.id)
    refs = [ItemRef("action" if isinstance(item, Action) else "referral", item.id) for item in items]
    with acting_as(by):
        return draft_handover(by=by, resident_id=resident.id, from_team_id=from_team_id, items=refs, **words)


def offered(world, resident, *, by=None, **words):
    by = by or world.ward_nurse
    handover = drafted(world, resident, by=by, **words)
    with acting_as(by):
        return offer_handover(by=by, handover_id=handover.id)


def accepted(world, handover, *, by=None, read_back=None, **words):
    by = by or world.nurse
    answers = [True] * len(handover.read_back_items) if read_back is None else read_back
    with acting_as(by):
        return accept_handover(by=by, handover_id=handover.id, read_back=answers, **words)


def fact(resident, kind, text=""):
    return Entry.objects.create(resident=resident, kind=kind, text=text)


def sees(person, resident):
    with acting_as(person):
        return (
            Resident.objects.visible_to(person).filter(id=resident.id).exists()
            and Resident.objects.filter(id=resident.id).exists()
        )


def reads(person, handover):
    """Whether the gate and the policy let a person read it; they always agree."""
    with acting_as(person):
        by_gate = Handover.objects.visible_to(person).filter(id=handover.id).exists()
        by_policy = Handover.objects.filter(id=handover.id).exists()
    assert by_gate == by_policy
    return by_gate


def state_of(world, resident):
    """Everything that an answer could move, read as the owner: two of these are equal when nothing moved."""
    return {
        "handovers": sorted(Handover.objects.filter(resident=resident).values_list("id", "status", "version")),
        "actions": sorted(Action.objects.filter(resident=resident).values_list("id", "accountable_team_id", "version")),
        "items": sorted(HandoverItem.objects.filter(handover__resident=resident).values_list("id", "moved_at")),
        "caseload": sorted(resident_entries(resident)),
        "open": sorted(open_relationships(resident)),
    }


def resident_entries(resident):
    from neighbourhoods.models import CaseloadEntry

    entries = CaseloadEntry.objects.filter(resident=resident, ended_at=None)
    return list(entries.values_list("team__name", "is_lead"))


def open_relationships(resident):
    from neighbourhoods.models import Relationship

    rows = Relationship.objects.filter(resident=resident, ended_at=None)
    return list(rows.values_list("team__name", "level", "source_kind"))


@contextmanager
def nothing_moves(world, resident):
    before = state_of(world, resident)
    yield
    assert state_of(world, resident) == before
