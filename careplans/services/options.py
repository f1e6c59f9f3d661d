"""Options: what was offered for a goal or a need, and what the resident chose."""

from datetime import date
from uuid import UUID

from django.db import transaction

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError
from carecoord.ids import new_id
from carecoord.once import insert, made_before
from careplans.models import Goal, Option
from careplans.services.goals import GOAL_ENDED
from careplans.services.rules import current_plan, fresh, short, words
from careplans.states import OPTION
from neighbourhoods.principal import Principal

MAX_TITLE, MAX_NEED, MAX_WHY, MAX_SAID_BY = 500, 200, 500, 150
NEEDS_WHY = frozenset({"decline", "enter_in_error"})
PAST_TENSE = {"choose": "chosen", "decline": "declined", "enter_in_error": "entered_in_error"}


@transaction.atomic
def offer_option(
    *,
    by: Principal,
    plan_id: UUID,
    title: str,
    goal_id: UUID | None = None,
    need: str = "",
    option_id: UUID | None = None,
) -> Option:
    """Write down what was offered, for a goal of the plan or for a need in words.

    Whoever names an `option_id` may ask twice and gets one; SentAlready where that says something else.
    """
    plan = current_plan(by, plan_id)
    option = Option(
        id=option_id or new_id(),
        care_plan=plan,
        goal_id=goal_id,
        resident_id=plan.resident_id,
        need=short(need, "need", MAX_NEED),
        title=words(title, "title", "Enter what is offered.", MAX_TITLE),
        written_by_id=by.membership_id,
    )
    mine = Option.objects.visible_to(by).filter(resident_id=plan.resident_id)
    if option_id and (made := made_before(option, mine, ("title", "need", "goal_id"))):
        return made
    _check_for(by, option)
    insert(option)
    _tell("option.offered", by, option)
    return option


@transaction.atomic
def decide_option(
    *,
    by: Principal,
    option_id: UUID,
    version: int,
    verb: str,
    why: str = "",
    said_by: str = "",
    decided_on: date | None = None,
) -> Option:
    """Write down what became of it: `choose`, `decline` or `enter_in_error`. What stood there is kept in its history.

    Minds change: what was chosen can be declined later, and the other way round. Without a day it is today. Raises
    IllegalMove, StaleVersion where somebody has decided meanwhile, RuleError where it is not said why.
    """
    option = Option.objects.select_for_update(of=("self",)).visible_to(by).get(id=option_id)
    fresh(option, option.version, version, "option")
    target = OPTION.move(verb, option.status).target
    why = words(why, "why", "Say why.", MAX_WHY) if verb in NEEDS_WHY else short(why, "why", MAX_WHY)
    if decided_on and decided_on > clock.today():
        raise RuleError("The day must be today or earlier.", field="decided_on")
    option.status, option.why = target, why
    changed = ["status", "why"]
    if verb != "enter_in_error":
        option.said_by = short(said_by, "said_by", MAX_SAID_BY)
        option.decided_on = decided_on or clock.today()
        changed += ["said_by", "decided_on"]
    option.save_changes(*changed)
    _tell(f"option.{PAST_TENSE[verb]}", by, option, why)
    return option


def _check_for(by: Principal, option: Option) -> None:
    if option.goal_id is None:
        if not option.need:
            raise RuleError("Choose the goal, or say which need it is for.", field="need")
        return
    goal = Goal.objects.visible_to(by).filter(id=option.goal_id, care_plan_id=option.care_plan_id).first()
    if goal is None:
        raise RuleError("Choose a goal of this plan.", field="goal")
    if goal.status in GOAL_ENDED:
        raise RuleError("This goal has ended. Add a new one.", code="goal_ended")


def _tell(what: str, by: Principal, option: Option, reason: str = "") -> None:
    about = ("option", option.id)
    audit.record(what, by=by, resident_id=option.resident_id, about=about, reason=reason)
    outbox.publish(what, about=about, resident_id=option.resident_id, plan_id=option.care_plan_id)
