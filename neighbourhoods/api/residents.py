"""Residents: those in relationship, registering, changing, and the timeline."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from rest_framework.response import Response

from carecoord import audit
from carecoord.accounts.models import User
from carecoord.api.operations import operation
from carecoord.api.paging import Cursor, page_of
from carecoord.api.problems import not_found, refused
from carecoord.api.shapes import columns_of
from carecoord.prepared import prepared
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
from neighbourhoods.cohorts.worklists import cohorts_of
from neighbourhoods.directory import organisations_of_place
from neighbourhoods.duplicates import hold_registrations, people_like
from neighbourhoods.merging.leading import merged_into
from neighbourhoods.models import ApiClient, Organisation, OrganisationKind, Resident, Team
from neighbourhoods.principal import Principal
from neighbourhoods.searching import name_like, next_of_teams, own_by_phone
from neighbourhoods.services import Identity, change_resident, identity_of, register_resident
from neighbourhoods.services.cohorts import set_cohorts
from neighbourhoods.timeline import Wanted, changes_of

# Who asks by these searches: everybody found is told of by themselves (IG-12). Anything else is a list.
COLUMNS = tuple(name for name in columns_of(ResidentShape) if name != "cohorts")
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


class Residents(Endpoint):
    shape = ResidentShape

    @operation("List residents in relationship", page=ResidentShape, query=ResidentQuery)
    def get(self, _request: object) -> Response:
        """Only those of whom one of the client's teams holds the record. Oldest first; filters narrow it.

        Restricted residents are found by no phone number and no neighbourhood.
        """
        rows = Resident.objects.visible_to(self.by)
        if number := self.asked.get("nhs_number"):
            rows = rows.filter(nhs_number=number)
        if phone := self.asked.get("phone"):
            rows = own_by_phone(rows, phone)
        if born := self.asked.get("birth_date"):
            rows = rows.filter(birth_date=born)
        if neighbourhood := self.asked.get("neighbourhood"):
            # Where restricted people live is not to be found by asking (IG-13).
            rows = rows.filter(neighbourhood_id=neighbourhood, is_restricted=False)
        if words := self.asked.get("q"):
            rows = name_like(rows, words)
        narrow = None if self.asked else self._next_of_teams
        page = page_of(rows.values(*COLUMNS), self.request, order=("id",), narrow=narrow)
        found = [row["id"] for row in page.rows]
        groups = cohorts_of(self.by, found)
        for row in page.rows:
            row["cohorts"] = groups.get(row["id"], [])
        if SEARCHED & self.asked.keys():
            audit.looked_each("resident.found_among_own", by=self.by, resident_ids=found)
        elif found:
            audit.looked("residents.listed", by=self.by, residents=found)
        return self.page_with(page, ResidentShape)

    def _next_of_teams(self, cursor: Cursor | None, most: int) -> Q:
        after, is_back = (UUID(str(cursor.values[0])), cursor.is_back) if cursor else (None, False)
        return next_of_teams(self.by, after=after, is_back=is_back, most=most)

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
        return self.one(_with_cohorts(self.by, resident), at=reverse("api:resident", args=[resident.id]))


@prepared
def _seen(principal: Principal, resident_id: UUID) -> QuerySet[Resident]:
    return Resident.objects.visible_to(principal).filter(id=resident_id)


class OneResident(Endpoint):
    shape = ResidentShape

    @operation("Read a resident", answer=ResidentShape, answer_example=SHEILA_AS_SHOWN)
    def get(self, _request: object, resident_id: UUID) -> Response:
        resident = next(iter(_seen(self.by, resident_id)), None)
        if resident is None:
            raise not_found()
        audit.looked("resident.viewed", by=self.by, resident_id=resident_id, about=("resident", resident_id))
        return self.one(_with_cohorts(self.by, resident))

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
        self.require_match(_with_cohorts(self.by, seen))
        _refuse_hidden(seen, self.given)
        identity = _identity(self.by, self.given, known=seen)
        resident = change_resident(by=self.by, resident_id=resident_id, identity=identity)
        if "cohorts" in self.given:
            is_version = resident.version == seen.version
            words = self.given["cohorts"]
            resident = set_cohorts(by=self.by, resident_id=resident_id, words=words, is_version=is_version)
        return self.one(_with_cohorts(self.by, resident))


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


def _with_cohorts(by: Principal, resident: Resident) -> Resident:
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
