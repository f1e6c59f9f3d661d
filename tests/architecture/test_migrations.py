"""The migrations of today, over the databases of earlier landings: nothing is lost, and it works afterwards."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg2
import pytest

from carecoord.ids import new_id
from carecoord.local import postgres
from carecoord.local.backup import _connection
from carecoord.local.folders import Folders
from tests.running.system import DATABASES, ROOT

LANDINGS = sorted((ROOT / "tests" / "data").glob("landing-*.backup"))
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
KEYS = """
    SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = %s::regclass AND i.indisprimary ORDER BY a.attnum
"""
# Their rows come and go by themselves.
PASSING = {"django_session", "django_migrations", "django_content_type", "auth_permission"}
# What a table of that time is called today, where it was renamed since.
RENAMED = {"neighbourhoods_bannerentry": "neighbourhoods_entry"}
# (table, column): the migration that means to write it anew. Everything else stays as it was.
MEANT: dict[tuple[str, str], str] = {
    ("neighbourhoods_resident", "sort_name"): "0034_search_keys_filled, in Latin letters",
    ("neighbourhoods_caseloadentry", "sort_name"): "0034_search_keys_filled, the same name again",
    ("neighbourhoods_resident", "cohorts"): "0101_cohorts_dropped: each word is an entry",
}


def content(url):
    """Every row of every table whole, by table and primary key."""
    link = psycopg2.connect(url)
    try:
        with link.cursor() as cursor:
            cursor.execute(TABLES)
            return {name: _rows(cursor, name) for (name,) in cursor.fetchall() if name not in PASSING}
    finally:
        link.close()


def _rows(cursor, table):
    cursor.execute(KEYS, [f'"{table}"'])
    keys = [name for (name,) in cursor.fetchall()]
    assert keys, f"{table} has no primary key"
    cursor.execute(f'SELECT to_jsonb(one) FROM "{table}" one')
    return {tuple(str(row[key]) for key in keys): row for (row,) in cursor.fetchall()}


def changed(before, after):
    """Rows and columns that are gone, and columns that say something else, with the first of each."""
    found = {}
    for table, rows in before.items():
        for key, row in rows.items():
            now = after.get(table, {}).get(key)
            if now is None:
                found.setdefault((table, "gone"), key)
                continue
            for column, value in row.items():
                if column not in now or now[column] != value:
                    found.setdefault((table, column), (key, value, now.get(column, "gone")))
    return found


@pytest.fixture(params=LANDINGS, ids=lambda path: path.stem)
def database_of_a_landing(request):
    """The addresses of a new database that holds what the landing's code had made."""
    owner = urlsplit(os.environ["DATABASE_OWNER_URL"])
    name = f"landing_{new_id().hex}"
    hub = psycopg2.connect(owner._replace(path="/postgres").geturl())
    hub.autocommit = True
    hub.cursor().execute(f'CREATE DATABASE "{name}"')
    addresses = {variable: urlsplit(os.environ[variable])._replace(path=f"/{name}").geturl() for variable in DATABASES}
    folders = Folders(ROOT, ROOT / ".local")
    command = [str(postgres.tool(folders, "pg_restore")), "--exit-on-error", "--no-owner", f"--dbname={name}"]
    environment = postgres.server_environment() | _connection(addresses["DATABASE_OWNER_URL"])
    subprocess.run([*command, str(request.param)], env=environment, check=True)
    yield addresses
    # Without FORCE: the owner may not end an autovacuum, a plain DROP sends it away and waits.
    hub.cursor().execute(f'DROP DATABASE "{name}"')
    hub.close()


def manage(addresses, *arguments):
    environment = {**os.environ, **addresses, "CARECOORD_LOGIN": "owner"}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_there_is_a_database_of_an_earlier_landing():
    assert LANDINGS


def test_a_row_that_is_gone_and_a_column_that_says_something_else_are_found():
    before = {
        "a": {("1",): {"id": 1, "name": "x", "old": 1}, ("2",): {"id": 2, "name": "y", "old": 1}},
        "b": {("1",): {}},
    }
    after = {"a": {("1",): {"id": 1, "name": "x", "new": 2}, ("2",): {"id": 2, "name": None}, ("3",): {"id": 3}}}
    assert changed(before, after) == {
        ("a", "name"): (("2",), "y", None),
        ("a", "old"): (("1",), 1, "gone"),
        ("b", "gone"): ("1",),
    }


@pytest.mark.thorough
def test_a_database_of_an_earlier_landing_is_brought_up_to_date_and_every_row_says_what_it_said(database_of_a_landing):
    owner = database_of_a_landing["DATABASE_OWNER_URL"]
    before = {RENAMED.get(table, table): rows for table, rows in content(owner).items()}
    assert len(before["neighbourhoods_resident"]) > 30
    assert len(before["neighbourhoods_entry"]) > 20
    assert len(before["audit_auditentry"]) > 100
    migrated = manage(database_of_a_landing, "migrate", "--noinput")
    assert migrated.returncode == 0, migrated.stderr
    assert manage(database_of_a_landing, "migrate", "--check").returncode == 0
    after = content(owner)
    found = changed(before, after)
    assert words_of(before) <= groups_of(after)
    assert {place: what for place, what in found.items() if place not in MEANT} == {}
    assert without_author_or_section(owner) == []


def words_of(rows):
    """Words that stood for groups, with whose they were."""
    return {(row["id"], word) for row in rows["neighbourhoods_resident"].values() for word in row.get("cohorts", ())}


def groups_of(rows):
    entries = [row for row in rows["neighbourhoods_entry"].values() if row["kind"].startswith("cohort.")]
    return {(row["resident_id"], row["data"].get("group", row["kind"].removeprefix("cohort."))) for row in entries}


def without_author_or_section(url):
    """Entries of a member that do not say who that was, or to which section of the record they belong."""
    link = psycopg2.connect(url)
    try:
        with link.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM neighbourhoods_entry WHERE section = '' "
                "OR (recorded_by_id IS NOT NULL AND (recorded_by_name = '' OR recorded_by_role = ''))"
            )
            return cursor.fetchall()
    finally:
        link.close()
