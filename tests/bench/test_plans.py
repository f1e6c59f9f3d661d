"""How PostgreSQL answers the hottest questions among 50,000 residents: from indexes, in the role that serves them.

Rows are analysed and planner settings are the default ones. What is asked goes through the whole of the API and the
pages, so the policies are part of each plan.
"""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings

from carecoord import clock
from carecoord.bench.loading import load
from carecoord.bench.subjects import subjects
from carecoord.prepared.statement import ONE_PLAN
from carecoord.record.typed import read
from careplans.models import Action, CarePlan
from neighbourhoods.duplicates import description_of
from neighbourhoods.gate import acting_as, team
from neighbourhoods.identities import Items
from neighbourhoods.keys import phone_key
from neighbourhoods.matching.asking import question_about
from neighbourhoods.models import Encounter, Relationship, Resident, Team
from neighbourhoods.searching import among_own
from neighbourhoods.services import identity_of
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
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(TIME_ZONE=where_it_is_noon()):
        _forget_the_world()
        # The moment at which the transaction begins is now to the database, and nobody is a member of it before.
        with clock.at(clock.now() - timedelta(days=1)):
            load(RESIDENTS, quietly)
        yield subjects()
        transaction.set_rollback(True)


def where_it_is_noon():
    """Just before midnight nearly nothing is planned for today any more, and another plan is the better one."""
    east = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-east:+}" if east else "Etc/GMT"  # to POSIX what lies in the east is negative


def ask(who, path, typed=None, *, counts=False):
    """The answer's plans: each SELECT is explained in the transaction, role and scope in which it runs.

    With `typed`, of a search for it on a page. With `counts` it runs once more, to tell how many rows each step read.
    """
    plans, roles = [], set()
    options = "ANALYZE, FORMAT JSON" if counts else "FORMAT JSON"

    def explain(execute, sql, params, many, context):
        sql_alone = sql.removeprefix(f"{ONE_PLAN}; ")
        if sql_alone.startswith("EXECUTE") or ("SELECT" in sql[:12] and any(table in sql for table in BIG)):
            with connection.connection.cursor() as cursor:
                cursor.execute("SAVEPOINT before_it")
                explained = f"EXPLAIN ({options}) {sql_alone}"
                cursor.execute(sql.replace(sql_alone, explained), params)
                plan = cursor.fetchone()[0][0]["Plan"]
                cursor.execute("ROLLBACK TO SAVEPOINT before_it")
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
        answer = client.get(path, headers=headers) if typed is None else client.post(path, {"q": typed})
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


def plan_of_phone(who):
    """What `app.own_by_phone` asks, as it stands there, planned once for whatever it is asked."""
    values = {"wanted": "text", "mine": "uuid[]", "moment": "timestamptz"}
    asked = source_of("app.own_by_phone(text)").partition("BEGIN")[2].rpartition("RETURN")[0].strip(" ;\n")
    asked = asked.replace("SELECT array_agg(f.id) INTO found", "SELECT array_agg(f.id)")
    return plan_of(asked, values, "%s, %s::uuid[], now()", [who.people[0].phone, [who.team_id]])


def test_a_phone_number_is_looked_up(who, django_db_blocker):
    with django_db_blocker.unblock():
        path = f"/api/v1/residents/?phone={quote(who.people[0].phone)}"
        assert {"neighbourhoods_resident_pkey"} <= indexes_of(ask(who, path))
        assert {"resident_by_phone"} <= indexes_of([plan_of_phone(who)])


# Of speed.md: what is asked, the indexes that answer it, whether its order is an index's too, and how many rows a step
# may read of a big table. A page has 25, and one more tells whether there is another; relationships are a few for each.
HOTTEST = [
    ("/api/v1/teams/{team}/caseload/", {"caseload_by_name"}, True, 60),
    ("/api/v1/residents/?q={name}", {"neighbourhoods_resident_pkey"}, True, 60),
    ("/api/v1/residents/?nhs_number={nhs_number}", {"one_resident_per_nhs_number"}, False, 3),
    ("/api/v1/referrals/?to_team={team}", {"referral_list_of_receiver"}, True, 60),
    (
        "/",
        {"encounter_planned_by_team", "alert_standing_of_team", "careplans_action_pkey", "plan_by_review"},
        False,
        1_000,
    ),
]


def addressed(who, path):
    first = who.people[0]
    return path.format(team=who.team_id, name=quote(first.family_name), nhs_number=first.nhs_number)


@pytest.mark.parametrize(("path", "indexes", "is_in_order", "most"), HOTTEST, ids=[path for path, *_ in HOTTEST])
def test_each_of_the_five_hottest_reads_a_few_rows_of_its_own_indexes(
    who, django_db_blocker, path, indexes, is_in_order, most
):
    with django_db_blocker.unblock():
        plans = ask(who, addressed(who, path), counts=True)
    assert indexes <= indexes_of(plans)
    sorted_again = [node for plan in plans for node in nodes(plan) if node["Node Type"].endswith("Sort")]
    assert not (is_in_order and sorted_again)
    assert rows_read(plans) != {}
    assert {table: rows for table, rows in rows_read(plans).items() if rows > most} == {}


