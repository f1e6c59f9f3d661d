"""Coming to and leaving a care home, a hospital, a hospice or rehabilitation, and what follows from it.

Whoever comes in has their care packages suspended in the same transaction; whoever goes home is asked about: the team
that arranged each package is told to start it again.
"""

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from carecoord import audit, clock, outbox
from carecoord.errors import NotYours, RuleError
from carecoord.ids import new_id
from carecoord.once import insert, made_before
from neighbourhoods.cohorts.clocks import plan_due_at
from neighbourhoods.models import Resident, Stay
from neighbourhoods.models.stays import MAX_REASON
from neighbourhoods.principal import Principal
from neighbourhoods.services.deaths import record_death
from neighbourhoods.services.encounter_facts import words
from neighbourhoods.services.locks import held_resident
from neighbourhoods.services.package_moves import ask_to_restart, expect_home, suspend_active
from neighbourhoods.services.stay_facts import (
    Kind,
    StayFacts,
    check_expected,
    check_left,
    checked,
    is_readmission,
)
from neighbourhoods.services.writing import team_that_writes, written_by

STEPS = {"assessment": "assessment_met_at", "plan": "plan_met_at"}
"""What a care home and those around it do within seven working days."""
AT_HOME = (Stay.Destination.HOME, Stay.Destination.FAMILY)
SAYS = ("kind", "organisation_id", "organisation_name", "room", "expected_discharge_on")


@transaction.atomic
def admit(
    *, by: Principal, resident_id: UUID, facts: StayFacts, team_id: UUID | None = None, stay_id: UUID | None = None
) -> Stay:
    """Write down that somebody has come to stay. Every active care package is suspended with it.

    Whoever names a `stay_id` may ask twice and gets one; SentAlready where that says something else. Raises RuleError
    with the field that will not do, or where they stay somewhere of that kind already; Resident.DoesNotExist.
    """
    resident = held_resident(by, resident_id)
    facts = checked(facts, by=by, resident=resident)
    runs = facts.kind == Kind.CARE_HOME
    stay = Stay(
        id=stay_id or new_id(),
        resident=resident,
        **asdict(facts),
        is_readmission=is_readmission(facts, resident),
        plan_from=facts.came_at if runs else None,
        plan_due_at=plan_due_at(facts.came_at) if runs else None,
        recorded_by_team_id=team_that_writes(by, resident, team_id),
        **written_by(by),
    )
    mine = Stay.objects.visible_to(by).filter(resident=resident)
    if stay_id and (made := made_before(stay, mine, SAYS)):
        return made
    _insert(stay)
    _tell("stay.admitted", by, stay, kind=stay.kind, organisation_id=stay.organisation_id)
    suspend_active(by=by, stay=stay)
    return stay


@transaction.atomic
def discharge(*, by: Principal, stay_id: UUID, destination: str, discharged_at: datetime | None = None) -> Stay:
    """They have left. Saying so twice changes nothing.

    Of whoever died there the death is written down with it, where none is known yet. Home again, the teams that
    arranged suspended packages are asked to start them. Back in a care home where a bed was kept, its seven working
    days begin again.
    """
    stay = _locked(by, stay_id)
    if not stay.is_open:
        return stay
    at = discharged_at or clock.now()
    check_left(stay, at, destination)
    stay.discharged_at, stay.destination = at, destination
    stay.save_changes("discharged_at", "destination")
    _tell("stay.discharged", by, stay, kind=stay.kind, destination=destination)
    if destination in AT_HOME:
        ask_to_restart(by=by, resident_id=stay.resident_id)
    elif destination == Stay.Destination.CARE_HOME and stay.kind != Kind.CARE_HOME:
        _come_back(by, stay.resident_id, at)
    elif destination == Stay.Destination.DIED and stay.resident.died_on is None:
        record_death(by=by, resident_id=stay.resident_id, died_on=timezone.localdate(at))
    return stay


