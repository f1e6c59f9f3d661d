"""What each move of a referral is called on the screen, what it asks, and what is said when it is done."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from referrals import referral_move_forms as forms
from referrals.models import Referral
from referrals.services import referrals as services


@dataclass(frozen=True)
class Verb:
    """`button` on the referral's page, `title` of the move's own page. Without a form the button does it at once;
    with `more` too, which is the link to a form where all may be left empty.

    `done` and `note` may name `{sender}`, `{receiver}` and `{service}`.
    """

    service: Callable[..., Referral]
    button: str
    done: str
    form: type[forms.MoveForm] | None = None
    title: str = ""
    note: str = ""
    is_danger: bool = False
    more: str = ""

    @property
    def is_done_at_once(self) -> bool:
        return self.form is None or bool(self.more)


STAYS = "{sender} stays responsible until they accept."
VERBS: Final[dict[str, Verb]] = {
    "reply": Verb(
        services.reply_to_request, "Answer the question", "Sent to {receiver}. Their clock runs again.",
        forms.ReplyForm, "Answer the question", "The clock of {receiver} stands still until you answer.",
    ),
    "acknowledge_outcome": Verb(
        services.acknowledge_outcome, "I have read the outcome", "Closed. {receiver} can see that you have read it.",
    ),
    "accept": Verb(
        services.accept_referral, "Accept responsibility",
        "{receiver} is now responsible for this referral. {sender} has been told.",
        forms.AcceptForm, "Accept, and say by when",
        "{receiver} becomes responsible, and {sender} sees by when it will be complete.",
        more="Accept, and say by when",
    ),
    "claim": Verb(
        services.claim_referral, "I will deal with it", "You deal with it now. {receiver} answers for it as before.",
    ),
    "receive": Verb(
        services.receive_referral, "Start triage",
        "Triage has started. {sender} stays responsible until you accept.",
    ),
    "request_information": Verb(
        services.request_information, "Ask a question", "Asked. The clock stands still until {sender} answers.",
        forms.QuestionForm, "Ask {sender}", "The clock stands still until they answer.",
    ),
    "start": Verb(services.start_referral, "Start", "Started. {receiver} is responsible."),
    "resume": Verb(services.resume_referral, "Take it up again", "Taken up again. {receiver} is responsible."),
    "complete": Verb(
        services.complete_referral, "Record the outcome",
        "Recorded. {sender} has been told, and is responsible until they have read it.",
        forms.OutcomeForm, "Record the outcome", "{sender} is told, and confirms that they have read it.",
    ),
    "hold": Verb(
        services.hold_referral, "Put on hold", "On hold. {receiver} stays responsible.",
        forms.HoldForm, "Put on hold", "{receiver} stays responsible. From that day on it counts as overdue.",
    ),
    "reroute": Verb(
        services.reroute_referral, "Send to another service", "Sent to {service}. " + STAYS,
        forms.ServiceForm, "Send to another service", "The same request goes to the service you choose.",
    ),
    "decline": Verb(
        services.decline_referral, "Decline with a reason", "Declined. {sender} stays responsible and has been told.",
        forms.DeclineForm, "Decline with a reason", "{sender} stays responsible and is told at once.",
    ),
    "redirect": Verb(
        services.redirect_referral, "Send on to another service", "Sent on to {service}. " + STAYS,
        forms.ServiceForm, "Send on to another service",
        "A new referral from {sender} goes to the service you choose. This one is closed.",
    ),
    "undo_acceptance": Verb(
        services.undo_acceptance, "Undo the acceptance", "Undone. {sender} is responsible again, and has been told.",
        forms.UndoForm, "Undo the acceptance", "{sender} becomes responsible again, and you no longer see the record.",
    ),
    "fail": Verb(
        services.fail_referral, "Say it is not possible", "{sender} is responsible again, and has been told.",
        forms.FailForm, "Say it is not possible", "{sender} becomes responsible again and decides what follows.",
    ),
    "cancel": Verb(
        services.cancel_referral, "Cancel the referral", "Cancelled. Nobody is responsible for it any more.",
        forms.CancelForm, "Cancel the referral",
        "It ends for both teams. What is still needed has to be asked for anew.",
        is_danger=True,
    ),
    "enter_in_error": Verb(
        services.enter_referral_in_error, "Entered in error", "Marked as entered in error.",
        forms.ErrorForm, "Mark as entered in error",
        "For one that should never have been written, such as for the wrong person. {receiver} no longer sees it.",
        is_danger=True,
    ),
}  # fmt: skip
"""In the order in which they are offered: the first that is allowed is the page's next action."""

NEXT: Final = ("reply", "acknowledge_outcome", "accept", "start", "resume", "complete", "reroute")
"""Moves that may be the one green button."""
RARE: Final = ("undo_acceptance", "cancel", "enter_in_error")
"""Moves behind 'Something else'."""


ALONE: Final = {
    "accept": "They have accepted",
    "claim": "I will follow it up",
    "receive": "They have received it",
    "request_information": "They ask a question",
    "start": "They have started",
    "hold": "They have put it on hold",
    "resume": "They have taken it up again",
    "complete": "Record the outcome",
    "decline": "They decline",
    "undo_acceptance": "They take back their acceptance",
    "fail": "They say it is not possible",
}
"""Moves that the sender writes down for a service without a team here (domain.md 3.1)."""


def verb_of(name: str, referral: Referral) -> Verb | None:
    """The words of a move. Where the service has no team here, none of them says that it is responsible."""
    words = VERBS.get(name)
    if words is None or name not in ALONE or referral.to_team or referral.status == "draft":
        return words
    said = "{sender} stays responsible to the end: {service} is not on CareCoord."
    more = f"{ALONE[name]}, and say by when" if words.more else ""
    return replace(words, button=ALONE[name], done=f"Written down. {said}", title=ALONE[name], note=said, more=more)


def filled(words: str, referral: Referral) -> str:
    """The words with the names of the two teams and the service."""
    names: dict[str, Any] = {
        "sender": referral.from_team.name,
        "receiver": referral.to_team.name if referral.to_team else referral.service.name,
        "service": referral.service.name,
    }
    return words.format(**names)
