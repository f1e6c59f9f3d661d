"""A year of shared plans: written, agreed, worked on, reviewed and, some of them, ended."""

from datetime import date, datetime, time
from random import Random
from typing import Literal
from uuid import UUID

from carecoord import clock
from carecoord.demo.course import DAY, HOUR, MINUTE, Life, at_work
from carecoord.demo.making import Demonstration
from carecoord.demo.population import Drawn
from careplans.headings import headings
from careplans.models import CarePlan
from careplans.services import (
    Answer,
    add_goal,
    agree_plan,
    create_action,
    create_plan,
    hold_review,
    move_action,
    move_goal,
    move_plan,
    write_section,
)
from careplans.services.meetings import OF_SECTION
from neighbourhoods.principal import Principal

# Of every thousand plans, how many are in which state on the day on which the course ends.
PLAN_STATES = {
    "draft": 120,
    "active": 740,
    "on_hold": 40,
    "completed": 50,
    "revoked": 30,
    "entered_in_error": 20,
}
PLAN_MOVES = {
    "on_hold": ("hold", "In hospital since Monday"),
    "completed": ("complete", ""),
    "revoked": ("revoke", "No longer wants a plan"),
    "entered_in_error": ("enter_in_error", "Written on the wrong record"),
}
GOAL_WAYS = (
    (),
    ("accept",),
    ("accept", "start"),
    ("start",),
    ("start", "complete"),
    ("plan",),
    ("start", "hold"),
    ("cancel",),
    ("reject",),
    ("enter_in_error",),
)
ACTION_WAYS = (
    (),
    (),
    (),
    (),
    ("start",),
    ("schedule",),
    ("hold",),
    ("complete",),
    ("complete",),
    ("complete",),
    ("start", "complete"),
    ("cancel",),
    ("stop",),
    ("complete", "enter_in_error"),
)
WHY = {
    "hold": "Waiting for the equipment",
    "cancel": "Not wanted any more",
    "stop": "Made it worse",
    "reject": "Not now, perhaps in spring",
    "enter_in_error": "Meant for somebody else",
}
WORDS = (
    ("most_important", "My family, my own front door, and being told the truth."),
    ("people", "My sister rings at six. The neighbour has a key."),
    ("communication", "Speak up, face me, and give me time."),
    ("wellness", "A good day is a walk to the shop. On a bad one I stay in bed and do not eat."),
    ("do_and_dont", "Do take your shoes off. Do not talk about me as if I were not there."),
    ("support", "After eleven is better. Two visits a week are enough."),
    ("also_know", "I was a weaver for thirty years and I know when a thing is badly made."),
    ("strengths", "Reads, writes letters, has three neighbours who look in."),
    ("needs", "Stairs, the bath, and the evenings alone."),
)

LATE = 14 * DAY
TALKED_ABOUT = ("support", "needs")
REVIEWED: tuple[tuple[Literal["right", "change"], str], ...] = (
    ("right", ""),
    ("right", ""),
    ("change", "Less steady on the stairs than last time"),
)


def plan_life(here: Demonstration, rng: Random, who: Drawn, state: str, began_at: datetime) -> Life:
    """From the first draft to `state`. The plan of somebody whose team was asked to review it soon is due soon."""
    yield began_at
    with here.acting(who.team, rng.randrange(9)) as by:
        plan = create_plan(by=by, resident_id=who.resident_id)
        _write(rng, who, plan, by)
    if state != "draft":
        yield at_work(began_at + rng.randint(2, 9) * DAY)
        with here.acting(who.team, rng.randrange(9)) as by:
            agreed = _agree(here, rng, who, plan, by)
        here.course.live(_reviews(here, rng, who, agreed))
    yield from _work(here, rng, who, plan)
    if state in PLAN_MOVES:
        verb, why = PLAN_MOVES[state]
        yield at_work(clock.now() + rng.randint(1, 20) * DAY)
        with here.acting(who.team) as by:
            move_plan(by=by, plan_id=plan.id, verb=verb, reason=why)


def _write(rng: Random, who: Drawn, plan: CarePlan, by: Principal) -> None:
    chosen = dict(rng.sample(WORDS, rng.randint(1, 2)))
    chosen |= {key: who.words(said) for key, said in who.cohort.words}
    for key, said in chosen.items():
        write_section(by=by, plan_id=plan.id, key=key, body=said, in_own_words=key != "needs", version=0)


