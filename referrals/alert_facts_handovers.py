"""What news of a handover asks of which team (domain.md 3.4)."""

from uuid import UUID

from carecoord import outbox
from carecoord.alerts.facts import AlertFacts, Together
from referrals.allowances import HANDOVER_ACCEPT
from referrals.models import Handover
from referrals.models.handovers import URGENT_KINDS, URGENT_NEWS, HandoverKind


def handover_alert_facts(event: outbox.Event) -> AlertFacts | None:
    """Facts of the handover as it is now; None where the news no longer asks for anything. Workers only: sees all."""
    handover = Handover.objects.filter(id=event.about_id).first()
    if handover is None:
        return None
    match event.topic, handover.status:
        case "handover.offered", "offered":
            return _offer(handover, Together.of(event.ids))
        case "handover.accepted", "accepted" | "closed" if handover.from_team_id != handover.to_team_id:
            return _notice(handover, event, tell=handover.from_team_id)
        case "handover.ended_early", "closed":
            return _notice(handover, event, tell=event.id_of("told_team_id") or handover.from_team_id)
        case "handover.needs_missing", "offered" | "accepted" | "closed":
            return _notice(handover, event, tell=event.id_of("told_team_id") or handover.from_team_id)
        case "handover.unsatisfactory" | "handover.said_late" | "handover.incident", _:
            return _notice(handover, event, tell=event.id_of("told_team_id") or handover.from_team_id)
        case "handover.declined", "declined":
            return _notice(handover, event, tell=handover.from_team_id)
        case "handover.returned", "closed":
            return _notice(handover, event, tell=handover.return_to_team_id or handover.from_team_id)
    return None


def _offer(handover: Handover, together: Together | None) -> AlertFacts | None:
    if handover.to_team_id is None or handover.offered_at is None:
        return None
    return AlertFacts(
        kind="handover.discharge" if handover.kind == HandoverKind.DISCHARGE else "handover.offered",
        about=("handover", handover.id),
        resident_id=handover.resident_id,
        team_id=handover.to_team_id,
        sending_team_id=handover.from_team_id,
        is_urgent=handover.kind in URGENT_KINDS,
        started_at=handover.offered_at,
        due_at=handover.accept_by,
        by_the_clock=HANDOVER_ACCEPT[handover.kind].by_the_clock,
        together=together,
        named_id=handover.named_id,
    )


def _notice(handover: Handover, event: outbox.Event, *, tell: UUID) -> AlertFacts:
    return AlertFacts(
        kind=event.topic,
        about=("handover", handover.id),
        resident_id=handover.resident_id,
        team_id=tell,
        sending_team_id=handover.to_team_id,
        is_urgent=event.topic in URGENT_NEWS,
        started_at=event.at,
        due_at=None,
        by_the_clock=True,
    )
