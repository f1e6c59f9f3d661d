"""Databases of the benchmark's own: made, loaded, and kept for the next time."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg2
from django.conf import settings

from carecoord.bench.loading import Refused
from carecoord.bench.policies import switch
from carecoord.bench.sizes import HISTORY_OF

# Another number: what is loaded has changed, so databases that were loaded before are made anew.
LOADER = 5
SOON_USED_UP = 10_000
"""Up to so many residents are loaded in seconds, and those of whom nothing is asked do not last for a second run."""
VARIABLES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL")


@dataclass(frozen=True)
class Database:
    """One loaded database, and the environment of processes that use it."""

    residents: int
    name: str
    environment: Mapping[str, str]

    @property
    def owner_url(self) -> str:
        return self.environment["DATABASE_OWNER_URL"]


def prepare(residents: int, say: Callable[[str], object], history: int | None = None) -> Database:
    """The database of this size, up to date. A large one takes a while, and is used again.

    `history` are rows of the audit in all, if not the usual number for each resident.
    """
    return _prepared(residents, say, history, "", is_kept=residents > SOON_USED_UP)


def prepare_alerts(residents: int, alerts: int, due: int, say: Callable[[str], object]) -> Database:
    """The same with so many alerts of the past, and so many due."""
    database = _prepared(residents, say, None, f"_with_{alerts}_alerts", is_kept=True)
    _run(database, "load_alerts", str(alerts), f"--due={due}")
    return database


def _prepared(
    residents: int, say: Callable[[str], object], history: int | None, more: str, *, is_kept: bool
) -> Database:
    is_usual = history in (None, residents * HISTORY_OF)
    database = _named(residents, more if is_usual else f"{more}_{history}")
    words = f"Loaded in bulk for measuring: {residents} residents, loader {LOADER}"
    with psycopg2.connect(_hub()) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database.name]
        )
        found = cursor.fetchone()
    if found is None or found[0] != words or not is_kept:
        _make(database, say)
        _run(database, "migrate", "--noinput", "--verbosity=0")
        say(f"Loading {residents} residents into {database.name}.")
        _run(database, "load_residents", str(residents), *([] if is_usual else [f"--history={history}"]))
        _administer(f"COMMENT ON DATABASE {database.name} IS '{words}'")
    else:
        say(f"Using {database.name}, loaded before.")
        _run(database, "migrate", "--noinput", "--verbosity=0")
    switch(database.owner_url, "ENABLE")  # whoever was broken off may have left the policies aside
    return database


def _named(residents: int, more: str) -> Database:
    name = f"measuring_{residents}{more}"
    addresses = {variable: _with_name(_address(variable), name) for variable in VARIABLES}
    return Database(residents, name, os.environ | addresses | {"CARECOORD_LOGIN": "owner", "DEMO": "0"})


def _address(variable: str) -> str:
    address = os.environ.get(variable, "")
    host = urlsplit(address).hostname
    if host not in settings.LOOPBACK:
        raise Refused(f"{variable} is not on this machine, and processes elsewhere cannot be measured.")
    return address


def _with_name(address: str, name: str) -> str:
    return urlsplit(address)._replace(path=f"/{name}").geturl()


def _hub() -> str:
    return _with_name(_address("DATABASE_OWNER_URL"), "postgres")


def _make(database: Database, say: Callable[[str], object]) -> None:
    say(f"Making the database {database.name}.")
    _administer(f"DROP DATABASE IF EXISTS {database.name}", f"CREATE DATABASE {database.name}")
    _administer(f"REVOKE TEMPORARY ON DATABASE {database.name} FROM PUBLIC")


def _administer(*statements: str) -> None:
    connection = psycopg2.connect(_hub())
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        connection.close()


def _run(database: Database, *command: str) -> None:
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py"), *command]
    finished = subprocess.run(manage, env=dict(database.environment), check=False)
    if finished.returncode:
        raise Refused(f"{command[0]} failed for {database.name}.")
