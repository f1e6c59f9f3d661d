"""Registering residents, one or many, and placing them in a neighbourhood."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from carecoord import audit, clock, outbox
from carecoord.errors import NotYours, RuleError, StaleVersion
from neighbourhoods.codes import choices_of
from neighbourhoods.keys import keys_of
from neighbourhoods.models import (
    Area,
    Gender,
    Level,
    Neighbourhood,
    Organisation,
    Place,
    Postcode,
    Relationship,
    Resident,
    Source,
)
from neighbourhoods.models.residents import NO_WAY_THERE, sort_name
from neighbourhoods.principal import Principal
from neighbourhoods.services.circumstances import (
    DEATH_UNDONE,
    DIED,
    Circumstances,
    check_day_of_death,
    news_of,
    tell_the_teams_around,
)
from neighbourhoods.services.details import current_keys, end_gp_of_practice
from neighbourhoods.services.relationships import open_relationships
from neighbourhoods.services.teams import may_have_residents
from neighbourhoods.values import can_be_seen, clean_nhs_number, clean_postcode


@dataclass(frozen=True)
class Identity:
    """What is known about somebody when they are registered. `nhs_number` and `postcode` in any usual spelling, codes
    of the lists that `CODED` names."""

    given_name: str
    family_name: str
    birth_date: date | None = None
    birth_date_status: str = "exact"
    gender: str = Gender.UNKNOWN
    nhs_number: str | None = None
    nhs_number_unavailable_reason: str = ""
    preferred_name: str = ""
    title: str = ""
    address_lines: tuple[str, ...] = field(default_factory=tuple)
    postcode: str = ""
    phone: str = ""
    email: str = ""
    gp_practice_id: UUID | None = None
    died_on: date | None = None
    death_status: str = ""
    suffix: str = ""
    pronouns: str = ""
    stated_gender: str = ""
    ethnic_category: str = ""
    marital_status: str = ""
    residential_status: str = ""
    language: str = ""
    language_proficiency: str = ""
    interpreter_required: bool | None = None
    preferred_contact_method: str = ""
    preferred_written_format: str = ""
    national_opt_out: bool = False


CODED: Final[Mapping[str, str]] = {
    "death_status": "death-status",
    "stated_gender": "stated-gender",
    "ethnic_category": "ethnic-category",
    "marital_status": "marital-status",
    "residential_status": "residential-status",
    "language": "human-language",
    "language_proficiency": "language-proficiency",
    "preferred_contact_method": "preferred-contact-method",
    "preferred_written_format": "written-format",
}
"""The list of codes of each fact that has one (domain.md 2.1)."""
FOUND_BY = frozenset({"given_name", "family_name", "preferred_name", "birth_date", "postcode", "phone", "email"})


def identity_of(resident: Resident) -> Identity:
    """What is known of somebody now, to say it again with something changed."""
    facts = {name: getattr(resident, name) for name in Identity.__dataclass_fields__}
    return Identity(**facts | {"address_lines": tuple(facts["address_lines"])})


def register_resident(
    *, by: Principal, identity: Identity, team_id: UUID, source: Source = Source.REGISTRATION
) -> Resident:
    """Register somebody and give `team_id` their record, in one transaction.

    Raises ValidationError for a wrong number or postcode; RuleError with code `resident_exists` where the NHS number is
    held already, by whomever, without saying by whom.
    """
    return register_residents(by=by, identities=[identity], team_id=team_id, source=source)[0]


@transaction.atomic
def register_residents(
    *, by: Principal, identities: Sequence[Identity], team_id: UUID, source: Source = Source.REGISTRATION
) -> list[Resident]:
    """Register many at once; all or none. Returns them in the order given."""
    if not by.acts_for(team_id) or not may_have_residents(team_id):
        raise NotYours("Choose a team of yours that has residents.", field="team")
    residents = [_resident(identity) for identity in identities]
    for identity in identities:
        _check_codes(identity)
    _place_all(residents)
    _insert(residents, team_id, source)
    _open_to_front_door(by, residents)
    ids = [resident.id for resident in residents]
    audit.record_each("resident.registered", by=by, resident_ids=ids, about_type="resident", team_id=team_id)
    outbox.publish_each("resident.registered", about_type="resident", about_ids=ids, team_id=team_id)
    return residents


def _resident(identity: Identity) -> Resident:
    facts = asdict(identity)
    facts["nhs_number"] = clean_nhs_number(identity.nhs_number) if identity.nhs_number else None
    facts["postcode"] = clean_postcode(identity.postcode) if identity.postcode else ""
    facts["address_lines"] = list(identity.address_lines)
    if not facts["nhs_number"]:
        facts["nhs_number_status"] = "07"
        facts["nhs_number_unavailable_reason"] = identity.nhs_number_unavailable_reason or "nhs-number-not-known"
    if identity.birth_date and identity.birth_date > clock.today():
        raise RuleError("The date of birth must be in the past.", field="birth_date")
    for name in ("given_name", "family_name", "preferred_name"):
        if facts[name] and not can_be_seen(facts[name]):
            raise RuleError("Enter a name that can be read: this one shows nothing.", field=name)
    resident = Resident(**facts, sort_name=sort_name(identity.family_name, identity.given_name))
    resident.search_keys = keys_of(resident)
    return resident


def _check_codes(identity: Identity, known: Resident | None = None) -> None:
    """Raises RuleError for a code that its list does not offer; one that stands there already may stay."""
    said = {name: getattr(identity, name) for name in CODED}
    new = {name: code for name, code in said.items() if code and code != getattr(known, name, "")}
    offered = choices_of(*(CODED[name] for name in new)) if new else {}
    for name, code in new.items():
        if code not in offered[CODED[name]]:
            raise RuleError("Choose one of the list.", field=name, code="unknown_code")
    if identity.died_on and identity.death_status == "U":
        sentence = "Take the day of death away, or say how the death is known."
        raise RuleError(sentence, field="death_status")


def _insert(residents: Sequence[Resident], team_id: UUID, source: Source) -> None:
    """The relationship first: until there is one, the policies let nobody write the resident."""
    Relationship.objects.bulk_create(
        Relationship(resident=r, team_id=team_id, level=Level.RECORD, source_kind=source, source_id=r.id)
        for r in residents
    )
    with _known_number_said_plainly():
        Resident.objects.bulk_create(residents)


@contextmanager
def _known_number_said_plainly() -> Iterator[None]:
    """A number that somebody holds already says so, whoever it is and whether or not one may see them."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as problem:
        if "one_resident_per_nhs_number" not in str(problem):
            raise
        raise RuleError(
            "This NHS number is already known here: find the resident and ask for access.",
            field="nhs_number",
            code="resident_exists",
        ) from problem


