"""What every endpoint does with every request."""

import base64
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern
from rest_framework import exceptions
from rest_framework.fields import empty

from carecoord import clock
from carecoord.api import access
from carecoord.api.codes import CODES
from carecoord.api.models import AnsweredRequest
from carecoord.api.parsing import _once_each
from carecoord.api.problems import Refused
from carecoord.api.schema import openapi
from carecoord.api.scopes import EVERY_SCOPE, NOT_YET, OFFERED, SCOPES, template_of
from carecoord.api.tasks import forget_old_answers
from carecoord.audit.models import AuditEntry
from carecoord.outbox.tasks import relay
from neighbourhoods.forms.clients import ClientForm
from neighbourhoods.models import Relationship, Resident
from tests.api.conftest import CLIENT, Partner, token_for, told
from tests.api.referring import asking
from tests.life import restrict
from tests.referrals.handovers import ken_on_the_ward, offered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_memory")]
ROOT = Path(__file__).parents[2]
NOBODY = "0190a000-0000-7000-8000-000000000000"


def api_routes():
    """Every route of the API with its view, as the URLconf has it."""

    def walk(entries, prefix):
        for entry in entries:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLPattern):
                yield route, entry
            else:
                yield from walk(entry.url_patterns, route)

    api = next(entry for entry in get_resolver().url_patterns if str(entry.pattern) == "api/v1/")
    return [(route, entry) for route, entry in walk([api], "") if hasattr(entry.callback, "cls")]


def test_the_table_names_the_scope_of_every_path_and_method():
    missing = []
    for route, entry in api_routes():
        if entry.name == "no_such_address":
            continue
        methods = {m.upper() for m in ("get", "post", "patch", "delete") if hasattr(entry.callback.cls, m)}
        if not methods <= set(SCOPES.get(template_of(route), {})):
            missing.append((route, methods))
    assert missing == []
    assert {scope for methods in SCOPES.values() for scope in methods.values()} <= set(EVERY_SCOPE)


def test_a_scope_is_offered_as_soon_as_it_opens_something_and_no_sooner():
    assert set(OFFERED) == {scope for _, _, scope in walked()}
    assert set(OFFERED) | NOT_YET == set(EVERY_SCOPE)
    assert not set(OFFERED) & NOT_YET
    assert [scope for scope, _ in ClientForm.base_fields["scopes"].choices] == list(OFFERED)


def walked():
    for route, entry in api_routes():
        for method, scope in SCOPES.get(template_of(route), {}).items():
            if hasattr(entry.callback.cls, method.lower()):
                path = template_of(route)
                for name in entry.pattern.converters:
                    path = path.replace("{" + name + "}", "accept" if name in ("verb", "key") else NOBODY)
                yield method, f"/api/v1{path}", scope


def test_no_filter_of_a_list_needs_to_be_there_or_has_a_default():
    """Of those that nobody asks by no field is made."""
    classes = {entry.callback.cls for _, entry in api_routes()}
    handlers = [getattr(one, method) for one in classes for method in one.http_method_names if hasattr(one, method)]
    shapes = {handler.operation.query for handler in handlers if hasattr(handler, "operation")} - {None}
    filters = [field for shape in shapes for field in shape().fields.values()]
    assert filters
    assert not [field for field in filters if field.required or field.default is not empty]


def test_every_path_needs_a_token_and_its_scope(nursing):
    without = {}
    for scope in {scope for _, _, scope in walked()}:
        asked = " ".join(one for one in EVERY_SCOPE if one != scope)
        without[scope] = Partner(nursing.row, token_for("nursing", scope=asked).json()["access_token"])
    wrong = []
    for method, path, scope in walked():
        answer = Client().generic(method, path)
        if (answer.status_code, answer.headers.get("WWW-Authenticate", "")[:6]) != (401, "Bearer"):
            wrong.append((method, path, "without a token", answer.status_code))
        answer = without[scope].call(method, path, {} if method != "GET" else None)
        if (answer.status_code, answer.json().get("scope")) != (403, scope):
            wrong.append((method, path, scope, answer.status_code))
    assert wrong == []


