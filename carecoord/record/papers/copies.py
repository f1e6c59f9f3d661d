"""The plan as it is given to the resident, and to somebody who cares for them: in plain words, without codes, and
without what others wrote about other people. A carer's copy has what the resident shares with them, and no more."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from carecoord.record.display.statement import TeamLine, in_full, plan_words, team_line
from carecoord.record.papers import pieces, stamps
from carecoord.record.papers.parts import Group, Listed, Paper, Part, Voice, Words, without_empty
from carecoord.record.papers.reading import OnPaper, on_paper
from carecoord.ui import dates
from careplans.answers import facts_of, title_of
from careplans.display.doers import THEMSELVES, doer_name
from careplans.display.needs import need_words
from careplans.groups import in_order
from careplans.headings import Heading
from careplans.models import Action, Goal, Need, PlanSection
from careplans.services.sharing import PARTS
from careplans.states import STAGE_ENDED
from neighbourhoods.models import Contact, Entry, Resident
from neighbourhoods.principal import Principal

ASK_ABOUT: Final = "Ask your team to go through it with you."


@dates.in_full()
def own_paper(principal: Principal, resident: Resident, *, is_large: bool) -> Paper:
    found = on_paper(principal, resident)
    parts = [*(part for _, part in _keyed(found)), _agreed(found)]
    return _paper(found, "My plan", parts, notices=stamps.notices(found), is_large=is_large)


@dates.in_full()
def carer_paper(principal: Principal, resident: Resident, carer: Contact, *, is_large: bool) -> Paper:
    """Of each part only what the resident shares with carers (`CarePlan.shared_with_carers`)."""
    found = on_paper(principal, resident, is_for_other=True)
    plan = found.plan.plan
    shared = frozenset(plan.shared_with_carers if plan else ())
    whose = f", {carer.relationship}" if carer.relationship else ""
    given = f"Given to {carer.name}{whose}. {resident.called} chose what is in it. “I” and “my” are {resident.called}."
    parts = [part for key, part in _keyed(found) if key in shared]
    return _paper(found, f"{resident.called}'s plan", [*parts, _agreed(found)], notices=(given,), is_large=is_large)


def what_can_be_shared(principal: Principal, resident: Resident) -> Mapping[str, str]:
    """What stands in the plan now, by the names under which it is shared, in its order."""
    found = on_paper(principal, resident, is_for_other=True)
    written = {heading.key: heading.plain or title_of(one.key, one) for heading, one in in_order(found.plan.sections)}
    there = {key for key, part in _keyed(found) if without_empty([part])}
    return written | {key: words for key, words in PARTS.items() if key in there}


def _paper(found: OnPaper, title: str, parts: list[Part | None], *, notices: tuple[str, ...], is_large: bool) -> Paper:
    return Paper(
        title=title,
        about=stamps.own_about(found),
        stamp=stamps.own_stamp(found.principal),
        foot=stamps.own_foot(found),
        notices=notices,
        parts=without_empty(parts),
        is_large=is_large,
        is_plain=True,
    )


def _keyed(found: OnPaper) -> Iterator[tuple[str, Part | None]]:
    """Each part by the name under which it is shared: a section by its own, the others as PARTS has them."""
    most = found.section(pieces.MATTERS)
    yield pieces.MATTERS, Voice("What matters to me", most.body) if most else None
    for heading, one in in_order(found.plan.sections):
        if heading.key != pieces.MATTERS:
            yield heading.key, _section(heading, one)
    for key, made in MADE.items():
        yield key, made(found)


def _section(heading: Heading, one: PlanSection) -> Words:
    """As the resident's own copy calls it, and with days as residents read them."""
    facts = tuple((label, in_full(words)) for label, words in facts_of(one))
    return Words(heading.plain or title_of(one.key, one), one.body, facts)


def _needs(found: OnPaper) -> Part:
    strengths, needs = (
        tuple(Words(need_words(one), "") for one in found.needs if one.kind == kind)
        for kind in (Need.Kind.STRENGTH, Need.Kind.NEED)
    )
    return Group("What I need, and what I am good at", (*strengths, *needs))


def _goals(found: OnPaper) -> Part:
    return Group("What I want", tuple(_goal(found, one) for one in found.goals))


def _goal(found: OnPaper, goal: Goal) -> Words:
    steps = [one.title for one in found.plan.stages if one.goal_id == goal.id and one.status not in STAGE_ENDED]
    facts = (("I have reached it when", goal.wanted), ("Steps on the way", "\n".join(steps)))
    return Words(goal.title, "", tuple((label, words) for label, words in facts if words))


def _actions(found: OnPaper) -> Part:
    return Listed("What happens next", [_action(one) for one in found.actions])


def _action(action: Action) -> str:
    team = (action.accountable_team or action.last_accountable_team).name
    doer = doer_name(action)
    who = "You do this" if doer == THEMSELVES else f"{doer or team} does this"
    helps = f"{team} helps you. " if doer == THEMSELVES else ""
    by = f", by {dates.long_day(action.due_on)}" if action.due_on else ""
    may_help = f"\nWhat may help: {action.strategies}" if action.strategies else ""
    return f"{action.title}\n{who}{by}. {helps}".rstrip() + may_help


def _if_wrong(found: OnPaper) -> Part:
    return Group("If things go wrong", tuple(_one_if(one) for one in found.if_wrong))


def _one_if(entry: Entry) -> Words:
    ring = "\n".join(entry.data.get("ring", ()))
    return Words(entry.headline or entry.definition.title, entry.text, after=(("Ring", ring),) if ring else ())


def _others(found: OnPaper) -> Part:
    return Listed("Other plans", [f"{one.name}. {ASK_ABOUT}" for one in found.plan.additional])


def _team(found: OnPaper) -> Part:
    return Listed("My team", [_of_team(team_line(one)) for one in found.around.teams])


MADE: Final[Mapping[str, Callable[[OnPaper], Part]]] = {
    "part:needs": _needs,
    "part:goals": _goals,
    "part:actions": _actions,
    "part:if_wrong": _if_wrong,
    "part:others": _others,
    "part:team": _team,
}


def _agreed(found: OnPaper) -> Part:
    return Words("About this plan", plan_words(found.plan.plan))


def _of_team(team: TeamLine) -> str:
    phone = f", phone {team.phone}" if team.phone else ""
    return f"{team.name}, {team.organisation}{phone}\n{team.words}"