def _open_to_front_door(by: Principal, residents: Sequence[Resident]) -> None:
    """Whoever has no neighbourhood yet is on the front door's unplaced list."""
    unplaced = [resident for resident in residents if resident.neighbourhood_id is None]
    place = Place.objects.filter(id=by.place_id).first() if unplaced and by.place_id else None
    if place is None:
        return
    open_relationships(
        [
            Relationship(
                resident_id=resident.id,
                team_id=place.front_door_id,
                level=Level.RECORD,
                source_kind=Source.FRONT_DOOR,
                source_id=resident.id,
                reason="Not yet placed in a neighbourhood",
            )
            for resident in unplaced
        ]
    )


def _place_all(residents: Sequence[Resident]) -> None:
    """Neighbourhood from the GP practice, else from the home postcode, else none: the front door's unplaced list."""
    practices = {r.gp_practice_id for r in residents if r.gp_practice_id}
    by_practice = dict(Organisation.objects.filter(id__in=practices).values_list("id", "neighbourhood_id"))
    areas = dict(
        Postcode.objects.filter(postcode__in={r.postcode for r in residents if r.postcode}).values_list(
            "postcode", "area_code"
        )
    )
    by_area = dict(Area.objects.filter(code__in=set(areas.values())).values_list("code", "neighbourhood_id"))
    for resident in residents:
        of_practice = by_practice.get(resident.gp_practice_id) if resident.gp_practice_id else None
        resident.neighbourhood_id = of_practice or by_area.get(areas.get(resident.postcode, ""))


