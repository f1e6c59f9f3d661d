"""The page of one referral: whose job it is, what can be done now, and all that has happened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse

from carecoord import clock
from carecoord.moves import Side
from carecoord.ui import dates
from carecoord.ui.components import Button, Clock, Notice, Responsibility, Status, TimelineRow
from neighbourhoods.principal import Principal
from referrals.clocks import STILL_VERBS
from referrals.display_referrals import signed, status_word
from referrals.models import Referral, ReferralEvent
from referrals.reasons import reason_label
from referrals.referral_clock import UNANSWERED, clock_tag
from referrals.referral_verbs import NEXT, RARE, VERBS, verb_of
from referrals.services.referral_moves import allowed_steps

HAPPENED_WORDS = {
    "send": "Sent",
    "receive": "Triage started",
    "request_information": "Question",
    "reply": "Answer",
    "accept": "Accepted",
    "undo_acceptance": "Acceptance undone",
    "decline": "Declined",
    "redirect": "Sent on to another service",
    "reroute": "Sent to another service",
    "start": "Started",
    "hold": "Put on hold",
    "resume": "Taken up again",
    "complete": "Outcome",
    "fail": "Not possible",
    "cancel": "Cancelled",
    "acknowledge_outcome": "Outcome read",
    "enter_in_error": "Entered in error",
    "assign": "Given to a person of the team",
    "transfer": "Handed over to another team",
    "amend": "Changed by the sender",
}


@dataclass(frozen=True)
class ReferralPage:
    """`otherwise` says what silence does. `primary` is the one green button, `rare` stands behind 'Something else'."""

    status: Status
    clock: Clock
    otherwise: str
    responsibility: Responsibility | None
    responsible: str
    deals_with_it: str
    complete_by: str
    notice: Notice | None
    primary: Button | None
    others: tuple[Button, ...]
    rare: tuple[Button, ...]
    history: tuple[TimelineRow, ...]


def referral_page(referral: Referral, events: list[ReferralEvent], principal: Principal) -> ReferralPage:
    now = clock.now()
    verbs = allowed_steps(referral, principal)
    primary = next((verb for verb in NEXT if verb in verbs), None)
    deals_with_it = referral.assigned_to.user.name if referral.assigned_to else referral.assigned_to_name
    passed = {primary, *RARE, *(("claim",) if deals_with_it else ())}
    others = [verb for verb in VERBS if verb in verbs and verb not in passed]
    return ReferralPage(
        status=Status(status_word(referral, principal)),
        clock=clock_tag(referral, now),
        otherwise=_otherwise(referral),
        responsibility=_responsibility(referral),
        responsible=referral.accountable_team.name if referral.accountable_team else "Nobody: it has ended",
        deals_with_it=deals_with_it,
        complete_by=_complete_by(referral),
        notice=_notice(referral, events, principal),
        primary=_draft_button(referral, verbs) or (_button(referral, primary, is_next=True) if primary else None),
        others=(
            *_more_buttons(referral, verbs),
            *(_button(referral, verb) for verb in others),
            *_amend_button(referral, verbs),
        ),
        rare=tuple(_button(referral, verb) for verb in RARE if verb in verbs),
        history=tuple(_event_row(event) for event in reversed(events)),
    )


def _button(referral: Referral, verb: str, *, is_next: bool = False) -> Button:
    words = verb_of(verb, referral) or VERBS[verb]
    return Button(
        text=words.button,
        url=reverse("referral_move", args=[referral.id, verb.replace("_", "-")]),
        tone="green" if is_next else "white",
        is_post=words.is_done_at_once,
    )


def _more_buttons(referral: Referral, verbs: Iterable[str]) -> Iterator[Button]:
    """To the forms of what a button does at once."""
    for verb in verbs:
        words = verb_of(verb, referral)
        if words and words.more:
            yield Button(words.more, reverse("referral_move", args=[referral.id, verb.replace("_", "-")]))


def _draft_button(referral: Referral, verbs: Iterable[str]) -> Button | None:
    if "send" not in verbs:
        return None
    return Button("Go on with this draft", reverse("referral_change", args=[referral.id]), tone="green")


def _amend_button(referral: Referral, verbs: Iterable[str]) -> Iterator[Button]:
    if "amend" in verbs:
        yield Button("Change what you ask", reverse("referral_amend", args=[referral.id]))


def _responsibility(referral: Referral) -> Responsibility | None:
    """Now and then, where the next answer would move it."""
    if referral.status not in {*UNANSWERED, "info_requested"} or referral.to_team is None:
        return None
    return Responsibility(referral.from_team.name, referral.to_team.name, then_label="When they accept")


def _otherwise(referral: Referral) -> str:
    if referral.status in UNANSWERED and referral.to_team and referral.to_team != referral.from_team:
        return (
            f"If nobody answers by then, the lead of {referral.to_team.name} is told, "
            f"and after that the lead of {referral.from_team.name}."
        )
    return ""


def _complete_by(referral: Referral) -> str:
    """What the receiver promised when it accepted, as long as it works on it."""
    until = referral.complete_by
    if until is None or referral.status not in {"accepted", "in_progress", "on_hold"}:
        return ""
    words = "It is to be" if clock.now() <= until else "It was to be"
    return f"{words} complete by {dates.day(until)} {dates.time_of_day(until)}."


def _notice(referral: Referral, events: list[ReferralEvent], principal: Principal) -> Notice | None:
    """What came back to the sender and has to be read before anything else."""
    if Side.GIVER not in referral.sides_of(principal) or not referral.accountable_team_id:
        return None
    receiver = referral.to_team.name if referral.to_team else referral.service.name
    last = next((event for event in reversed(events) if event.verb not in STILL_VERBS), None)
    words = last.words if last else ""
    if referral.status == "info_requested":
        return Notice("amber", f"{receiver} asks:", words, icon="speech")
    if referral.status in {"rejected", "failed"} and last:
        reason = reason_label(last.verb, last.reason_code)
        word = "declined" if referral.status == "rejected" else "could not go on"
        return Notice("amber", f"{receiver} {word}: {reason}.", words)
    if referral.status == "completed":
        return Notice("blue", f"What came of it, from {receiver}:", referral.outcome, icon="tick")
    return None


def _event_row(event: ReferralEvent) -> TimelineRow:
    title = HAPPENED_WORDS.get(event.verb, event.verb)
    reason = reason_label(event.verb, event.reason_code) if event.reason_code else ""
    said = ". ".join(part for part in (reason, event.words) if part)
    return TimelineRow(
        at=dates.moment(event.created_at, now=clock.now()),
        title=title,
        text=f": {said}" if said else "",
        second=signed(event.written_by, event.written_by_name),
    )
