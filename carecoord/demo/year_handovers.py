"""A year of handovers: home from hospital, between teams and places, for a night or a fortnight."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from carecoord import clock
from carecoord.demo.course import DAY, HOUR, MINUTE, Life, at_work
from carecoord.demo.making import Demonstration
from carecoord.demo.population import Drawn
from carecoord.demo.tables import NEIGHBOURHOODS
from carecoord.demo.year_plans import WHY
from careplans.services import add_goal, create_action, create_plan, move_action
from neighbourhoods.principal import Principal
from neighbourhoods.services import open_caseload_entry
from referrals.models.handovers import HandoverKind
from referrals.services.handovers import (
    ItemRef,
    accept_handover,
    decline_handover,
    draft_handover,
    enter_handover_in_error,
    log_unsatisfactory,
    offer_handover,
    open_items_of,
    withdraw_handover,
)

# Of every hundred and fifty handovers, how many end their course in which way.
STATES = {
    "draft": 6,
    "offered": 26,
    "accepted": 18,
    "covering": 10,
    "closed": 56,
    "returned": 12,
    "declined": 10,
    "withdrawn": 8,
    "entered_in_error": 4,
}
WAITING = frozenset({"offered", "accepted"})
OOH, COVER = HandoverKind.OUT_OF_HOURS, HandoverKind.LEAVE_COVER
# Of what kind, and offered how long ago: on time, due soon and overdue whatever the day of the week.
POSITIONS = (
    ("discharge", 60 * MINUTE),
    ("discharge", 215 * MINUTE),
    ("discharge", 7 * HOUR),
    ("team", 5 * HOUR),
    ("out_of_hours", 50 * MINUTE),
    ("organisation", 6 * DAY),
    ("neighbourhood_move", 20 * HOUR),
    ("shift", 8 * MINUTE),
    ("leave_cover", 9 * HOUR),
    ("discharge", 20 * MINUTE),
    ("team", 5 * DAY),
)
KINDS = (
    *("discharge",) * 8,
    *("team",) * 4,
    *("organisation",) * 3,
    *("neighbourhood_move",) * 3,
    *("shift",) * 2,
)
SITUATIONS = {
    "discharge": "{name} goes home today.",
    "team": "{name} needs one plan that we all work from.",
    "organisation": "{name} needs more than we can give from here.",
    "neighbourhood_move": "{name} has moved to be near a sister.",
    "shift": "{name} was restless this morning and is calm now.",
    "out_of_hours": "{name} may need a visit tonight for the syringe driver.",
    "leave_cover": "We are two people short for a fortnight.",
}
BACKGROUNDS = ("Lives alone, independent before this.", "COPD and diabetes for years.", "Cared for by a daughter.")
ASSESSMENTS = ("Stable. Walks ten metres with a frame.", "Wound clean and dry.", "Eating better, still low in mood.")
ADVICE = ("First visit within two days. Ring us about pain.", "Weigh each week.", "Ask the son, who has the key.")
NEEDS = ("Walking frame, equipment service", "Key safe, the family", "Two weeks of medicines, hospital pharmacy")
READ_BACK = ("First visit within two days", "Allergies as in the record", "Daughter is told")


@dataclass(frozen=True)
class Passing:
    """One handover to be: of which kind, between which teams, and how it will stand."""

    kind: str
    to_team: str
    state: str
    offered_at: datetime
    ends_at: datetime | None = None


def receiver_for(rng: Random, kind: str, who: Drawn) -> str:
    """Whom the person's team would hand them over to."""
    next_door = NEIGHBOURHOODS[(NEIGHBOURHOODS.index(who.where) + 1) % len(NEIGHBOURHOODS)]
    own = who.team.replace(who.where, "{}")
    if kind == "discharge":
        return rng.choice((f"{who.where} Community Nursing",) * 3 + (f"Adult Social Care, {who.where}", "Reablement"))
    if kind == "organisation":
        return rng.choice(("Bridgewater", "Larkhill", "Hospice at Home"))
    if kind == "team":
        return f"{who.where} Integrated Team"
    return {"shift": who.team, "out_of_hours": "Out of Hours Nursing"}.get(kind, own.format(next_door))


def handover_life(here: Demonstration, rng: Random, who: Drawn, passing: Passing) -> Life:
    """What the giver has to hand over, the offer, and what became of it."""
    yield max(passing.offered_at - rng.randint(20, 50) * HOUR, who.comes_at + HOUR)
    with here.acting(who.team, 0) as by:
        _prepare(here, rng, who, by)
    yield passing.offered_at - rng.randint(4, 6) * MINUTE
    with here.acting(who.team, 0) as by:
        made = _draft(here, rng, who, passing, by)
    if passing.state == "draft":
        return
    yield passing.offered_at
    if passing.state == "withdrawn" and rng.random() < 0.4:
        with here.acting(who.team, 0) as by:
            withdraw_handover(by=by, handover_id=made, reason="Not going home after all")
        yield from _afterwards(here, rng, who, passing, made)
        return
    with here.acting(who.team, 0) as by:
        offer_handover(by=by, handover_id=made)
    if passing.state == "offered":
        return
    yield _answered_at(rng, passing)
    with here.acting(who.team if passing.state in {"withdrawn", "entered_in_error"} else passing.to_team, 1) as by:
        _answer(rng, made, passing, by)
    if passing.state not in {"accepted", "covering"}:
        yield from _afterwards(here, rng, who, passing, made)


