"""Actions that are alike: that somebody was told of it, and that both are right."""

from typing import Any
from uuid import UUID

from django.db import transaction

from carecoord import audit, clock, outbox
from carecoord.errors import NotYours, RuleError
from careplans.doubles import Double, doubles_of, in_order
from careplans.models import Action, ActionPair
from careplans.services.rules import author_name, words
from neighbourhoods.principal import Principal

MAX_REASON = 500
FACTS = ("title", "due_on")
NO_PAIR = "These two are not planned for the same any more. Nothing is left to say."


@transaction.atomic
def say_both_right(*, by: Principal, action_id: UUID, beside_id: UUID, reason: str) -> ActionPair:
    """Say why two organisations are right to both do what looks alike: for who answers for one of the actions.

    It holds until one of them has another day or other words. Raises NotYours, RuleError without a reason, where the
    two are no pair (`no_pair`), or where somebody has said it already (`said_already`).
    """
    double, pair = _pair(by, action_id, beside_id)
    reason = words(reason, "reason", "Say why both are right.", MAX_REASON)
    if pair.said_at and _facts(double) == {name: getattr(pair, name) for name in _facts(double)}:
        raise RuleError("Somebody has said so already. Open the action to read why.", code="said_already")
    _write(by, pair, reason, {"said_at": clock.now(), **_facts(double)})
    _tell("action.both_right", by, double, reason)
    return pair


@transaction.atomic
def withdraw_both_right(*, by: Principal, action_id: UUID, beside_id: UUID) -> ActionPair:
    """Say that it is one too many after all. What was said is kept in the history. Raises NotYours, RuleError."""
    double, pair = _pair(by, action_id, beside_id)
    if pair.said_at is None:
        return pair
    nothing = {name: None if name.endswith("due_on") else "" for name in _facts(double)}
    _write(by, pair, "", {"said_at": None, **nothing})
    _tell("action.not_both_right", by, double)
    return pair


@transaction.atomic
def note_doubles(*, action_id: UUID) -> list[Double]:
    """The pairs that this action makes and that were not noted before; from now on they are. Workers only: sees all."""
    action = Action.objects.open().filter(id=action_id, due_on__isnull=False).first()
    if action is None:
        return []
    around = Action.objects.open().filter(resident_id=action.resident_id, due_on__isnull=False)
    found = [one for one in doubles_of(around.select_related("accountable_team")) if one.other(action)]
    return [one for one in found if _note(one)]


def _note(double: Double) -> bool:
    first_id, second_id = double.ids
    about = {"resident_id": double.first.resident_id}
    return ActionPair.objects.get_or_create(first_id=first_id, second_id=second_id, defaults=about)[1]


def _pair(by: Principal, action_id: UUID, beside_id: UUID) -> tuple[Double, ActionPair]:
    """Locked, both actions and what was said of them."""
    found = Action.objects.visible_to(by).select_for_update(of=("self",)).filter(id__in=(action_id, beside_id))
    actions = list(found.select_related("accountable_team").order_by("id"))
    if {action.id for action in actions} != {action_id, beside_id}:
        raise Action.DoesNotExist
    if not any(by.acts_for(action.accountable_team_id) for action in actions):
        raise NotYours("Only a team that is to do one of the two says so.")
    double = next(iter(doubles_of(actions)), None) if actions[0].resident_id == actions[-1].resident_id else None
    if double is None:
        raise RuleError(NO_PAIR, code="no_pair")
    first_id, second_id = in_order(action_id, beside_id)
    pairs = ActionPair.objects.visible_to(by).select_for_update(of=("self",))
    pair = pairs.filter(first_id=first_id, second_id=second_id).first()
    return double, pair or ActionPair(first_id=first_id, second_id=second_id, resident_id=double.first.resident_id)


def _facts(double: Double) -> dict[str, Any]:
    """What each of the two says now, by the columns that keep it."""
    sides = zip(("first", "second"), sorted((double.first, double.second), key=lambda one: one.id), strict=True)
    return {f"{side}_{name}": getattr(action, name) for side, action in sides for name in FACTS}


def _write(by: Principal, pair: ActionPair, reason: str, facts: dict[str, Any]) -> None:
    facts |= {"reason": reason, "written_by_id": by.membership_id, "written_by_name": author_name(by)}
    for name, value in facts.items():
        setattr(pair, name, value)
    if pair._state.adding:
        pair.save(force_insert=True)
    else:
        pair.save_changes(*(name.removesuffix("_id") for name in facts))


def _tell(what: str, by: Principal, double: Double, reason: str = "") -> None:
    """About the action for which `by` answers."""
    mine = next(one for one in (double.first, double.second) if by.acts_for(one.accountable_team_id))
    about, resident_id, team_id = ("action", mine.id), mine.resident_id, mine.accountable_team_id
    beside = {"beside_id": next(one for one in double.ids if one != mine.id)}
    audit.record(what, by=by, resident_id=resident_id, about=about, reason=reason, team_id=team_id, **beside)
    outbox.publish(what, about=about, resident_id=resident_id, team_id=team_id)
