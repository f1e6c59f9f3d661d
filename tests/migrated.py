"""The migrated database that every test database is a copy of: made once, kept until what it is made from changes."""

import hashlib
import os
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
# What a migrated database is made from: migrations, what they call, the models that Django keeps a list of, the codes.
SOURCES = ("*/migrations/*.py", "carecoord/*/migrations/*.py", "*/models/*.py", "*/models.py", "carecoord/*/models.py")
MORE = ("carecoord/rowsecurity.py", "neighbourhoods/codes.py", "requirements.txt", "data/codes/**/*")
# Any number, the same for every process that may make one.
LOCK = 2_026_112_200


def make_test_database(*, anew: bool) -> None:
    """The default connection's test database, and the connection in it. `anew` migrates it from nothing."""
    name = connection.creation._get_test_db_name()
    with _server() as run:
        run(f'DROP DATABASE IF EXISTS "{name}"')
        if anew:
            run(f'CREATE DATABASE "{name}"')
            _enter(name)
            _migrate()
            return
        kept = _kept_name()
        run(f"SELECT pg_advisory_lock({LOCK})")
        if not _is_there(run, kept):
            for (old,) in run("SELECT datname FROM pg_database WHERE datname ~ %s", f"^{_base()}_kept_"):
                with suppress(psycopg2.errors.ObjectInUse):  # another checkout is copying its own
                    run(f'DROP DATABASE "{old}"')
            making = f"{kept}_making"
            run(f'CREATE DATABASE "{making}"')
            _enter(making)
            _migrate()
            connection.close()
            run(f'ALTER DATABASE "{making}" RENAME TO "{kept}"')
        run(f'CREATE DATABASE "{name}" TEMPLATE "{kept}"')
    _enter(name)


def enter_test_database() -> bool:
    """Whether there is one already, from a run that kept it; the connection is in it then, and it is up to date."""
    name = connection.creation._get_test_db_name()
    with _server() as run:
        if not _is_there(run, name):
            return False
    _enter(name)
    _migrate()
    return True


def drop_test_database() -> None:
    connection.close()
    with _server() as run, suppress(psycopg2.errors.ObjectInUse):
        run(f'DROP DATABASE IF EXISTS "{connection.creation._get_test_db_name()}"')


def _enter(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def _base() -> str:
    """Without the suffix that each worker of a parallel run has."""
    return os.environ.get("TEST_DATABASE_NAME") or "test_carecoord"


def _kept_name() -> str:
    digest = hashlib.sha256()
    for path in sorted({path for pattern in (*SOURCES, *MORE) for path in ROOT.glob(pattern) if path.is_file()}):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return f"{_base()}_kept_{digest.hexdigest()[:12]}"


def _is_there(run, name: str) -> bool:
    return bool(run("SELECT 1 FROM pg_database WHERE datname = %s", name))


@contextmanager
def _server():
    """Runs statements beside the databases of tests, as their owner; a lock taken there ends with it."""
    given = connection.settings_dict
    link = psycopg2.connect(
        host=given["HOST"], port=given["PORT"], user=given["USER"], password=given["PASSWORD"], dbname="postgres"
    )
    link.autocommit = True

    def run(statement: str, *arguments):
        with link.cursor() as cursor:
            cursor.execute(statement, arguments)
            return cursor.fetchall() if cursor.description else []

    try:
        yield run
    finally:
        link.close()
