"""What the audit says of a day, as the rules of `rules.py` ask for it: owner's or worker's rights, nobody's page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from neighbourhoods import keys
from neighbourhoods.models import Source

IN_PASSING: Final = (
    "access_log.read",
    "resident.claim_refused",
    "resident.compared",
    "resident.found",
    "resident.found_among_own",
    "resident.interrupted",
    "residents.suggested",
    "review.viewed",
)
"""Looks that opened nobody's record: hits of a search, the card before a reason, the work of privacy officers."""
AT_WORK: Final = (Source.CASELOAD, Source.REFERRAL, Source.HANDOVER, Source.ACTION, Source.HUDDLE)
"""Why a team works with somebody now. To have registered them once, or to have said so oneself, is no such reason."""
ARRIVALS: Final = ("emergency.opened", "emergency.ended", "relationship.claimed")
"""Changes that only say that a record was opened."""
USUAL_DAYS: Final = 28

_LOOKS = """
    SELECT l.*, u.name, u.email, u.phone, r.given_name, r.family_name, coalesce(was.row ->> 'postcode', r.postcode),
      CASE WHEN was.row IS NULL THEN r.address_lines::text[]
           ELSE ARRAY(SELECT jsonb_array_elements_text(was.row -> 'address_lines')) END,
      r.search_keys, coalesce(was.row ->> 'phone', ''), coalesce(was.row ->> 'email', ''),
      EXISTS (
        SELECT 1 FROM neighbourhoods_relationship w
        JOIN neighbourhoods_membershipteam t ON t.team_id = w.team_id AND t.membership_id = l.membership_id
        WHERE w.resident_id = l.resident_id AND w.level = 'record' AND w.source_kind = ANY (%(at_work)s)
          AND w.started_at <= l.at AND (w.ended_at IS NULL OR w.ended_at > l.at)
          AND (w.expires_at IS NULL OR w.expires_at > l.at)) AS is_at_work
    FROM (
      SELECT a.actor_id, a.membership_id, a.resident_id, (array_agg(a.organisation_id))[1] AS organisation_id,
             (array_agg(a.id ORDER BY a.at, a.id))[1] AS entry_id, min(a.at) AS at
      FROM audit_auditentry a
      WHERE a.kind = 'look' AND a.actor_kind = 'person' AND a.resident_id IS NOT NULL AND a.membership_id IS NOT NULL
        AND a.at >= %(start)s AND a.at < %(end)s AND a.verb <> ALL (%(in_passing)s)
      GROUP BY a.actor_id, a.membership_id, a.resident_id) l
    JOIN accounts_user u ON u.id = l.actor_id
    JOIN neighbourhoods_resident r ON r.id = l.resident_id
    LEFT JOIN LATERAL (
      SELECT p.row FROM audit_pastrow p
      WHERE r.is_restricted AND p.resident_id = r.id AND p.table_name = 'neighbourhoods_resident' AND p.row_id = r.id
        AND p.row ->> 'is_restricted' = 'false'
      ORDER BY p.replaced_at DESC, p.id DESC LIMIT 1) was ON true
    ORDER BY l.at, l.entry_id
"""
_NOTHING_AFTER = """
    SELECT g.actor_id, g.membership_id, g.organisation_id, g.resident_id, g.id, g.opened_at
    FROM neighbourhoods_emergencyaccess g
    WHERE g.seal = '' AND g.opened_at >= %(start)s AND g.opened_at < %(end)s
      AND NOT EXISTS (
        SELECT 1 FROM audit_auditentry a
        WHERE a.kind = 'change' AND a.resident_id = g.resident_id AND a.organisation_id = g.organisation_id
          AND a.at >= g.opened_at AND a.at < g.opened_at + interval '1 day' AND a.verb <> ALL (%(arrivals)s))
    ORDER BY g.opened_at, g.id
"""
_DAYS = """
    SELECT a.actor_id, a.membership_id, a.role, (array_agg(a.organisation_id))[1] AS organisation_id,
           (a.at AT TIME ZONE %(zone)s)::date AS day, count(DISTINCT a.resident_id) AS people,
           (array_agg(a.id ORDER BY a.at, a.id))[1] AS entry_id, min(a.at) AS at
    FROM audit_auditentry a
    WHERE a.kind = 'look' AND a.actor_kind = 'person' AND a.resident_id IS NOT NULL AND a.membership_id IS NOT NULL
      AND a.at >= %(since)s AND a.at < %(end)s AND a.verb <> ALL (%(in_passing)s)
    GROUP BY a.actor_id, a.membership_id, a.role, (a.at AT TIME ZONE %(zone)s)::date
"""
_VOLUME = f"""
    WITH days AS ({_DAYS}),
    usual AS (
      SELECT membership_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY people) AS median, count(*) AS days
      FROM days WHERE day < %(day)s GROUP BY membership_id),
    of_role AS (
      SELECT role, percentile_cont(0.99) WITHIN GROUP (ORDER BY people) AS most, count(*) AS days
      FROM days WHERE day < %(day)s GROUP BY role)
    SELECT d.actor_id, d.membership_id, d.organisation_id, d.entry_id, d.at, d.people,
           round(coalesce(u.median, r.most))::int
    FROM days d JOIN of_role r ON r.role = d.role AND r.days >= %(fewest_days_of_role)s
    LEFT JOIN usual u ON u.membership_id = d.membership_id AND u.days >= %(fewest_days)s
    WHERE d.day = %(day)s AND d.people >= %(fewest)s AND d.people > r.most AND d.people > 3 * coalesce(u.median, 0)
    ORDER BY d.at, d.entry_id
"""
_GUESSES = """
    SELECT c.id, c.name, c.organisation_id, a.resident_id, (array_agg(a.id ORDER BY a.at, a.id))[1], min(a.at), count(*)
    FROM audit_auditentry a JOIN neighbourhoods_apiclient c ON c.id = a.actor_id
    WHERE a.kind = 'look' AND a.verb = 'resident.claim_refused' AND a.at >= %(start)s AND a.at < %(end)s
    GROUP BY c.id, c.name, c.organisation_id, a.resident_id, date_trunc('hour', a.at)
    HAVING count(*) >= %(guesses)s
    ORDER BY min(a.at)
"""


