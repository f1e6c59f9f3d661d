"""Partner systems on the running site: as the web's own role, really committed, really at the same moment."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from carecoord.api.scopes import EVERY_SCOPE
from neighbourhoods.models import Resident
from neighbourhoods.services.clients import ClientFacts, create_client

pytestmark = [pytest.mark.running, pytest.mark.thorough]
SECRET = "a secret of forty letters, only for tests"


def ask(url, body=None, form=None, **headers):
    """Status, headers and what was said."""
    data = json.dumps(body).encode() if body is not None else urlencode(form).encode() if form else None
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        named["Content-Type"] = "application/json"
    try:
        with urlopen(Request(url, data, named), timeout=20) as answer:
            return answer.status, answer.headers, json.loads(answer.read())
    except HTTPError as problem:
        return problem.code, problem.headers, json.loads(problem.read())


@pytest.fixture(scope="module")
def token(running_site):
    world = running_site.world
    facts = ClientFacts(
        name="Nursing system",
        team_ids=[world.nursing.id],
        default_team_id=world.nursing.id,
        scopes=tuple(EVERY_SCOPE),
        agreement="Agreement 7",
        purposes=["direct care"],
        agreement_ends_on=date.today() + timedelta(days=30),
    )
    create_client(by=world.admin, organisation=world.community, facts=facts, client_id="running", secret=SECRET)
    discovered = ask(f"{running_site.base_url}/.well-known/openid-configuration")[2]
    form = {"grant_type": "client_credentials", "client_id": "running", "client_secret": SECRET}
    return ask(discovered["token_endpoint"], form=form)[2]["access_token"]


def at_once(number, act):
    together = Barrier(number)

    def run(turn):
        together.wait(timeout=10)
        return act(turn)

    with ThreadPoolExecutor(max_workers=number) as pool:
        return list(pool.map(run, range(number)))


def test_of_identical_requests_at_the_same_moment_one_has_the_effect(running_site, token):
    address = f"{running_site.base_url}/api/v1/residents/"
    new = {"given_name": "Twice", "family_name": "Asked", "birth_date": "1950-05-05", "confirm_new": True}

    def post(_turn):
        return ask(address, new, Authorization=f"Bearer {token}", Idempotency_Key="the one")

    answers = at_once(4, post)
    assert {status for status, _, _ in answers} <= {201, 409}
    assert {headers["Retry-After"] for status, headers, _ in answers if status == 409} <= {"1"}
    assert Resident.objects.filter(family_name="Asked").count() == 1
    status, _, again = post(0)
    assert (status, again["id"]) == (201, str(Resident.objects.get(family_name="Asked").id))


def test_the_same_person_registered_twice_at_once_is_there_once(running_site, token):
    address = f"{running_site.base_url}/api/v1/residents/"
    new = {"given_name": "One", "family_name": "Number", "birth_date": "1951-05-05", "nhs_number": "999 000 0018"}
    answers = at_once(4, lambda _turn: ask(address, new, Authorization=f"Bearer {token}"))
    assert sorted(status for status, _, _ in answers) == [201, 409, 409, 409]
    assert {said["code"] for status, _, said in answers if status == 409} == {"resident_exists"}
    assert Resident.objects.filter(nhs_number="9990000018").count() == 1


def test_without_valkey_the_api_goes_on(running_site, token):
    running_site.system.stop_valkey()
    try:
        status, _, _ = ask(f"{running_site.base_url}/api/v1/residents/", Authorization=f"Bearer {token}")
        assert status == 200
    finally:
        running_site.system.start_valkey()
