"""A year of visits, calls and notes, and what is planned for the days to come."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import cycle
from random import Random
from uuid import UUID

from carecoord import clock
from carecoord.demo.course import DAY, HOUR, MINUTE, Life, at_work
from carecoord.demo.making import Demonstration
from carecoord.demo.population import Drawn
from carecoord.demo.year_texts import Text, text_for
from neighbourhoods.principal import Principal
from neighbourhoods.services.encounter_facts import EncounterFacts
from neighbourhoods.services.encounters import (
    complete_encounter,
    move_encounter,
    plan_encounter,
    record_encounter,
)

# Of every hundred, how many are in which state when the course ends.
CONTACT_STATES = {"done": 64, "note": 14, "did_not_attend": 5, "planned": 12, "cancelled": 3, "entered_in_error": 2}


OFTEN, NOW_AND_THEN = 0.1, 0.4
"""Which share of the residents is seen again and again, and which at all: by every team."""


def whose(living: Sequence[Drawn]) -> Iterator[Drawn]:
    """Whom contacts are with, again and again: of every team the same share, and of each at least one."""
    size = Counter(who.team for who in living)
    met: Counter[str] = Counter()
    ranked = []
    for who in living:
        ranked.append((met[who.team] / size[who.team], who.number, who))
        met[who.team] += 1
    often = [who for rank, _, who in sorted(ranked) if rank < OFTEN]
    return cycle([who for rank, _, who in sorted(ranked) if rank < NOW_AND_THEN] + often)


def contact_life(here: Demonstration, rng: Random, who: Drawn, state: str, at: datetime) -> Life:
    """One of them, at `at`: planned some days before, or written down just afterwards."""
    text = text_for(rng, who.team, is_note=state == "note")
    is_planned = state in {"planned", "cancelled"} or (state in {"done", "did_not_attend"} and rng.random() < 0.15)
    if is_planned:
        yield max(min(at, here.course.ends) - rng.randint(20, 100) * HOUR, who.comes_at + 2 * HOUR)
        if at <= clock.now():
            return
        facts = EncounterFacts(kind=text.kind, at=at, purpose=text.purpose)
        with here.acting(who.team, rng.randrange(9)) as by:
            made = plan_encounter(by=by, resident_id=who.resident_id, team_id=here.teams[who.team].id, facts=facts)
        if state == "planned":
            return
        yield at - HOUR if state == "cancelled" else at + rng.randint(10, 50) * MINUTE
        with here.acting(who.team, rng.randrange(9)) as by:
            _end(made.id, state, text, by)
    else:
        yield at + rng.randint(5, 40) * MINUTE
        with here.acting(who.team, rng.randrange(9)) as by:
            _write(here, who, who.team, text, state, at, by)


def contact_of(here: Demonstration, rng: Random, who: Drawn, team: str, by: Principal) -> None:
    """What a service that somebody was referred to writes of a contact, just after it."""
    _write(here, who, team, text_for(rng, team), "done", clock.now() - rng.randint(5, 40) * MINUTE, by)


def _end(made: UUID, state: str, text: Text, by: Principal) -> None:
    if state == "cancelled":
        move_encounter(by=by, encounter_id=made, verb="cancel", reason="Away with the family for the week")
    else:
        note, outcome = (text.note, text.outcome) if state == "done" else ("", "")
        complete_encounter(by=by, encounter_id=made, status=state, note=note, outcome=outcome)


def _write(here: Demonstration, who: Drawn, team: str, text: Text, state: str, at: datetime, by: Principal) -> None:
    is_missed = state == "did_not_attend"
    facts = EncounterFacts(
        kind=text.kind,
        at=at,
        purpose=text.purpose,
        note="" if is_missed else text.note,
        outcome="" if is_missed else text.outcome,
    )
    status = "did_not_attend" if is_missed else "done"
    made = record_encounter(by=by, resident_id=who.resident_id, team_id=here.teams[team].id, facts=facts, status=status)
    if state == "entered_in_error":
        move_encounter(by=by, encounter_id=made.id, verb="enter_in_error", reason="Written on the wrong record")


def moment_of(here: Demonstration, rng: Random, who: Drawn, state: str) -> datetime:
    """When it takes place: in the days to come, in the last days, or whenever in the year they have been here."""
    ends, first = here.course.ends, at_work(who.comes_at + 3 * HOUR)
    if state == "planned":
        return at_work(ends + rng.randint(5, 24 * 24) * HOUR)
    if rng.random() < 0.2:
        wished = ends - rng.randint(1, 10) * DAY + rng.randint(-180, 180) * MINUTE
    else:
        wished = first + rng.random() * (ends - first)
    at = at_work(wished)
    while at > ends - HOUR:
        at = at_work(at - 4 * DAY)
    return max(at, first)
