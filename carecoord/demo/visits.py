"""Visits, calls and notes of the residents who were written by hand: some done, some planned, two on one day."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.timezone import make_aware

from carecoord.demo.course import DAY, HOUR, MINUTE
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
    (HIGHCROSS, "Patricia", 25, "visit", "Insulin given. Feet warm, no wounds.", ""),
    (BRIDGE, "Edith", 3, "call", "Catheter blocked for two hours. Nurses asked to come today.", ""),
    (WARD, "Sheila", 6, "note", "Oxygen supplier rings the ward before four.", ""),
)
# Whose it is, with whom, in how many days, at what hour, what kind, and what for.
PLANNED = (
    (NURSING, "Li", 0, 9, "visit", "Insulin"),
    (NURSING, "Grace", 0, 11, "visit", "Leg ulcer dressing and photo"),
    (NURSING, "Zofia", 0, 12, "call", "How the new tablets do"),
    (NURSING, "Konstantina Alexandra", 0, 14, "visit", "Weight and skin"),
    (NURSING, "Máire", 0, 15, "visit", "Catheter, with an interpreter"),
    (NURSING, "Kenneth", 1, 11, "visit", "Weigh Ken and look at his sacrum"),
    (NURSING, "Winifred", 1, 10, "visit", "Blood pressure lying and standing"),
    (HIGHCROSS, "Marcel", 0, 13, "visit", "Wound dressing"),
    (BALANCE, "Winifred", 1, 14, "call", "Whether the class suits her"),
    (COUNCIL, "Alan", 2, 13, "visit", "Care Act assessment"),
)
PLANNED_BEFORE = 2 * DAY


def visits(here: Demonstration) -> None:
    """Put them into the course of the year, each at the moment it was written down."""
    for number, (team, who, hours, kind, note, outcome) in enumerate(DONE):
        moment = before(here.course.ends, hours * HOUR - number * 7 * MINUTE, is_ward=team == WARD)
        here.course.once(moment, _record(here, team, who, kind, note, outcome))
    for number, row in enumerate(PLANNED):
        moment = before(here.course.ends, PLANNED_BEFORE) + number * 9 * MINUTE
        here.course.once(moment, _plan(here, *row))


def before(ends: datetime, ago: timedelta, *, is_ward: bool = False) -> datetime:
    """So long before, and not in the night but in the afternoon before: wards never sleep, nor what is urgent now."""
    moment = (ends - ago).astimezone(ZoneInfo(settings.TIME_ZONE))
    if is_ward or ago < 3 * HOUR or time(8, 45) <= moment.time() <= time(16):
        return moment
    if moment.time() > time(16):
        return moment.replace(hour=15, minute=moment.minute % 30)
    return (moment - DAY).replace(hour=15, minute=moment.minute % 30)


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
