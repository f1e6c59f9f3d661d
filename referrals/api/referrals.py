"""Referrals: listing, writing, reading, and changing a draft."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F
from django.urls import reverse
from rest_framework.response import Response

from carecoord import audit
from carecoord.api.operations import operation
from carecoord.api.paging import page_of
from carecoord.api.problems import not_found, refused
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.models import Service
from neighbourhoods.principal import Principal
from referrals.api.shapes import AskFacts, NewReferral, ReferralDetail, ReferralQuery, ReferralShape
from referrals.api.two_sided import hides_person, of_own_teams, with_people
from referrals.models import Referral, ReferralEvent
from referrals.models.referrals import ReferralQuerySet
from referrals.services.referrals import Ask, change_draft, draft_referral, refer

SHOWN = ("written_by__user", "assigned_to__user")
# Of whom the client sees, every second with a referral: fewer are read one by one.
FEW = 3_000
FILTERS = {"status": "status", "resident": "resident_id", "to_team": "to_team_id", "from_team": "from_team_id"}
ASK = {
    "resident": "0190a000-0000-7000-8000-000000000018",
    "service": "0190a000-0000-7000-8000-000000000042",
    "reason": "Ken is worn out and asks for a break.",
    "urgency": "routine",
    "no_known_risks": True,
    "told_resident": "Agreed on 20-Nov-2026",
}


class Referrals(Endpoint):
    shape = ReferralDetail

    @operation("List referrals", page=ReferralShape, query=ReferralQuery)
    def get(self, _request: object) -> Response:
        """From and to the client's teams, and those of residents in relationship; the newest first."""
        filters = {column: self.asked[name] for name, column in FILTERS.items() if name in self.asked}
        rows = Referral.objects.visible_to(self.by).filter(self.own(FEW, of_own_teams(self.by)), **filters)
        # Names alone, without the people; the card is a part of one referral, and the largest column that there is.
        rows = rows.annotate(writer=F("written_by__user__name"), assignee=F("assigned_to__user__name")).defer("card")
        page = page_of(rows, self.request, order=("-id",))
        if page.rows:
            audit.looked("referrals.listed", by=self.by, residents=sorted({row.resident_id for row in page.rows}))
        for row in with_people(page.rows):
            _keep_to_its_sender(self.by, row)
        return self.page_with(page, ReferralShape)

    @operation(
        "Write a referral",
        answer=ReferralDetail,
        status=201,
        body=NewReferral,
        problems=(403, 404),
        examples={"to a carers' service": ASK},
    )
    def post(self, _request: object) -> Response:
        """A draft, until it is sent: nobody else reads it. Before sending it needs a reason, and risks or that there
        are none. With `send` it is sent in the same moment, or refused as sending would be."""
        team_id = self.acting_team("from_team")
        facts = {"resident_id": self.given["resident"], "service_id": self.given["service"], "from_team_id": team_id}
        events: list[ReferralEvent] = []
        try:
            if self.given.get("send"):
                referral, event = refer(by=self.by, ask=ask_of(self.given), **facts)
                events = [event]
            else:
                referral = draft_referral(by=self.by, ask=ask_of(self.given), **facts)
        except Service.DoesNotExist:
            sentence = "There is no such service in the directory."
            raise refused(422, "no_such_service", sentence, errors={"service": [sentence]}) from None
        shown = with_history(self.by, referral, events)
        return self.one(shown, at=reverse("api:referral", args=[referral.id]))


class OneReferral(Endpoint):
    shape = ReferralDetail

    @operation("Read a referral", answer=ReferralDetail)
    def get(self, _request: object, referral_id: UUID) -> Response:
        """Also for its receiver, who may read no more of the resident than this."""
        referral = read_referral(self.by, referral_id)
        about = ("referral", referral_id)
        audit.looked("referral.viewed", by=self.by, resident_id=referral.resident_id, about=about)
        self.hides = hides_person(referral)
        return self.one(referral)

    @operation(
        "Change a draft",
        answer=ReferralDetail,
        body=AskFacts,
        problems=(403,),
        examples={"urgent": {"urgency": "urgent", "urgency_reason": "His wife goes into hospital tomorrow."}},
    )
    def patch(self, _request: object, referral_id: UUID) -> Response:
        """For its sender, before it is sent. After that, `amend` it."""
        locked = Referral.objects.select_for_update(of=("self",)).visible_to(self.by).filter(id=referral_id)
        if locked.first() is None:
            raise not_found()
        referral = read_referral(self.by, referral_id)
        self.require_match(referral)
        change_draft(by=self.by, referral_id=referral_id, ask=ask_of(self.given, referral))
        return self.one(read_referral(self.by, referral_id))


def seen_by(by: Principal) -> ReferralQuerySet:
    return Referral.objects.visible_to(by).select_related(*SHOWN)


def read_referral(by: Principal, referral_id: UUID) -> Referral:
    """With its person and its history; 404 for whoever may not see it."""
    referral = seen_by(by).filter(id=referral_id).first()
    if referral is None:
        raise not_found()
    events = ReferralEvent.objects.visible_to(by).filter(referral=referral).select_related("written_by__user")
    return with_history(by, referral, events)


def with_history(by: Principal, referral: Referral, events: Iterable[ReferralEvent]) -> Referral:
    # Of one that was just written the resident is there already, having passed the gate.
    known = {referral.resident_id: referral.resident} if Referral.resident.is_cached(referral) else None
    for shown in with_people([referral], known):
        shown.history = list(events)
    _keep_to_its_sender(by, referral)
    return referral


def ask_of(given: dict[str, Any], known: Referral | None = None) -> Ask:
    """What is asked after this request: what it says, and for the rest what stood there."""
    facts = {name: getattr(known, name) for name in Ask.__dataclass_fields__} if known else {}
    facts |= {name: given[name] for name in Ask.__dataclass_fields__ if name in given}
    return Ask(**facts | {"risks": tuple(facts.get("risks", ()))})


def _keep_to_its_sender(by: Principal, referral: Any) -> None:
    """Of what was entered in error its receiver learns only that it was."""
    if not referral.is_taken_back_from(by):
        return
    referral.person, referral.history, referral.card, referral.risks = None, [], {}, []
    for name in (
        "reason",
        "urgency_reason",
        "persons_choice",
        "told_resident",
        "status_reason",
        "suggestion",
        "outcome",
    ):
        setattr(referral, name, "")
