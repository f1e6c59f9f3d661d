"""Each verb of actions, referrals and handovers: how it is done, and which word it leaves in the audit.

The words are written out here, not taken from the services: a change of one is a change of what readers of the audit
know.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from carecoord import clock
from carecoord.moves import Side, StateTable
from careplans.models import Action
from careplans.services import move_action
from careplans.states import ACTION
from referrals.models import Handover, Referral
from referrals.services import handovers
from referrals.services import referrals as services
from referrals.states import HANDOVER, REFERRAL


@dataclass(frozen=True)
class Verb:
    """`do(by, item, world)` makes the move; the audit then says `<kind>.<past>`, or `<kind>.<or_else>`."""

    past: str
    do: Callable
    or_else: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """One sort of item, with the table it moves along."""

    name: str
    model: type
    table: StateTable
    verbs: dict[str, Verb]

    def sides(self, item, principal):
        """On which sides of the item somebody stands; an action has one team only, which answers for it or last did."""
        if self.model is Action:
            mine = principal.acts_for(item.accountable_team_id or item.last_accountable_team_id)
            return frozenset({Side.GIVER} if mine else ())
        return item.sides_of(principal)


def action(past, verb):
    return Verb(past, lambda by, item, world: move_action(by=by, action_id=item.id, verb=verb, reason="So"))


def referral(past, service, **said):
    return Verb(past, lambda by, item, world: service(by=by, referral_id=item.id, **said))


def to_another(past, service, **said):
    return Verb(
        past,
        lambda by, item, world: service(by=by, referral_id=item.id, to_service_id=world.other_service.id, **said),
    )


def handover(past, service, **said):
    return Verb(past, lambda by, item, world: service(by=by, handover_id=item.id, **said))


def hold_referral(by, item, world):
    until = clock.today() + timedelta(days=3)
    return services.hold_referral(by=by, referral_id=item.id, reason_code="unwell", until=until, words="Unwell")


def accept_handover(by, item, world):
    """Whatever was to be read back is left for later, so that the handover stays accepted."""
    nothing = [False] * len(item.read_back_items)
    return handovers.accept_handover(by=by, handover_id=item.id, read_back=nothing, note="Later")


def close_handover(by, item, world):
    everything = [True] * len(item.read_back_items)
    return handovers.close_handover(by=by, handover_id=item.id, read_back=everything)


ACTIONS = Kind(
    "action",
    Action,
    ACTION,
    {
        "schedule": action("scheduled", "schedule"),
        "start": action("started", "start"),
        "hold": action("held", "hold"),
        "reset": action("reset", "reset"),
        "complete": action("completed", "complete"),
        "cancel": action("cancelled", "cancel"),
        "stop": action("stopped", "stop"),
        "enter_in_error": action("entered_in_error", "enter_in_error"),
    },
)
REFERRALS = Kind(
    "referral",
    Referral,
    REFERRAL,
    {
        "send": referral("sent", services.send_referral),
        "receive": referral("received", services.receive_referral),
        "request_information": referral("information_requested", services.request_information, question="Why?"),
        "reply": referral("replied", services.reply_to_request, words="So."),
        "accept": referral("accepted", services.accept_referral),
        "undo_acceptance": referral("acceptance_undone", services.undo_acceptance),
        "decline": referral("declined", services.decline_referral, reason_code="full", words="Full"),
        "redirect": to_another("redirected", services.redirect_referral, words="Theirs"),
        "reroute": to_another("rerouted", services.reroute_referral),
        "start": referral("started", services.start_referral),
        "hold": Verb("held", hold_referral),
        "resume": referral("resumed", services.resume_referral),
        "complete": referral("completed", services.complete_referral, outcome="Done"),
        "fail": referral("failed", services.fail_referral, reason_code="other", words="No"),
        "cancel": referral("cancelled", services.cancel_referral, reason_code="other", words="No"),
        "acknowledge_outcome": referral("outcome_acknowledged", services.acknowledge_outcome),
        "enter_in_error": referral("entered_in_error", services.enter_referral_in_error, words="Wrong"),
    },
)
HANDOVERS = Kind(
    "handover",
    Handover,
    HANDOVER,
    {
        "offer": handover("offered", handovers.offer_handover),
        "accept": Verb("accepted", accept_handover),
        "decline": handover("declined", handovers.decline_handover, reason="No bed"),
        "withdraw": handover("withdrawn", handovers.withdraw_handover, reason="Changed"),
        # Cover only notes that everything was read back: it closes by itself when it ends.
        "close": Verb("closed", close_handover, or_else=("read_back",)),
        "enter_in_error": handover("entered_in_error", handovers.enter_handover_in_error, reason="Wrong"),
    },
)
KINDS = (ACTIONS, REFERRALS, HANDOVERS)
