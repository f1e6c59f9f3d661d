"""Nobody is told that it is our fault where the database is away for a moment, or somebody else was faster."""

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from carecoord import audit
from carecoord.audit.models import AuditEntry
from carecoord.errors import RuleError
from neighbourhoods.models import Resident
from tests.api.conftest import CLIENT, made_partner, token_for
from tests.world import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def nursing(world):
    return made_partner(world, "nursing", world.nursing)


@pytest.fixture
def nurse(world):
    """A browser that is shown what a server answers: Django's own hands the exception on to the test."""
    client = Client(raise_request_exception=False)
    sign_in(client, world, "nurse")
    return client


@pytest.fixture
def away(monkeypatch):
    def refuse(self, *_, **__):
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        yield lambda: patch.setattr(BaseDatabaseWrapper, "cursor", refuse)


@pytest.fixture
def goes_wrong(monkeypatch):
    """`goes_wrong(error)`: My day writes something, then this is raised."""

    def put(error):
        def act(principal, *_):
            audit.looked("half.done", by=principal)
            raise error

        monkeypatch.setattr("carecoord.record.views.day.day_of", act)

    return put


def database_error(number):
    """As PostgreSQL raises it."""
    with pytest.raises(Exception) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{number}'; END $$")
    return caught.value


def test_a_page_says_that_the_database_is_away_and_when_to_come_again(nurse, away):
    away()
    answer = nurse.get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "CareCoord cannot be reached for a moment" in answer.text


def test_a_program_is_told_so_in_its_own_words(nursing, away):
    away()
    answer = nursing.get("residents/")
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "unavailable", "5")
    fhir = nursing.call("POST", "/fhir/R4/$process-message", {})
    assert (fhir.status_code, fhir.json()["issue"][0]["code"]) == (503, "transient")


def test_who_asks_for_a_token_is_told_so_too(nursing, away):
    away()
    CLIENT.raise_request_exception = False
    answer = token_for("nursing")
    CLIENT.raise_request_exception = True
    assert (answer.status_code, answer.json()) == (503, {"error": "temporarily_unavailable"})


@pytest.mark.parametrize("number", ["57P01", "57P02", "08006", "53300"])
def test_a_database_that_is_shut_down_is_away(nursing, monkeypatch, number):
    error = database_error(number)

    def fails(**_):
        raise error

    monkeypatch.setattr("neighbourhoods.api.residents.register_resident", fails)
    answer = nursing.post("residents/", {"given_name": "K", "family_name": "H", "birth_date": "1950-01-01"})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (lambda: database_error("23505"), 409, "Somebody else was changing this"),
        (lambda: database_error("40P01"), 409, "Somebody else was changing this"),
        (lambda: database_error("57P01"), 503, "CareCoord cannot be reached for a moment"),
        (lambda: RuleError("Choose another day."), 422, "Choose another day."),
        (lambda: ValidationError("Enter a postcode."), 422, "Enter a postcode."),
        (Resident.DoesNotExist, 404, "This is not here any more"),
        (lambda: ZeroDivisionError("Hartley"), 500, "CareCoord is not working"),
    ],
)
def test_a_page_that_fails_says_what_to_do_and_leaves_nothing(nurse, goes_wrong, error, status, words):
    goes_wrong(error())
    answer = nurse.get("/")
    assert (answer.status_code, words in answer.text, "Hartley" in answer.text) == (status, True, False)
    assert not AuditEntry.objects.filter(verb="half.done").exists()
