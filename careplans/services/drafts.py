"""What is typed into the plan is kept from the first keystrokes on, for whoever typed it and nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from carecoord import audit, clock
from carecoord.errors import RuleError
from carecoord.ids import derived_id
from careplans.headings import MAX_KEY, headings
from careplans.models import Action, AdditionalPlan, CarePlan, DraftOf, Goal, Need, PlanDraft, PlanSection, StageGoal
from careplans.models.drafts import NEW, PlanDraftQuerySet, is_new
from neighbourhoods.principal import Principal
from neighbourhoods.services import held_resident

# Of all fields together: more than any form takes, so that a text that is too long is kept until it is shortened.
MOST_CHARACTERS = 60_000
# What is new of these belongs to a goal.
OF_A_GOAL = (DraftOf.STAGE, DraftOf.OUTCOME)


@dataclass(frozen=True)
class Slot:
    """Where a draft belongs: one section, goal or action of one resident, or a new one."""

    resident_id: UUID
    kind: DraftOf
    place: str = NEW

    @classmethod
    def named(cls, resident_id: UUID, kind: str, place: str) -> Self | None:
        """The slot of an address; None where there is none of that name."""
        if kind not in DraftOf.values:
            return None
        return cls(resident_id, DraftOf(kind), place) if _is_place(kind, place) else None


@transaction.atomic
def keep_draft(*, by: Principal, slot: Slot, typed: Mapping[str, str], opening: UUID) -> PlanDraft:
    """Keep what has been typed so far, over what was kept there before. `opening` names the opening of the form.

    Raises RuleError with code `draft_saved` where that opening was saved or thrown away already: what a slow request
    brings afterwards is no draft. Raises RuleError too where there is no such section, goal or action of the resident.
    """
    _member(by)
    held_resident(by, slot.resident_id)
    _check(by, slot)
    words = {name: text.replace("\0", "") for name, text in typed.items()}
    if sum(len(text) for text in words.values()) > MOST_CHARACTERS:
        raise RuleError("This is too long to be kept: shorten it, then save it.")
    draft = _there(by, slot)
    if draft is None:
        draft = _new(by, slot)
        draft.typed = words
        if _is_first(draft):
            return _begun(by, draft)
        draft = _there(by, slot)
    if draft is None or draft.ended_opening == opening:
        raise RuleError("This form was saved or thrown away. Open it again to go on.", code="draft_saved")
    is_begun_anew = draft.ended_at is not None
    if is_begun_anew:
        draft.begun_at, draft.ended_at = clock.now(), None
    draft.typed = words
    draft.save_changes("typed", "begun_at", "ended_at")
    return _begun(by, draft) if is_begun_anew else draft


@transaction.atomic
def end_draft(*, by: Principal, slot: Slot, opening: UUID | None = None) -> bool:
    """Empty the draft, because it was saved; False where there is none. `opening` is kept no more afterwards."""
    if by.membership_id is None:
        return False
    draft = _there(by, slot)
    if draft is None:
        draft = _new(by, slot)
        draft.ended_at, draft.ended_opening = clock.now(), opening
        if _is_first(draft):
            return False
        draft = _there(by, slot)
    if draft is None:
        return False
    was_kept = draft.ended_at is None
    draft.typed, draft.ended_at, draft.ended_opening = {}, clock.now(), opening
    draft.save_changes("typed", "ended_at", "ended_opening")
    return was_kept


@transaction.atomic
def discard_draft(*, by: Principal, slot: Slot, opening: UUID | None = None) -> None:
    """Throw away what was typed and not saved. Where there is nothing any more, nothing happens."""
    if end_draft(by=by, slot=slot, opening=opening):
        audit.looked("draft.discarded", by=by, resident_id=slot.resident_id, about=("draft", _id(by, slot)))


def draft_in(by: Principal, slot: Slot) -> PlanDraft | None:
    """What this person has typed there and not saved, locked. After a merge there may be two: the latest."""
    return _mine(by, slot).live().order_by("-updated_at").first()


def is_asked(by: Principal, slot: Slot) -> bool:
    """Whether that can be written. A section that was asked when somebody began is kept to the end, though no file
    defines it any more."""
    if slot.kind != DraftOf.SECTION or slot.place in headings():
        return True
    written = PlanSection.objects.visible_to(by).filter(resident_id=slot.resident_id, key=slot.place)
    return written.exists() or _mine(by, slot).live().exists()


def _new(by: Principal, slot: Slot) -> PlanDraft:
    draft = PlanDraft(id=_id(by, slot), resident_id=slot.resident_id, kind=slot.kind, place=slot.place)
    draft.written_by_id, draft.begun_at = _member(by), clock.now()
    return draft


def _is_first(draft: PlanDraft) -> bool:
    """Written, unless the same form has brought one at the same moment: it keeps by itself what is typed."""
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError as problem:
        if "_pkey" not in str(problem):
            raise
        return False
    return True


def _there(by: Principal, slot: Slot) -> PlanDraft | None:
    return draft_in(by, slot) or _ended(by, slot)


def _begun(by: Principal, draft: PlanDraft) -> PlanDraft:
    """That somebody writes is written down, and never what. It is a look: the record says the same as before."""
    audit.looked("draft.begun", by=by, resident_id=draft.resident_id, about=("draft", draft.id), of=draft.kind)
    return draft


def _ended(by: Principal, slot: Slot) -> PlanDraft | None:
    return _mine(by, slot).filter(id=_id(by, slot)).first()


def _mine(by: Principal, slot: Slot) -> PlanDraftQuerySet:
    drafts = PlanDraft.objects.select_for_update().visible_to(by)
    return drafts.filter(resident_id=slot.resident_id, kind=slot.kind, place=slot.place)


def _member(by: Principal) -> UUID:
    if by.membership_id is None:
        raise RuleError("Only people type: a partner's system saves what it has.")
    return by.membership_id


def _id(by: Principal, slot: Slot) -> UUID:
    return derived_id(_member(by), _member(by), slot.resident_id, slot.kind, slot.place)


def _check(by: Principal, slot: Slot) -> None:
    is_there = True
    if slot.kind in (DraftOf.SECTION, DraftOf.REVIEW):
        plans = CarePlan.objects.visible_to(by).current().filter(resident_id=slot.resident_id)
        is_there = (slot.kind == DraftOf.REVIEW or is_asked(by, slot)) and plans.exists()
    elif slot.place != NEW:
        found = _rows(by, slot).filter(id=_named(slot.place), resident_id=slot.resident_id)
        is_there = found.exists()
    if not is_there:
        raise RuleError("There is nothing to write here any more. Open the plan to see what stands there now.")


def _rows(
    by: Principal, slot: Slot
) -> QuerySet[Goal] | QuerySet[Action] | QuerySet[StageGoal] | QuerySet[AdditionalPlan] | QuerySet[Need]:
    """Among which the thing is that is written; of what is new the goal that it belongs to."""
    if slot.kind == DraftOf.GOAL or (slot.kind in OF_A_GOAL and is_new(slot.place)):
        return Goal.objects.visible_to(by)
    if slot.kind == DraftOf.ADDITIONAL:
        return AdditionalPlan.objects.visible_to(by)
    if slot.kind == DraftOf.NEED:
        return Need.objects.visible_to(by)
    return (StageGoal if slot.kind == DraftOf.STAGE else Action).objects.visible_to(by)


def _named(place: str) -> str:
    return place.removeprefix(f"{NEW}-")


def _is_place(kind: str, place: str) -> bool:
    if kind == DraftOf.SECTION:
        return len(place) <= MAX_KEY
    if is_new(place):
        return _is_id(_named(place)) if kind in OF_A_GOAL else place == NEW
    return kind not in (DraftOf.OUTCOME, DraftOf.REVIEW) and _is_id(place)


def _is_id(place: str) -> bool:
    try:
        return str(UUID(place)) == place
    except ValueError:
        return False