@transaction.atomic
def change_stay(*, by: Principal, stay_id: UUID, room: str, expected_discharge_on: date | None) -> Stay:
    """Another room, or another day on which they are expected to leave."""
    stay = _locked(by, stay_id)
    if not stay.is_open:
        raise RuleError("This stay is over: write down a new one.")
    room = words(room, "room", 60)
    is_another_day = expected_discharge_on != stay.expected_discharge_on
    if is_another_day:
        check_expected(expected_discharge_on, stay.admitted_at)
    if (room, expected_discharge_on) != (stay.room, stay.expected_discharge_on):
        stay.room, stay.expected_discharge_on = room, expected_discharge_on
        stay.save_changes("room", "expected_discharge_on")
        if is_another_day:
            expect_home(stay)
        _tell("stay.changed", by, stay)
    return stay


@transaction.atomic
def meet_step(*, by: Principal, stay_id: UUID, step: str) -> Stay:
    """The assessment is done, or the plan is made, as of now. Saying so twice changes nothing."""
    stay, field = _locked(by, stay_id), STEPS[step]
    if stay.kind != Kind.CARE_HOME or not stay.is_open:
        raise RuleError("Only whoever is in a care home now has a plan to be made there.")
    if getattr(stay, field) is None:
        setattr(stay, field, clock.now())
        stay.save_changes(field)
        _tell("stay.assessment_met" if step == "assessment" else "stay.plan_met", by, stay)
    return stay


@transaction.atomic
def enter_stay_in_error(*, by: Principal, stay_id: UUID, reason: str) -> Stay:
    """They were never there. What was suspended for it is asked to start again; for those who wrote it (IG-38)."""
    stay = _locked(by, stay_id)
    if stay.recorded_by_organisation_id not in (None, by.organisation_id):
        raise NotYours("Only the organisation that wrote this down takes it back. Ring them.")
    if stay.error_at is None:
        stay.error_at = clock.now()
        stay.error_reason = words(reason, "reason", MAX_REASON, required="Say why.")
        stay.save_changes("error_at", "error_reason")
        _tell("stay.entered_in_error", by, stay, reason=stay.error_reason)
        ask_to_restart(by=by, resident_id=stay.resident_id, suspended_by=stay)
    return stay


def _insert(stay: Stay) -> None:
    """Another stay of the kind may be written at the same moment; the database lets one of them be."""
    open_one = Stay.objects.current().filter(resident_id=stay.resident_id, kind=stay.kind)
    if there := open_one.select_related("organisation").first():
        raise RuleError(f"They are in {there.where} already: say first that they have left.", field="kind")
    try:
        insert(stay)
    except IntegrityError as problem:
        if "one_open_stay_of_a_kind" not in str(problem):
            raise
        raise RuleError("Somebody has just written down such a stay. Look there first.", field="kind") from problem


def _come_back(by: Principal, resident_id: UUID, at: datetime) -> None:
    kept = Stay.objects.select_for_update().current().filter(resident_id=resident_id, kind=Kind.CARE_HOME).first()
    if kept is None:
        return
    kept.is_readmission, kept.plan_from, kept.plan_due_at = True, at, plan_due_at(at)
    kept.assessment_met_at = kept.plan_met_at = kept.told_at = None
    kept.save_changes("is_readmission", "plan_from", "plan_due_at", "assessment_met_at", "plan_met_at", "told_at")
    _tell("stay.readmitted", by, kept)


def _locked(by: Principal, stay_id: UUID) -> Stay:
    """The resident first, as everybody who writes about them does."""
    found = Stay.objects.visible_to(by).get(id=stay_id)
    resident: Resident = held_resident(by, found.resident_id)
    stay = Stay.objects.select_for_update(of=("self",)).visible_to(by).select_related("organisation").get(id=stay_id)
    stay.resident = resident
    return stay


def _tell(verb: str, by: Principal, stay: Stay, **detail: object) -> None:
    about = ("stay", stay.id)
    audit.record(verb, by=by, resident_id=stay.resident_id, about=about, **detail)  # type: ignore[arg-type]
    outbox.publish(verb, about=about, resident_id=stay.resident_id)