def test_a_token_that_may_only_read_is_offered_no_action(world, nursing, partner):
    reader = partner("reader", world.nursing, scopes=[one for one in EVERY_SCOPE if one.endswith(".read")])
    of = {"resident": str(world.resident().id)}
    plan = nursing.post("care-plans/", of).json()
    goals = f"care-plans/{plan['id']}/goals/"
    nursing.post(goals, {"title": "Walk again"})
    nursing.post("actions/", of | {"title": "Ring"})
    nursing.post("contacts/", of | {"kind": "note", "note": "Well"})
    person = nursing.post("people/", of | {"kind": "personal", "name": "Carol"}).json()["id"]
    nursing.post("proxies/", of | {"person": person, "legal_basis": "consent"})
    nursing.post("stays/", of | {"kind": "hospital", "organisation_name": "Alder General"})
    nursing.post("care-packages/", of | {"name": "Calls", "kind": "home_care"})
    asked = {"service": str(world.carers_service.id), "reason": "Worn out", "no_known_risks": True}
    nursing.post("referrals/", of | asked)
    nursing.post("handovers/", of | {"to_team": str(world.ward.id), "situation": "Goes in"})
    offered(world, ken_on_the_ward(world))
    relay()
    around = ("people/", "proxies/", "stays/", "care-packages/")
    for path in ("care-plans/", goals, "actions/", "contacts/", *around, "referrals/", "handovers/", "alerts/"):
        told, offers = (client.get(path).json()["results"] for client in (reader, nursing))
        assert [row["id"] for row in told] == [row["id"] for row in offers] != [], path
        assert any(row["allowed_actions"] for row in offers), path
        assert not any(row["allowed_actions"] for row in told), path
    assert reader.get(f"care-plans/{plan['id']}/").json()["allowed_actions"] == []


def test_nobody_elses_objects_are_found(stranger):
    for method, path, _ in walked():
        if NOBODY in path:
            answer = stranger.call(method, path, {} if method != "GET" else None, If_Match="*")
            assert answer.status_code in (404, 400), (method, path, answer.content)


