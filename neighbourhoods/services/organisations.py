"""Setting a place up: its neighbourhoods, organisations and services. Teams and memberships are next door."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import models, transaction
from django.utils.text import slugify

from carecoord import audit, clock, outbox
from carecoord.audit import ActorKind
from carecoord.errors import NotYours, RuleError, StaleVersion
from carecoord.ids import new_id
from carecoord.models import Record
from neighbourhoods.ages import ADULT
from neighbourhoods.models import (
    Neighbourhood,
    Organisation,
    OrganisationKind,
    Place,
    Role,
    Service,
    Team,
    TeamKind,
)
from neighbourhoods.principal import Principal
from neighbourhoods.values import clean_ods_code


def administers(principal: Principal, organisation: Organisation | None) -> bool:
    """Administrators of the partnership administer every organisation of their place; others only their own."""
    if principal.kind == ActorKind.SERVICE:
        return True
    if principal.role != Role.ADMINISTRATOR or principal.organisation_id is None or principal.place_id is None:
        return False
    if organisation and organisation.id == principal.organisation_id:
        return True
    return Organisation.objects.filter(
        id=principal.organisation_id, kind=OrganisationKind.PARTNERSHIP, place_id=principal.place_id
    ).exists() and (organisation is None or organisation.place_id == principal.place_id)


def require_administrator(by: Principal, organisation: Organisation | None) -> None:
    if not administers(by, organisation):
        raise NotYours("Only an administrator of this organisation may do this.")


def _require_partnership(by: Principal, place: Place) -> None:
    """What concerns the whole place is for administrators of its own partnership."""
    if not administers(by, None) or (by.kind != ActorKind.SERVICE and by.place_id != place.id):
        raise NotYours("Only an administrator of the partnership may do this.")


@transaction.atomic
def create_place(*, name: str, partnership: str) -> Place:
    """A place with its partnership and that partnership's front-door team, all three at once: none exists alone."""
    place = Place(name=name, slug=slugify(name))
    organisation = Organisation(place=place, name=partnership, kind=OrganisationKind.PARTNERSHIP)
    front_door = Team(id=new_id(), organisation=organisation, name="Front door", kind=TeamKind.FRONT_DOOR)
    place.front_door_id = front_door.id
    place.save(force_insert=True)
    organisation.save(force_insert=True)
    front_door.save(force_insert=True)
    Team.objects.create(organisation=organisation, name="Privacy officers", kind=TeamKind.PRIVACY)
    Team.objects.create(organisation=organisation, name="Administrators", kind=TeamKind.ADMINISTRATION)
    return place


@transaction.atomic
def create_neighbourhood(*, by: Principal, place: Place, name: str) -> Neighbourhood:
    """A part of the place. Raises RuleError where its name or its address in the browser is taken."""
    _require_partnership(by, place)
    name, slug = name.strip(), slugify(name)
    if not slug:
        raise RuleError("Enter a name with letters in it.", field="name")
    if Neighbourhood.objects.filter(slug=slug).exists():
        raise RuleError("Another neighbourhood has this name.", field="name")
    neighbourhood = Neighbourhood.objects.create(place=place, name=name, slug=slug)
    audit.record("neighbourhood.created", by=by, about=("neighbourhood", neighbourhood.id))
    return neighbourhood


@transaction.atomic
def change_ages(*, by: Principal, place_id: UUID, review: int, end: int) -> Place:
    """From which age on a parent's acting is reviewed, and until which they act by themselves (IG-24).

    Raises NotYours, RuleError for ages that will not do.
    """
    place = Place.objects.get(id=place_id)
    _require_partnership(by, place)
    if not 1 <= review < end <= ADULT:
        raise RuleError(f"Choose two ages up to {ADULT}, the review before the end.", field="end")
    if (place.parents_reviewed_from, place.parents_act_until) != (review, end):
        place.parents_reviewed_from, place.parents_act_until = review, end
        place.save_changes("parents_reviewed_from", "parents_act_until")
        audit.record("place.ages_changed", by=by, about=("place", place.id), review=review, end=end)
    return place


