"""Names, numbers, addresses, phones and emails beside those of a resident's own row, and changing that row."""

import re
from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry, PastRow
from carecoord.errors import RuleError, StaleVersion
from carecoord.outbox.models import OutboxMessage
from carecoord.ui.forms import NOT_IN_LIST
from neighbourhoods.details import details_of
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Code, Postcode, Resident, ResidentDetail
from neighbourhoods.models.residents import NO_WAY_THERE
from neighbourhoods.services import DetailFacts, Held, add_detail, change_resident, end_detail
from tests.life import known

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheila(world):
    return world.resident(address_lines=("3 Mill Lane",), postcode="M1 1AE", phone="01632 960001")


def more(world, resident, kind, use, held=None, by=None, **said):
    by = by or world.nurse
    with acting_as(by):
        facts = DetailFacts(kind, use, said)
        return add_detail(by=by, resident_id=resident.id, facts=facts, held=held or Held())


def people_page(client, resident):
    return client.get(reverse("resident_people", args=[resident.id])).content.decode()


def change_page(client, resident, **typed):
    page = client.get(reverse("resident_change", args=[resident.id]))
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields if name != "birth_date"}
    born = resident.birth_date
    data |= {"birth_date_day": born.day, "birth_date_month": born.month, "birth_date_year": born.year}
    data.pop("national_opt_out")
    return client.post(reverse("resident_change", args=[resident.id]), {**data, **typed})


def test_another_name_is_written_down_with_who_said_so_audited_and_published(world, sheila):
    held = Held(starts_on=date(1970, 1, 1), ends_on=date(1975, 1, 1))
    detail = more(world, sheila, "name", "maiden", held, family="Barlow", given="Sheila")
    assert (detail.value, detail.recorded_by_name, detail.recorded_by_organisation) == (
        "barlow, sheila",
        world.nurse.name,
        world.community,
    )
    change = AuditEntry.objects.get(verb="resident.detail_added")
    assert (change.resident_id, change.about_id, change.detail) == (sheila.id, detail.id, {"kind": "name"})
    assert OutboxMessage.objects.filter(topic="resident.changed", about_id=sheila.id).count() == 1
    assert "n:barlow" in Resident.objects.get().search_keys


