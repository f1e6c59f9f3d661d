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


@pytest.mark.thorough
def test_a_database_of_an_earlier_landing_is_brought_up_to_date_without_losing_a_row(database_of_a_landing):
    owner = database_of_a_landing["DATABASE_OWNER_URL"]
    before = rows(owner)
    assert before["neighbourhoods_resident"] > 30
    migrated = manage(database_of_a_landing, "migrate", "--noinput")
    assert migrated.returncode == 0, migrated.stderr
    assert manage(database_of_a_landing, "migrate", "--check").returncode == 0
    after = rows(owner)
    lost = {name: (count, after.get(name)) for name, count in before.items() if after.get(name, 0) < count}
    assert {name: counts for name, counts in lost.items() if name not in PASSING} == {}