@transaction.atomic
def create_organisation(
    *,
    by: Principal,
    place: Place,
    name: str,
    kind: OrganisationKind,
    ods_code: str = "",
    neighbourhood: Neighbourhood | None = None,
    phone: str = "",
    address: str = "",
) -> Organisation:
    """A new organisation with its team of privacy officers and its administrators.

    Raises NotYours, RuleError for a name that is taken, ValidationError with a sentence for each wrong field.
    """
    _require_partnership(by, place)
    refuse_taken_name(Organisation.objects.filter(place=place, name=name), "organisation")
    organisation = Organisation(
        place=place,
        name=name,
        kind=kind,
        ods_code=clean_ods_code(ods_code) if ods_code else "",
        neighbourhood=neighbourhood,
        phone=phone,
        address=address,
    )
    organisation.full_clean()
    organisation.save(force_insert=True)
    Team.objects.create(organisation=organisation, name="Privacy officers", kind=TeamKind.PRIVACY)
    Team.objects.create(organisation=organisation, name="Administrators", kind=TeamKind.ADMINISTRATION)
    audit.record("organisation.created", by=by, about=("organisation", organisation.id))
    outbox.publish("organisation.created", about=("organisation", organisation.id), organisation_id=organisation.id)
    return organisation


@dataclass(frozen=True)
class OrganisationFacts:
    name: str
    ods_code: str = ""
    neighbourhood_id: UUID | None = None
    phone: str = ""
    address: str = ""
    email: str = ""
    site_codes: tuple[str, ...] = ()
    parent_id: UUID | None = None
    toolkit_status: str = ""
    toolkit_year: int | None = None
    agreement_starts_on: date | None = None
    agreement_ends_on: date | None = None
    privacy_contact: str = ""


OTHER_FACTS: Final = (
    *("name", "phone", "address", "email", "parent_id", "toolkit_status", "toolkit_year"),
    *("agreement_starts_on", "agreement_ends_on", "privacy_contact"),
)


@transaction.atomic
def change_organisation(
    *, by: Principal, organisation_id: UUID, version: int, facts: OrganisationFacts
) -> Organisation:
    """Raises StaleVersion where somebody saved since `version`, else what `create_organisation` raises."""
    organisation = Organisation.objects.select_for_update().get(id=organisation_id)
    require_administrator(by, organisation)
    refuse_stale(organisation, version)
    others = Organisation.objects.filter(place_id=organisation.place_id).exclude(id=organisation.id)
    refuse_taken_name(others.filter(name=facts.name), "organisation")
    if facts.parent_id and not others.filter(id=facts.parent_id).exists():
        raise RuleError("Choose one of the organisations of this place.", field="parent")
    for name in OTHER_FACTS:
        setattr(organisation, name, getattr(facts, name))
    organisation.site_codes = [clean_ods_code(one) for one in facts.site_codes]
    organisation.ods_code = clean_ods_code(facts.ods_code) if facts.ods_code else ""
    organisation.neighbourhood_id = facts.neighbourhood_id
    organisation.full_clean()
    changed = (name.removesuffix("_id") for name in OTHER_FACTS)
    organisation.save_changes(*changed, "site_codes", "ods_code", "neighbourhood")
    audit.record("organisation.changed", by=by, about=("organisation", organisation.id))
    return organisation


def refuse_taken_name(holders: models.QuerySet[Any], what: str) -> None:
    if holders.exists():
        raise RuleError(f"Another {what} has this name.", field="name")


def refuse_stale(record: Record, version: int) -> None:
    if record.version != version:
        raise StaleVersion(
            "Somebody changed this while you were typing. Compare it with what it says now, and save again.",
            current=record,
        )


@transaction.atomic
def create_service(
    *,
    by: Principal,
    organisation: Organisation,
    name: str,
    team: Team | None = None,
    description: str = "",
    needs: Iterable[str] = (),
    accepts_referrals: bool = True,
    eligibility: str = "",
    minimum_age: int | None = None,
    maximum_age: int | None = None,
    phone: str = "",
    opening: str = "",
    how_to_refer: str = "",
) -> Service:
    """An entry of the directory. One without a team can be signposted, or referred to outside the system."""
    require_administrator(by, organisation)
    service = Service(
        organisation=organisation,
        name=name,
        team=team,
        description=description,
        needs=list(needs),
        accepts_referrals=accepts_referrals,
        eligibility=eligibility,
        minimum_age=minimum_age,
        maximum_age=maximum_age,
        phone=phone,
        opening=opening,
        how_to_refer=how_to_refer,
        assured_on=clock.today(),
    )
    service.search_words = " ".join([name, organisation.name, description, eligibility, *service.needs]).casefold()
    service.full_clean()
    service.save(force_insert=True)
    audit.record("service.created", by=by, about=("service", service.id), of=organisation.id)
    return service