def test_more_than_the_allowed_requests_are_told_to_wait(nursing, stranger, monkeypatch):
    assert access.REQUESTS_A_MINUTE == 600
    monkeypatch.setattr(access, "REQUESTS_A_MINUTE", 2)
    monkeypatch.setattr(access.time, "time", lambda: 1_800_000_030.0)
    answers = [nursing.get("teams/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[-1].headers["Retry-After"] == "30"
    assert stranger.get("teams/").status_code == 200
    monkeypatch.setattr(access.time, "time", lambda: 1_800_000_060.0)
    assert nursing.get("teams/").status_code == 200


def test_what_is_refused_counts_as_a_request_too(world, nursing, partner, monkeypatch):
    narrow = partner("narrow", world.nursing, scopes=["directory.read"])
    monkeypatch.setattr(access, "REQUESTS_A_MINUTE", 2)
    monkeypatch.setattr(access.time, "time", lambda: 1_800_000_030.0)
    assert [told(narrow.get("residents/")) for _ in range(3)] == [(403, "missing_scope")] * 2 + [(429, "throttled")]
    assert narrow.get("teams/").status_code == 429
    with clock.at(clock.now() + timedelta(days=366)):
        ended = [nursing.get("teams/") for _ in range(3)]
    assert [told(answer) for answer in ended] == [(403, "agreement_ended")] * 2 + [(429, "throttled")]
    assert ended[-1].headers["Retry-After"] == "30"


def test_what_is_not_even_read_counts_as_a_request_too(nursing, monkeypatch):
    monkeypatch.setattr(access, "REQUESTS_A_MINUTE", 0)
    assert told(nursing.get("teams/", Accept="text/csv")) == (429, "throttled")
    assert told(nursing.post("residents/", {"a": "x" * 1_000_001})) == (429, "throttled")


def test_a_body_where_none_belongs_is_not_read(nursing):
    answer = nursing.call("GET", "teams/", {"a": "x" * 1_000_001})
    assert answer.status_code == 200


def test_a_body_of_unknown_length_is_refused_not_dropped(nursing):
    headers = {"Authorization": f"Bearer {nursing.token}", "Transfer-Encoding": "chunked"}
    answer = CLIENT.generic("POST", "/api/v1/residents/", headers=headers)
    assert told(answer) == (411, "length_required")
    assert "411" in openapi()["paths"]["/api/v1/residents/"]["post"]["responses"]


def deep(depth):
    return '{"a":' * depth + "1" + "}" * depth


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "invalid"),
        (b"{", 400, "malformed"),
        (b"[]", 400, "not_an_object"),
        (b"null", 400, "not_an_object"),
        (b'{"given_name": "A", "given_name": "B"}', 400, "duplicate_key"),
        (b'{"a": NaN}', 400, "malformed"),
        (b'{"a": ' + b"9" * 5000 + b"}", 400, "malformed"),
        (b"\xff\xfe", 400, "malformed"),
        (b'{"given_name": "\\u0000"}', 400, "bad_text"),
        (b'{"given_name": "\\ud800"}', 400, "bad_text"),
        (deep(30).encode(), 400, "too_deep"),
        (deep(100_000).encode(), 400, "too_deep"),
        (b'{"a": "' + b"x" * 1_000_001 + b'"}', 413, "too_large"),
    ],
)
def test_bad_bodies_are_refused(nursing, body, status, code):
    answer = Client().post(
        "/api/v1/residents/",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {nursing.token}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) >= {"type", "title", "status", "detail", "code", "errors"}


def test_a_large_object_is_read_in_one_pass_whatever_stands_twice_in_it():
    compared = []

    class Counted(str):
        __hash__ = str.__hash__

        def __eq__(self, other):
            compared.append(other)
            return str.__eq__(self, other)

    names = [Counted(f"name {number}") for number in range(5_000)]
    with pytest.raises(Refused) as refusal:
        _once_each([(name, 1) for name in [*names, Counted("name 4999")]])
    assert refusal.value.problem.code == "duplicate_key"
    assert len(compared) < 10 * len(names)


def test_the_address_of_a_further_page_says_no_name(world, nursing):
    for _ in range(3):
        world.resident()
    further = nursing.get(f"teams/{world.nursing.id}/caseload/?page_size=1").json()["next"]
    cursor = parse_qs(urlsplit(further).query)["cursor"][0]
    assert b"hartley" not in base64.urlsafe_b64decode(cursor + "==").lower()
    assert len(nursing.get(further).json()["results"]) == 1


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("residents/?page_size=101", 400, "bad_page_size"),
        ("residents/?page_size=0", 400, "bad_page_size"),
        ("residents/?page_size=x", 400, "bad_page_size"),
        ("residents/?cursor=nonsense", 400, "bad_cursor"),
        ("residents/?colour=red", 400, "unknown_parameter"),
        ("residents/?format=xml", 400, "unknown_parameter"),
        ("residents/?format=json", 400, "unknown_parameter"),
        ("residents/?q=ab&q=cd", 400, "repeated_parameter"),
        ("residents/?q=%00%00", 400, "invalid"),
        ("residents/?birth_date=yesterday", 400, "invalid"),
        ("residents/?nhs_number=123", 400, "invalid"),
        ("residents/not-an-id/", 404, "not_found"),
        ("nothing/", 404, "not_found"),
        ("residents", 404, "not_found"),
    ],
)
def test_bad_addresses_are_refused(nursing, path, status, code):
    answer = nursing.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_methods_and_media_types_that_are_not_spoken(nursing):
    answer = nursing.call("PUT", "residents/", {})
    assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (405, {"GET", "POST", "HEAD"})
    assert nursing.get("residents/", Accept="text/csv").status_code == 406
    plain = Client().post(
        "/api/v1/residents/", "a", content_type="text/plain", headers={"Authorization": f"Bearer {nursing.token}"}
    )
    assert plain.status_code == 415


