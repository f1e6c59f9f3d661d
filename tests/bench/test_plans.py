"""How PostgreSQL answers the hottest questions among 50,000 residents: from indexes, in the role that serves them.

Rows are analysed and planner settings are the default ones. What is asked goes through the whole of the API and the
pages, so the policies are part of each plan.
"""

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client

from carecoord import clock
from carecoord.bench.loading import load
from carecoord.bench.subjects import subjects
from careplans.models import Action, CarePlan
from neighbourhoods.gate import acting_as, team
from neighbourhoods.models import Encounter, Relationship, Team
from neighbourhoods.searching import among_own
from referrals.api.two_sided import of_own_teams
from referrals.models import Handover, Referral
from tests.bench.test_loading import _forget_the_world, quietly

pytestmark = pytest.mark.thorough
RESIDENTS = 50_000
BIG = {
    "neighbourhoods_resident",
    "neighbourhoods_relationship",
    "neighbourhoods_caseloadentry",
    "neighbourhoods_encounter",
    "referrals_handover",
    "careplans_action",
    "careplans_careplan",
    "careplans_plansection",
    "referrals_referral",
    "referrals_referralevent",
    "alerts_alert",
    "audit_auditentry",
}


@pytest.fixture(scope="module")
def who(migrated_database, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        _forget_the_world()
        # The moment at which the transaction begins is now to the database, and nobody is a member of it before.
        with clock.at(clock.now() - timedelta(days=1)):
            load(RESIDENTS, quietly)
        yield subjects()
        transaction.set_rollback(True)


def ask(who, path):
    """The answer's plans: each SELECT is explained in the transaction, role and scope in which it runs."""
    plans, roles = [], set()

    def explain(execute, sql, params, many, context):
        if sql.startswith("EXECUTE") or ("SELECT" in sql[:12] and any(table in sql for table in BIG)):
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                plan = cursor.fetchone()[0][0]["Plan"]
                if BIG & {node.get("Relation Name") for node in nodes(plan)}:
                    cursor.execute("SELECT current_user")
                    roles.add(cursor.fetchone()[0])
                    plans.append(plan)
        return execute(sql, params, many, context)

    name, _, value = who.session_cookie.partition("=")
    client = Client()
    client.cookies[name] = value
    headers = {"Authorization": f"Bearer {who.tokens[0]}"} if path.startswith("/api/") else {}
    with connection.execute_wrapper(explain):
        answer = client.get(path, headers=headers)
    assert answer.status_code == 200, answer.content[:500]
    assert roles == {"app_web"}
    return plans


def nodes(plan):
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def indexes_of(plans):
    every = [node for plan in plans for node in nodes(plan)]
    read_whole = {node["Relation Name"] for node in every if node["Node Type"] == "Seq Scan"} & BIG
    assert not read_whole, f"read from beginning to end: {read_whole}"
    assert not [node for node in every if node["Node Type"].startswith("Gather")], "asked of several processes"
    return {node["Index Name"] for node in every if "Index Name" in node}


def test_a_caseload_is_read_in_the_order_of_its_index(who, django_db_blocker):
    with django_db_blocker.unblock():
        plans = ask(who, f"/api/v1/teams/{who.team_id}/caseload/")
    assert "caseload_by_name" in indexes_of(plans)
    assert not [node for plan in plans for node in nodes(plan) if node["Node Type"] == "Sort"]


def test_residents_are_read_as_far_as_the_page_goes(who, django_db_blocker):
    with django_db_blocker.unblock():
        plans = ask(who, "/api/v1/residents/")
    assert {"relationship_of_team", "neighbourhoods_resident_pkey"} <= indexes_of(plans)


def test_an_nhs_number_is_looked_up(who, django_db_blocker):
    with django_db_blocker.unblock():
        plans = ask(who, f"/api/v1/residents/?nhs_number={who.people[0].nhs_number}")
    assert "one_resident_per_nhs_number" in indexes_of(plans)


def test_the_inbox_of_referrals_comes_from_an_index(who, django_db_blocker):
    with django_db_blocker.unblock():
        plans = ask(who, f"/api/v1/referrals/?to_team={who.team_id}")
    assert indexes_of(plans)


# Whole lists in the order of an index, which ends the work where the page is full.
LISTS = [
    ("actions/?team={team}", "action_list_of_team"),
    ("actions/?status=on_hold", "action_list_by_status"),
    ("referrals/?to_team={team}", "referral_list_of_receiver"),
    ("referrals/?from_team={team}", "referral_list_of_sender"),
    ("referrals/?status=draft", "referral_list_by_status"),
    ("handovers/?to_team={team}", "handover_list_of_receiver"),
    ("handovers/?from_team={team}", "handover_list_of_giver"),
    ("contacts/", "encounter_list"),
    ("alerts/", "alert_list_of_team"),
]


@pytest.mark.parametrize(("path", "index"), LISTS)
def test_a_whole_list_is_read_in_the_order_of_its_index(who, django_db_blocker, path, index):
    with django_db_blocker.unblock():
        assert index in indexes_of(ask(who, f"/api/v1/{path.format(team=who.team_id)}"))


# Of somebody who sees two residents the list is no longer read to its end, but looked up resident by resident.
LISTS_OF_FEW = [("actions/", Action), ("care-plans/", CarePlan), ("contacts/", Encounter)]


@pytest.mark.parametrize(("path", "model"), LISTS_OF_FEW)
def test_whoever_sees_few_does_not_read_the_whole_list(who, django_db_blocker, path, model):
    with django_db_blocker.unblock(), transaction.atomic():
        two = [person.resident_id for person in who.people[:2]]
        Relationship.objects.filter(ended_at=None).exclude(resident_id__in=two).update(ended_at=clock.now())
        plans = ask(who, f"/api/v1/{path}")
        transaction.set_rollback(True)
    indexes_of(plans)
    assert_looked_up(plans, model)


@pytest.mark.parametrize("model", [Referral, Handover])
def test_a_team_with_nothing_does_not_read_the_whole_list_of_what_others_ask(who, django_db_blocker, model):
    with django_db_blocker.unblock():
        nothing = Team.objects.exclude(id__in=Relationship.objects.values("team_id")).first()
        with acting_as(team(nothing)) as by, connection.cursor() as cursor:
            own = among_own(by, most=3_000, or_else=of_own_teams(by))
            sql, params = model.objects.visible_to(by).filter(own).order_by("-id")[:26].query.sql_with_params()
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            plans = [cursor.fetchone()[0][0]["Plan"]]
    indexes_of(plans)
    assert_looked_up(plans, model)


def assert_looked_up(plans, model):
    """By resident or team, and not walked from its newest row on."""
    read = [node for plan in plans for node in nodes(plan) if node["Node Type"] in ("Bitmap Index Scan", "Index Scan")]
    of_model = [node for node in read if node["Index Name"].startswith((model._meta.db_table, model._meta.model_name))]
    conditions = " ".join(node.get("Index Cond", "") for node in read)
    assert "resident_id = ANY" in conditions
    assert [node for node in of_model if "Index Cond" not in node] == []


def plan_of_waiting(who):
    """What `app.waiting` asks, as it stands there: of a function itself EXPLAIN tells nothing."""
    values = {"mine": "uuid[]", "moment": "timestamptz", "tomorrow": "timestamptz", "person": "uuid"}
    values |= {"actions_until": "date", "reviews_until": "date"}
    with connection.connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE oid = 'app.waiting(timestamptz,uuid,date,date)'::regprocedure")
        asked = cursor.fetchone()[0].partition("RETURN QUERY")[2].rpartition("END")[0].strip(" ;\n")
        for number, name in enumerate(values, start=1):
            asked = re.sub(rf"\b{name}\b", f"${number}", asked)
        # As the function itself is set: planned once, for whatever it is asked.
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE waiting ({', '.join(values.values())}) AS {asked}")
        try:
            cursor.execute(
                "EXPLAIN (FORMAT JSON) EXECUTE waiting (%s::uuid[], now(), now(), NULL, current_date, current_date)",
                [[who.team_id]],
            )
            return cursor.fetchone()[0][0]["Plan"]
        finally:
            cursor.execute("DEALLOCATE waiting")
            cursor.execute("RESET plan_cache_mode")


def test_what_every_page_counts_comes_from_indexes(who, django_db_blocker):
    """Counts of what waits, and the first of each list."""
    with django_db_blocker.unblock():
        found = indexes_of([plan_of_waiting(who)])
    assert {
        "alert_standing_of_team",
        "referral_to_answer",
        "action_of_team",
        "encounter_planned_by_team",
    } <= found


def read_from_beginning_to_end():
    """How often each big table was, in this transaction; in functions too, whose plans nobody is shown."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, seq_scan FROM pg_stat_xact_user_tables WHERE relname = ANY (%s)", [list(BIG)])
        return dict(cursor.fetchall())


PAGES = [
    "/",
    "/referrals/",
    "/teams/{team}/caseload/",
    "/teams/{team}/caseload/?person=none",
    "/residents/{resident}/",
    "/api/v1/residents/?q={name}",
]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_reads_a_big_table_from_beginning_to_end(who, django_db_blocker, path):
    with django_db_blocker.unblock():
        before = read_from_beginning_to_end()
        first = who.people[0]
        ask(who, path.format(team=who.team_id, resident=first.resident_id, name=first.family_name))
        assert read_from_beginning_to_end() == before


def test_my_day_reads_nothing_from_beginning_to_end(who, django_db_blocker):
    with django_db_blocker.unblock():
        assert {"encounter_planned_by_team", "careplans_action_pkey"} <= indexes_of(ask(who, "/"))


def test_a_name_is_found_among_ones_own_without_reading_everybody(who, django_db_blocker):
    with django_db_blocker.unblock():
        indexes_of(ask(who, f"/api/v1/residents/?q={who.people[0].family_name}"))
