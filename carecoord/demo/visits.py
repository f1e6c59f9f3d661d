"""Visits, calls and notes of the residents who were written by hand: some done, some planned, two on one day."""

from collections.abc import Callable
from datetime import datetime, time

from django.utils.timezone import make_aware

from carecoord.demo.course import DAY, HOUR
from carecoord.demo.making import Demonstration
from neighbourhoods.services import EncounterFacts, plan_encounter, record_encounter

WARD, NURSING, HIGHCROSS = "Ward 7", "Millbrook Community Nursing", "Highcross Community Nursing"
COUNCIL, BALANCE, BRIDGE = "Adult Social Care, Millbrook", "Strength and Balance", "Bridge Street Surgery team"

# Whose it is, with whom, how many hours ago it was, what kind, and what was written.
DONE = (
    (NURSING, "Kenneth", 70, "visit", "Sat with him and Sheila's sister. Weight 71.4 kg, skin sound.", "Weigh weekly"),
    (NURSING, "Kenneth", 26, "call", "Rang Karen. She comes on Saturday and stays until Sheila is back.", ""),
    (
        NURSING,
        "Grace",
        50,
        "visit",
        "Ulcer smaller, 3 cm by 2 cm. Breathless on the stairs.",
        "Ask the GP about her breath",
    ),
    (NURSING, "Winifred", 30, "note", "The key safe is on the left of the porch, behind the pot.", ""),
    (
        COUNCIL,
        "Alan",
        28,
        "call",
        "His daughter is tired. Would like one free day a week.",
        "Referred to Carers' support",
    ),
    (HIGHCROSS, "Patricia", 5, "visit", "Insulin given at 08:55. Feet warm, no wounds.", ""),
    (BRIDGE, "Edith", 4, "call", "Catheter blocked for two hours. Nurses asked to come today.", ""),
    (WARD, "Sheila", 6, "note", "Oxygen supplier rings the ward before four.", ""),
)
# Whose it is, with whom, in how many days, at what hour, what kind, and what for.
PLANNED = (
    (NURSING, "Grace", 0, 21, "visit", "Leg ulcer dressing and photo"),
    (NURSING, "Kenneth", 1, 11, "visit", "Weigh Ken and look at his sacrum"),
    (NURSING, "Winifred", 1, 10, "visit", "Blood pressure lying and standing"),
    (BALANCE, "Winifred", 1, 14, "call", "Whether the class suits her"),
    (COUNCIL, "Alan", 2, 13, "visit", "Care Act assessment"),
)
PLANNED_BEFORE = 2 * DAY


def visits(here: Demonstration) -> None:
    """Put them into the course of the year, each at the moment it was written down."""
    for team, who, hours, kind, note, outcome in DONE:
        here.course.once(here.course.ends - hours * HOUR, _record(here, team, who, kind, note, outcome))
    for row in PLANNED:
        here.course.once(here.course.ends - PLANNED_BEFORE, _plan(here, *row))


def _record(here: Demonstration, team: str, who: str, kind: str, note: str, outcome: str) -> Callable[[], object]:
    facts = EncounterFacts(kind=kind, note=note, outcome=outcome)

    def record() -> None:
        with here.acting(team) as by:
            record_encounter(by=by, resident_id=here.residents[who].id, team_id=here.teams[team].id, facts=facts)

    return record


def _plan(
    here: Demonstration, team: str, who: str, days: int, hour: int, kind: str, purpose: str
) -> Callable[[], object]:
    facts = EncounterFacts(
        kind=kind, purpose=purpose, at=make_aware(datetime.combine(here.course.today + days * DAY, time(hour)))
    )

    def plan() -> None:
        with here.acting(team) as by:
            plan_encounter(by=by, resident_id=here.residents[who].id, team_id=here.teams[team].id, facts=facts)

    return plan