def test_a_failure_tells_nothing_and_changes_nothing(world, nursing, monkeypatch):
    def fails(**_):
        raise RuntimeError("the word is Hartley")

    monkeypatch.setattr("neighbourhoods.api.residents.register_resident", fails)
    answer = nursing.post("residents/", {"given_name": "K", "family_name": "H", "birth_date": "1950-01-01"})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "Hartley" not in answer.content.decode()


def test_pages_lead_forward_and_back_through_everything(world, nursing):
    made = [str(world.resident().id) for _ in range(5)]
    first = nursing.get("residents/?page_size=2").json()
    second = nursing.get(first["next"]).json()
    third = nursing.get(second["next"]).json()
    assert [row["id"] for page in (first, second, third) for row in page["results"]] == made
    assert (first["previous"], third["next"]) == (None, None)
    assert [row["id"] for row in nursing.get(third["previous"]).json()["results"]] == made[2:4]
    assert nursing.get(nursing.get(third["previous"]).json()["previous"]).json() == first
    assert nursing.get("teams/" + first["next"][first["next"].index("?") :]).status_code == 400


NEW = {"given_name": "Ken", "family_name": "Hartley", "birth_date": "1945-02-01"}


def test_the_same_key_and_body_have_one_effect_and_one_answer(nursing):
    first = nursing.post("residents/", NEW, Idempotency_Key="one")
    again = nursing.post("residents/", NEW, Idempotency_Key="one")
    assert (again.status_code, again.content) == (201, first.content)
    for name in ("ETag", "Location", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert len(nursing.get("residents/").json()["results"]) == 1
    other = nursing.post("residents/", {**NEW, "given_name": "Kenneth"}, Idempotency_Key="one")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_lost_race_with_a_key_is_told_keeps_nothing_and_may_be_tried_again(nursing, monkeypatch):
    def loses(**_):
        AnsweredRequest.objects.bulk_create(
            AnsweredRequest(client_id=nursing.row.id, key="the same", fingerprint="", status=200, body=b"")
            for _ in range(2)
        )

    with monkeypatch.context() as first:
        first.setattr("neighbourhoods.api.residents.register_resident", loses)
        lost = nursing.post("residents/", NEW, Idempotency_Key="race")
    assert told(lost) == (409, "lost_race")
    assert not AnsweredRequest.objects.exists()
    assert nursing.post("residents/", NEW, Idempotency_Key="race").status_code == 201


def test_a_kept_answer_is_given_only_to_who_may_still_read_it_and_who_is_written_down(world, nursing, sheila):
    asked = {"resident": str(sheila.id), "kind": "note", "note": "Well"}
    made = nursing.post("contacts/", asked, Idempotency_Key="one")
    looks = AuditEntry.objects.filter(kind="look", resident_id=sheila.id)
    before = looks.count()
    assert nursing.post("contacts/", asked, Idempotency_Key="one").content == made.content
    assert looks.count() == before + 1
    Relationship.objects.filter(resident=sheila).update(ended_at=clock.now())
    again = nursing.post("contacts/", asked, Idempotency_Key="one")
    assert told(again) == (404, "not_found")
    assert looks.count() == before + 1


def test_ig_20_a_kept_answer_says_no_more_where_somebody_lives_who_is_restricted_since(world, nursing):
    asked = NEW | {"postcode": "M1 1AE", "address_lines": ["3 Mill Lane"], "phone": "07700 900123"}
    made = nursing.post("residents/", asked, Idempotency_Key="one")
    ken = Resident.objects.get(id=made.json()["id"])
    restrict(world, ken)
    again = nursing.post("residents/", asked, Idempotency_Key="one")
    assert (again.status_code, again.headers["Location"]) == (201, made.headers["Location"])
    assert again.json() == nursing.get(f"residents/{ken.id}/").json()
    assert (again.json()["security_label"], again.json()["postcode"], again.json()["address_lines"]) == ("R", "", [])


def test_ig_20_a_kept_answer_shows_the_card_of_a_referral_as_it_reads_now(world, nursing):
    sheila = world.resident(postcode="M1 1AE")
    asked = asking(world, sheila, send=True)
    made = nursing.post("referrals/", asked, Idempotency_Key="one")
    assert "M1" in made.json()["card"]["person"]["lives_in"]
    restrict(world, sheila)
    again = nursing.post("referrals/", asked, Idempotency_Key="one")
    assert (again.status_code, again.json()["id"]) == (201, made.json()["id"])
    person = again.json()["card"]["person"]
    assert (person["lives_in"], person["gp_practice"]) == ("Restricted", "Restricted")


def test_a_key_belongs_to_a_client_and_ends_after_a_day(nursing, stranger):
    first = nursing.post("residents/", {}, Idempotency_Key="one")
    assert first.status_code == 400
    assert stranger.post("residents/", NEW, Idempotency_Key="one").status_code == 201
    with clock.at(clock.now() + timedelta(hours=25)):
        assert nursing.post("residents/", {**NEW, "confirm_new": True}, Idempotency_Key="one").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "\x01"])