@dataclass(frozen=True)
class Day:
    """From midnight to midnight where the place is."""

    of: date

    @property
    def start(self) -> datetime:
        return datetime.combine(self.of, time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))

    @property
    def end(self) -> datetime:
        return Day(self.of + timedelta(days=1)).start

    @property
    def before(self) -> "Day":
        return Day(self.of - timedelta(days=1))


@dataclass(frozen=True)
class Who:
    """Who did it, as what, and when it began."""

    actor_id: UUID
    membership_id: UUID | None
    organisation_id: UUID
    at: datetime


@dataclass(frozen=True)
class Look:
    """Somebody opened something of a resident that day. `entry_id` is the first look of that day.

    Of somebody restricted how to reach them is what stood there before: from those nearest to them it was hidden.
    """

    who: Who
    resident_id: UUID
    entry_id: UUID
    name: str
    email: str
    phone: str
    given_name: str
    family_name: str
    postcode: str
    address_lines: Sequence[str]
    search_keys: Sequence[str]
    is_at_work: bool


def looks_of(day: Day) -> Iterator[Look]:
    given = {"in_passing": list(IN_PASSING), "at_work": list(AT_WORK), "start": day.start, "end": day.end}
    for row in _rows(_LOOKS, given):
        actor, membership, resident, organisation, entry, at, *rest = row
        *said, search_keys, phone, email, is_at_work = rest
        found_by = sorted({*search_keys, keys.phone_key(phone), keys.email_key(email)} - {""})
        yield Look(Who(actor, membership, organisation, at), resident, entry, *[*said, found_by, is_at_work])


def emergencies_with_nothing_after(day: Day) -> Iterator[tuple[Who, UUID, UUID]]:
    """Those opened the day before, of which a whole day is known: resident and emergency access."""
    given = {"start": day.before.start, "end": day.before.end, "arrivals": list(ARRIVALS)}
    for actor, membership, organisation, resident, emergency, at in _rows(_NOTHING_AFTER, given):
        yield Who(actor, membership, organisation, at), resident, emergency


def far_more_than_usual(day: Day, *, fewest: int) -> Iterator[tuple[Who, UUID, int, int]]:
    """The first look of the day, how many people, and how many it usually is: of the person, else most in a role."""
    given = {
        "in_passing": list(IN_PASSING),
        "zone": settings.TIME_ZONE,
        "since": Day(day.of - timedelta(days=USUAL_DAYS)).start,
        "end": day.end,
        "day": day.of,
        "fewest": fewest,
        "fewest_days": 5,
        "fewest_days_of_role": 20,
    }
    for actor, membership, organisation, entry, at, people, usual in _rows(_VOLUME, given):
        yield Who(actor, membership, organisation, at), entry, people, usual


def guesses_of(day: Day, *, guesses: int) -> Iterator[tuple[Who, str, UUID, UUID, int]]:
    """Of partner systems: their name, whose number, the first look, and how many in an hour were wrong."""
    for client, name, organisation, resident, entry, at, wrong in _rows(
        _GUESSES, {"start": day.start, "end": day.end, "guesses": guesses}
    ):
        yield Who(client, None, organisation, at), name, resident, entry, wrong


def _rows(sql: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