def rows_read(plans):
    """The most that one step has read of each big table, taken or not."""
    read = {}
    for plan in plans:
        for node in nodes(plan):
            table = node.get("Relation Name") or node.get("Index Name")
            if "Scan" in node["Node Type"] and node["Actual Loops"] and (table in BIG or "Bitmap" in node["Node Type"]):
                left = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
                read[table] = max(read.get(table, 0), (node["Actual Rows"] + left) * node["Actual Loops"])
    return read


NAMED = {"likeness": "text", "begins": "text[]", "ends": "text[]", "mine": "uuid[]", "moment": "timestamptz"}


@pytest.mark.parametrize(
    ("function", "most"),
    [
        ("app.own_by_name(text,text[],text[])", ""),
        ("app.best_by_words(text,text[],text[],text[],text[],text[],integer)", "50"),
    ],
)
def test_a_name_is_found_by_its_beginning_and_its_likeness_among_those_of_a_team(
    who, django_db_blocker, function, most
):
    """As the functions ask, planned once, with what they tell the planner of the cost of likeness."""
    name = who.people[0].family_name
    begins, ends = [name, f"{name} x"], [f"{name}~", f"{name} x~"]
    with django_db_blocker.unblock():
        asked = (
            source_of(function).partition("INTO found")[2].partition(") f;")[0].replace("LIMIT most", f"LIMIT {most}")
        )
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL cpu_operator_cost = 0.25")
        given = "%s, %s::text[], %s::text[], %s::uuid[], now()"
        plan = plan_of(f"SELECT array_agg(f.id) {asked}) f", NAMED, given, [name, begins, ends, [who.team_id]])
        with connection.cursor() as cursor:
            cursor.execute("RESET cpu_operator_cost")
    found = {node["Index Name"] for node in nodes(plan) if node.get("Index Name")}
    assert found == {"relationship_by_name", "relationship_by_parts"}
    assert indexes_of([plan]) == found


def asked_in(function, *, begins, ends):
    """The one statement of a function that begins and ends with these words, as it stands there."""
    source = source_of(function)
    return begins + source.partition(begins)[2].partition(ends)[0]


def test_one_of_ones_own_is_found_by_keys_from_their_index_whatever_is_asked(who, django_db_blocker):
    """Planned once: nothing is known of what will be looked for."""
    with django_db_blocker.unblock():
        asked = asked_in("app.own_by_keys(text[])", begins="WITH alike", ends=";").replace("INTO found", "")
        values = {"wanted": "text[]", "mine": "uuid[]", "moment": "timestamptz", "leads_there": "boolean"}
        plan = plan_of(asked, values, "%s::text[], %s::uuid[], now(), true", [["t:1632000001"], [who.team_id]])
    assert "resident_by_keys" in indexes_of([plan])


PAIRS = [
    "{name} {born}",
    "{name} {postcode}",
    "{name} {phone}",
    "{born} {postcode}",
    "{born} {phone}",
    "{postcode} {phone}",
]


@pytest.mark.parametrize("pair", PAIRS)
def test_two_items_are_found_by_the_index_of_keys_and_few_rows_are_judged(who, django_db_blocker, pair):
    with django_db_blocker.unblock():
        typed = read(pair.format(**facts_of(who)))
        items = Items(exact=typed.exact, names=typed.orders if typed.name else ())
        plan = plan_of_items(items)
    assert "resident_by_keys" in indexes_of([plan])
    assert max(rows_read([plan]).values()) < 500


def facts_of(who):
    person = Resident.objects.get(id=who.people[0].resident_id)
    return {
        "number": person.nhs_number,
        "name": person.family_name,
        "born": f"{person.birth_date:%d/%m/%Y}",
        "postcode": person.postcode.replace(" ", ""),
        "phone": f"0{phone_key(person.phone).removeprefix('t:')}",
    }


def plan_of_items(items):
    """What `app.find_by_items` asks for two items, with what is asked in its place: it is planned anew for each."""
    function = "app.find_by_items(text,text[],text[],text[],text[],text[])"
    asked = asked_in(function, begins="WITH near", ends=";").replace("INTO found", "").replace("%", "%%")
    _, exact, names, *words = items.values
    given = {"exact": exact, "names": names, **dict(zip(("one", "other", "third"), words, strict=True))}
    for word in given:
        asked = re.sub(rf"\b{word}\b", f"(%({word})s::text[])", asked)
    with connection.connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {asked}", given)
        return cursor.fetchone()[0][0]["Plan"]


@pytest.mark.parametrize("pair", PAIRS)
def test_finding_by_two_items_on_the_page_reads_no_big_table_from_beginning_to_end(who, django_db_blocker, pair):
    with django_db_blocker.unblock():
        before = read_from_beginning_to_end()
        ask_page(who, pair.format(**facts_of(who)))
        assert read_from_beginning_to_end() == before


