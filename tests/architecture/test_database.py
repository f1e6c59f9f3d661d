"""The second lock, read from the catalogue: nothing about a resident is ever readable without a principal."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, models, transaction

from neighbourhoods import gate
from tests.life import RESIDENTS_COLUMNS, live

pytestmark = pytest.mark.django_db

# Parts of guarded rows, which name no resident themselves.
OF_THE_OWNER = {"neighbourhoods_mergechange"}
PARTS = {
    "referrals_handoverconcern",
    "referrals_handoveritem",
    "referrals_handoverneedmark",
    "alerts_alertrung",
    "alerts_alertrecipient",
    "alerts_heldmessage",
    "fhir_answeredmessage",
    "fhir_importedresource",
    "neighbourhoods_entrysecret",
    *OF_THE_OWNER,
}


def rows(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def tables_of_residents():
    return {table for table, _ in rows(RESIDENTS_COLUMNS)}


@pytest.fixture
def a_full_life(world):
    """Somebody with a row in every table that names a resident."""
    return live(world)


def test_every_table_that_names_a_resident_has_row_level_security(db):
    guarded = {name for (name,) in rows("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')")}
    assert tables_of_residents() | PARTS <= guarded


def test_no_table_is_without_a_decision_about_its_rights(db):
    """Every model of ours is either guarded, or granted as shared, or of no use to the run-time roles at all."""
    granted = {
        name
        for (name,) in rows(
            "SELECT DISTINCT table_name FROM information_schema.role_table_grants "
            "WHERE grantee IN ('app_web', 'app_system')"
        )
    }
    ours = {
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.split(".")[0] in {"carecoord", "neighbourhoods", "careplans", "referrals"}
    }
    assert ours - granted == OF_THE_OWNER


def test_no_run_time_role_may_delete_or_truncate_what_is_about_residents(db):
    forbidden = rows(
        "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants "
        "WHERE grantee IN ('app_web', 'app_system') AND privilege_type IN ('DELETE', 'TRUNCATE', 'TRIGGER') "
        "AND table_name = ANY(%s)",
        sorted(tables_of_residents() | PARTS),
    )
    assert forbidden == []


def test_the_run_time_roles_own_nothing_and_cannot_bypass(db):
    found = rows(
        "SELECT rolname FROM pg_roles WHERE rolname IN ('app_web', 'app_system') "
        "AND (rolsuper OR rolbypassrls OR rolcanlogin)"
    )
    owned = rows(
        "SELECT relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname LIKE 'app\\_web'"
    )
    assert (found, owned) == ([], [])


def test_no_view_shows_rows_past_the_policies(db):
    """There is none: what is read is a table with its policies, or a function of the owner's."""
    views = rows(
        "SELECT c.relname FROM pg_class c "
        "WHERE c.relkind = 'v' AND c.relnamespace IN ('public'::regnamespace, 'app'::regnamespace)"
    )
    assert views == []
    assert rows("SELECT matviewname FROM pg_matviews") == []


def test_owner_functions_are_for_the_two_roles_only_and_pin_their_names(db):
    loose = rows(
        """
        SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = 'app' AND p.prosecdef
          AND (has_function_privilege('public', p.oid, 'EXECUTE')
               OR (p.prosqlbody IS NULL AND NOT coalesce(p.proconfig::text, '') LIKE '%%search_path%%'))
        """
    )
    assert loose == []


@pytest.mark.parametrize("who", ["nobody", "outsider", "privacy", "admin"])
def test_raw_sql_shows_no_row_to_whoever_has_no_relationship(a_full_life, who):
    """As the web's role, on every table with a resident_id column, found by its name."""
    world = a_full_life

    def counts():
        return {
            table: rows(f'SELECT count(*) FROM "{table}" WHERE "{column}" IS NOT NULL')[0][0]
            for table, column in rows(RESIDENTS_COLUMNS)
        }

    assert 0 not in counts().values(), "the fixture leaves a table without a row, so nothing would be shown"
    if who == "nobody":
        with transaction.atomic():
            rows("SELECT set_config('role', 'app_web', true)")
            seen = counts()
            rows("SELECT set_config('role', 'none', true)")
    else:
        with gate.acting_as(world.people[who]):
            seen = counts()
    assert {table: count for table, count in seen.items() if count} == {}


def test_visible_to_is_the_policy_no_wider_and_no_narrower(a_full_life):
    world = a_full_life
    guarded = [
        model
        for model in apps.get_models()
        if hasattr(model._default_manager.all(), "visible_to") and model._meta.db_table != "neighbourhoods_relationship"
    ]
    assert len(guarded) >= 14
    for principal in world.people.values():
        for model in guarded:
            with gate.acting_as(principal):
                by_policy = set(model._default_manager.values_list("pk", flat=True))
            by_query = set(model._default_manager.visible_to(principal).values_list("pk", flat=True))
            assert by_query == by_policy, f"{model.__name__} for {principal.name}"


def test_relationships_are_shown_by_query_as_by_policy(a_full_life):
    from neighbourhoods.models import Relationship

    for principal in a_full_life.people.values():
        with gate.acting_as(principal):
            by_policy = set(Relationship.objects.values_list("pk", flat=True))
        assert set(Relationship.objects.visible_to(principal).values_list("pk", flat=True)) == by_policy


def test_every_model_about_residents_can_be_asked_what_is_visible(db):
    silent = [
        model.__name__
        for model in apps.get_models()
        if any(field.name == "resident" for field in model._meta.get_fields() if isinstance(field, models.Field))
        and not hasattr(model._default_manager.all(), "visible_to")
    ]
    assert silent == []


def test_open_items_without_a_lead_team_are_refused_at_commit(world):
    """The deferred trigger: here it is asked at once."""
    from careplans.services import create_action
    from neighbourhoods.models import CaseloadEntry

    sheila = world.resident()
    with gate.acting_as(world.nurse):
        create_action(by=world.nurse, resident_id=sheila.id, title="Visit", team_id=world.nursing.id)
    with transaction.atomic():
        CaseloadEntry.objects.filter(resident=sheila).update(is_lead=False)
        with pytest.raises(IntegrityError, match="a resident with anything open has a lead team"):
            connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_an_open_item_without_a_team_is_refused_by_the_database(world):
    from careplans.models import Action
    from careplans.services import create_action

    sheila = world.resident()
    with gate.acting_as(world.nurse):
        action = create_action(by=world.nurse, resident_id=sheila.id, title="Visit", team_id=world.nursing.id)
    with pytest.raises(IntegrityError, match="open_action_has_a_team"), transaction.atomic():
        Action.objects.filter(id=action.id).update(accountable_team=None)


def test_a_place_without_a_front_door_is_refused(db):
    from neighbourhoods.models import Place

    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(name="Nowhere", slug="nowhere", front_door_id=None)


def test_workers_see_all_for_their_sweeps_and_change_no_audit(a_full_life):
    with transaction.atomic():
        rows("SELECT set_config('role', 'app_system', true)")
        assert rows("SELECT count(*) > 0 FROM neighbourhoods_resident") == [(True,)]
        with pytest.raises(ProgrammingError), transaction.atomic():
            connection.cursor().execute("UPDATE audit_auditentry SET reason = 'x'")
        rows("SELECT set_config('role', 'none', true)")


def test_migrations_can_be_taken_back():
    """Every RunSQL of ours says how it is undone."""
    import re

    for file in Path(__file__).parents[2].glob("*/migrations/0*.py"):
        assert not re.search(r"RunSQL\([^,]+\)\s*$", file.read_text()), file
