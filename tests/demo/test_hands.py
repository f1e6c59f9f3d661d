"""Several processes make one year: what they make is what one would have made, and all of it is kept, or nothing."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import connection

from carecoord.demo.hands import Share
from carecoord.demo.making import Demonstration
from referrals import references
from tests.running.system import ROOT, copied_test_database

DATABASES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL")


class Somebody:
    def __init__(self, number):
        self.number = number


class Place:
    name = "Aldermoor"


def test_each_resident_is_for_one_hand():
    for hands in (1, 2, 3):
        shares = [Demonstration(None, Share(hand, hands)) for hand in range(hands)]
        for number in range(12):
            assert sum(share.has(Somebody(number)) for share in shares) == 1


@pytest.mark.parametrize("many", [2, 3, 7])
def test_hands_draw_from_references_of_their_own(many):
    drawn = []
    for which in range(many):
        with references.one_of(many, which):
            drawn.append({references.drawn(Place, 4) for _ in range(3000)})
    assert all(re.fullmatch(r"ALD-[1-9]\d{3}", name) for name in set().union(*drawn))
    assert sum(map(len, drawn)) == len(set().union(*drawn))


@contextmanager
def database_of_its_own():
    connection.close()  # nobody may look at what is copied
    with copied_test_database() as name:
        given = connection.settings_dict
        login = {"user": given["USER"], "password": given["PASSWORD"], "host": given["HOST"], "port": given["PORT"]}
        link = psycopg2.connect(dbname=name, **login)
        link.autocommit = True
        # The world of the other tests has neighbourhoods of the same names.
        link.cursor().execute("UPDATE neighbourhoods_neighbourhood SET slug = slug || '-of-testborough'")
        try:
            yield name, link.cursor()
        finally:
            link.close()


def loading(database, *options):
    environment = {name: urlsplit(os.environ[name])._replace(path=f"/{database}").geturl() for name in DATABASES}
    environment |= {"DEMO": "1", "CARECOORD_LOGIN": "owner", "CARECOORD_DEMO_PASSWORD": "a word for all"}
    command = [sys.executable, "manage.py", "load_demo", "--residents=60", "--today=2026-11-20", *options]
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def digest_of(database, *options):
    made = loading(database, *options)
    said, wrong = made.communicate(timeout=300)
    assert made.returncode == 0, wrong
    return said.splitlines()[-1]


def residents_in(cursor):
    cursor.execute("SELECT count(*) FROM neighbourhoods_resident")
    return cursor.fetchone()[0]


@pytest.mark.thorough
def test_two_hands_make_what_one_makes_also_after_one_of_them_was_killed(built_world):
    with database_of_its_own() as (name, _):
        by_one = digest_of(name, "--hands=1")
    assert by_one.startswith("Digest of the content: ")
    with database_of_its_own() as (name, cursor):
        before = residents_in(cursor)
        made = loading(name, "--hands=2")
        while "happens to" not in made.stdout.readline():
            pass
        first = subprocess.run(
            ["pgrep", "-P", str(made.pid)], capture_output=True, text=True, check=True
        ).stdout.split()
        assert len(first) == 2
        os.kill(int(first[0]), 9)
        _, wrong = made.communicate(timeout=60)
        assert made.returncode == 1
        assert "Nothing of the year was kept." in wrong
        assert residents_in(cursor) == before
        assert digest_of(name, "--hands=2") == by_one
