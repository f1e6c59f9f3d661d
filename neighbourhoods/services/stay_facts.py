"""What is typed about a stay, and what it must be before it is stored."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from carecoord import clock
from carecoord.errors import RuleError
from neighbourhoods.directory import organisations_of_place
from neighbourhoods.models import OrganisationKind, Resident, Stay
from neighbourhoods.principal import Principal
from neighbourhoods.services.encounter_facts import words

Kind = Stay.Kind
# In hospital somebody who comes back within these days counts as readmitted (domain.md 4).
READMITTED_WITHIN = timedelta(days=30)
LONGEST_AHEAD = timedelta(days=731)
# Where each kind may be; the others, anywhere.
AT = {Kind.CARE_HOME: OrganisationKind.CARE_HOME, Kind.HOSPITAL: OrganisationKind.HOSPITAL}


@dataclass(frozen=True)
class StayFacts:
    """Without `admitted_at` it is now. One of `organisation_id` and `organisation_name` says where."""

    kind: str
    organisation_id: UUID | None = None
    organisation_name: str = ""
    room: str = ""
    admitted_at: datetime | None = None
    expected_discharge_on: date | None = None

    @property
    def came_at(self) -> datetime:
        return self.admitted_at or clock.now()


def checked(facts: StayFacts, *, by: Principal, resident: Resident) -> StayFacts:
    """The facts as they are stored. Raises RuleError, with the field, for what will not do."""
    if facts.kind not in Kind.values:
        raise RuleError("Choose what kind of place it is.", field="kind")
    if resident.died_on:
        raise RuleError(f"{resident.called} has died. Write a note instead.")
    if resident.is_restricted:
        raise RuleError("How to reach them is restricted, so where they stay is not written down. Ring the lead team.")
    at = facts.came_at
    if at > clock.now():
        raise RuleError("Choose now or a time before: write it down when they have come.", field="admitted_at")
    if resident.birth_date and at.date() < resident.birth_date:
        raise RuleError(f"Choose a time after {resident.called} was born.", field="admitted_at")
    check_expected(facts.expected_discharge_on, at)
    name = words(facts.organisation_name, "organisation_name", 150)
    if facts.organisation_id:
        _check_place(facts.kind, facts.organisation_id, by)
        name = ""
    elif not name:
        raise RuleError("Choose where it is, or write its name.", field="organisation")
    return replace(facts, admitted_at=at, organisation_name=name, room=words(facts.room, "room", 60))


def check_expected(on: date | None, admitted_at: datetime) -> None:
    if on and on < admitted_at.date():
        raise RuleError("Choose a day after they came.", field="expected_discharge_on")
    if on and on > (clock.now() + LONGEST_AHEAD).date():
        raise RuleError("Choose a day in the next two years.", field="expected_discharge_on")


def check_left(stay: Stay, at: datetime, destination: str) -> None:
    if destination not in Stay.Destination.values:
        raise RuleError("Choose where they went.", field="destination")
    if at < stay.admitted_at:
        raise RuleError("Choose a time after they came.", field="discharged_at")
    if at > clock.now():
        raise RuleError("Choose now or a time before: write it down when they have left.", field="discharged_at")


def is_readmission(facts: StayFacts, resident: Resident) -> bool:
    """Back in the same care home, or in hospital again within thirty days."""
    before = Stay.objects.filter(resident=resident, kind=facts.kind, error_at=None, discharged_at__isnull=False)
    if facts.kind == Kind.CARE_HOME:
        same = Q(organisation=facts.organisation_id) if facts.organisation_id else Q(organisation=None)
        return before.filter(same, organisation_name__iexact=facts.organisation_name).exists()
    return before.filter(discharged_at__gte=facts.came_at - READMITTED_WITHIN).exists()


def _check_place(kind: str, organisation_id: UUID, by: Principal) -> None:
    found = organisations_of_place(by).filter(id=organisation_id, ended_at=None).first()
    wanted = AT.get(Kind(kind))
    if found is None or (wanted and found.kind != wanted):
        raise RuleError("Choose where it is from the list, or write its name.", field="organisation")
