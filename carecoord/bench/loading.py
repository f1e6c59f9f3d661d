"""Residents in bulk, for measuring only: written in SQL as the owner of the database, past the services."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, models, transaction

from carecoord.accounts.models import User
from carecoord.alerts.models import Alert, AlertRecipient
from carecoord.audit.models import AuditEntry
from carecoord.bench.indexes import set_aside, triggers_off
from carecoord.bench.inserting import one, run
from carecoord.bench.life import parts
from carecoord.bench.people import draw_people, insert_people
from carecoord.bench.place import DOMAIN, PLACE, MeasuringPlace, build_place, find_place
from carecoord.bench.sizes import MOST, MOST_HISTORY, Size
from carecoord.demo import tables
from carecoord.demo.accounts import DOMAIN as DEMO_DOMAIN
from carecoord.demo.people import STAFF_DOMAIN
from careplans.models import Action, CarePlan, Goal, PlanSection, SectionVersion
from neighbourhoods.models import CaseloadEntry, Encounter, Entry, Place, Relationship, Resident
from referrals.models import Handover, Referral, ReferralEvent

Say = Callable[[str], object]
# From this many on it is quicker to make all indexes anew than to add to them.
MANY = 20_000
FILLED: tuple[type[models.Model], ...] = (
    Resident, Entry, Relationship, CaseloadEntry, CarePlan, PlanSection, SectionVersion, Goal, Action, Referral,
    ReferralEvent, Handover, Encounter, Alert, AlertRecipient, AuditEntry,
)  # fmt: skip
LEADERLESS = """
    SELECT count(*) FROM (
      SELECT resident_id FROM careplans_action WHERE accountable_team_id IS NOT NULL
      UNION SELECT resident_id FROM referrals_referral WHERE accountable_team_id IS NOT NULL
      UNION SELECT resident_id FROM referrals_handover WHERE accountable_team_id IS NOT NULL) AS has_open
    WHERE NOT EXISTS (SELECT FROM neighbourhoods_caseloadentry c
                      WHERE c.resident_id = has_open.resident_id AND c.is_lead AND c.ended_at IS NULL)
"""


class Refused(Exception):
    """The database is none to load into; says why in one sentence."""


def load(residents: int, say: Say, history: int | None = None) -> MeasuringPlace:
    """Bring the measuring place up to this many residents: all of it or nothing. Raises Refused.

    `history` are rows of the audit, shared among all of them; those who are loaded get their part.
    """
    refuse_the_real(residents)
    if history is not None and not residents <= history <= MOST_HISTORY:
        raise Refused(f"Give each resident one row of history or more, and {MOST_HISTORY} rows at most to all of them.")
    say("Written past the services, as the owner of the database: for measuring only, never for people who exist.")
    with transaction.atomic():
        teams = find_place() or build_place(Size(residents))
        already = loaded()
        if already > residents:
            raise Refused(f"This database holds {already} residents loaded in bulk already; it does not shrink.")
        if already < residents:
            _load(Size(residents, already, history), teams, say)
    if not connection.in_atomic_block:
        say(" 97 % What the planner and the visibility map need to know")
        run("VACUUM (ANALYZE)")
    say(f"100 % {residents} residents are there")
    return teams


def loaded() -> int:
    place = Place.objects.filter(name=PLACE).first()
    return Resident.objects.filter(gp_practice__place=place).count() if place else 0


def refuse_the_real(residents: int) -> None:
    """Only this machine, and no database in which there is anybody but the demonstration's and our own."""
    if not 1 <= residents <= MOST:
        raise Refused(f"There can be 1 to {MOST} residents: test-range NHS numbers are enough for no more.")
    host = urlsplit(settings.BASE_URL).hostname
    server = connection.settings_dict["HOST"]
    if host not in settings.LOOPBACK or server not in {*settings.LOOPBACK, ""} | _sockets(server):
        raise Refused("Residents are loaded in bulk only on this machine: BASE_URL or the database is elsewhere.")
    if others := _other_people():
        raise Refused(f"This database belongs to people who exist, it seems: it holds {others}. Nothing was loaded.")


def _sockets(server: str) -> set[str]:
    return {server} if server.startswith("/") else set()


def _other_people() -> str:
    """What here is neither the demonstration's nor ours, in words; empty where there is nothing."""
    place = Place.objects.exclude(name__in=(PLACE, tables.PLACE)).first()
    if place:
        return f"the place {place.name}"
    people = User.objects.filter(is_service=False)
    for domain in (DOMAIN, DEMO_DOMAIN, STAFF_DOMAIN):
        people = people.exclude(email__endswith=f"@{domain}")
    return f"{people.count()} accounts of other people" if people.exists() else ""


def _load(size: Size, teams: MeasuringPlace, say: Say) -> None:
    began = time.monotonic()
    names = [model._meta.db_table for model in FILLED]
    with _filling(names, size):
        say("  2 % Residents")
        draw_people(size, teams)
        insert_people(teams)
        steps = list(parts(teams, size))
        for number, (words, write) in enumerate(steps):
            say(f"{10 + 45 * number // len(steps):3} % {words} ({time.monotonic() - began:.0f} s so far)")
            write()
        run("ANALYZE")
        say(f" 55 % Indexes and foreign keys ({time.monotonic() - began:.0f} s so far)")
    say(f" 95 % Whether everything open has a lead team ({time.monotonic() - began:.0f} s so far)")
    if wrong := one(LEADERLESS):
        raise AssertionError(f"{wrong} residents loaded in bulk have open items and no lead team")


@contextmanager
def _filling(tables: list[str], size: Size) -> Iterator[None]:
    with ExitStack() as stack:
        if size.residents - size.already >= MANY:
            stack.enter_context(set_aside(tables))
        stack.enter_context(triggers_off(tables))
        yield
        if size.residents - size.already < MANY:
            run("SET CONSTRAINTS ALL IMMEDIATE")
