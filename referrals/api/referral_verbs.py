"""What can be done with a referral: one address for each verb."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from rest_framework.response import Response

from carecoord.api.operations import operation
from carecoord.api.shapes import Body, Nothing
from carecoord.api.words import action_name
from referrals.api.referrals import ask_of, read_referral
from referrals.api.shapes import (
    Amendment,
    Answer,
    Cancellation,
    Elsewhere,
    Failure,
    Hold,
    OtherService,
    Outcome,
    Promise,
    Question,
    ReferralDetail,
    Refusal,
    Undoing,
)
from referrals.api.two_sided import TwoSidedEndpoint
from referrals.models import Referral
from referrals.services import referrals as services

OTHER_SERVICE = "0190a000-0000-7000-8000-000000000043"


@dataclass(frozen=True)
class Verb:
    """`names`: what the service calls a field that the body calls otherwise."""

    service: Callable[..., Referral]
    summary: str
    words: str
    body: type[Body] = Nothing
    example: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


class ReferralMove(TwoSidedEndpoint):
    shape = ReferralDetail
    model = Referral
    allowed = services.allowed_steps

    def read(self, item_id: UUID) -> Referral:
        return read_referral(self.by, item_id)

    def answered(self, referral_id: UUID, verb: str, it: Verb) -> Response:
        given = {it.names.get(name, name): value for name, value in self.given.items()}
        self.moved(referral_id, verb, it.service, referral_id=referral_id, **given)
        return self.one(self.read(referral_id))


VERBS: Mapping[str, Verb] = {
    "send": Verb(
        services.send_referral,
        "Send a referral",
        "The receiver reads the card, and the clock runs. The sender stays accountable until it is accepted.",
    ),
    "receive": Verb(
        services.receive_referral, "Begin triage", "For the receiver. Nothing moves: the sender stays accountable."
    ),
    "claim": Verb(
        services.claim_referral,
        "Deal with it",
        "For the receiver: this client, as one of the team, deals with it. 409 `lost_race` where somebody else does.",
    ),
    "accept": Verb(
        services.accept_referral,
        "Accept a referral",
        "The receiver is accountable from now on, sees the record and has the resident on its caseload. It may say by "
        "when the work will be complete.",
        Promise,
        {"complete_by": "2027-01-29"},
    ),
    "undo_acceptance": Verb(
        services.undo_acceptance,
        "Undo an acceptance",
        "Within 24 hours: the sender is accountable again and the receiver is back at the card.",
        Undoing,
        {"words": "We have no place for him after all."},
    ),
    "request_information": Verb(
        services.request_information,
        "Ask the sender a question",
        "The clock stands still until they reply.",
        Question,
        {"question": "Who is at home with him?"},
    ),
    "reply": Verb(
        services.reply_to_request,
        "Answer the receiver's question",
        "Their clock runs again.",
        Answer,
        {"words": "His daughter, until Friday."},
    ),
    "decline": Verb(
        services.decline_referral,
        "Decline a referral",
        "It becomes `rejected`. The sender is told and stays accountable.",
        Refusal,
        {"reason_code": "full", "suggestion": "The sitting service has places."},
    ),
    "redirect": Verb(
        services.redirect_referral,
        "Send it on to another service",
        "For the receiver. A new referral of the same sender and journey goes to that service; this one is cancelled.",
        OtherService,
        {"service": OTHER_SERVICE, "words": "They visit at home, which we do not."},
        {"service": "to_service_id"},
    ),
    "start": Verb(services.start_referral, "Start", "The receiver has begun."),
    "hold": Verb(
        services.hold_referral,
        "Put it on hold",
        "Until a day; from that day on it counts as overdue. The receiver stays accountable.",
        Hold,
        {"reason_code": "away", "until": "2027-01-08"},
    ),
    "resume": Verb(services.resume_referral, "Take it up again", "It was on hold and goes on."),
    "complete": Verb(
        services.complete_referral,
        "Say what came of it",
        "The sender is accountable until they have read the outcome.",
        Outcome,
        {"outcome": "A sitter comes every Tuesday."},
    ),
    "fail": Verb(
        services.fail_referral,
        "Say that it is not possible",
        "The sender is accountable again and decides what follows.",
        Failure,
        {"reason_code": "no_contact"},
    ),
    "cancel": Verb(
        services.cancel_referral,
        "Cancel a referral",
        "From either side. Both teams lose at once what it let them see.",
        Cancellation,
        {"reason_code": "no_longer_needed"},
    ),
    "acknowledge_outcome": Verb(
        services.acknowledge_outcome,
        "Confirm that the outcome was read",
        "For the sender. Nobody is accountable any more; the receiver keeps the record for 30 days.",
    ),
    "enter_in_error": Verb(
        services.enter_referral_in_error,
        "Mark it as entered in error",
        "For the sender. The receiver no longer sees who it was about.",
        Answer,
        {"words": "It was for somebody else."},
    ),
}


class Amend(ReferralMove):
    @operation(
        "Change what a sent referral asks",
        answer=ReferralDetail,
        body=Amendment,
        problems=(403, 412),
        examples={"more urgent": {"urgency": "soon", "words": "His wife has a date for her operation."}},
    )
    def post(self, _request: object, referral_id: UUID) -> Response:
        """For the sender, while it is with its receiver, who is told and reads the new card."""
        ask = ask_of(self.given, self.read(referral_id))
        words = self.given["words"]
        self.moved(referral_id, "amend", services.amend_referral, referral_id=referral_id, ask=ask, words=words)
        return self.one(self.read(referral_id))


class Reroute(ReferralMove):
    @operation(
        "Send it elsewhere",
        answer=ReferralDetail,
        status=201,
        body=Elsewhere,
        problems=(403, 412),
        examples={"elsewhere": {"service": OTHER_SERVICE}},
    )
    def post(self, _request: object, referral_id: UUID) -> Response:
        """For the sender, after it was declined or was not possible. Answers the new referral, sent; this one is
        cancelled."""
        given = {"to_service_id": self.given["service"], "words": self.given.get("words", "")}
        new = self.moved(referral_id, "reroute", services.reroute_referral, referral_id=referral_id, **given)
        return self.one(self.read(new.id), at=reverse("api:referral", args=[new.id]))


def _endpoint(verb: str, it: Verb) -> type[ReferralMove]:
    def post(self: ReferralMove, _request: object, referral_id: UUID) -> Response:
        return self.answered(referral_id, verb, it)

    post.__doc__ = it.words
    examples = {"usual" if it.example else "nothing to say": it.example}
    told = operation(it.summary, answer=ReferralDetail, body=it.body, problems=(403, 412), examples=examples)(post)
    return type(f"{verb.title().replace('_', '')}Referral", (ReferralMove,), {"post": told})


def _path(verb: str, endpoint: type[ReferralMove]) -> URLPattern:
    return path(f"referrals/<uuid:referral_id>/{action_name(verb)}/", endpoint.as_view(), name=f"{verb}_referral")


MOVES = [
    *(_path(verb, _endpoint(verb, it)) for verb, it in VERBS.items()),
    _path("amend", Amend),
    _path("reroute", Reroute),
]
