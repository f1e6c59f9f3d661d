"""What every verb of a handover does in the same way: lock, look the move up, tell."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from carecoord import audit, clock, outbox
from carecoord.errors import IllegalMove, NotYours, RuleError
from carecoord.prepared import prepared
from carecoord.ui import dates
from neighbourhoods.models import Team
from neighbourhoods.principal import Principal
from referrals.models import Handover
from referrals.models.handovers import URGENT_KINDS, URGENT_NEWS
from referrals.states import HANDOVER

STATE_FIELDS = ("status", "accountable_team", "waiting_on")
ANSWERS = frozenset({"accept", "decline", "withdraw"})


def locked_handover(by: Principal, handover_id: UUID) -> Handover:
    """The handover, locked before anything else is. Raises Handover.DoesNotExist where `by` may not see it."""
    return _locked.get(by, handover_id)


@prepared
def _locked(by: Principal, handover_id: UUID) -> QuerySet[Handover]:
    teams = ("from_team__organisation", "to_team__organisation", "return_to_team__organisation")
    rows = Handover.objects.select_for_update(of=("self",)).visible_to(by).select_related(*teams)
    return rows.filter(id=handover_id)


def move(handover: Handover, verb: str, by: Principal) -> None:
    """Put the handover where `verb` leads, with whoever is accountable there. Raises IllegalMove or NotYours."""
    state = HANDOVER[check_move(handover, verb, by)]
    handover.status = state.name
    handover.accountable_team = handover.team_on(state.accountable)
    handover.waiting_on = handover.team_on(state.waiting_on)


def receiver_of(handover: Handover) -> Team:
    """The receiving team. Raises RuleError for a draft that names none yet."""
    if handover.to_team is None:
        raise RuleError("Choose a team that has residents.", field="to_team")
    return handover.to_team


def is_closed(team_id: UUID) -> bool:
    """Whether the team, or its organisation, was closed: as of now, and until the end of this transaction.

    Whoever is closing it at this moment is waited for; others who offer to it are not.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.ended_at IS NOT NULL OR o.ended_at IS NOT NULL FROM neighbourhoods_team t "
            "JOIN neighbourhoods_organisation o ON o.id = t.organisation_id WHERE t.id = %s FOR KEY SHARE OF t",
            [team_id],
        )
        row = cursor.fetchone()
    return row is None or bool(row[0])


def check_move(handover: Handover, verb: str, by: Principal) -> str:
    """The state that `verb` leads to. Where an answer came first, the refusal says whose it was."""
    sides = handover.sides_of(by)
    if not sides:
        raise NotYours("Only the two teams of this handover can answer or change it.")
    try:
        return HANDOVER.move(verb, handover.status, sides).target
    except IllegalMove as refusal:
        first = who_was_first(handover) if verb in ANSWERS else ""
        if first:
            raise IllegalMove(first, allowed=refusal.allowed) from refusal
        raise


def who_was_first(handover: Handover) -> str:
    """One sentence on an answer that has been given already; empty while there is none."""
    if handover.status == "withdrawn":
        return f"{handover.from_team} has withdrawn this handover. Nothing moved."
    words = {"accepted": "accepted", "closed": "accepted", "declined": "declined"}.get(handover.status)
    if words is None or handover.answered_at is None:
        return ""
    partner = handover.answered_by_name or str(handover.to_team)
    who = handover.answered_by.user.name if handover.answered_by else partner
    at = dates.moment(handover.answered_at, now=clock.now()).replace("Today", "today at")
    return f"{who} {words} this {at if at.startswith('today') else f'on {at}'}, for {handover.to_team}."


def tell(
    handover: Handover,
    what: str,
    by: Principal,
    reason: str = "",
    told_team_id: UUID | None = None,
    list_size: int = 1,
    **detail: Any,
) -> None:
    """Audit and publish `handover.<what>`, in that order. `told_team_id` where the event itself does not say who.

    `list_size`: with how many it was offered as one list, itself counted.
    """
    write_down(handover, what, by, reason, **detail)
    told: dict[str, UUID | int] = {"told_team_id": told_team_id} if told_team_id else {}
    if handover.batch_id and list_size > 1:
        told |= {"list_id": handover.batch_id, "list_size": list_size}
    outbox.publish(
        f"handover.{what}",
        about=("handover", handover.id),
        is_urgent=handover.kind in URGENT_KINDS or f"handover.{what}" in URGENT_NEWS,
        resident_id=handover.resident_id,
        from_team_id=handover.from_team_id,
        to_team_id=handover.to_team_id,
        return_to_team_id=handover.return_to_team_id,
        **told,
    )


def write_down(handover: Handover, what: str, by: Principal, reason: str = "", **detail: Any) -> None:
    """Audit `handover.<what>`: for what only the team itself needs to know."""
    audit.record(
        f"handover.{what}",
        by=by,
        resident_id=handover.resident_id,
        about=("handover", handover.id),
        reason=reason,
        status=handover.status,
        from_team_id=handover.from_team_id,
        to_team_id=handover.to_team_id,
        **detail,
    )


def said(text: str, field: str, sentence: str, most: int = 2000) -> str:
    """The text without blank ends; RuleError with `sentence` where there is none, or where it is too long."""
    clean = plain(text)
    if not clean:
        raise RuleError(sentence, field=field)
    if len(clean) > most:
        raise RuleError(f"Use {most} characters or fewer.", field=field)
    return clean


def plain(text: str) -> str:
    """Text as it is stored: browsers send line breaks as CRLF."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
