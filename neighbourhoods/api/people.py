"""People around a resident: family, friends, carers, and professionals who take no part here."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from rest_framework.response import Response

from carecoord import audit
from carecoord.api.operations import operation
from carecoord.api.paging import page_of
from carecoord.api.problems import not_found, refused
from neighbourhoods.api.authored import with_authors
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.api.naming import fields_named
from neighbourhoods.api.person_shapes import (
    NewPersonAround,
    PersonAroundEnd,
    PersonAroundFacts,
    PersonAroundQuery,
    PersonAroundShape,
)
from neighbourhoods.models import Contact, Resident
from neighbourhoods.models.contacts import ContactQuerySet
from neighbourhoods.principal import Principal
from neighbourhoods.services import ContactFacts, add_contact, change_contact, end_contact
from neighbourhoods.services.contact_facts import CarerFacts, carer_of, contact_facts_of

# Of whom the client sees, with a few people each: fewer are read one by one.
FEW = 1_000
CARER = "carer_"
FIELDS = {"hours_a_week": "carer_hours_a_week", "assessment_offered_on": "carer_assessment_offered_on"}


class People(Endpoint):
    shape = PersonAroundShape

    @operation("List people around residents", page=PersonAroundShape, query=PersonAroundQuery)
    def get(self, _request: object) -> Response:
        """Of residents in relationship, those too who are no longer to be rung; who was written down last comes first.

        Family, friends and carers of restricted residents are in no list.
        """
        rows, resident_id = _shown(self.by).filter(self.own(FEW)), self.asked.get("resident")
        if resident_id:
            rows = rows.filter(resident_id=resident_id)
        page = page_of(rows, self.request, order=("-id",))
        _with_more(page.rows)
        if page.rows and resident_id:
            audit.looked("people.viewed", by=self.by, resident_id=resident_id, about=("resident", resident_id))
        elif page.rows:
            audit.looked("people.listed", by=self.by, residents=sorted({row.resident_id for row in page.rows}))
        return self.page_with(page, PersonAroundShape)

    @operation(
        "Write down somebody around a resident",
        answer=PersonAroundShape,
        status=201,
        body=NewPersonAround,
        examples={
            "a daughter who cares": {
                "resident": "0190a000-0000-7000-8000-000000000018",
                "kind": "personal",
                "name": "Rose Marsh",
                "relationship": "Daughter",
                "phone": "07700 900456",
                "is_emergency_contact": True,
                "is_carer": True,
                "carer_hours_a_week": 12,
                "carer_is_able": False,
            }
        },
    )
    def post(self, _request: object) -> Response:
        """From today on. Whoever has a record here is linked on the pages, where they are searched for."""
        resident_id = self.given["resident"]
        facts = ContactFacts(kind=self.given["kind"], name=self.given["name"])
        _refuse_restricted(self.by, resident_id, facts.kind)
        with fields_named(FIELDS):
            contact = add_contact(by=self.by, resident_id=resident_id, facts=_changed(facts, self.given))
        return self.one(_read(self.by, contact.id), at=reverse("api:person", args=[contact.id]))


class OnePerson(Endpoint):
    shape = PersonAroundShape

    @operation("Read somebody around a resident", answer=PersonAroundShape)
    def get(self, _request: object, person_id: UUID) -> Response:
        contact = _read(self.by, person_id)
        audit.looked("people.viewed", by=self.by, resident_id=contact.resident_id, about=("contact", contact.id))
        return self.one(contact)

    @operation(
        "Change what somebody is to a resident",
        answer=PersonAroundShape,
        body=PersonAroundFacts,
        examples={"rung first": {"rank": 1, "phone": "07700 900456"}},
    )
    def patch(self, _request: object, person_id: UUID) -> Response:
        """Names left out stay as they are; what stood there is kept. Who it is stays: end them, and add another.

        Of somebody with a record of their own nothing is kept that is read there.
        """
        with transaction.atomic():
            contact = _locked(self.by, person_id)
            self.require_match(_read(self.by, person_id))
            with fields_named(FIELDS):
                change_contact(
                    by=self.by,
                    resident_id=contact.resident_id,
                    contact_id=contact.id,
                    version=contact.version,
                    facts=_changed(contact_facts_of(contact), self.given),
                )
        return self.one(_read(self.by, person_id))


class EndPerson(Endpoint):
    shape = PersonAroundShape

    @operation(
        "End somebody around a resident",
        answer=PersonAroundShape,
        body=PersonAroundEnd,
        problems=(412,),
        examples={"moved away": {"reason": "Has moved to Spain"}},
    )
    def post(self, _request: object, person_id: UUID) -> Response:
        """No longer somebody to ring; whoever acts for the resident no longer does. What was known stays."""
        contact = _locked(self.by, person_id)
        if self.names_a_version:
            self.require_match(_read(self.by, person_id))
        end_contact(by=self.by, resident_id=contact.resident_id, contact_id=contact.id, **self.given)
        return self.one(_read(self.by, person_id))


def _shown(by: Principal) -> ContactQuerySet:
    return Contact.objects.visible_to(by).select_related("recorded_by_organisation")


def _read(by: Principal, contact_id: UUID) -> Contact:
    found = _with_more(_shown(by).filter(id=contact_id))
    if not found:
        raise not_found()
    return found[0]


def _locked(by: Principal, contact_id: UUID) -> Contact:
    contact = Contact.objects.select_for_update(of=("self",)).visible_to(by).filter(id=contact_id).first()
    if contact is None:
        raise not_found()
    return contact


def _with_more(rows: Iterable[Contact]) -> list[Contact]:
    """With who wrote each down, and what is known of the caring by its names."""
    listed = with_authors(rows)
    for row in listed:
        vars(row)["caring"] = carer_of(row.carer)
    return listed


def _changed(facts: ContactFacts, given: Mapping[str, Any]) -> ContactFacts:
    plain = {name: value for name, value in given.items() if name in ContactFacts.__dataclass_fields__}
    if "roles" in plain:
        plain["roles"] = tuple(dict.fromkeys(plain["roles"]))
    asked = {name: given[CARER + name] for name in CarerFacts.__dataclass_fields__ if CARER + name in given}
    return replace(facts, **plain, carer=replace(facts.carer, **asked))


def _refuse_restricted(by: Principal, resident_id: UUID, kind: str) -> None:
    """What is written down could not be read again, not even by whoever wrote it (IG-20)."""
    is_personal = kind == Contact.Kind.PERSONAL
    if is_personal and Resident.objects.visible_to(by).filter(id=resident_id, is_restricted=True).exists():
        sentence = "This person is restricted: family, friends and carers are not told here. Ring the lead team."
        raise refused(422, "restricted", sentence)