def test_a_key_that_is_none_is_refused(nursing, key):
    assert nursing.post("residents/", NEW, Idempotency_Key=key).json()["code"] == "bad_idempotency_key"


def test_old_answers_are_forgotten(nursing):
    nursing.post("residents/", NEW, Idempotency_Key="one")
    forget_old_answers()
    assert AnsweredRequest.objects.count() == 1
    with clock.at(clock.now() + timedelta(hours=25)):
        forget_old_answers()
    assert AnsweredRequest.objects.count() == 0
    assert nursing.get("residents/").status_code == 200


NAMES_A_CODE = re.compile(
    r"""(?:refused|Problem)\(\s*\d+,\s*"([a-z_]+)"|[^a-z_]code="([a-z_]+)"|^    code = "([a-z_]+)\"""", re.MULTILINE
)
OF_FORMS = {
    # Of the page that writes to a resident.
    "not_to_be_written_to",
    "unsafe",
    "required",
    "busy",
    "file_fault",
    "worked_with",
    "draft_saved",
}


def test_each_code_of_a_problem_has_its_place_on_the_page(client):
    of_framework = {
        error.default_code
        for error in (
            exceptions.MethodNotAllowed,
            exceptions.NotAcceptable,
            exceptions.UnsupportedMediaType,
            exceptions.NotAuthenticated,
            exceptions.ParseError,
        )
    }
    sources = [
        path
        for app in ("carecoord", "neighbourhoods", "careplans", "referrals")
        for path in ROOT.glob(f"{app}/**/*.py")
    ]
    found = {code for path in sources for codes in NAMES_A_CODE.findall(path.read_text()) for code in codes if code}
    assert len(found) > 40
    assert (found | of_framework) - OF_FORMS - set(CODES) == set()
    page = client.get("/api/v1/docs/").content.decode()
    assert [code for code in CODES if f'id="problem-{code}"' not in page] == []


def test_the_document_and_its_page(client):
    document = client.get("/api/v1/schema/?format=json").json()
    assert document["openapi"].startswith("3.1")
    assert client.get("/api/v1/schema/").json() == document
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    body = page.content.decode()
    assert "Register a resident" in body
    assert "<code>If-Match</code>" in body
    assert "`" not in body
    assert 'src="http' not in body
