"""A year of visits, calls and notes, and what is planned for the days to come."""

from datetime import datetime
from random import Random
from uuid import UUID

from carecoord import clock
from carecoord.demo.course import DAY, HOUR, MINUTE, Life, at_work
from carecoord.demo.making import Demonstration
from carecoord.demo.population import Drawn
from neighbourhoods.principal import Principal
from neighbourhoods.services.encounter_facts import EncounterFacts
from neighbourhoods.services.encounters import (
    complete_encounter,
    move_encounter,
    plan_encounter,
    record_encounter,
)

NOTES = (
    "Well in herself. Dressing dry, changed. Ate while I was there.",
    "Short of breath on the stairs, sat down twice. No temperature. Rescue pack is in date.",
    "Son rang: she has been up all night. Told him whom to ring out of hours.",
    "House cold, fourteen degrees. Asked the housing team to look at the boiler.",
    "Wants to go back to the choir. Gave her the number of the minibus.",
    "Weight 61.2 kg, one kilo down. Skin whole.",
    "Would not open the door, spoke through the letter box. Will try with a colleague tomorrow.",
)
OUTCOMES = ("Next visit in two weeks", "No change", "Doctor asked to look at the tablets", "Back to walking outside")
PURPOSES = ("Dressing", "Weekly visit", "Bloods", "Review of the plan", "See how things are", "Benefits form")
# Of every hundred, how many are in which state when the course ends.
CONTACT_STATES = {"done": 58, "note": 14, "did_not_attend": 6, "planned": 16, "cancelled": 4, "entered_in_error": 2}


def contact_life(here: Demonstration, rng: Random, who: Drawn, state: str, at: datetime) -> Life:
    """One of them, at `at`: planned some days before, or written down just afterwards."""
    kind = "note" if state == "note" else rng.choice(("visit", "visit", "visit", "call"))
    is_planned = state in {"planned", "cancelled"} or (state in {"done", "did_not_attend"} and rng.random() < 0.4)
    facts = EncounterFacts(kind=kind, at=at, purpose="" if kind == "note" else rng.choice(PURPOSES))
    if is_planned:
        yield max(min(at, here.course.ends) - rng.randint(20, 100) * HOUR, who.comes_at + 2 * HOUR)
        if at <= clock.now():
            return
        with here.acting(who.team, rng.randrange(9)) as by:
            made = plan_encounter(by=by, resident_id=who.resident_id, team_id=here.teams[who.team].id, facts=facts)
        if state == "planned":
            return
        yield at - HOUR if state == "cancelled" else at + rng.randint(10, 50) * MINUTE
        with here.acting(who.team, rng.randrange(9)) as by:
            _end(rng, made.id, state, by)
    else:
        yield at + rng.randint(5, 40) * MINUTE
        with here.acting(who.team, rng.randrange(9)) as by:
            _write(here, rng, who, facts, state, by)


def _end(rng: Random, made: UUID, state: str, by: Principal) -> None:
    if state == "cancelled":
        move_encounter(by=by, encounter_id=made, verb="cancel", reason="Went to her daughter's for the week")
    else:
        note = rng.choice(NOTES) if state == "done" else ""
        complete_encounter(
            by=by, encounter_id=made, status=state, note=note, outcome=rng.choice(OUTCOMES) if note else ""
        )


def _write(here: Demonstration, rng: Random, who: Drawn, facts: EncounterFacts, state: str, by: Principal) -> None:
    said = EncounterFacts(
        kind=facts.kind,
        at=facts.at,
        purpose=facts.purpose,
        note=rng.choice(NOTES),
        outcome="" if facts.kind == "note" else rng.choice(OUTCOMES),
    )
    status = "did_not_attend" if state == "did_not_attend" else "done"
    made = record_encounter(
        by=by, resident_id=who.resident_id, team_id=here.teams[who.team].id, facts=said, status=status
    )
    if state == "entered_in_error":
        move_encounter(by=by, encounter_id=made.id, verb="enter_in_error", reason="Written on the wrong record")


def moment_of(here: Demonstration, rng: Random, who: Drawn, state: str) -> datetime:
    """When it takes place: some in the last days, some in the days to come, most of them through the year."""
    ends = here.course.ends
    if state == "planned":
        return at_work(ends + rng.randint(5, 24 * 20) * HOUR)
    ago = rng.randint(1, 10) * DAY if rng.random() < 0.35 else rng.randint(10, 320) * DAY
    return max(at_work(ends - ago + rng.randint(-180, 180) * MINUTE) - 3 * DAY, at_work(who.comes_at + 6 * DAY))
