"""Fixtures of the running system, for every test folder (tests/conftest.py hands them on).

Each module gets a copy of the migrated database, with a world in it that is really committed; do not use `db`, `world`
or `client` beside them.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.migrated import drop_test_database, enter_test_database, make_test_database
from tests.running.system import ROOT, System, cloned_database, running_system
from tests.world import World, sign_in


@dataclass
class Site:
    """A live web server with worker, beat, Valkey and mail server over the world of its module."""

    base_url: str
    world: World
    system: System

    def session_of(self, name: str) -> str:
        """The value of the cookie `sessionid` of somebody who has signed in, past both factors."""
        client = Client()
        sign_in(client, self.world, name)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def cookie_of(self, name: str) -> dict[str, str]:
        """For Playwright's `context.add_cookies([...])`."""
        return {"name": settings.SESSION_COOKIE_NAME, "value": self.session_of(name), "url": self.base_url}


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment, django_db_modify_db_settings, django_db_blocker, django_db_keepdb, django_db_createdb
):
    """pytest-django's own, with a copy of the migrated database that is kept (tests/migrated.py)."""
    with django_db_blocker.unblock():
        is_kept = django_db_keepdb and not django_db_createdb and enter_test_database()
        if not is_kept:
            make_test_database(anew=django_db_createdb)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            drop_test_database()


@pytest.fixture(scope="session")
def migrated_database(django_db_setup):
    """The test database, also in a run in which no other test asks for it."""


@pytest.fixture(scope="module")
def running_database(migrated_database, built_world, django_db_blocker):
    """The name of a copy of the migrated test database, which the default connection uses until the module ends."""
    with django_db_blocker.unblock(), cloned_database() as name:
        yield name


@pytest.fixture(scope="module")
def system(running_database, tmp_path_factory):
    """Valkey and a mail server; the test starts the workers, beats and web server that it needs."""
    with running_system(tmp_path_factory.mktemp("running"), running_database) as started:
        yield started


@pytest.fixture(scope="module")
def running_world(running_database, built_world):
    """The world, as it was copied with the database."""
    return built_world.fresh()


@pytest.fixture(scope="session")
def collected_static(tmp_path_factory) -> Path:
    """Where the static files are: where ./dev test has collected them, else collected here."""
    if (settings.STATIC_ROOT / "staticfiles.json").exists():
        return settings.STATIC_ROOT
    folder = tmp_path_factory.mktemp("static")
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=_with_static(folder), check=True)
    return folder


@pytest.fixture(scope="module")
def running_site(system, running_world, collected_static):
    """`running_site.base_url` answers, with a worker and beat behind it."""
    system.static_root = collected_static
    system.start_worker()
    system.start_beat()
    system.start_web()
    return Site(system.base_url, running_world, system)


def _with_static(folder: Path) -> dict[str, str]:
    return {**os.environ, "STATIC_ROOT": str(folder), "CARECOORD_LOGIN": "owner"}
