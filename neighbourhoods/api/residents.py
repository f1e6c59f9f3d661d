"""Residents: those in relationship, registering, changing, and the timeline."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from rest_framework.response import Response

from carecoord import audit
from carecoord.accounts.models import User
from carecoord.api.operations import operation
from carecoord.api.paging import Cursor, in_order, page_found
from carecoord.api.problems import not_found, refused
from carecoord.api.shapes import columns_of
from carecoord.prepared import AsTyped, prepared
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.api.shapes import (
    HIDDEN,
    NewResident,
    ResidentFacts,
    ResidentQuery,
    ResidentShape,
    TimelineEntry,
    TimelineQuery,
)
from neighbourhoods.cohorts.worklists import cohorts_of, words_of
from neighbourhoods.directory import organisations_of_place
from neighbourhoods.duplicates import hold_registrations, people_like
from neighbourhoods.keys import phone_key
from neighbourhoods.merging.leading import merged_into
from neighbourhoods.models import ApiClient, Organisation, OrganisationKind, Resident, Team
from neighbourhoods.principal import Principal
from neighbourhoods.searching import NameAsked, keys_asked, name_asked, next_of_teams, own_by_keys, own_by_words
from neighbourhoods.services import Identity, change_resident, identity_of, register_resident
from neighbourhoods.services.cohorts import set_cohorts
from neighbourhoods.timeline import Wanted, changes_of

# Who asks by these searches: everybody found is told of by themselves (IG-12). Anything else is a list.
COLUMNS = tuple(name for name in columns_of(ResidentShape) if name != "cohorts")
ORDER = ("id",)
SEARCHED = frozenset({"nhs_number", "phone", "birth_date", "q"})
SHEILA = {
    "nhs_number": "999 000 0018",
    "given_name": "Sheila",
    "family_name": "Hartley",
    "birth_date": "1948-03-14",
    "gender": "female",
    "postcode": "M1 1AE",
    "cohorts": ["frailty"],
}
SHEILA_AS_SHOWN = {
    **SHEILA,
    "id": "0190a000-0000-7000-8000-000000000018",
    "created_at": "2026-11-20T10:30:00Z",
    "updated_at": "2026-11-20T10:30:00Z",
    "version": 1,
    "security_label": "N",
    "nhs_number": "9990000018",
    "nhs_number_status": "03",
    "nhs_number_unavailable_reason": "",
    "title": "Mrs",
    "preferred_name": "",
    "birth_date_status": "exact",
    "address_lines": ["3 Mill Lane"],
    "phone": "07700 900123",
    "email": "",
    "neighbourhood": None,
    "gp_practice": None,
    "died_on": None,
    "death_status": "",
    "suffix": "",
    "pronouns": "she/her",
    "stated_gender": "2",
    "ethnic_category": "A",
    "marital_status": "M",
    "residential_status": "H",
    "language": "en",
    "language_proficiency": "E",
    "interpreter_required": False,
    "preferred_contact_method": "3",
    "preferred_written_format": "11",
    "national_opt_out": False,
}


@dataclass(frozen=True)
class Asked:
    """What residents of a list have; whatever is None leaves none out."""

    nhs_number: AsTyped | None
    phone: AsTyped | None
    birth_date: date | None
    neighbourhood_id: UUID | None
    words: NameAsked | None


def _wanted_of(asked: dict[str, Any]) -> Asked:
    number, phone, words = (asked.get(name) for name in ("nhs_number", "phone", "q"))
    return Asked(
        nhs_number=AsTyped(number) if number else None,
        phone=keys_asked(phone_key(phone)) if phone else None,
        birth_date=asked.get("birth_date"),
        neighbourhood_id=asked.get("neighbourhood"),
        words=name_asked(words) if words else None,
    )


def _by_id(cursor: Cursor | None) -> Cursor | None:
    return cursor and Cursor(cursor.is_back, tuple(UUID(str(value)) for value in cursor.values))


@prepared
def _listed(by: Principal, asked: Asked, cursor: Cursor | None, most: int) -> QuerySet[Resident]:
    rows = Resident.objects.visible_to(by)
    if asked.nhs_number:
        rows = rows.filter(nhs_number=asked.nhs_number)
    if asked.phone:
        rows = own_by_keys(rows, asked.phone)
    if asked.birth_date:
        rows = rows.filter(birth_date=asked.birth_date)
    if asked.neighbourhood_id:
        # Where restricted people live is not to be found by asking (IG-13).
        rows = rows.filter(neighbourhood_id=asked.neighbourhood_id, is_restricted=False)
    if asked.words:
        rows = own_by_words(rows, asked.words)
    if not any(getattr(asked, one.name) for one in fields(asked)):
        after, is_back = (cursor.values[0], cursor.is_back) if cursor else (None, False)
        rows = rows.filter(next_of_teams(by, after=after, is_back=is_back, most=most))
    # `values` and slices make another kind of queryset of it, which mypy is not to know.
    return in_order(rows.annotate(groups=words_of(by)).values(*COLUMNS, "groups"), ORDER, cursor, most)


class Residents(Endpoint):
    shape = ResidentShape

    @operation("List residents in relationship", page=ResidentShape, query=ResidentQuery)
    def get(self, _request: object) -> Response:
        """Only those of whom one of the client's teams holds the record. Oldest first; filters narrow it.

        Restricted residents are found by no phone number and no neighbourhood.
        """
        wanted = _wanted_of(self.asked)
        page = page_found(
            lambda cursor, most: _listed(self.by, wanted, _by_id(cursor), most), self.request, order=ORDER
        )
        found = [row["id"] for row in page.rows]
        for row in page.rows:
            row["cohorts"] = sorted(set(row.pop("groups")))
        if SEARCHED & self.asked.keys():
            audit.looked_each("resident.found_among_own", by=self.by, resident_ids=found)
        elif found:
            audit.looked("residents.listed", by=self.by, residents=found)
        return self.page_with(page, ResidentShape)

    @operation(
        "Register a resident",
        answer=ResidentShape,
        status=201,
        body=NewResident,
        problems=(409, 422),
        examples={"somebody with an NHS number": SHEILA},
    )
    def post(self, _request: object) -> Response:
        """Makes the resident and the team's relationship at once.

        A number that is held already is 409 `resident_exists`: claim the record instead. Likely duplicates are 409
        `possible_duplicates` with their `count`: look again, and send `confirm_new: true` if it is somebody else.
        """
        identity, team_id = _identity(self.by, self.given), self.acting_team()
        hold_registrations(identity.birth_date)
        _refuse_known(identity, is_new=self.given.get("confirm_new", False))
        resident = register_resident(by=self.by, identity=identity, team_id=team_id)
        if words := self.given.get("cohorts"):
            resident = set_cohorts(by=self.by, resident_id=resident.id, words=words, team_id=team_id, is_version=False)
        return self.one(with_cohorts(self.by, resident), at=reverse("api:resident", args=[resident.id]))


@prepared
def _seen(principal: Principal, resident_id: UUID) -> QuerySet[Resident]:
    return Resident.objects.visible_to(principal).filter(id=resident_id).annotate(groups=words_of(principal))


class OneResident(Endpoint):
    shape = ResidentShape

    @operation("Read a resident", answer=ResidentShape, answer_example=SHEILA_AS_SHOWN)
    def get(self, _request: object, resident_id: UUID) -> Response:
        resident = next(iter(_seen(self.by, resident_id)), None)
        if resident is None:
            raise not_found()
        audit.looked("resident.viewed", by=self.by, resident_id=resident_id, about=("resident", resident_id))
        resident.cohorts = sorted(set(vars(resident)["groups"]))
        self.hides = resident.is_restricted
        return self.one(resident)

    @operation(
        "Change what is known about a resident",
        answer=ResidentShape,
        body=ResidentFacts,
        problems=(409, 422),
        examples={"another telephone": {"phone": "07700 900123", "postcode": "M1 1AE"}},
    )
    def patch(self, _request: object, resident_id: UUID) -> Response:
        """Names left out stay as they are. The neighbourhood follows from the practice and the postcode.

        Of a restricted person what is left empty cannot be changed: 422 `restricted`.
        """
        seen = Resident.objects.select_for_update(of=("self",)).visible_to(self.by).filter(id=resident_id).first()
        if seen is None:
            raise not_found()
        self.require_match(with_cohorts(self.by, seen))
        _refuse_hidden(seen, self.given)
        identity = _identity(self.by, self.given, known=seen)
        resident = change_resident(by=self.by, resident_id=resident_id, identity=identity)
        if "cohorts" in self.given:
            is_version = resident.version == seen.version
            words = self.given["cohorts"]
            resident = set_cohorts(by=self.by, resident_id=resident_id, words=words, is_version=is_version)
        return self.one(with_cohorts(self.by, resident))


class Timeline(Endpoint):
    @operation("List what was changed about a resident", page=TimelineEntry, query=TimelineQuery)
    def get(self, _request: object, resident_id: UUID) -> Response:
        """Newest first: what was changed, by whom, and why. Filters narrow it."""
        if not Resident.objects.visible_to(self.by).filter(id=resident_id).exists():
            raise not_found()
        audit.looked("timeline.viewed", by=self.by, resident_id=resident_id, about=("resident", resident_id))
        changes = changes_of(resident_id, _wanted(self.asked), merged=merged_into(resident_id))
        rows = changes.annotate(**_names()).values(*columns_of(TimelineEntry))
        return self.page(rows, TimelineEntry, order=("-at", "-id"))


def with_cohorts(by: Principal, resident: Resident) -> Resident:
    """Read from the entries that `by` may read: a group may be sealed."""
    resident.cohorts = cohorts_of(by, [resident.id]).get(resident.id, [])
    return resident


def _wanted(asked: dict[str, Any]) -> Wanted:
    return Wanted(
        kind=asked.get("kind", ""),
        organisation_id=asked.get("organisation"),
        team_id=asked.get("team"),
        since=asked.get("since"),
        until=asked.get("until"),
    )


def _names() -> dict[str, Any]:
    actor = OuterRef("actor_id")
    person = Subquery(User.objects.filter(id=actor).values("name")[:1])
    client = Subquery(ApiClient.objects.filter(id=actor).values("name")[:1])
    team = Subquery(Team.objects.filter(id=actor).values("name")[:1])
    organisation = Subquery(Organisation.objects.filter(id=OuterRef("organisation_id")).values("name")[:1])
    return {"actor_name": Coalesce(person, client, team), "organisation_name": organisation}


def _identity(by: Principal, given: dict[str, Any], known: Resident | None = None) -> Identity:
    """What is known after this request, said as the services take it."""
    facts = {name: given[name] for name in Identity.__dataclass_fields__ if name in given}
    if "address_lines" in facts:
        facts["address_lines"] = tuple(facts["address_lines"])
    if "gp_practice" in given:
        facts["gp_practice_id"] = _practice(by, given["gp_practice"])
    identity = replace(identity_of(known), **facts) if known else Identity(**facts)
    return _with_birth_date_status(identity, given)


def _refuse_hidden(resident: Resident, given: dict[str, Any]) -> None:
    """Nobody writes over what they are not shown: a record read and sent back would empty it."""
    named = sorted(HIDDEN.keys() & given.keys()) if resident.is_restricted else []
    if named:
        sentence = "This person is restricted: how to reach them is neither shown nor changed here."
        raise refused(422, "restricted", sentence, errors={name: [sentence] for name in named})


def _practice(by: Principal, practice_id: UUID | None) -> UUID | None:
    practices = organisations_of_place(by).filter(kind=OrganisationKind.GP_PRACTICE)
    if practice_id and not practices.filter(id=practice_id).exists():
        sentence = "There is no such GP practice in the directory."
        raise refused(422, "no_such_practice", sentence, errors={"gp_practice": [sentence]})
    return practice_id


def _with_birth_date_status(identity: Identity, given: dict[str, Any]) -> Identity:
    """Without a date its status is `unknown`, and only then; the two are never told apart."""
    if identity.birth_date is None:
        if given.get("birth_date_status", "unknown") != "unknown" or "birth_date_status" not in given:
            sentence = "Enter the date of birth, or say that it is not known: birth_date_status unknown."
            raise refused(422, "birth_date_or_not_known", sentence, errors={"birth_date": [sentence]})
        return identity
    if identity.birth_date_status != "unknown":
        return identity
    if given.get("birth_date_status") == "unknown":
        sentence = "With a date of birth the status is exact or estimated."
        raise refused(422, "birth_date_or_not_known", sentence, errors={"birth_date_status": [sentence]})
    return replace(identity, birth_date_status="exact")


def _refuse_known(identity: Identity, *, is_new: bool) -> None:
    alike = people_like(identity)
    if identity.nhs_number and any(one.known.nhs_number == identity.nhs_number for one in alike):
        sentence = "Somebody with this NHS number is known already. Claim the record instead."
        raise refused(409, "resident_exists", sentence)
    if alike and not is_new:
        sentence = "This may be somebody who is known already. Look again, then confirm that they are new."
        raise refused(409, "possible_duplicates", sentence, count=len(alike))
