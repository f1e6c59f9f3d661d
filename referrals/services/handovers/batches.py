"""A ward's or a team's list handed over together: one handover for each person, offered in one go, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from carecoord.errors import RuleError
from neighbourhoods.principal import Principal
from referrals.models import Handover
from referrals.models.handovers import HandoverKind, Priority
from referrals.services.handovers.drafting import Words, draft_handover
from referrals.services.handovers.items import of_team, open_items_of
from referrals.services.handovers.offering import offer_handover

MOST_TOGETHER = 100
ONE_BY_ONE = frozenset({HandoverKind.DISCHARGE})
"""Who goes home needs a pathway, a day and what must be in place of their own."""


@dataclass(frozen=True)
class Listed:
    """One person of the list: what is going on, what to do, and how soon to look at them."""

    resident_id: UUID
    situation: str
    recommendation: str = ""
    priority: int = Priority.STABLE


@transaction.atomic
def offer_list(
    *, by: Principal, from_team_id: UUID, batch_id: UUID, listed: Sequence[Listed], words: Words
) -> list[Handover]:
    """Offer everybody of a list to one team, all or nobody; all that is open with the giving team goes with them.

    `words` are the same for all of them. In order of priority, within it as given. The same `batch_id` again changes
    nothing and gives what it made. A RuleError about one person has the field `situation_<resident id>`.
    """
    if made := _made_before(by, from_team_id, batch_id):
        return made
    if not listed:
        raise RuleError("Write what is going on for everybody whom you hand over.")
    if len(listed) > MOST_TOGETHER:
        raise RuleError(f"Hand over {MOST_TOGETHER} people at a time at most.")
    if words.get("kind") in ONE_BY_ONE:
        raise RuleError("Hand over people who go home from hospital one by one.", field="kind")
    ordered = sorted(listed, key=lambda one: one.priority)
    for_all: Words = {**words, "batch_id": batch_id}
    return [_offer(by, from_team_id, one, for_all, len(ordered)) for one in ordered]


def _made_before(by: Principal, from_team_id: UUID, batch_id: UUID) -> list[Handover]:
    made = Handover.objects.visible_to(by).filter(batch_id=batch_id, from_team_id=from_team_id)
    return list(made.order_by("priority", "id"))


def _offer(by: Principal, from_team_id: UUID, one: Listed, words: Words, list_size: int) -> Handover:
    theirs = of_team(open_items_of(by=by, resident_id=one.resident_id), from_team_id)
    said: Words = {
        **words,
        "situation": one.situation,
        "recommendation": one.recommendation,
        "priority": one.priority,
    }
    try:
        draft = draft_handover(
            by=by,
            resident_id=one.resident_id,
            from_team_id=from_team_id,
            items=[item.ref for item in theirs],
            **said,
        )
        return offer_handover(by=by, handover_id=draft.id, list_size=list_size)
    except RuleError as refusal:
        if refusal.code == "already_offered" or refusal.field in {"situation", "recommendation", "priority"}:
            about = "recommendation" if refusal.field == "recommendation" else "situation"
            raise RuleError(refusal.sentence, field=f"{about}_{one.resident_id}", code=refusal.code) from refusal
        raise
