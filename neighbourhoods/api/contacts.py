"""Contacts: visits, calls and notes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery, Value
from django.db.models.lookups import IsNull
from django.urls import reverse
from rest_framework.response import Response

from carecoord import audit, clock
from carecoord.api.operations import operation
from carecoord.api.paging import page_of
from carecoord.api.problems import not_found
from carecoord.errors import IllegalMove, RuleError
from neighbourhoods.api.contact_shapes import ContactChange, ContactQuery, ContactShape, NewContact
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.encounters import SHOWN, same_day_elsewhere
from neighbourhoods.models import Encounter, Level, Relationship
from neighbourhoods.models.encounters import EncounterQuerySet
from neighbourhoods.principal import Principal
from neighbourhoods.services import (
    EncounterFacts,
    change_encounter,
    complete_encounter,
    move_encounter,
    plan_encounter,
    record_encounter,
)
from neighbourhoods.services.encounter_facts import facts_of
from neighbourhoods.services.encounters import allowed_moves
from neighbourhoods.states import ENCOUNTER, HAPPENED

FACTS = {"seen_by": "seen_by_id"} | {
    name: name for name in ("at", "method", "seen_by_name", "purpose", "note", "outcome", "hidden")
}
# Of whom the client sees, with a few contacts each: fewer are read one by one.
FEW = 1_000
ENDINGS = {"cancelled": "cancel", "entered_in_error": "enter_in_error"}
# What is said of a planned one together with how it went.
SAID_AT_THE_END = ("at", "note", "outcome")


class Contacts(Endpoint):
    shape = ContactShape

    @operation("List visits, calls and notes", page=ContactShape, query=ContactQuery)
    def get(self, _request: object) -> Response:
        """Of residents in relationship, by any team, what is planned too; the latest first."""
        rows, resident_id = _shown(self.by).filter(self.own(FEW)), self.asked.get("resident")
        if resident_id:
            rows = rows.filter(resident_id=resident_id)
        page = page_of(rows, self.request, order=("-at", "-id"))
        beside = same_day_elsewhere(self.by, page.rows)
        for row in page.rows:
            vars(row)["same_day"] = beside.get(row.id, ())
        if page.rows and resident_id:
            audit.looked("encounters.viewed", by=self.by, resident_id=resident_id, about=("resident", resident_id))
        elif page.rows:
            audit.looked("encounters.listed", by=self.by, residents=sorted({row.resident_id for row in page.rows}))
        return self.page_with(page, ContactShape)

    @operation(
        "Write down or plan a contact",
        answer=ContactShape,
        status=201,
        body=NewContact,
        problems=(404, 422),
        examples={
            "a visit that took place": {
                "resident": "0190a000-0000-7000-8000-000000000018",
                "kind": "visit",
                "at": "2026-11-20T10:30:00Z",
                "seen_by_name": "Leah Brook",
                "note": "Walks with the new frame. Kitchen is cold.",
            },
            "a call that is planned": {
                "resident": "0190a000-0000-7000-8000-000000000018",
                "kind": "call",
                "status": "planned",
                "at": "2027-01-08T10:30:00Z",
                "purpose": "How the new tablets suit her",
            },
        },
    )
    def post(self, _request: object) -> Response:
        """What took place lies in the past, what is `planned` is still to come. A note is done at once."""
        given, team_id = self.given, self.acting_team()
        facts = EncounterFacts(kind=given["kind"], **_facts(given))
        common: dict[str, Any] = {
            "by": self.by,
            "resident_id": given["resident"],
            "team_id": team_id,
            "facts": facts,
        }
        status = given.get("status", "done")
        made = plan_encounter(**common) if status == "planned" else record_encounter(**common, status=status)
        return self.one(_read(self.by, made), at=reverse("api:contact", args=[made.id]))


class OneContact(Endpoint):
    shape = ContactShape

    @operation("Read a contact", answer=ContactShape)
    def get(self, _request: object, contact_id: UUID) -> Response:
        contact = _shown(self.by).filter(id=contact_id).first()
        if contact is None:
            raise not_found()
        audit.looked("encounter.viewed", by=self.by, resident_id=contact.resident_id, about=("encounter", contact.id))
        return self.one(contact)

    @operation(
        "Change, correct or end a contact",
        answer=ContactShape,
        body=ContactChange,
        problems=(403,),
        examples={
            "it took place": {"status": "done", "note": "She is well."},
            "corrected": {"note": "Blood pressure 132/78.", "reason": "Two figures were swapped"},
            "cancelled": {"status": "cancelled", "reason": "In hospital until Friday"},
        },
    )
    def patch(self, _request: object, contact_id: UUID) -> Response:
        """For its own team. Correcting what has happened needs a `reason`, and every earlier wording is kept.

        What was planned becomes `done` or `did_not_attend`, or is `cancelled`, which needs a `reason`.
        """
        with transaction.atomic():
            locked = Encounter.objects.select_for_update(of=("self",)).visible_to(self.by).filter(id=contact_id)
            contact = locked.first()
            if contact is None:
                raise not_found()
            self.require_match(contact)
            target = self.given.get("status", contact.status)
            self._change(contact, is_told=target != contact.status and target in HAPPENED)
            if target != contact.status:
                self._end(contact, target)
        return self.one(_read(self.by, contact))

    def _change(self, contact: Encounter, *, is_told: bool) -> None:
        """`is_told`: how it went is told now, together with the words and the time."""
        held_back = SAID_AT_THE_END if is_told else ()
        facts = {name: value for name, value in _facts(self.given).items() if name not in held_back}
        if not facts:
            return
        try:
            change_encounter(
                by=self.by,
                encounter_id=contact.id,
                version=contact.version,
                facts=replace(facts_of(contact), **facts),
                reason=self.given.get("reason", ""),
            )
        except RuleError as problem:
            # The service names the field as the page has it.
            problem.field = "reason" if problem.field == "correction" else problem.field
            raise

    def _end(self, contact: Encounter, target: str) -> None:
        given = self.given
        if target in HAPPENED and contact.status == "planned":
            said = {name: given.get(name, getattr(contact, name)) for name in ("note", "outcome")}
            complete_encounter(by=self.by, encounter_id=contact.id, status=target, at=given.get("at"), **said)
        elif target in ENDINGS:
            move_encounter(by=self.by, encounter_id=contact.id, verb=ENDINGS[target], reason=given.get("reason", ""))
        else:
            is_now, wanted = ENCOUNTER[contact.status].predicate, ENCOUNTER[target].label.lower()
            sentence = f"This entry {is_now}: it cannot become {wanted}."
            raise IllegalMove(sentence, allowed=allowed_moves(self.by, contact))


def _facts(given: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody of the team, or a name: whichever is given takes the place of the other."""
    facts = {column: given[name] for name, column in FACTS.items() if name in given}
    if facts.get("seen_by_id"):
        return {"seen_by_name": ""} | facts
    return ({"seen_by_id": None} | facts) if facts.get("seen_by_name") else facts


def _shown(by: Principal) -> EncounterQuerySet:
    own = Relationship.objects.open_at(clock.now()).filter(team_id=OuterRef("team_id"), level=Level.RECORD)
    # As a scalar it is asked of each row of the page; of EXISTS the planner makes a table of all relationships.
    held = Subquery(own.filter(resident_id=OuterRef("resident_id")).values(held=Value(True))[:1])
    left_behind = IsNull(held, True)
    return Encounter.objects.visible_to(by).select_related(*SHOWN).annotate(left_behind=left_behind)


def _read(by: Principal, contact: Encounter) -> Encounter:
    return _shown(by).get(id=contact.id)
