"""Writing a handover, before anybody else may read it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from carecoord import clock
from carecoord.errors import IllegalMove, NotYours, RuleError, SentAlready, StaleVersion
from carecoord.once import insert, made_before
from neighbourhoods.models import Membership, Team
from neighbourhoods.principal import Principal
from neighbourhoods.services import ensure_lead, held_resident
from referrals.models import Handover, HandoverItem
from referrals.models.handovers import TEMPORARY_KINDS, HandoverKind, Priority
from referrals.services.handovers.items import ItemRef, of_team, open_items_of
from referrals.services.handovers.steps import locked_handover, plain, write_down

MOST_WORDS = 4000
MOST_READ_BACK = 20
LENGTHS = {
    "situation": MOST_WORDS,
    "background": MOST_WORDS,
    "assessment": MOST_WORDS,
    "recommendation": MOST_WORDS,
    "place": 150,
    "others_present": 300,
}


TYPED = (
    "from_team_id", "to_team_id", "kind", "situation", "background", "assessment", "recommendation", "read_back_items",
    "named_id", "pathway", "needs", "takes_place_at", "place", "others_present", "giver_stays_involved", "ends_at",
    "return_to_team_id",
)  # fmt: skip


class Words(TypedDict, total=False):
    """What the giver says.

    `named_id` is who of the receiving team is told first. `pathway` is discharge to assess, 0 to 3; `needs` must be in
    place before they arrive; the last two are for temporary kinds. `priority` is 1 to 3.
    """

    to_team_id: UUID
    named_id: UUID | None
    kind: str
    situation: str
    background: str
    assessment: str
    recommendation: str
    read_back_items: Sequence[str]
    pathway: int | None
    needs: Sequence[str]
    takes_place_at: datetime | None
    place: str
    others_present: str
    giver_stays_involved: bool
    batch_id: UUID | None
    priority: int | None
    ends_at: datetime | None
    return_to_team_id: UUID | None


@transaction.atomic
def draft_handover(
    *,
    by: Principal,
    resident_id: UUID,
    from_team_id: UUID,
    items: Iterable[ItemRef] = (),
    handover_id: UUID | None = None,
    **words: Unpack[Words],
) -> Handover:
    """Begin a handover of one resident; `items` are the open items of the giving team that are to go.

    Whoever chooses `handover_id` beforehand may ask twice and gets one handover; SentAlready where that says something
    else. Raises NotYours for a team that is not one's own, RuleError with the field it is about, Resident.DoesNotExist
    where `by` does not see the resident.
    """
    resident = held_resident(by, resident_id)
    giver = Team.objects.get(id=from_team_id)
    if not by.acts_for(giver.id) or not giver.holds_residents:
        raise NotYours("Choose a team of yours that has residents.", field="from_team")
    handover = Handover(
        resident=resident,
        from_team=giver,
        accountable_team=giver,
        waiting_on=giver,
        written_by_id=by.membership_id,
        written_by_name=by.partner_name,
        kind=words.get("kind", HandoverKind.TEAM),
    )
    handover.id = handover_id or handover.id
    _write(by, handover, words)
    _tick(by, handover, items)
    if handover_id and (made := _made_before(by, handover)):
        return made
    ensure_lead(by=by, resident_id=resident.id, team_id=giver.id)
    insert(handover)
    write_down(handover, "drafted", by)
    return handover


@transaction.atomic
def change_draft_handover(
    *,
    by: Principal,
    handover_id: UUID,
    version: int | None = None,
    items: Iterable[ItemRef] | None = None,
    **words: Unpack[Words],
) -> Handover:
    """Change what is given here and leave the rest. For the giving team, while nobody has been offered it.

    `version` is the one the writer had before them: raises StaleVersion where somebody saved since.
    """
    handover = locked_handover(by, handover_id)
    if not by.acts_for(handover.from_team_id):
        raise NotYours("Only the team that hands over can change this.")
    if handover.status != "draft":
        raise IllegalMove("This handover has been offered, so its words are fixed. Withdraw it to write another.")
    if version is not None and version != handover.version:
        raise StaleVersion("Somebody changed this draft while you were typing.", current=handover)
    changed = _write(by, handover, words)
    if items is not None:
        _tick(by, handover, items)
    handover.save_changes(*changed, "snapshot")
    write_down(handover, "changed", by, fields=changed)
    return handover


def _made_before(by: Principal, typed: Handover) -> Handover | None:
    mine = Handover.objects.visible_to(by).filter(resident=typed.resident)
    made = made_before(typed, mine, TYPED)
    if made and _goes(by, made) != ticked(typed):
        raise SentAlready(made)
    return made


def _goes(by: Principal, handover: Handover) -> frozenset[str]:
    """Keys of the items that go with it, whether it has been offered or not."""
    if "ticked" in handover.snapshot:
        return ticked(handover)
    items = HandoverItem.objects.visible_to(by).filter(handover=handover, goes=True)
    return frozenset(ItemRef(item.kind, item.item_id).key for item in items)


def ticked(handover: Handover) -> frozenset[str]:
    """Keys of the items that are to go, while the handover is a draft."""
    return frozenset(handover.snapshot.get("ticked", ()))


def _tick(by: Principal, handover: Handover, items: Iterable[ItemRef]) -> None:
    theirs = of_team(open_items_of(by=by, resident_id=handover.resident_id), handover.from_team_id)
    possible = {item.ref for item in theirs}
    wanted = set(items)
    if wanted - possible:
        raise RuleError("An item you ticked has ended or moved. Look at what is open now.", field="items")
    handover.snapshot = {"ticked": sorted(ref.key for ref in wanted)}


def _write(by: Principal, handover: Handover, words: Words) -> list[str]:
    """Set what is in `words`, checked as a whole; returns the names of the fields."""
    for name, value in words.items():
        setattr(handover, name, plain(value) if isinstance(value, str) else value)
    _check_lengths(handover)
    handover.read_back_items = _lines(handover.read_back_items, "read_back_items", "key item")
    handover.needs = _lines(handover.needs, "needs", "thing")
    if "needs" in words and handover.needs and handover.kind != HandoverKind.DISCHARGE:
        raise RuleError("Only for somebody who goes home. Choose that kind, or take these out.", field="needs")
    _check_kind(handover)
    if handover.priority is not None and handover.priority not in Priority.values:
        raise RuleError("Choose how soon they are to be looked at.", field="priority")
    _check_receiver(handover)
    _check_named(handover, is_said="named_id" in words)
    _check_end(by, handover)
    # What a change of kind or team makes meaningless goes with it.
    return sorted(
        {name.removesuffix("_id") for name in words} - {"batch"}
        | {"named", "pathway", "needs", "ends_at", "return_to_team"}
    )


def _check_lengths(handover: Handover) -> None:
    for name, most in LENGTHS.items():
        if len(getattr(handover, name)) > most:
            raise RuleError(f"Use {most} characters or fewer.", field=name)


def _lines(lines: Sequence[str], field: str, noun: str) -> list[str]:
    kept = [line.strip() for line in lines if line.strip()]
    if any(len(line.splitlines()) > 1 for line in kept):
        raise RuleError(f"Write each {noun} on one line.", field=field)
    if len(kept) > MOST_READ_BACK:
        raise RuleError(f"Name {MOST_READ_BACK} {noun}s at most.", field=field)
    if any(len(line) > 200 for line in kept):
        raise RuleError(f"Keep each {noun} to 200 characters.", field=field)
    return kept


def _check_kind(handover: Handover) -> None:
    if handover.kind not in HandoverKind:
        raise RuleError("Choose the kind of handover.", field="kind")
    if handover.kind != HandoverKind.DISCHARGE:
        handover.pathway, handover.needs = None, []
    if handover.pathway not in (None, 0, 1, 2, 3):
        raise RuleError("Choose a pathway from 0 to 3.", field="pathway")


def _check_receiver(handover: Handover) -> None:
    live = Team.objects.select_related("organisation").filter(ended_at=None, organisation__ended_at=None)
    team = live.filter(id=handover.to_team_id).first() if handover.to_team_id else None
    if team is None or not team.holds_residents:
        raise RuleError("Choose a team that has residents.", field="to_team")
    if team.id == handover.from_team_id and handover.kind != HandoverKind.SHIFT:
        raise RuleError("Choose another team than your own.", field="to_team")
    handover.to_team = team


def _check_named(handover: Handover, *, is_said: bool) -> None:
    """Of the receiving team, now: of another team they would be told what is not theirs."""
    if handover.named_id is None or handover.to_team_id is None:
        return
    if not Membership.objects.in_team(handover.to_team_id).filter(id=handover.named_id).exists():
        if is_said:
            raise RuleError("Choose somebody of the team that takes over.", field="named")
        handover.named_id = None


def _check_end(by: Principal, handover: Handover) -> None:
    """A temporary handover returns to a team of the giver's own: no third team becomes responsible unasked."""
    if handover.kind not in TEMPORARY_KINDS:
        handover.ends_at, handover.return_to_team_id = None, None
        return
    handover.return_to_team_id = handover.return_to_team_id or handover.from_team_id
    if not by.acts_for(handover.return_to_team_id):
        raise RuleError("Choose a team of yours to return to.", field="return_to_team")
    if handover.ends_at and handover.ends_at <= clock.now():
        raise RuleError("The end must be in the future.", field="ends_at")
