"""Residents, as partner systems read and write them."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection

from carecoord import clock
from carecoord.audit.models import AuditEntry
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Resident
from tests.api.conftest import shown, told
from tests.life import restrict
from tests.shortening import thoroughly
from tests.statements import at_most

pytestmark = pytest.mark.django_db

NEW = {"given_name": "Ken", "family_name": "Hartley", "birth_date": "1945-02-01", "nhs_number": "999 000 0018"}


def test_a_client_reads_whom_its_team_has(world, nursing, stranger):
    sheila = world.resident()
    answer = nursing.get(f"residents/{sheila.id}/")
    assert answer.status_code == 200
    assert answer.json()["family_name"] == "Hartley"
    assert answer.headers["ETag"] == f'"{sheila.id}-1"'
    hidden = stranger.get(f"residents/{sheila.id}/")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "not_found")


def test_the_list_holds_only_those_in_relationship(world, nursing, stranger):
    sheila = world.resident()
    assert [row["id"] for row in nursing.get("residents/").json()["results"]] == [str(sheila.id)]
    assert stranger.get("residents/").json()["results"] == []


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_a_list_and_a_detail_keep_to_their_statements(world, nursing, number):
    for _ in range(number):
        sheila = world.resident()
    with at_most(6):
        assert nursing.get("residents/").status_code == 200
    with at_most(9):
        assert nursing.get(f"residents/{sheila.id}/").status_code == 200


def test_registering_makes_resident_and_relationship(world, nursing):
    with at_most(24):
        answer = nursing.post("residents/", NEW)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert made["nhs_number"] == "9990000018"
    assert answer.headers["Location"] == f"/api/v1/residents/{made['id']}/"
    assert nursing.get(answer.headers["Location"]).json() == made


def test_somebody_known_by_number_is_claimed(world, nursing, stranger):
    sheila = world.resident()
    assert shown(nursing.patch(f"residents/{sheila.id}/", {"cohorts": ["frailty"]}, If_Match="*"))
    told = stranger.post("residents/", {**NEW, "nhs_number": sheila.nhs_number})
    assert (told.status_code, told.json()["code"]) == (409, "resident_exists")
    assert str(sheila.id) not in told.content.decode()
    asked = {"nhs_number": sheila.nhs_number, "birth_date": "1948-03-14", "reason": "Ward", "purpose": "direct care"}
    assert stranger.post("residents/claim/", {**asked, "birth_date": "1948-03-15"}).status_code == 404
    claimed = stranger.post("residents/claim/", asked)
    assert claimed.status_code == 201
    assert claimed.json()["cohorts"] == ["frailty"]
    assert stranger.get(f"residents/{sheila.id}/").json() == claimed.json()
    entry = AuditEntry.objects.get(verb="relationship.claimed")
    assert (entry.actor_id, entry.actor_kind) == (stranger.row.id, "client")
    assert "direct care" in entry.reason


def test_a_date_of_birth_is_not_to_be_guessed(world, stranger, nursing):
    sheila, ken = world.resident(), world.resident(given_name="Ken")
    asked = {"nhs_number": sheila.nhs_number, "birth_date": "1948-03-14", "reason": "Ward", "purpose": "direct care"}
    guessed = [stranger.post("residents/claim/", asked | {"birth_date": f"1948-03-{day}"}) for day in range(20, 26)]
    assert [told(answer) for answer in guessed] == [(404, "not_found")] * 5 + [(429, "too_many_guesses")]
    right = stranger.post("residents/claim/", asked)
    assert told(right) == (429, "too_many_guesses")
    assert 1 <= int(right.headers["Retry-After"]) <= 3600
    looks = AuditEntry.objects.filter(verb="resident.claim_refused", resident_id=sheila.id, actor_id=stranger.row.id)
    assert looks.count() == 5
    assert shown(stranger.post("residents/claim/", asked | {"nhs_number": ken.nhs_number}), 201)
    assert shown(nursing.post("residents/claim/", asked), 201)


def test_who_was_right_starts_to_count_anew(world, stranger):
    sheila = world.resident()
    asked = {"nhs_number": sheila.nhs_number, "birth_date": "1948-03-14", "reason": "Ward", "purpose": "direct care"}
    for days in ((20, 21, 22), (14,), (20, 21, 22, 23, 24), (14,)):
        answers = [stranger.post("residents/claim/", asked | {"birth_date": f"1948-03-{day}"}) for day in days]
    assert told(answers[0]) == (429, "too_many_guesses")


def test_a_claim_names_a_purpose_of_the_sharing_agreement(world, stranger):
    sheila = world.resident()
    asked = {"nhs_number": sheila.nhs_number, "birth_date": "1948-03-14", "reason": "Ward", "purpose": "marketing"}
    told = stranger.post("residents/claim/", asked)
    assert (told.status_code, told.json()["code"]) == (422, "not_agreed")
    assert "direct care" in told.json()["errors"]["purpose"][0]
    assert not AuditEntry.objects.filter(verb="relationship.claimed").exists()
    assert stranger.post("residents/claim/", asked | {"purpose": "Direct care"}).status_code == 201


def test_a_restricted_person_cannot_be_claimed(world, stranger):
    sheila = world.resident()
    restrict(world, sheila)
    asked = {"nhs_number": sheila.nhs_number, "birth_date": "1948-03-14", "reason": "Ward", "purpose": "direct care"}
    assert stranger.post("residents/claim/", asked).status_code == 404


def test_likely_duplicates_are_counted_and_confirmed(world, stranger):
    world.resident(nhs_number=None)
    like = {"given_name": "Sheila", "family_name": "Hartley", "birth_date": "1948-03-14"}
    told = stranger.post("residents/", like)
    assert (told.status_code, told.json()["code"], told.json()["count"]) == (409, "possible_duplicates", 1)
    assert stranger.post("residents/", {**like, "confirm_new": True}).status_code == 201


def test_a_change_needs_the_version_that_was_read(world, nursing):
    sheila = world.resident()
    path = f"residents/{sheila.id}/"
    tag = nursing.get(path).headers["ETag"]
    assert nursing.patch(path, {"phone": "01632 960001"}).status_code == 428
    changed = nursing.patch(path, {"phone": "01632 960001", "cohorts": ["frailty"]}, If_Match=tag)
    assert changed.status_code == 200
    assert (changed.json()["phone"], changed.json()["cohorts"], changed.json()["version"]) == (
        "01632 960001",
        ["frailty"],
        2,
    )
    assert changed.json()["given_name"] == "Sheila"
    stale = nursing.patch(path, {"phone": "01632 960002"}, If_Match=tag)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert stale.json()["current"] == changed.json()
    assert nursing.patch(path, {"phone": "1"}, If_Match=f"W/{changed.headers['ETag']}").status_code == 412


def test_a_change_of_somebody_else_is_not_found(world, nursing, stranger):
    sheila = world.resident()
    answer = stranger.patch(f"residents/{sheila.id}/", {"phone": "1"}, If_Match=f'"{sheila.id}-1"')
    assert answer.status_code == 404
    assert Resident.objects.get(id=sheila.id).phone == ""


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"family_name": "Hartley"}, 400, "invalid"),
        ({**NEW, "nhs_number": "9990000019"}, 400, "invalid"),
        ({**NEW, "birth_date": None}, 422, "birth_date_or_not_known"),
        ({**NEW, "birth_date": None, "birth_date_status": "unknown"}, 201, None),
        ({**NEW, "postcode": "nowhere"}, 400, "invalid"),
        ({**NEW, "nickname": "K"}, 400, "invalid"),
        ({**NEW, "given_name": 7}, 400, "invalid"),
        ({**NEW, "family_name": "x" * 50_000}, 400, "invalid"),
        ({**NEW, "gp_practice": "0190a000-0000-7000-8000-000000000000"}, 422, "no_such_practice"),
        ({**NEW, "team": "0190a000-0000-7000-8000-000000000000"}, 422, "not_yours_to_give"),
        ({**NEW, "birth_date": "2099-01-01"}, 422, "refused"),
        ({**NEW, "cohorts": ["Frailty!"]}, 400, "invalid"),
    ],
)
def test_what_is_registered_is_checked(nursing, body, status, code):
    answer = nursing.post("residents/", body)
    assert (answer.status_code, answer.json().get("code")) == (status, code)


def test_filters_find_among_ones_own(world, nursing):
    sheila = world.resident()
    ken = world.resident(given_name="Ken", family_name="Marsh", birth_date=date(1940, 1, 2))

    def found(query):
        return [row["id"] for row in nursing.get(f"residents/?{query}").json()["results"]]

    assert found(f"nhs_number={sheila.nhs_number}") == [str(sheila.id)]
    assert found("birth_date=1940-01-02") == [str(ken.id)]
    for words in ("hart", "HARTLEY, Sh", "sheila hartley", "Shiela Hartley"):
        assert found(urlencode({"q": words})) == [str(sheila.id)], words
    assert found(f"neighbourhood={world.millbrook.id}") == [str(sheila.id), str(ken.id)]
    assert found(f"neighbourhood={world.highcross.id}") == []


@pytest.mark.parametrize(
    "written", ["01632 960001", "+44 (0)1632 960001", "441632960001", "(01632) 960-001", "1632960001"]
)
def test_a_phone_number_finds_among_ones_own_in_any_form(world, nursing, stranger, written):
    sheila = world.resident(phone="+44 1632 960001")
    world.resident(phone="01632 960002")
    query = urlencode({"phone": written})
    assert [row["id"] for row in nursing.get(f"residents/?{query}").json()["results"]] == [str(sheila.id)]
    assert stranger.get(f"residents/?{query}").json()["results"] == []


def test_a_plus_that_was_not_written_for_an_address_is_understood(world, nursing):
    sheila = world.resident(phone="01632 960001")
    assert [row["id"] for row in nursing.get("residents/?phone=+441632960001").json()["results"]] == [str(sheila.id)]


def test_filters_beside_a_phone_number_narrow_it(world, nursing):
    sheila = world.resident(phone="01632 960001")
    ken = world.resident(given_name="Ken", family_name="Oyelaran", birth_date=date(1940, 1, 2), phone="01632 960001")

    def found(**asked):
        return [row["id"] for row in nursing.get(f"residents/?{urlencode(asked)}").json()["results"]]

    assert found(phone="01632 960001") == [str(sheila.id), str(ken.id)]
    assert found(phone="01632 960001", birth_date="1940-01-02") == [str(ken.id)]
    assert found(phone="01632 960001", q="oyelaran") == [str(ken.id)]
    assert found(phone="01632 960001", nhs_number=sheila.nhs_number) == [str(sheila.id)]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "12345",
        "hello",
        "07700 9001\u0662\u0663",
        "0" * 18,
        "0" * 31,
        "0" * 50_000,
        "07700%",
        "077\0",
        "'; DROP TABLE x;--",
    ],
)
def test_what_is_no_phone_number_is_refused(world, nursing, written):
    world.resident(phone="")
    answer = nursing.get(f"residents/?{urlencode({'phone': written})}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["phone"]


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_a_search_by_phone_keeps_to_its_statements(world, nursing, number):
    for _ in range(number):
        world.resident(phone="01632 960001", on_caseload=False)
    nursing.get("residents/?phone=01632960001")
    with at_most(6):
        rows = nursing.get("residents/?phone=01632960001&page_size=50").json()["results"]
    assert len(rows) == number


def test_looks_are_written_down(world, nursing):
    sheila = world.resident()
    nursing.get(f"residents/{sheila.id}/")
    nursing.get("residents/")
    nursing.get(f"residents/{sheila.id}/timeline/")
    looks = AuditEntry.objects.filter(actor_id=nursing.row.id, kind="look").order_by("at")
    assert [entry.verb for entry in looks] == ["resident.viewed", "residents.listed", "timeline.viewed"]
    assert looks[1].detail == {"residents": [str(sheila.id)]}


def test_the_timeline_tells_what_was_changed(world, nursing, stranger):
    sheila = world.resident()
    nursing.patch(f"residents/{sheila.id}/", {"phone": "1"}, If_Match="*")
    newest = nursing.get(f"residents/{sheila.id}/timeline/").json()["results"][0]
    assert (newest["verb"], newest["actor_kind"], newest["actor_name"]) == ("resident.changed", "client", "nursing")
    assert newest["detail"] == {"fields": ["phone"]}
    assert stranger.get(f"residents/{sheila.id}/timeline/").status_code == 404


def test_the_timeline_is_narrowed_by_kind_organisation_team_and_days(world, nursing):
    sheila = world.resident()
    nursing.patch(f"residents/{sheila.id}/", {"phone": "1"}, If_Match="*")
    today, tomorrow = clock.today(), clock.today() + timedelta(days=1)

    def verbs(**asked):
        answer = nursing.get(f"residents/{sheila.id}/timeline/?{urlencode(asked)}")
        return [row["verb"] for row in answer.json()["results"]]

    everything = ["resident.changed", "caseload.opened", "resident.registered"]
    assert verbs() == everything
    assert verbs(kind="details") == ["resident.changed", "resident.registered"]
    assert verbs(kind="people") == ["caseload.opened"]
    assert verbs(organisation=world.community.id) == everything
    assert verbs(organisation=world.hospital.id) == []
    assert verbs(team=world.nursing.id) == ["caseload.opened", "resident.registered"]
    assert verbs(since=today, until=today, kind="people") == ["caseload.opened"]
    assert verbs(since=tomorrow) == []
    assert verbs(until="9999-12-31") == everything
    for name, wrong in (("kind", "everything"), ("team", "ours"), ("since", "31/02/2026"), ("who", "me")):
        assert nursing.get(f"residents/{sheila.id}/timeline/?{name}={wrong}").status_code == 400


def test_the_directory_and_ones_own_caseload(world, nursing, stranger):
    sheila = world.resident()
    for kind in ("organisations", "neighbourhoods", "teams", "services"):
        with at_most(5):
            listed = nursing.get(f"{kind}/").json()["results"]
        assert listed, kind
        assert nursing.get(f"{kind}/{listed[0]['id']}/").json() == listed[0]
    with at_most(6):
        entry = nursing.get(f"teams/{world.nursing.id}/caseload/").json()["results"][0]
    assert (entry["resident"], entry["is_lead"]) == (str(sheila.id), True)
    assert entry["person"]["family_name"] == "Hartley"
    assert stranger.get(f"teams/{world.nursing.id}/caseload/").status_code == 404


def test_the_access_log_names_the_partner_system(world, nursing):
    sheila = world.resident()
    nursing.get(f"residents/{sheila.id}/")
    with acting_as(world.nurse), connection.cursor() as cursor:
        cursor.execute("SELECT verb, actor_name FROM app.looks(%s, NULL, 50)", [sheila.id])
        assert ("resident.viewed", "nursing") in cursor.fetchall()


def test_what_is_said_of_a_person_by_codes_is_read_and_written_by_partners(world, nursing):
    sheila = world.resident()
    read = nursing.get(f"residents/{sheila.id}/")
    assert (read.json()["ethnic_category"], read.json()["interpreter_required"]) == ("", None)
    said = {"ethnic_category": "M", "interpreter_required": True, "national_opt_out": True, "pronouns": "she/her"}
    changed = nursing.patch(f"residents/{sheila.id}/", said, If_Match=read.headers["ETag"])
    assert changed.status_code == 200, changed.content
    assert {name: changed.json()[name] for name in said} == said


def test_a_code_that_its_list_does_not_have_is_refused(world, nursing):
    sheila = world.resident()
    tag = nursing.get(f"residents/{sheila.id}/").headers["ETag"]
    told = nursing.patch(f"residents/{sheila.id}/", {"ethnic_category": "Q"}, If_Match=tag)
    assert (told.status_code, told.json()["code"]) == (422, "unknown_code")
    assert "ethnic_category" in told.json()["errors"]


@pytest.mark.parametrize(
    ("day", "errors"),
    [
        ("19450201", "Date has wrong format. Use one of these formats instead: 2027-01-08."),
        ("1945-W05-4", "Date has wrong format. Use one of these formats instead: 2027-01-08."),
        ("1945-2-1", "Date has wrong format. Use one of these formats instead: 2027-01-08."),
        ("0001-01-01", "Enter a year from 1850 to 2150."),
        ("9999-12-31", "Enter a year from 1850 to 2150."),
    ],
)
def test_a_day_is_taken_as_rfc_3339_writes_it_in_a_year_that_can_be_meant(nursing, day, errors):
    answer = nursing.post("residents/", NEW | {"birth_date": day})
    assert (answer.status_code, answer.json()["errors"]) == (400, {"birth_date": [errors]})