def _agree(here: Demonstration, rng: Random, who: Drawn, plan: CarePlan, by: Principal) -> CarePlan:
    is_own = rng.random() < 0.85
    agreed = agree_plan(
        by=by,
        plan_id=plan.id,
        version=plan.version,
        agreed_with_resident=is_own,
        agreed_with="" if is_own else "Their daughter, who holds the power of attorney",
        agreed_on=clock.today(),
        review_due_on=max(_review_on(here, rng), clock.today() + DAY),
        review_team_id=here.teams[who.team].id,
    )
    move_plan(by=by, plan_id=agreed.id, verb="activate")
    return agreed


def _reviews(here: Demonstration, rng: Random, who: Drawn, plan: CarePlan) -> Life:
    """Held a few days before or after they were due, as long as the team has the plan. What was due in the last two
    weeks waits still."""
    while plan.review_due_on and plan.review_due_on < here.course.today - LATE:
        about = datetime.combine(plan.review_due_on, time(11), tzinfo=clock.now().tzinfo)
        yield at_work(max(about + rng.randint(-6, 8) * DAY, clock.now() + DAY))
        with here.acting(who.team, rng.randrange(9)) as by:
            followed = CarePlan.objects.visible_to(by).filter(id=plan.id, status__in=("active", "on_hold")).first()
            if followed is None:
                return
            plan = followed
            hold_review(
                by=by,
                plan_id=plan.id,
                version=plan.version,
                held_on=clock.today(),
                took_part=who.words("{name}, and two of the team"),
                answers={
                    f"{OF_SECTION}{key}": Answer(headings()[key].title, *rng.choice(REVIEWED)) for key in TALKED_ABOUT
                },
                review_due_on=clock.today() + rng.choice((90, 180, 270, 360)) * DAY,
                review_team_id=here.teams[who.team].id,
            )
            plan.refresh_from_db()


def _review_on(here: Demonstration, rng: Random) -> date:
    """Half of the reviews within the next weeks or just past, the others through the year."""
    if rng.random() < 0.3:
        return min(here.course.today + rng.randint(-12, 42) * DAY, clock.today() + 360 * DAY)
    return clock.today() + rng.choice((90, 180, 270, 360)) * DAY


def _work(here: Demonstration, rng: Random, who: Drawn, plan: CarePlan) -> Life:
    """Goals, and what is promised for them; each goes its own way."""
    goals = rng.sample(who.cohort.goals, min(len(who.cohort.goals), rng.choice((1, 1, 2))))
    for title in goals:
        yield at_work(clock.now() + rng.randint(1, 40) * HOUR)
        with here.acting(who.team, rng.randrange(9)) as by:
            goal = add_goal(
                by=by,
                plan_id=plan.id,
                title=who.words(title),
                importance=rng.randint(5, 10),
                confidence=rng.randint(2, 9),
            )
            here.course.live(action_life(here, rng, who, rng.choice(who.cohort.actions), goal.id))
            for verb in rng.choice(GOAL_WAYS):
                move_goal(by=by, goal_id=goal.id, verb=verb, reason=WHY.get(verb, ""))


def action_life(here: Demonstration, rng: Random, who: Drawn, title: str, goal_id: UUID) -> Life:
    """Promised soon, due within weeks. What is still open when the course ends may be due in the weeks to come."""
    way = rng.choice(ACTION_WAYS)
    yield clock.now() + rng.randint(3, 50) * MINUTE
    due_on = clock.today() + rng.randint(2, 30) * DAY
    if "complete" not in way and not {"cancel", "stop"} & set(way):
        due_on = here.course.today + rng.choice((-6, -2, -1, 0, 0, 1, 2, 3, 5, 8, 12, 17, 24, 33)) * DAY
    with here.acting(who.team, rng.randrange(9)) as by:
        action = create_action(
            by=by,
            resident_id=who.resident_id,
            title=who.words(title),
            team_id=here.teams[who.team].id,
            due_on=max(due_on, clock.today()),
            goal_id=goal_id,
            assigned_to_id=here.colleague_in(who.team, rng.randrange(9)).membership_id,
        )
    for verb in way:
        yield at_work(clock.now() + rng.randint(10, 300) * HOUR)
        with here.acting(who.team, rng.randrange(9)) as by:
            move_action(by=by, action_id=action.id, verb=verb, reason=WHY.get(verb, ""))