@pytest.mark.parametrize(
    ("kind", "use", "said", "field"),
    [
        ("name", "maiden", {}, "family"),
        ("name", "nobodys", {"family": "Barlow"}, "use"),
        ("identifier", "local", {"identifier": "12345"}, "assigner"),
        ("identifier", "social-care", {"identifier": "- -"}, "identifier"),
        ("identifier", "chi", {"identifier": "12345"}, "identifier"),
        ("identifier", "nhs-superseded", {"identifier": "999 000 0019"}, "identifier"),
        ("address", "temporary", {}, "lines"),
        ("address", "temporary", {"lines": ["x" * 101]}, "lines"),
        ("address", "temporary", {"postcode": "nowhere"}, "postcode"),
        ("address", "temporary", {"postcode": "M1 1AE", "uprn": "1234567890123"}, "uprn"),
        ("telecom", "mobile", {"contact": "12"}, "contact"),
        ("telecom", "email", {"contact": "nobody"}, "contact"),
        ("telecom", "mobile", {"contact": "0" * 31}, "contact"),
        ("gp", "registered", {"gp_name": " "}, "gp_name"),
        ("gp", "registered", {"gp_name": "x" * 101}, "gp_name"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_written(world, sheila, kind, use, said, field):
    with pytest.raises(RuleError) as refused:
        more(world, sheila, kind, use, **said)
    assert refused.value.field == field
    assert not ResidentDetail.objects.exists()


def test_an_identifier_is_one_persons_per_system(world, sheila):
    ken = world.resident(given_name="Ken")
    number = more(world, sheila, "identifier", "social-care", identifier="SC 12345")
    more(world, ken, "identifier", "local", identifier="SC12345", assigner="Test General")
    with pytest.raises(RuleError, match="This number is somebody's already"):
        more(world, ken, "identifier", "social-care", identifier="sc-12345")
    with acting_as(world.nurse):
        end_detail(by=world.nurse, resident_id=sheila.id, detail_id=number.id, reason="Was Ken's")
    assert more(world, ken, "identifier", "social-care", identifier="sc-12345").value == "SC12345"


def test_the_same_is_not_written_down_twice(world, sheila):
    more(world, sheila, "telecom", "mobile", contact="07700 900777")
    with pytest.raises(RuleError, match="This is there already"):
        more(world, sheila, "telecom", "mobile", contact="07700 900777")


def test_the_address_of_last_year_is_there_and_is_not_the_address(world, sheila, signed_in):
    last_year = Held(starts_on=clock.today() - timedelta(days=700), ends_on=clock.today() - timedelta(days=300))
    more(world, sheila, "address", "old", last_year, lines=["9 Weir Street"], postcode="AM1 1AB", uprn="100012345678")
    assert Resident.objects.get().postcode == "M1 1AE"
    text = people_page(signed_in("nurse"), sheila)
    assert "9 Weir Street, AM1 1AB" in text
    assert "UPRN 100012345678" in text
    assert "Earlier address" in text


def test_a_decile_carries_the_year_of_its_release(world, sheila, signed_in):
    Postcode.objects.create(postcode="M1 1AE", area_code="E01005062", imd_decile=2, imd_release_year=2025)
    text = people_page(signed_in("nurse"), sheila)
    assert "Area E01005062. Deprivation decile 2 of 10, 1 is the most deprived (2025)" in text
    Postcode.objects.update(imd_release_year=None)
    assert "decile" not in people_page(signed_in("nurse"), sheila)


def test_what_was_ended_stays_as_past_with_the_reason_and_ending_twice_changes_nothing(world, sheila, signed_in):
    detail = more(world, sheila, "telecom", "mobile", contact="07700 900777")
    client = signed_in("nurse")
    address = reverse("resident_detail_end", args=[sheila.id, detail.id])
    assert client.post(address, {"reason": ""}).status_code == 422
    for _ in range(2):
        assert client.post(address, {"reason": "Lost it"}, follow=True).status_code == 200
    text = people_page(client, sheila)
    assert "07700 900777" in text
    assert "Ended: Lost it" in text
    assert AuditEntry.objects.filter(verb="resident.detail_ended").count() == 1


def test_what_was_said_is_never_changed_by_the_web(world, sheila):
    detail = more(world, sheila, "name", "nickname", given="Shelly")
    with acting_as(world.nurse), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE neighbourhoods_residentdetail SET value = 'x' WHERE id = %s", [detail.id])


def test_whoever_does_not_see_the_resident_writes_nothing(world, sheila):
    with pytest.raises(Resident.DoesNotExist):
        more(world, sheila, "name", "nickname", by=world.outsider, given="Shelly")
    assert not ResidentDetail.objects.exists()


def test_one_gp_at_the_practice_at_a_time_and_none_of_the_practice_that_was_left(world, sheila):
    def now_at(practice):
        with acting_as(world.nurse) as by:
            sheila.refresh_from_db()
            change_resident(by=by, resident_id=sheila.id, identity=known(sheila, gp_practice_id=practice))

    now_at(world.practice.id)
    patel = more(world, sheila, "gp", "registered", gp_name="Dr Amina Patel")
    more(world, sheila, "gp", "other", gp_name="Dr Jones")
    with pytest.raises(RuleError, match="end that first"):
        more(world, sheila, "gp", "registered", gp_name="Dr Jones")
    now_at(None)
    patel.refresh_from_db()
    assert (patel.is_past, patel.ended_reason) == (True, "They left the practice")
    assert more(world, sheila, "gp", "registered", gp_name="Dr Jones").is_past is False


def test_ig_20_what_leads_to_a_restricted_person_is_neither_shown_nor_written_by_the_database_either(
    world, sheila, signed_in
):
    more(world, sheila, "telecom", "mobile", contact="07700 900777")
    more(world, sheila, "address", "temporary", lines=["The Cottage"], postcode="AM1 1AB")
    more(world, sheila, "name", "maiden", family="Barlow")
    more(world, sheila, "gp", "registered", gp_name="Dr Unspoken")
    Resident.objects.update(is_restricted=True, **NO_WAY_THERE)
    with acting_as(world.nurse), connection.cursor() as cursor:
        assert [one.kind for one in details_of(world.nurse, sheila.id)] == ["name"]
        cursor.execute("SELECT kind FROM neighbourhoods_residentdetail")
        assert cursor.fetchall() == [("name",)]
    with pytest.raises(RuleError, match="restricted"):
        more(world, sheila, "telecom", "mobile", contact="07700 900778")
    client = signed_in("nurse")
    text = people_page(client, sheila)
    assert "BARLOW" in text
    assert not [word for word in ("07700 900777", "The Cottage", "AM1 1AB", "01632 960001", "Unspoken") if word in text]
    assert client.get(reverse("resident_detail_new", args=[sheila.id, "telecom"])).status_code == 404
    form = client.get(reverse("resident_change", args=[sheila.id])).context["form"]
    assert not {"address", "postcode", "phone", "email", "gp_practice"} & form.fields.keys()


@pytest.mark.parametrize(
    ("what", "typed", "shown"),
    [
        ("name", {"use": "maiden", "family": "Barlow", "given": "Sheila"}, "BARLOW, Sheila"),
        ("identifier", {"use": "local", "identifier": "LAS 123", "assigner": "Test General"}, "Number at Test General"),
        (
            "address",
            {"use": "temporary", "lines": "The Cottage\nWeir Street", "postcode": "am11ab"},
            "The Cottage, Weir Street, AM1 1AB",
        ),
        ("telecom", {"use": "mobile", "contact": "07700 900777", "rank": "1"}, "1 to try"),
        ("gp", {"use": "registered", "gp_name": "Dr Amina Patel"}, "Their GP at the practice"),
    ],
)
def test_each_kind_is_added_on_its_page_and_shown(world, sheila, signed_in, what, typed, shown):
    client = signed_in("nurse")
    address = reverse("resident_detail_new", args=[sheila.id, what])
    assert client.get(address).status_code == 200
    assert client.post(address, {}).status_code == 422
    assert client.post(address, typed).status_code == 302
    assert shown in people_page(client, sheila)


def test_what_was_typed_stays_where_it_is_refused(world, sheila, signed_in):
    typed = {"use": "temporary", "lines": "The Cottage", "postcode": "nowhere"}
    answer = signed_in("nurse").post(reverse("resident_detail_new", args=[sheila.id, "address"]), typed)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "The Cottage" in text
    assert "This is not a valid postcode: enter it in full, such as M1 1AE" in text


def test_what_is_known_of_a_person_is_changed_on_one_page(world, sheila, signed_in):
    client = signed_in("nurse")
    language, display = Code.objects.filter(code_list__key="human-language").values_list("code", "display")[0]
    answer = change_page(
        client,
        sheila,
        ethnic_category="M",
        language=language,
        interpreter_required="yes",
        preferred_contact_method="3",
        pronouns="she/her",
        family_name="Hartley-Moss",
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("resident_people", args=[sheila.id]))
    now = Resident.objects.get()
    assert (now.ethnic_category, now.language, now.interpreter_required) == ("M", language, True)
    assert (now.family_name, now.phone, now.address_lines) == ("Hartley-Moss", "01632 960001", ["3 Mill Lane"])
    assert now.gp_practice_id == sheila.gp_practice_id
    assert "n:moss" in now.search_keys
    text = people_page(client, sheila)
    for words in ("Black or Black British - Caribbean", display, "Needed", "Telephone", "she/her"):
        assert words in text


def test_what_nobody_has_asked_is_not_said_to_be_no(world, sheila, signed_in):
    assert "Interpreter" not in people_page(signed_in("nurse"), sheila)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"family_name": ""}, "Family name"),
        ({"nhs_number": "999 000 0019"}, "This is not a valid NHS number: check the digits"),
        ({"postcode": "nowhere"}, "This is not a valid postcode: enter it in full, such as M1 1AE"),
        ({"birth_date_status": "unknown"}, "Take the date away, or say how sure it is"),
        ({"birth_date_day": "", "birth_date_month": "", "birth_date_year": ""}, "Enter the date of birth, or say"),
        ({"birth_date_year": "2030"}, "The date of birth must be"),
        ({"ethnic_category": "QQ"}, NOT_IN_LIST),
    ],
)
def test_what_cannot_be_said_of_a_person_is_refused_and_what_was_typed_stays(world, sheila, signed_in, typed, sentence):
    answer = change_page(signed_in("nurse"), sheila, pronouns="quite unlike any", **typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "quite unlike any" in answer.content.decode()
    assert Resident.objects.get().version == sheila.version


def test_somebody_who_saved_first_is_not_overwritten_and_nothing_typed_is_lost(world, sheila, signed_in):
    client = signed_in("nurse")
    with acting_as(world.lead):
        change_resident(by=world.lead, resident_id=sheila.id, identity=known(sheila, phone="01632 960555"))
    stale = change_page(client, sheila, pronouns="she/her", version=sheila.version)
    text = stale.content.decode()
    assert stale.status_code == 422
    assert "Somebody changed this while you were typing" in text
    assert "she/her" in text
    again = change_page(client, sheila, pronouns="she/her")
    assert (again.status_code, Resident.objects.get().phone) == (302, "01632 960555")


def test_what_differs_from_what_somebody_saved_first_is_read_out_as_people_write_a_date(world, sheila, signed_in):
    client = signed_in("nurse")
    with acting_as(world.lead):
        others = {
            "birth_date": date(1948, 3, 15),
            "ethnic_category": "N",
            "gp_practice_id": world.surgery.organisation_id,
        }
        change_resident(by=world.lead, resident_id=sheila.id, identity=known(sheila, **others))
    stale = change_page(client, sheila, version=sheila.version, ethnic_category="", gp_practice="")
    said = re.sub(r"<[^>]*>", "", stale.text)
    assert "Date of birth: 15-Mar-1948" in said
    assert "Ethnic category: Black or Black British - African" in said
    assert f"GP practice: {world.surgery.organisation.name}" in said


def test_what_stood_there_before_is_not_doubted_and_what_is_new_is_asked_once_more(world, sheila, signed_in):
    client = signed_in("nurse")
    asked = change_page(client, sheila, birth_date_year="1880")
    assert (asked.status_code, 'name="birth_date_is_right"' in asked.text) == (422, True)
    assert "check the date of birth, and tick that it is right" in asked.text
    saved = change_page(client, sheila, birth_date_year="1880", birth_date_is_right="on", nhs_number="3200000007")
    assert (saved.status_code, Resident.objects.get().birth_date.year) == (422, 1948)
    both = {"birth_date_is_right": "on", "nhs_number_is_right": "on"}
    assert change_page(client, sheila, birth_date_year="1880", nhs_number="3200000007", **both).status_code == 302
    sheila.refresh_from_db()
    assert (sheila.birth_date.year, sheila.nhs_number) == (1880, "3200000007")
    assert change_page(client, sheila, pronouns="she/her").status_code == 302


def test_the_service_refuses_a_version_that_is_not_the_one_stored(world, sheila):
    with acting_as(world.nurse), pytest.raises(StaleVersion):
        change_resident(by=world.nurse, resident_id=sheila.id, identity=known(sheila, title="Dame"), version=99)


@pytest.mark.parametrize("name", ["ethnic_category", "language", "death_status", "preferred_written_format"])
def test_a_code_that_its_list_does_not_offer_is_refused_and_one_that_stands_there_may_stay(world, sheila, name):
    with acting_as(world.nurse), pytest.raises(RuleError) as refused:
        change_resident(by=world.nurse, resident_id=sheila.id, identity=known(sheila, **{name: "?"}))
    assert (refused.value.field, refused.value.code) == (name, "unknown_code")
    Resident.objects.update(**{name: "?"})
    with acting_as(world.nurse):
        now = Resident.objects.get()
        changed = change_resident(by=world.nurse, resident_id=sheila.id, identity=known(now, title="Dame"))
    assert (changed.title, getattr(changed, name)) == ("Dame", "?")


def test_a_change_of_what_somebody_is_found_by_keeps_their_other_names(world, sheila):
    more(world, sheila, "name", "maiden", family="Barlow")
    with acting_as(world.nurse):
        change_resident(by=world.nurse, resident_id=sheila.id, identity=known(sheila, phone="01632 960555"))
    assert {"n:barlow", "t:1632960555"} <= set(Resident.objects.get().search_keys)


def test_another_name_writes_no_past_row_of_the_resident(world):
    with clock.at(clock.now() - timedelta(hours=1)):
        sheila = world.resident()
    with clock.at(clock.now()):
        more(world, sheila, "name", "maiden", family="Barlow")
    assert not PastRow.objects.filter(table_name="neighbourhoods_resident").exists()
    assert Resident.objects.get().version == sheila.version
