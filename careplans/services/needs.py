"""Needs and strengths, an entry each."""

from typing import Any
from uuid import UUID

from django.db import transaction

from carecoord import audit, outbox
from carecoord.errors import RuleError
from carecoord.ids import new_id
from carecoord.once import insert, made_before
from careplans.models import Need
from careplans.services.rules import author_name, current_plan, fresh, reason_for, words
from careplans.states import NEED
from neighbourhoods.principal import Principal

MAX_TITLE = 500
EMPTY = "Say it in words."
TYPED = ("kind", "title", "in_own_words")


@transaction.atomic
def add_need(
    *,
    by: Principal,
    plan_id: UUID,
    kind: str,
    title: str,
    in_own_words: bool = False,
    need_id: UUID | None = None,
) -> Need:
    """Add one need or one strength.

    Whoever names a `need_id` may ask twice and gets one; SentAlready where that says something else.
    """
    plan = current_plan(by, plan_id)
    need = Need(
        id=need_id or new_id(),
        care_plan=plan,
        resident_id=plan.resident_id,
        kind=Need.Kind(kind),
        title=words(title, "title", EMPTY, MAX_TITLE),
        in_own_words=in_own_words,
        written_by_id=by.membership_id,
        written_by_name=author_name(by),
    )
    mine = Need.objects.visible_to(by).filter(resident_id=plan.resident_id)
    if need_id and (made := made_before(need, mine, TYPED)):
        return made
    insert(need)
    _tell("need.added", by, need)
    return need


@transaction.atomic
def change_need(*, by: Principal, need_id: UUID, version: int, title: str, in_own_words: bool) -> Need:
    """Write it anew; what it said is kept in its history. The same words again change nothing.

    Raises StaleVersion where somebody has changed it since `version` was read, RuleError once it holds no more.
    """
    need = _locked(by, need_id)
    title = words(title, "title", EMPTY, MAX_TITLE)
    if (need.title, need.in_own_words) == (title, in_own_words):
        return need
    fresh(need, need.version, version, "entry")
    if need.status != "current":
        raise RuleError("This holds no more. Add what holds now.", code="need_ended")
    need.title, need.in_own_words = title, in_own_words
    need.written_by_id, need.written_by_name = by.membership_id, author_name(by)
    need.save_changes("title", "in_own_words", "written_by", "written_by_name")
    _tell("need.changed", by, need)
    return need


@transaction.atomic
def move_need(*, by: Principal, need_id: UUID, verb: str, reason: str = "") -> Need:
    """Say that it holds no more, or again, or was an error. Raises IllegalMove, RuleError where a reason is missing."""
    need = _locked(by, need_id)
    before, target = need.status, NEED.move(verb, need.status).target
    need.status, need.status_reason = target, reason_for(verb, reason)
    need.save_changes("status", "status_reason")
    _tell("need.moved", by, need, need.status_reason, move=verb, before=before, after=target)
    return need


def need_for(by: Principal, plan_id: UUID, need_id: UUID | None) -> UUID | None:
    """What a goal of this plan is for. Raises RuleError for anything but a need of it that holds now."""
    if need_id is None:
        return None
    needs = Need.objects.visible_to(by).filter(care_plan_id=plan_id, kind=Need.Kind.NEED, status="current")
    if not needs.filter(id=need_id).exists():
        raise RuleError("Choose a need of this plan that holds now.", field="need")
    return need_id


def _locked(by: Principal, need_id: UUID) -> Need:
    return Need.objects.select_for_update(of=("self",)).visible_to(by).get(id=need_id)


def _tell(what: str, by: Principal, need: Need, reason: str = "", **detail: Any) -> None:
    audit.record(what, by=by, resident_id=need.resident_id, about=("need", need.id), reason=reason, **detail)
    outbox.publish(what, about=("need", need.id), resident_id=need.resident_id, plan_id=need.care_plan_id)
