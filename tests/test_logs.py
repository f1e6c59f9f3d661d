"""What a line of the log holds, and what it never holds."""

import io
import json
import logging
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from carecoord import logs
from carecoord.logs import JsonLine, Line, WithoutWords, speaking_for
from tests.running.system import DATABASES

ROOT = Path(__file__).resolve().parents[1]


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


@pytest.mark.django_db
def test_the_line_of_a_request_has_the_id_that_its_answer_has(client):
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonLine())
    logging.getLogger("carecoord.requestlog").addHandler(handler)
    try:
        answers = [client.get("/accounts/login/"), client.get("/api/v1/residents/")]
    finally:
        logging.getLogger("carecoord.requestlog").removeHandler(handler)
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [line["request_id"] for line in told] == [answer.headers["X-Request-ID"] for answer in answers]
    assert told[0]["request_id"] != told[1]["request_id"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "headers", "status", "logger"),
    [
        ("/accounts/login/", {"host": "sheila.example"}, 400, "django.security.DisallowedHost"),
        ("/accounts/login/", {"referer": "https://sheila.example/?q=Sheila"}, 403, "django.security.csrf"),
    ],
)
def test_a_refusal_is_told_without_what_was_asked(caplog, settings, path, headers, status, logger):
    settings.ALLOWED_HOSTS = ["testserver"]
    with caplog.at_level(logging.INFO):
        answer = Client(enforce_csrf_checks=True).post(path, headers=headers, secure=True)
    assert answer.status_code == status
    (told,) = [record for record in caplog.records if record.name == logger]
    assert WithoutWords().filter(told)
    assert "sheila" not in JsonLine().format(told).lower()


def lines_of_gunicorn(application, request):
    """What a web server with nothing behind it but `application` tells from its start to its end, asked once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = free.getsockname()
    command = [sys.executable, "-m", "gunicorn", application, f"--bind=127.0.0.1:{address[1]}", "--no-control-socket"]
    environment = {**os.environ, "LOG_FORMAT": "json"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as server:
        try:
            lines = [next(line for line in server.stderr if "Booting worker" in line)]
            with socket.create_connection(address, timeout=10) as connection:
                connection.sendall(request)
                connection.recv(100)
        finally:
            server.terminate()
        return [*lines, *server.stderr]


@pytest.mark.parametrize("request_", [b"GET /?q=Sheila HTTP/1.1\r\nHost: a\r\n\r\n", b"Sheila Hartley\r\n\r\n"])
def test_the_web_servers_own_lines_are_json_too_and_quote_no_request(request_):
    told = [json.loads(line) for line in lines_of_gunicorn("builtins:int", request_)]
    assert {line["logger"] for line in told} == {"gunicorn.error"}
    assert "a request was refused, or failed" in {line["message"] for line in told}
    assert "Sheila" not in json.dumps(told)


@pytest.mark.parametrize("variable", DATABASES)
def test_the_log_of_the_database_server_holds_no_words_of_statements_that_failed(variable):
    """A statement holds what people typed, and the detail of an error holds the row."""
    link = psycopg2.connect(os.environ[variable])
    try:
        with link.cursor() as cursor:
            cursor.execute("SELECT current_setting('log_min_error_statement'), current_setting('log_error_verbosity')")
            assert cursor.fetchone() == ("panic", "terse")
    finally:
        link.close()
