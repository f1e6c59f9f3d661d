"""Web and worker refuse to serve with a database login that policies do not hold."""

import os
import subprocess
import sys
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from carecoord.database_check import DatabaseLogin, what_is_wrong

WEB = DatabaseLogin(
    name="app_rt",
    role="app_web",
    is_superuser=False,
    bypasses_policies=False,
    owns_tables=False,
    may_act_as_system=False,
)
WORKER = replace(WEB, name="app_worker", role="app_system", may_act_as_system=True)


def test_each_process_may_serve_as_its_own_role():
    assert (what_is_wrong(WEB, "web"), what_is_wrong(WORKER, "worker")) == ("", "")


@pytest.mark.parametrize(
    ("process", "login", "said"),
    [
        ("web", replace(WEB, is_superuser=True), "a superuser"),
        ("web", replace(WEB, bypasses_policies=True), "may bypass row-level security"),
        ("web", replace(WEB, owns_tables=True), "owns tables"),
        ("web", replace(WEB, role="app_rt"), "web needs the role app_web"),
        ("web", replace(WEB, may_act_as_system=True), "may take the role app_system"),
        ("web", WORKER, "web needs the role app_web"),
        ("worker", WEB, "worker needs the role app_system"),
        ("worker", replace(WORKER, owns_tables=True), "owns tables"),
    ],
)
def test_any_other_arrangement_is_named(process, login, said):
    assert said in what_is_wrong(login, process)


def started(process, url, command):
    """Exit code and last words of a process that logs in with `url`."""
    variable = {"web": "DATABASE_URL", "worker": "DATABASE_WORKER_URL"}[process]
    environment = os.environ | {variable: url, "CARECOORD_LOGIN": process, "PYTHONWARNINGS": "ignore"}
    ended = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, timeout=60, cwd=settings.BASE_DIR
    )
    return ended.returncode, ended.stderr.strip().splitlines()[-1:]


IMPORT_WEB = ["-c", "import carecoord.wsgi"]
WORK = ["-m", "celery", "-A", "carecoord", "worker", "--pool=solo", "--without-mingle", "--without-gossip"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("process", "variable", "command"),
    [("web", "DATABASE_OWNER_URL", IMPORT_WEB), ("worker", "DATABASE_OWNER_URL", WORK)],
)
def test_a_process_that_logs_in_as_the_owner_ends_with_one_sentence(migrated_database, process, variable, command):
    migrated = urlsplit(os.environ[variable])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    code, said = started(process, migrated, command)
    assert code == 2
    assert "owns tables, and policies do not hold an owner." in said[0]


def test_the_web_starts_with_its_own_login():
    assert started("web", os.environ["DATABASE_URL"], IMPORT_WEB)[0] == 0