@pytest.mark.parametrize("typed", ["Xqzhtly", "Bill", "{postcode}", "Stephn", "{number}"])
def test_finding_on_the_page_by_one_thing_reads_no_big_table_from_beginning_to_end(who, django_db_blocker, typed):
    with django_db_blocker.unblock():
        before = read_from_beginning_to_end()
        ask_page(who, typed.format(**facts_of(who)))
        assert read_from_beginning_to_end() == before


def ask_page(who, typed):
    name, _, value = who.session_cookie.partition("=")
    client = Client()
    client.cookies[name] = value
    assert client.post("/residents/", {"q": typed}).status_code == 200


def plan_of_duplicates(one):
    """What `app.duplicates` asks, as it stands there, for one who may be this one: it is planned anew for each."""
    source = source_of("app.duplicates(text,text[],date,date[],text,text,uuid,text[],text[])")
    asked = source.partition("INTO found")[2].partition("PERFORM")[0].strip(" ;\n")
    question = question_about(one)
    given = {
        "nhs": question.nhs_number,
        "names": list(question.names),
        "born": question.born,
        "births": list(question.births),
        "home": question.postcode,
        "called": question.phone,
        "other_sounds": [pair[1] for pair in question.pairs],
        "sounds": [pair[0] for pair in question.pairs],
    }
    types = {"names": "text[]", "born": "date", "births": "date[]", "sounds": "text[]", "other_sounds": "text[]"}
    words = re.compile(rf"(?<![.\w])({'|'.join(given)})\b")
    asked = words.sub(lambda word: f"(%({word[0]})s::{types.get(word[0], 'text')})", asked)
    with connection.connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) SELECT array_agg(m.id) {asked}", given)
        return cursor.fetchone()[0][0]["Plan"]


def test_who_may_be_somebody_known_is_found_by_keys_and_dates_of_birth(who, django_db_blocker):
    with django_db_blocker.unblock():
        known = Resident.objects.exclude(postcode="").exclude(phone="").exclude(nhs_number=None).first()
        plan = plan_of_duplicates(description_of(identity_of(known)))
    assert {"resident_by_birth", "resident_by_keys", "one_resident_per_nhs_number"} <= indexes_of([plan])


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
    source = source_of("app.waiting(timestamptz,uuid,date,date)")
    asked = source.partition("RETURN QUERY")[2].rpartition("END")[0].strip(" ;\n")
    return plan_of(asked, values, "%s::uuid[], now(), now(), NULL, current_date, current_date", [[who.team_id]])


def source_of(function):
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE oid = %s::regprocedure", [function])
        return cursor.fetchone()[0]


def plan_of(asked, values, given, parameters):
    """Of a statement within a function: `values` are its variables with their types, `given` what they are here."""
    with connection.connection.cursor() as cursor:
        for number, name in enumerate(values, start=1):
            asked = re.sub(rf"\b{name}\b", f"${number}", asked)
        # As the function itself is set: planned once, for whatever it is asked.
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE within ({', '.join(values.values())}) AS {asked}")
        try:
            cursor.execute(f"EXPLAIN (FORMAT JSON) EXECUTE within ({given})", parameters)
            return cursor.fetchone()[0][0]["Plan"]
        finally:
            cursor.execute("DEALLOCATE within")
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
    "/api/v1/residents/?phone={phone}",
]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_reads_a_big_table_from_beginning_to_end(who, django_db_blocker, path):
    with django_db_blocker.unblock():
        before = read_from_beginning_to_end()
        first = who.people[0]
        named = {"name": first.family_name, "phone": quote(first.phone)}
        ask(who, path.format(team=who.team_id, resident=first.resident_id, **named))
        assert read_from_beginning_to_end() == before


@pytest.mark.parametrize("item", ["phone", "family_name"])
def test_finding_on_the_page_reads_no_big_table_from_beginning_to_end(who, django_db_blocker, item):
    with django_db_blocker.unblock():
        before = read_from_beginning_to_end()
        indexes_of(ask(who, "/residents/", typed=getattr(who.people[0], item)))
        assert read_from_beginning_to_end() == before


def test_of_whoever_is_called_like_two_letters_only_those_who_are_shown_are_read(who, django_db_blocker):
    with django_db_blocker.unblock():
        plans = ask(who, "/residents/", typed=who.people[0].family_name[:2], counts=True)
    assert rows_read(plans)["neighbourhoods_resident"] == 50


def test_my_day_reads_nothing_from_beginning_to_end(who, django_db_blocker):
    with django_db_blocker.unblock():
        assert {"encounter_planned_by_team", "careplans_action_pkey"} <= indexes_of(ask(who, "/"))


def test_a_name_is_found_among_ones_own_without_reading_everybody(who, django_db_blocker):
    with django_db_blocker.unblock():
        indexes_of(ask(who, f"/api/v1/residents/?q={who.people[0].family_name}"))