def _prepare(here: Demonstration, rng: Random, who: Drawn, by: Principal) -> None:
    team_id = here.teams[who.team].id
    reason = who.words(rng.choice(who.cohort.reasons))
    open_caseload_entry(by=by, resident_id=who.resident_id, team_id=team_id, is_lead=True, reason=reason)
    if rng.random() < 0.4:
        plan = create_plan(by=by, resident_id=who.resident_id)
        add_goal(by=by, plan_id=plan.id, title=who.words(rng.choice(who.cohort.goals)), importance=9, confidence=6)
    for title in rng.sample(who.cohort.actions, rng.randint(1, 2)):
        create_action(
            by=by,
            resident_id=who.resident_id,
            title=who.words(title),
            team_id=team_id,
            due_on=clock.today() + rng.randint(2, 20) * DAY,
            assigned_to_id=here.colleague_in(who.team, rng.randrange(9)).membership_id,
        )


def _draft(here: Demonstration, rng: Random, who: Drawn, passing: Passing, by: Principal) -> UUID:
    team_id = here.teams[who.team].id
    items = open_items_of(by=by, resident_id=who.resident_id)
    made = draft_handover(
        by=by,
        resident_id=who.resident_id,
        from_team_id=team_id,
        items=[ItemRef(item.ref.kind, item.ref.item_id) for item in items if item.team_id == team_id],
        kind=passing.kind,
        to_team_id=here.teams[passing.to_team].id,
        situation=who.words(SITUATIONS[passing.kind]),
        background=rng.choice(BACKGROUNDS),
        assessment=rng.choice((*ASSESSMENTS, "")),
        recommendation=rng.choice(ADVICE),
        read_back_items=rng.sample(READ_BACK, 2),
        pathway=rng.choice((0, 1, 1, 2, 3)) if passing.kind == "discharge" else None,
        needs=NEEDS if passing.kind == "discharge" else (),
        takes_place_at=clock.now() + 5 * HOUR if passing.kind == "discharge" else None,
        giver_stays_involved=passing.kind == "team" and rng.random() < 0.5,
        ends_at=passing.ends_at,
    )
    return made.id


def _answered_at(rng: Random, passing: Passing) -> datetime:
    if passing.state in {"accepted", "covering"}:
        return passing.offered_at + rng.randint(5, 300) * MINUTE
    if passing.kind in {"team", "organisation", "neighbourhood_move", "leave_cover"}:
        return at_work(passing.offered_at + rng.randint(20, 420) * MINUTE)
    allowed = {"shift": 30, "out_of_hours": 60}.get(passing.kind, 240)
    return passing.offered_at + rng.randint(5, int(allowed * (1.6 if rng.random() < 0.1 else 0.8))) * MINUTE


def _answer(rng: Random, made: UUID, passing: Passing, by: Principal) -> None:
    match passing.state:
        case "declined":
            decline_handover(by=by, handover_id=made, reason="We have nobody this week who can do the dressings")
        case "withdrawn":
            withdraw_handover(by=by, handover_id=made, reason="Temperature again, stays until Friday")
        case "entered_in_error":
            enter_handover_in_error(by=by, handover_id=made, reason="Written for the neighbour in the next bed")
        case "accepted":
            accept_handover(
                by=by, handover_id=made, read_back=[True, False], note="The daughter could not be reached yet"
            )
        case _:
            accept_handover(
                by=by, handover_id=made, read_back=[True, True], is_satisfactory=rng.choice((True, True, None))
            )


def _afterwards(here: Demonstration, rng: Random, who: Drawn, passing: Passing, made: UUID) -> Life:
    """Whoever has the resident now does what was promised, and now and then says that it was not handed over well."""
    team = passing.to_team if passing.state == "closed" else who.team
    if passing.state == "returned" and passing.ends_at:
        yield passing.ends_at + rng.randint(2, 30) * HOUR
    yield at_work(clock.now() + rng.randint(24, 240) * HOUR)
    with here.acting(team, rng.randrange(9)) as by:
        if passing.state in {"closed", "returned"} and rng.random() < 0.12:
            log_unsatisfactory(by=by, handover_id=made, why="The medicines list was a week old")
        for item in open_items_of(by=by, resident_id=who.resident_id):
            if item.ref.kind == "action" and item.team_id == here.teams[team].id:
                verb = "complete" if rng.random() < 0.8 else "cancel"
                move_action(by=by, action_id=item.ref.item_id, verb=verb, reason=WHY.get(verb, ""))
