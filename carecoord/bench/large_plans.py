"""Plans as large as they get: sixty sections, goals and actions, and two hundred versions of the sections."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Max

from carecoord.bench.inserting import insert, literal, run
from careplans.headings import STANDARD
from careplans.models import Action, Goal, PlanSection, SectionVersion
from neighbourhoods.models import Team

PLANS: Final = 20
ITEMS, VERSIONS = 60, 200
GOALS: Final = 10
WORDS: Final = "'Written in bulk, number ' || v.number || ': each version says something else than the one before.'"
WRITTEN, WRITTEN_BY_API = "communication", "wellness"
"""The sections that the benchmark writes: who saves the page has to know which version stands there."""


@dataclass(frozen=True)
class LargePlan:
    """`version` is that of the section that is written by the page."""

    plan_id: UUID
    resident_id: UUID
    version: int


def write_large_plans() -> int:
    """Fill up plans of the measured team, of the temporary table `plan`: those loaded last, so that few of them are
    among the people of whom everything else is measured."""
    run(f"""
        CREATE TEMPORARY TABLE large ON COMMIT DROP AS
        SELECT p.* FROM plan p JOIN person USING (n) WHERE person.is_measured ORDER BY p.n DESC LIMIT {PLANS};
        ANALYZE large
    """)
    return _sections() + _versions() + _goals() + _actions()


def large_plans(nursing: Team) -> list[LargePlan]:
    """Those that are there, in the order of their ids."""
    written = PlanSection.objects.filter(key=WRITTEN, care_plan__review_team=nursing)
    large = written.annotate(most=Max("versions__number")).filter(most__gt=1).order_by("care_plan_id")
    return [LargePlan(one.care_plan_id, one.resident_id, one.version) for one in large]


def _sections() -> int:
    """The nine of every plan."""
    return insert(
        PlanSection,
        f"""FROM large p, unnest({literal(STANDARD)}) AS heading(key)
            WHERE NOT EXISTS (SELECT FROM careplans_plansection s WHERE s.care_plan_id = p.id AND s.key = heading.key)
            ORDER BY p.n""",
        care_plan_id="p.id",
        resident_id="p.resident_id",
        created_at="p.known_since",
        key="heading.key",
        body="'Written in bulk.'",
    )


def _versions() -> int:
    run(f"""
        CREATE TEMPORARY TABLE wording ON COMMIT DROP AS
        SELECT s.id, s.resident_id, p.known_since, p.n, each.number
        FROM large p
        JOIN (SELECT one.*, row_number() OVER (PARTITION BY care_plan_id ORDER BY id) AS place
              FROM careplans_plansection one WHERE care_plan_id IN (SELECT id FROM large)) s ON s.care_plan_id = p.id,
             LATERAL generate_series(1, ({VERSIONS} + {len(STANDARD)} - s.place) / {len(STANDARD)}) AS each(number)
    """)
    written = insert(
        SectionVersion,
        "FROM wording v ORDER BY v.n, v.number",
        section_id="v.id",
        resident_id="v.resident_id",
        created_at="v.known_since + v.number * interval '1 hour'",
        number="v.number",
        body=WORDS,
    )
    # Found by their ids: other indexes are not there while much is being loaded.
    run(f"""
        UPDATE careplans_plansection s SET version = v.number, body = {WORDS}
        FROM (SELECT id, max(number) AS number FROM wording GROUP BY id) v WHERE s.id = v.id
    """)
    return written


def _goals() -> int:
    return insert(
        Goal,
        f"FROM large p, generate_series(3, {GOALS}) AS number ORDER BY p.n, number",
        care_plan_id="p.id",
        resident_id="p.resident_id",
        created_at="p.known_since",
        title="'To do as much by myself as in the year ' || 2000 + number",
        importance="number",
        status="'active'",
    )


def _actions() -> int:
    """As many as are left to sixty, a few open."""
    return insert(
        Action,
        f"""FROM large p, LATERAL (SELECT count(*) AS there FROM careplans_action a WHERE a.care_plan_id = p.id) AS a,
                 LATERAL generate_series(1, {ITEMS} - {len(STANDARD)} - {GOALS} - a.there) AS number
            ORDER BY p.n, number""",
        resident_id="p.resident_id",
        care_plan_id="p.id",
        created_at="p.known_since",
        title="'Visit number ' || number",
        status="CASE WHEN number % 4 = 0 THEN 'not_started' ELSE 'completed' END",
        due_on="CASE WHEN number % 4 = 0 THEN current_date + number::int ELSE p.known_since::date + 14 END",
        ended_at="CASE WHEN number % 4 = 0 THEN NULL ELSE p.known_since + interval '12 days' END",
        accountable_team_id="CASE WHEN number % 4 = 0 THEN p.team_id END",
        last_accountable_team_id="p.team_id",
    )
