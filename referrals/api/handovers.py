"""Handovers: listing, writing, reading, and changing a draft."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.urls import reverse
from rest_framework.response import Response

from carecoord import audit
from carecoord.api.operations import operation
from carecoord.api.paging import page_of
from carecoord.api.problems import not_found
from carecoord.errors import IllegalMove
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.principal import Principal
from referrals.api.handover_shapes import HandoverFacts, HandoverQuery, HandoverShape, NewHandover, open_verbs
from referrals.api.two_sided import hides_person, of_own_teams, with_people
from referrals.models import Handover, HandoverItem
from referrals.models.handovers import HandoverQuerySet
from referrals.services.handovers import ItemRef, change_draft_handover, draft_handover

ITEM = ("kind", "goes", "title", "team_name", "due_at", "due_on", "moved_at")
SHOWN = ("written_by__user", "answered_by__user")
# Of whom the client sees, few of them with a handover: fewer are read one by one.
FEW = 3_000
FILTERS = {
    "status": "status",
    "resident": "resident_id",
    "to_team": "to_team_id",
    "from_team": "from_team_id",
    "batch_id": "batch_id",
}
# What the service calls by the column.
COLUMNS = {"to_team": "to_team_id", "named": "named_id", "return_to_team": "return_to_team_id"}
GOING_HOME = {
    "resident": "0190a000-0000-7000-8000-000000000018",
    "to_team": "0190a000-0000-7000-8000-000000000007",
    "kind": "discharge",
    "situation": "Sheila goes home today with oxygen after a chest infection.",
    "read_back_items": ["Oxygen, 2 litres", "Doxycycline, last dose 27-Nov-2026"],
    "pathway": 1,
}


class Handovers(Endpoint):
    shape = HandoverShape

    @operation("List handovers", page=HandoverShape, query=HandoverQuery)
    def get(self, _request: object) -> Response:
        """From and to the client's teams, and those of residents in relationship; the newest first."""
        filters = {column: self.asked[name] for name, column in FILTERS.items() if name in self.asked}
        rows = seen_by(self.by).filter(self.own(FEW, of_own_teams(self.by)), **filters)
        page = page_of(rows, self.request, order=("-id",))
        if page.rows:
            audit.looked("handovers.listed", by=self.by, residents=sorted({row.resident_id for row in page.rows}))
        with_people(page.rows)
        return self.page_with(page, HandoverShape)

    @operation(
        "Write a handover",
        answer=HandoverShape,
        status=201,
        body=NewHandover,
        problems=(403, 404),
        examples={"home from hospital": GOING_HOME},
    )
    def post(self, _request: object) -> Response:
        """A draft, until it is offered: nobody else reads it. `items` are the open items that are to go."""
        team_id = self.acting_team("from_team")
        handover = draft_handover(
            by=self.by,
            resident_id=self.given["resident"],
            from_team_id=team_id,
            items=items_of(self.given.get("items", ())),
            **_words(self.given),
        )
        shown = read_handover(self.by, handover.id)
        return self.one(shown, at=reverse("api:handover", args=[handover.id]))


class OneHandover(Endpoint):
    shape = HandoverShape

    @operation("Read a handover", answer=HandoverShape)
    def get(self, _request: object, handover_id: UUID) -> Response:
        """Also for its receiver, who may read no more of the resident than this."""
        handover = read_handover(self.by, handover_id)
        about = ("handover", handover_id)
        audit.looked("handover.viewed", by=self.by, resident_id=handover.resident_id, about=about)
        self.hides = hides_person(handover)
        return self.one(handover)

    @operation(
        "Change a draft",
        answer=HandoverShape,
        body=HandoverFacts,
        problems=(403,),
        examples={"more to say": {"background": "Lives alone since June."}},
    )
    def patch(self, _request: object, handover_id: UUID) -> Response:
        """For its giver, before it is offered. `items`, where they are named, replace what was ticked."""
        locked = Handover.objects.select_for_update(of=("self",)).visible_to(self.by).filter(id=handover_id)
        if locked.first() is None:
            raise not_found()
        handover = read_handover(self.by, handover_id)
        self.require_match(handover)
        items = items_of(self.given["items"]) if "items" in self.given else None
        try:
            change_draft_handover(by=self.by, handover_id=handover_id, items=items, **_words(self.given))
        except IllegalMove as refusal:
            raise IllegalMove(refusal.sentence, allowed=open_verbs(handover, self.by)) from refusal
        return self.one(read_handover(self.by, handover_id))


def seen_by(by: Principal) -> HandoverQuerySet:
    """With their items, in the same statement: whoever sees a handover sees these."""
    items = HandoverItem.objects.filter(handover=OuterRef("pk")).order_by("-goes", "due_at", "due_on", "id")
    told = ArraySubquery(items.values(told=JSONObject(item="item_id", **{name: name for name in ITEM})))
    return Handover.objects.visible_to(by).select_related(*SHOWN).annotate(offered_items=told)


def read_handover(by: Principal, handover_id: UUID) -> Handover:
    """With its person and its items; 404 for whoever may not see it."""
    handover = seen_by(by).filter(id=handover_id).first()
    if handover is None:
        raise not_found()
    with_people([handover])
    return handover


def items_of(given: Sequence[dict[str, Any]]) -> list[ItemRef]:
    return [ItemRef(item["kind"], item["item"]) for item in given]


def _words(given: dict[str, Any]) -> Any:
    """What is told, as the service takes it."""
    told = {name: value for name, value in given.items() if name not in {"resident", "from_team", "items"}}
    return {COLUMNS.get(name, name): value for name, value in told.items()}