@transaction.atomic
def change_resident(
    *, by: Principal, resident_id: UUID, identity: Identity, version: int | None = None, reason: str = ""
) -> Resident:
    """Write what is known about somebody anew, for whoever sees them; what is the same changes nothing.

    Raises ValidationError and RuleError as registering does, StaleVersion where `version` is given and is not the one
    stored. Where they live is worked out again. How to reach somebody restricted is not written down, whoever says it
    (IG-20). The teams around are told of a move and of a death; a death without a day any more is taken back.
    """
    resident = Resident.objects.select_for_update(of=("self",)).visible_to(by).get(id=resident_id)
    if version is not None and version != resident.version:
        raise StaleVersion("Somebody changed this while you were typing.", current=resident)
    after = _resident(identity)
    _check_codes(identity, known=resident)
    if resident.is_restricted:
        for name, nothing in NO_WAY_THERE.items():
            setattr(after, name, nothing)
    if (after.gp_practice_id, after.postcode) != (resident.gp_practice_id, resident.postcode):
        _place_all([after])
    # What the front door has decided is not undone because an address says nothing.
    after.neighbourhood_id = after.neighbourhood_id or resident.neighbourhood_id
    if after.nhs_number == resident.nhs_number:
        after.nhs_number_status = resident.nhs_number_status
    before = Circumstances.of(resident)
    if after.died_on != before.died_on:
        check_day_of_death(after)
        after.death_status = after.death_status if after.died_on else "U"
    names = [*asdict(identity), "nhs_number_status", "neighbourhood_id"]
    changed = [name for name in names if getattr(resident, name) != getattr(after, name)]
    if not changed:
        return resident
    had_practice = resident.gp_practice_id is not None
    for name in changed:
        setattr(resident, name, getattr(after, name))
    if "gp_practice_id" in changed and had_practice:
        end_gp_of_practice(by=by, resident_id=resident.id)
    if FOUND_BY & set(changed):
        resident.search_keys = current_keys(by=by, resident=resident)
    with _known_number_said_plainly():
        resident.save_changes("sort_name", "search_keys", *(name.removesuffix("_id") for name in changed))
    audit.record("resident.changed", by=by, resident_id=resident.id, about=("resident", resident.id), fields=changed)
    outbox.publish("resident.changed", about=("resident", resident.id))
    if news := news_of(before, Circumstances.of(resident)):
        if news in (DIED, DEATH_UNDONE):
            audit.record(news, by=by, resident_id=resident.id, about=("resident", resident.id), reason=reason)
        tell_the_teams_around(news, by=by, resident_id=resident.id)
    return resident


@transaction.atomic
def place_resident(*, by: Principal, resident_id: UUID, neighbourhood_id: UUID, reason: str) -> Resident:
    """Sort somebody from the unplaced list into a neighbourhood. For the place's front-door team."""
    resident = Resident.objects.select_for_update().visible_to(by).get(id=resident_id)
    neighbourhood = Neighbourhood.objects.select_related("place").get(id=neighbourhood_id)
    if not by.acts_for(neighbourhood.place.front_door_id):
        raise NotYours("Only the front door places residents.")
    resident.neighbourhood = neighbourhood
    resident.save_changes("neighbourhood")
    audit.record(
        "resident.placed",
        by=by,
        resident_id=resident.id,
        about=("resident", resident.id),
        reason=reason,
        neighbourhood_id=neighbourhood_id,
    )
    end_unplaced = Relationship.objects.filter(source_kind=Source.FRONT_DOOR, resident_id=resident.id)
    end_unplaced.filter(ended_at=None).update(ended_at=clock.now())
    return resident
