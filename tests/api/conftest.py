"""Partner systems that call the API."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from secrets import randbelow

import pytest
from django.core.cache import cache
from django.test import Client

from carecoord.api.scopes import EVERY_SCOPE
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Level, Source
from neighbourhoods.services import open_relationship
from neighbourhoods.services.clients import ClientFacts, create_client

SECRET = "a secret of forty letters, only for tests"
CLIENT = Client()  # one for all: a new one for each request builds every middleware again


@dataclass
class Partner:
    """One client: `get`, `post` and `patch` send JSON with its token."""

    row: object
    token: str

    def call(self, method, path, body=None, **headers):
        path = path if path.startswith(("/", "http")) else f"/api/v1/{path}"
        named = {"Authorization": f"Bearer {self.token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        more = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return CLIENT.generic(method, path.removeprefix("http://testserver"), headers=named, **more)

    def get(self, path, **headers):
        return self.call("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self.call("POST", path, {} if body is None else body, **headers)

    def patch(self, path, body=None, **headers):
        return self.call("PATCH", path, {} if body is None else body, **headers)


def token_for(client_id, secret=SECRET, address="127.0.0.1", **more):
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, **more}
    return CLIENT.post("/identity/o/api/token", form, REMOTE_ADDR=address)


def shown(answer, status=200):
    assert answer.status_code == status, answer.content
    return answer.json()


def told(answer):
    return answer.status_code, answer.json()["code"]


def an_address():
    """Another each time: the limit on attempts is by client and address, and tests share their clients' names."""
    return f"127.{randbelow(250) + 1}.{randbelow(250)}.{randbelow(250)}"


def made_partner(world, name, *teams, scopes=tuple(EVERY_SCOPE), ends_on=None):
    """A client of the first team's organisation, with its token."""
    facts = ClientFacts(
        name=name,
        team_ids=[team.id for team in teams],
        default_team_id=teams[0].id,
        scopes=scopes,
        agreement="Agreement 7",
        purposes=["direct care"],
        agreement_ends_on=ends_on or date.today() + timedelta(days=365),
    )
    row = create_client(
        by=world.admin, organisation=teams[0].organisation, facts=facts, client_id=name, secret=SECRET
    ).client
    answer = token_for(name, address=an_address())
    assert answer.status_code == 200, answer.content
    return Partner(row, answer.json()["access_token"])


@pytest.fixture
def partner(world):
    """`partner("hospital", world.ward)`: a client of the team's organisation with every scope, or those named."""
    return partial(made_partner, world)


@pytest.fixture
def nursing(world, partner):
    return partner("nursing", world.nursing)


@pytest.fixture
def stranger(world, partner):
    """Another organisation's client, without a relationship."""
    return partner("carers", world.carers)


@pytest.fixture
def sheila(world):
    return world.resident()


@pytest.fixture
def onlooker(world, partner, sheila):
    """The surgery's client: it sees Sheila, and none of what others do for her is its own."""
    with acting_as(world.nurse):
        open_relationship(
            resident_id=sheila.id,
            team_id=world.surgery.id,
            level=Level.RECORD,
            source=Source.REGISTRATION,
            source_id=sheila.id,
            reason="Registered with the practice",
        )
    return partner("surgery", world.surgery)


@pytest.fixture
def no_memory():
    cache.clear()


@pytest.fixture
def carers(stranger):
    """The system of the carers' charity, which receives."""
    return stranger


@pytest.fixture
def surgery(world, partner):
    return partner("surgery", world.surgery)
