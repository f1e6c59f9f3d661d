"""What is known of an organisation, and of somebody in their role, beside their name (domain.md 2.4)."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from neighbourhoods.models import Membership, Organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_moment")]

FACTS = {
    "email": "hello@example.org",
    "site_codes": "k81003001, VLAXL",
    "toolkit_status": "met",
    "toolkit_year": "2026",
}


def shown(client, address):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(address).text))


def change(client, organisation, **typed):
    organisation.refresh_from_db()
    given = {"name": organisation.name, "ods_code": "", "phone": "", "address": "", "version": organisation.version}
    return client.post(reverse("admin_change_organisation", args=[organisation.id]), given | typed)


def test_an_organisation_has_sites_an_email_a_parent_and_a_status_of_the_toolkit(admin_page, signed_in, world):
    answer = change(admin_page, world.charity, **FACTS, parent=str(world.community.id))
    assert answer.status_code == 302
    now = Organisation.objects.get(id=world.charity.id)
    assert (now.email, now.site_codes, now.parent) == ("hello@example.org", ["K81003001", "VLAXL"], world.community)
    page = shown(admin_page, reverse("admin_organisation", args=[now.id]))
    for words in ("K81003001, VLAXL", "Part of Test Community Health", "Standards met, 2026"):
        assert words in page
    form = admin_page.get(reverse("admin_change_organisation", args=[now.id])).text
    assert all(f'value="{said}"' in form for said in ("K81003001, VLAXL", "2026", "hello@example.org"))
    listed = shown(signed_in("nurse"), reverse("directory_organisation", args=[now.id]))
    assert "hello@example.org" in listed


def days(first, last):
    named = {"agreement_starts_on": first, "agreement_ends_on": last}
    boxes = (("day", "%d"), ("month", "%m"), ("year", "%Y"))
    return {f"{name}_{box}": day.strftime(form) for name, day in named.items() if day for box, form in boxes}


@pytest.mark.parametrize(
    ("left", "said"),
    [(-1, "it has ended"), (0, "it ends soon"), (30, "it ends soon"), (31, "")],
)
def test_the_days_of_its_sharing_agreement_are_said_and_that_it_ends(admin_page, world, left, said):
    first, last = date(2025, 4, 1), clock.today() + timedelta(days=left)
    assert change(admin_page, world.charity, **days(first, last)).status_code == 302
    page = shown(admin_page, reverse("admin_organisation", args=[world.charity.id])).replace(" : ", ": ")
    told = f": {said}" if said else ""
    assert f"Data sharing agreement From 01-Apr-2025 until {last:%d-%b-%Y}{told} " in page
    assert 'value="2025"' in admin_page.get(reverse("admin_change_organisation", args=[world.charity.id])).text


def test_whom_others_ask_about_privacy_stands_in_the_directory(admin_page, signed_in, world):
    said = "Ana Ruiz, 01632 960 333, privacy@example.org"
    assert change(admin_page, world.charity, privacy_contact=said).status_code == 302
    listed = shown(signed_in("nurse"), reverse("directory_organisation", args=[world.charity.id]))
    assert f"About privacy, ask {said}" in listed.replace(" , ", ", ")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (days(date(2026, 4, 1), date(2026, 3, 31)), "The last day of the agreement is before its first day"),
        ({"email": "nobody"}, "Enter an email address"),
        ({"site_codes": "K81003001 much-too-long"}, "This is not a valid ODS code"),
        ({"toolkit_year": ""}, "Enter the year in which it was published"),
        ({"toolkit_status": ""}, "Choose what was published in that year"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_as_it_was_typed(admin_page, world, wrong, sentence):
    answer = change(admin_page, world.charity, **FACTS | wrong)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "k81003001" in answer.text.lower()
    assert Organisation.objects.get(id=world.charity.id).email == ""


def test_no_organisation_is_part_of_itself(admin_page, world):
    assert change(admin_page, world.charity, parent=str(world.charity.id)).status_code == 422


def test_registration_induction_and_training_of_a_role_are_kept(admin_page, world):
    nurse = Membership.objects.get(id=world.nurse.membership_id)
    address = reverse("admin_staff_facts", args=[nurse.id])
    facts = {"professional_body": "nmc", "registration": "12A3456E", "induction": "complete"}
    trained = {"trained_on_day": "5", "trained_on_month": "1", "trained_on_year": "2026"}
    assert admin_page.post(address, facts | trained | {"version": nurse.version}).status_code == 302
    nurse.refresh_from_db()
    assert (nurse.professional_number, nurse.induction, nurse.trained_on) == ("12A3456E", "complete", date(2026, 1, 5))
    assert AuditEntry.objects.filter(verb="membership.facts_recorded", about_id=nurse.id).count() == 1
    page = shown(admin_page, reverse("admin_person", args=[nurse.user_id]))
    assert "Nursing and Midwifery Council 12A3456E" in page
    assert "Induction: complete. Trained in information governance 05-Jan-2026." in page
    assert admin_page.post(address, facts | {"version": nurse.version - 1}).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"registration": ""}, "Enter the number, or choose no professional body"),
        ({"professional_body": ""}, "Choose whose number it is"),
        ({"trained_on": 1}, "Choose today or a day before"),
    ],
)
def test_a_registration_that_cannot_be_is_refused(admin_page, world, wrong, sentence):
    nurse = Membership.objects.get(id=world.nurse.membership_id)
    facts = {
        "professional_body": "nmc",
        "registration": "12A",
        "induction": "complete",
        "version": nurse.version,
    }
    if wrong.pop("trained_on", None):
        day = clock.today() + timedelta(days=1)
        wrong |= {"trained_on_day": day.day, "trained_on_month": day.month, "trained_on_year": day.year}
    answer = admin_page.post(reverse("admin_staff_facts", args=[nurse.id]), facts | wrong)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert Membership.objects.get(id=nurse.id).professional_number == ""
