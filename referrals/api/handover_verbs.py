"""What can be done with a handover: one address for each verb."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.urls import path
from django.urls.resolvers import URLPattern
from rest_framework.response import Response

from carecoord.api.operations import operation
from carecoord.api.words import action_name
from referrals.api.handover_shapes import Acceptance, Closing, HandoverShape, Reason, open_verbs
from referrals.api.handovers import read_handover
from referrals.api.two_sided import TwoSidedEndpoint
from referrals.models import Handover
from referrals.services import handovers as services

PROBLEMS = (403, 412)


class HandoverMove(TwoSidedEndpoint):
    shape = HandoverShape
    model = Handover
    allowed = open_verbs

    def read(self, item_id: UUID) -> Handover:
        return read_handover(self.by, item_id)

    def answered(self, handover_id: UUID, verb: str, service: Callable[..., Any], **given: Any) -> Response:
        self.moved(handover_id, verb, service, handover_id=handover_id, **given)
        return self.one(self.read(handover_id))


class Offer(HandoverMove):
    @operation("Offer a handover", answer=HandoverShape, problems=PROBLEMS)
    def post(self, _request: object, handover_id: UUID) -> Response:
        """Freezes the minimum dataset and every open item; the receiver reads that. The giver stays accountable."""
        return self.answered(handover_id, "offer", services.offer_handover)


class Accept(HandoverMove):
    @operation(
        "Accept a handover",
        answer=HandoverShape,
        body=Acceptance,
        problems=PROBLEMS,
        examples={"two items read back": {"read_back": [True, True], "is_satisfactory": True}},
    )
    def post(self, _request: object, handover_id: UUID) -> Response:
        """Everything that goes moves at once: the record, the caseload, the lead and the items.

        Where everything was read back it is `closed` at once, a temporary one stays `accepted` until it ends.
        """
        given = {"read_back": (), **self.given}
        return self.answered(handover_id, "accept", services.accept_handover, **given)


class Decline(HandoverMove):
    @operation(
        "Decline a handover",
        answer=HandoverShape,
        body=Reason,
        problems=PROBLEMS,
        examples={"usual": {"reason": "She lives outside our neighbourhood."}},
    )
    def post(self, _request: object, handover_id: UUID) -> Response:
        """Nothing moves, and the giver is told."""
        return self.answered(handover_id, "decline", services.decline_handover, **self.given)


class Withdraw(HandoverMove):
    @operation(
        "Withdraw a handover",
        answer=HandoverShape,
        body=Reason,
        problems=PROBLEMS,
        examples={"usual": {"reason": "She stays another night."}},
    )
    def post(self, _request: object, handover_id: UUID) -> Response:
        """For the giver: nothing has moved."""
        return self.answered(handover_id, "withdraw", services.withdraw_handover, **self.given)


class Close(HandoverMove):
    @operation(
        "Finish the read-back",
        answer=HandoverShape,
        body=Closing,
        problems=PROBLEMS,
        examples={"usual": {"read_back": [True, True]}},
    )
    def post(self, _request: object, handover_id: UUID) -> Response:
        """For the receiver, where something was left to read back at acceptance."""
        return self.answered(handover_id, "close", services.close_handover, **self.given)


class EndCover(HandoverMove):
    @operation(
        "End cover early",
        answer=HandoverShape,
        body=Reason,
        problems=PROBLEMS,
        examples={"usual": {"reason": "Our nurse is back."}},
    )
    def post(self, _request: object, handover_id: UUID) -> Response:
        """For either team of a temporary handover that lasts still: what it moved goes back now, and it is `closed`."""
        return self.answered(handover_id, "end_cover", services.end_cover, **self.given)


class EnterInError(HandoverMove):
    @operation(
        "Mark it as entered in error",
        answer=HandoverShape,
        body=Reason,
        problems=PROBLEMS,
        examples={"usual": {"reason": "It was for somebody else."}},
    )
    def post(self, _request: object, handover_id: UUID) -> Response:
        """For the giver. Moves nothing back."""
        return self.answered(handover_id, "enter_in_error", services.enter_handover_in_error, **self.given)


def _path(verb: str, endpoint: type[HandoverMove]) -> URLPattern:
    return path(f"handovers/<uuid:handover_id>/{action_name(verb)}/", endpoint.as_view(), name=f"{verb}_handover")


MOVES = [
    _path("offer", Offer),
    _path("accept", Accept),
    _path("decline", Decline),
    _path("withdraw", Withdraw),
    _path("close", Close),
    _path("end_cover", EndCover),
    _path("enter_in_error", EnterInError),
]
