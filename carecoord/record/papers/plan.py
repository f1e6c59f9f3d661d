"""The whole plan on paper, for whoever works with the resident: what matters to them first."""

from collections.abc import Iterator

from carecoord.record.papers import pieces, stamps
from carecoord.record.papers.parts import Facts, Group, Listed, Pairs, Paper, Part, Table, Words, without_empty
from carecoord.record.papers.reading import OnPaper, on_paper
from carecoord.ui import dates
from careplans.display.doers import doer_name
from careplans.display.goals import last_outcome
from careplans.display.needs import need_by, need_words
from careplans.display.plan import agreed_words
from careplans.models import Action, AdditionalPlan, Goal, Need, Option
from careplans.services.goals import GOAL_ENDED
from careplans.states import ACTION, GOAL, OPTION, PLAN, STAGE
from neighbourhoods.models import Resident
from neighbourhoods.models.sharing import PLAN as PART
from neighbourhoods.principal import Principal

ENTRIES = {"Strengths, one by one": Need.Kind.STRENGTH, "Needs, one by one": Need.Kind.NEED}


@dates.in_full()
def plan_paper(principal: Principal, resident: Resident) -> Paper:
    found = on_paper(principal, resident)
    return Paper(
        title="Care and support plan",
        about=stamps.about(found),
        stamp=stamps.stamp(principal),
        foot=stamps.foot(found),
        notices=stamps.notices(found),
        parts=without_empty(list(_parts(found))),
    )


def _parts(found: OnPaper) -> Iterator[Part | None]:
    yield pieces.matters(found)
    yield pieces.beside_the_name(found)
    yield Group("About me", pieces.sections(found, about_me=True, by=True), _nothing(found, "Not yet started."))
    yield from pieces.sections(found, about_me=False, by=True)
    for title, kind in ENTRIES.items():
        yield Listed(title, [_need(found, one) for one in found.needs if one.kind == kind])
    yield Group("Goals", tuple(_goals(found)), _nothing(found, "No goal is written down yet."))
    yield _actions("Actions without a goal", [one for one in found.actions if one.goal_id is None])
    yield pieces.if_wrong(found)
    yield Listed("What was offered", [_option(one) for one in found.plan.options if one.status != "entered_in_error"])
    yield Group("Other plans", tuple(_other(one) for one in found.plan.additional))
    yield Listed("Goals that have ended", [_ended(one) for one in found.plan.goals if one.status in GOAL_ENDED])
    yield Facts("The plan", tuple(_agreed(found)))
    yield pieces.ring(found)


def _nothing(found: OnPaper, says: str) -> str:
    return pieces.WITHHELD if found.keeps(PART) else says


def _goals(found: OnPaper) -> Iterator[Part]:
    for goal in found.goals:
        yield Words(goal.title, "", _facts_of(found, goal))
        towards = _actions(f"Actions towards: {goal.title}", [a for a in found.actions if a.goal_id == goal.id])
        if towards.rows:
            yield towards


def _need(found: OnPaper, need: Need) -> str:
    return f"{need_words(need)}\n{need_by(found.resident, need)}"


def _facts_of(found: OnPaper, goal: Goal) -> Pairs:
    steps = [one for one in found.plan.stages if one.goal_id == goal.id and one.status != "entered_in_error"]
    need = next((need_words(one) for one in found.plan.needs if one.id == goal.need_id), "")
    facts = (
        ("For the need", need),
        ("Reached when", goal.wanted),
        (f"Importance to {found.resident.called}", f"{goal.importance} of 10" if goal.importance else ""),
        ("Confidence", f"{goal.confidence} of 10" if goal.confidence else ""),
        ("State", GOAL[goal.status].label),
        ("Last", last_outcome(one for one in found.plan.outcomes if one.goal_id == goal.id)),
        ("Steps", "\n".join(f"{one.title} ({STAGE[one.status].label.lower()})" for one in steps)),
    )
    return tuple((label, words) for label, words in facts if words)


def _actions(title: str, some: list[Action]) -> Table:
    """Whose job each is, and by when."""
    rows = [([one.title, *_more(one)], _who(one), [_when(one)]) for one in some]
    return Table(title, ("What", "Whose job", "By when"), ("lines", "lines", "lines"), (46, 34, 20), rows)


def _more(action: Action) -> Iterator[str]:
    if action.strategies:
        yield f"Worth trying: {action.strategies}"
    if action.hold_reason:
        yield f"On hold: {action.hold_reason}"


def _who(action: Action) -> list[str]:
    team = action.accountable_team or action.last_accountable_team
    person = action.assigned_to.user.name if action.assigned_to else ""
    doer = f"Done by {doer_name(action)}" if doer_name(action) else ""
    return [line for line in (team.name, person, doer) if line]


def _when(action: Action) -> str:
    return dates.day(action.due_on) if action.due_on else ACTION[action.status].label


def _ended(goal: Goal) -> str:
    label = GOAL[goal.status].label.lower()
    return f"{goal.title} ({label}{f': {goal.status_reason}' if goal.status_reason else ''})"


def _option(one: Option) -> str:
    """`A day centre (declined: too far)`."""
    label = OPTION[one.status].label.lower()
    return f"{one.title} ({label}{f': {one.why}' if one.why else ''})"


def _other(one: AdditionalPlan) -> Words:
    review = (("Review by", dates.day(one.review_due_on)),) if one.review_due_on else ()
    return Words(one.name, one.content, (*([("From", one.source)] if one.source else []), *review))


def _agreed(found: OnPaper) -> Iterator[tuple[str, str]]:
    plan = found.plan.plan
    if plan is None:
        return
    yield "State", PLAN[plan.status].label
    yield "Agreed", agreed_words(found.resident, plan)
    if held := [one.held_on for one in found.plan.reviews]:
        yield "Last review", dates.day(max(held))
