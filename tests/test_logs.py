"""What a line of the log holds, and what it never holds."""

import json
import logging
import re

import pytest
from django.db import IntegrityError, connection, transaction

from carecoord import logs
from carecoord.logs import JsonLine, Line, WithoutWords, speaking_for


def record(message="told", *args, caught=None, **facts):
    info = (type(caught), caught, caught.__traceback__) if caught else None
    made = logging.LogRecord("carecoord.tests", logging.INFO, __file__, 1, message, args, info)
    if facts:
        made.facts = facts
    return made


def raised(cause):
    with pytest.raises(Exception) as caught:
        cause()
    return caught.value


@pytest.fixture
def asked():
    token = speaking_for.set({"request_id": "0198-id"})
    yield
    speaking_for.reset(token)


def test_a_line_ends_with_the_id_of_its_request(asked):
    assert (
        Line()
        .format(record("3 messages of %s", "many"))
        .endswith("INFO carecoord.tests 3 messages of many request_id=0198-id")
    )


def test_a_json_line_is_one_object_with_its_facts(asked):
    (line,) = JsonLine().format(record("GET", route="residents/", status=200)).splitlines()
    told = json.loads(line)
    assert re.fullmatch(r"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", told.pop("at"))
    assert told == {
        "level": "INFO",
        "logger": "carecoord.tests",
        "message": "GET",
        "request_id": "0198-id",
        "route": "residents/",
        "status": 200,
    }


@pytest.mark.django_db
@pytest.mark.parametrize("form", [Line, JsonLine])
def test_a_database_error_is_told_without_the_row_that_failed(form):
    def fails():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE names (name text CHECK (name <> 'Sheila Hartley'))")
            cursor.execute("INSERT INTO names VALUES ('Sheila Hartley')")

    caught = raised(fails)
    assert isinstance(caught, IntegrityError)
    assert "Sheila" in str(caught)
    line = form().format(record("it failed", caught=caught))
    assert "django.db.utils.IntegrityError" in line
    assert "test_logs.py" in line
    assert "Sheila" not in line


def test_a_chain_of_exceptions_begins_with_its_first_cause():
    def fails():
        try:
            {}["Sheila"]
        except KeyError as missing:
            raise ValueError("no Sheila") from missing

    told = [line for line in logs.places_of(raised(fails)) if not line.startswith("  ")]
    assert told == ["builtins.KeyError", "builtins.ValueError"]


def test_a_failed_task_is_told_by_the_kind_of_its_error():
    caught = raised(lambda: int("Sheila"))
    sentence = "Task %(name)s raised: %(exc)s\n%(traceback)s"
    told = record(sentence, {"name": "outbox.relay", "exc": repr(caught), "traceback": "Sheila"}, caught=caught)
    assert WithoutWords().filter(told)
    assert told.getMessage() == "Task outbox.relay raised: ValueError\n"


@pytest.mark.django_db
def test_a_request_is_told_by_its_route_and_never_by_its_address(client, caplog):
    with caplog.at_level(logging.INFO, "carecoord.requestlog"):
        response = client.get("/accounts/login/?next=/residents/%3Fq%3DSheila")
        client.get("/Sheila-Hartley/")
        client.get("/healthz")
    first, second = [told for told in caplog.records if told.name == "carecoord.requestlog"]
    assert first.facts.pop("milliseconds") > 0
    assert first.facts == {"method": "GET", "route": "accounts/login/", "status": 200}
    assert second.facts["route"] == "no such page"
    assert "Sheila" not in first.getMessage() + second.getMessage()
    assert response.headers["X-Request-ID"]
