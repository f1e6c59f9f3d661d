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
# Their rows come and go by themselves.
# What a table of that time is called today, where it was renamed since.
RENAMED = {"neighbourhoods_bannerentry": "neighbourhoods_entry"}
PASSING = {"django_session", "django_migrations", "django_content_type", "auth_permission"}


def rows(url):
    """How many rows each table holds."""
    link = psycopg2.connect(url)
    try:
        with link.cursor() as cursor:
            cursor.execute(TABLES)
            counts = {}
            for (name,) in cursor.fetchall():
                cursor.execute(f'SELECT count(*) FROM "{name}"')
                counts[name] = cursor.fetchone()[0]
            return counts
    finally:
        link.close()


def beside_the_banner(url, table):
    """Whose, of which kind, in which words, by whom, and whether it still stands."""
    link = psycopg2.connect(url)
    try:
        with link.cursor() as cursor:
            cursor.execute(
                "SELECT resident_id, kind, text, event_on, recorded_by_id, recorded_by_organisation_id, created_at, "
                f"ended_at FROM {table} ORDER BY id"
            )
            return cursor.fetchall()
    finally:
        link.close()


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
    hub.cursor().execute(f'DROP DATABASE "{name}" WITH (FORCE)')
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


@pytest.mark.thorough
def test_a_database_of_an_earlier_landing_is_brought_up_to_date_without_losing_a_row(database_of_a_landing):
    owner = database_of_a_landing["DATABASE_OWNER_URL"]
    before, stood = rows(owner), beside_the_banner(owner, "neighbourhoods_bannerentry")
    assert before["neighbourhoods_resident"] > 30
    assert len(stood) > 20
    migrated = manage(database_of_a_landing, "migrate", "--noinput")
    assert migrated.returncode == 0, migrated.stderr
    assert manage(database_of_a_landing, "migrate", "--check").returncode == 0
    after = rows(owner)
    now = {name: after.get(RENAMED.get(name, name), 0) for name in before}
    lost = {name: (count, now[name]) for name, count in before.items() if now[name] < count}
    assert {name: counts for name, counts in lost.items() if name not in PASSING} == {}
    # What stood beside the banner before there were kinds of entries stands there after it, with who wrote it.
    assert beside_the_banner(owner, "neighbourhoods_entry") == stood
    assert beside_the_banner(owner, "neighbourhoods_bannerentry") == stood
    assert without_author(owner) == []


def without_author(url):
    """Entries of a member that do not say who that was, or which section of the record they belong to."""
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
