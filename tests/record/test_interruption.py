"""Whoever has no recorded reason is stopped, told what follows, and asked (IG-03, IG-04)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.ids import new_id
from carecoord.outbox.models import OutboxMessage
from neighbourhoods.models import EmergencyGround, Relationship
from tests.life import live, restrict
from tests.standing import made_once
from tests.world import sign_in

pytestmark = pytest.mark.django_db

# Everything else that tests/life.py puts into the record, and what is known of Sheila beside her identity.
CARE_DATA = (
    "Penicillin",
    "Karen",
    "Ken",
    "The allotment",
    "Wound plan",
    "A break for her carer",
    "Needs her GP",
    "Visit",
    "Female",
    "Millbrook",
    "Bridge Street",
    "Dressing",
)


def record(client, resident):
    return client.get(reverse("resident_record", args=[resident.id]))


def claim(client, resident, **given):
    answers = {"reason": "covering", "until": "7"} | given
    return client.post(reverse("claim", args=[resident.id]), answers)


def main_of(answer):
    text = answer.content.decode()
    return text[text.index("<main") : text.index("</main>")]


standing = made_once(live)


@pytest.fixture
def sheila(world):
    return world.sheila


def test_ig_03_an_outsider_gets_name_birth_and_number_and_no_care_data(world, sheila, signed_in):
    answer = record(signed_in("outsider"), sheila)
    assert answer.status_code == 403
    text = main_of(answer)
    assert "HARTLEY, Sheila" in text
    assert "14-Mar-1948" in text
    number = sheila.nhs_number
    assert f"{number[:3]} {number[3:6]} {number[6:]}" in text
    assert [word for word in CARE_DATA if word in text] == []
    assert 'aria-label="Resident"' not in text
    assert AuditEntry.objects.filter(
        verb="resident.interrupted", resident_id=sheila.id, actor_id=world.outsider.actor_id
    ).exists()
    assert not AuditEntry.objects.filter(verb="resident.viewed").exists()


def test_ig_03_the_card_offers_the_claim_the_emergency_and_the_ways_back(world, sheila, signed_in):
    text = main_of(record(signed_in("outsider"), sheila))
    assert "Record this and open" in text
    assert "Back to search" in text
    assert "Go back: this is not the person, or I do not need the record" in text
    assert "Open in an emergency" in text
    assert text.count('class="nhsuk-button"') == 1


def test_a_claim_opens_the_record_until_its_end_and_tells_the_privacy_officers(world, sheila, signed_in):
    client, at = signed_in("outsider"), datetime(2030, 5, 6, 10, 0, tzinfo=UTC)
    with clock.at(at):
        answer = claim(client, sheila)
        assert answer.headers["Location"] == reverse("resident_record", args=[sheila.id])
        assert record(client, sheila).status_code == 200
    made = Relationship.objects.get(source_kind="claim")
    assert (made.resident_id, made.team_id, made.level) == (sheila.id, world.highcross_nursing.id, "record")
    assert made.reason == "I am covering for their usual team"
    assert made.expires_at == datetime(2030, 5, 13, 23, 0, tzinfo=UTC)  # midnight of British Summer Time
    change = AuditEntry.objects.get(kind="change", verb="relationship.claimed")
    assert (change.actor_id, change.resident_id, change.reason) == (world.outsider.actor_id, sheila.id, made.reason)
    told = OutboxMessage.objects.get(topic="relationship.claimed")
    assert told.payload["organisation_id"] == str(world.community.id)
    with clock.at(made.expires_at + timedelta(seconds=1)):
        later = Client()
        sign_in(later, world, "outsider")
        assert record(later, sheila).status_code == 403


def test_end_of_today_ends_at_midnight_here(world, sheila, signed_in):
    with clock.at(datetime(2030, 1, 6, 23, 30, tzinfo=UTC)):
        claim(signed_in("outsider"), sheila, until="0")
    assert Relationship.objects.get(source_kind="claim").expires_at == datetime(2030, 1, 7, 0, 0, tzinfo=UTC)


def test_a_claim_without_a_reason_opens_nothing_and_says_what_is_missing(world, sheila, signed_in):
    answer = claim(signed_in("outsider"), sheila, reason="")
    assert answer.status_code == 422
    text = main_of(answer)
    assert "Say how you are involved" in text
    assert [word for word in CARE_DATA if word in text] == []
    assert not Relationship.objects.filter(source_kind="claim").exists()


def test_a_claim_is_for_teams_of_ones_own(world, sheila, signed_in):
    answer = claim(signed_in("outsider"), sheila, team=str(world.nursing.id))
    assert answer.status_code == 422
    assert not Relationship.objects.filter(source_kind="claim").exists()


def test_claiming_twice_or_without_need_simply_opens_the_record(world, sheila, signed_in):
    client = signed_in("outsider")
    claim(client, sheila)
    assert claim(client, sheila).status_code == 302
    assert Relationship.objects.filter(source_kind="claim").count() == 1


@pytest.mark.parametrize("post", [False, True])
def test_a_restricted_resident_and_an_unknown_one_look_the_same(world, sheila, signed_in, post):
    restrict(world, sheila)
    client = signed_in("outsider")
    ask = (
        (lambda id: claim(client, type("R", (), {"id": id}))) if post else (lambda id: client.get(f"/residents/{id}/"))
    )
    restricted, unknown = ask(sheila.id), ask(new_id())
    assert (restricted.status_code, unknown.status_code) == (404, 404)
    assert main_of(restricted) == main_of(unknown)
    assert not Relationship.objects.filter(source_kind="claim").exists()


@pytest.mark.parametrize("who", ["privacy", "admin"])
def test_a_role_without_residents_gets_an_explanation_and_cannot_claim(world, sheila, signed_in, who):
    client = signed_in(who)
    text = main_of(record(client, sheila))
    assert "Your role has no residents" in text
    assert "Record this and open" not in text
    assert "Open in an emergency" not in text
    assert claim(client, sheila).status_code == 403
    assert not Relationship.objects.filter(source_kind="claim").exists()


BELOW = (
    "resident_people",
    "resident_timeline",
    "resident_access",
    "resident_entries",
    "resident_referrals",
    "resident_handovers",
    "resident_statement",
    "whole_record",
    "as_it_was",
    "entry_choose",
    "resident_caseload",
    "contact_new",
    "care_plan",
)


def stopped_at(client, resident, name):
    return client.get(reverse(name, args=[resident.id]))


def without_tokens(answer):
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", main_of(answer))
    return re.sub(r'name="asked_for" value="[^"]*"', "", text)


@pytest.mark.parametrize("who", ["outsider", "privacy"])
def test_every_page_of_the_record_is_answered_as_the_record_itself_and_sending_to_it_as_nothing(
    world, sheila, signed_in, who
):
    client = signed_in(who)
    card = without_tokens(record(client, sheila))
    for name in BELOW:
        answer = stopped_at(client, sheila, name)
        assert (answer.status_code, without_tokens(answer)) == (403, card), name
        assert answer.headers["Cache-Control"] == "no-store"
        assert [word for word in CARE_DATA if word in answer.content.decode()] == []
    assert client.post(reverse("contact_new", args=[sheila.id])).status_code == 404


def test_a_page_below_the_record_is_the_same_look_as_the_record_itself(world, sheila, signed_in):
    stopped_at(signed_in("outsider"), sheila, "care_plan")
    looks = AuditEntry.objects.filter(kind="look", actor_id=world.outsider.actor_id, resident_id=sheila.id)
    assert list(looks.values_list("verb", flat=True)) == ["resident.interrupted"]


def test_below_the_record_a_restricted_resident_and_an_unknown_one_look_the_same(world, sheila, signed_in):
    restrict(world, sheila)
    client = signed_in("outsider")
    restricted, unknown = (client.get(reverse("care_plan", args=[id])) for id in (sheila.id, new_id()))
    assert (restricted.status_code, unknown.status_code) == (404, 404)
    assert main_of(restricted) == main_of(unknown)


@pytest.mark.parametrize("way", ["claim", "break_glass"])
def test_whoever_claims_goes_on_to_the_page_they_asked_for(world, sheila, signed_in, way):
    client, page = signed_in("outsider"), reverse("resident_timeline", args=[sheila.id])
    assert f'name="asked_for" value="{page}?kind=note"' in main_of(client.get(f"{page}?kind=note"))
    answers = {"asked_for": f"{page}?kind=note", "until": "7", "emergency-words": "Found unconscious at home"}
    address = reverse(way, args=[sheila.id])
    refused = client.post(address, {"asked_for": f"{page}?kind=note"})
    assert refused.status_code == 422
    assert f'value="{page}?kind=note"' in main_of(refused)
    reason = {"reason": "covering"} if way == "claim" else {"emergency-ground": EmergencyGround.LAW}
    assert client.post(address, answers | reason).headers["Location"] == f"{page}?kind=note"


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org/", "//[", "/caseload/", "/residents/", "x\r\ny", "\0"]
)
def test_a_claim_leads_to_pages_of_the_same_resident_only(world, sheila, signed_in, elsewhere):
    answer = claim(signed_in("outsider"), sheila, asked_for=elsewhere)
    assert answer.headers["Location"] == reverse("resident_record", args=[sheila.id])


def test_a_claim_does_not_lead_to_somebody_else(world, sheila, signed_in):
    other = reverse("care_plan", args=[world.resident(given_name="Olga").id])
    answer = claim(signed_in("outsider"), sheila, asked_for=other)
    assert answer.headers["Location"] == reverse("resident_record", args=[sheila.id])


def test_nobody_is_asked_to_sign_in_and_brought_back(world, sheila, client):
    answer = record(client, sheila)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/accounts/login/?next=/residents/{sheila.id}/"


def test_whoever_only_opened_the_record_is_not_said_to_have_changed_it(world, signed_in):
    sheila = world.resident()
    client = signed_in("outsider")
    claim(client, sheila)
    page = record(client, sheila)
    assert page.status_code == 200
    changed = " ".join(page.text.split()).split("Last changed", 1)[1][:120]
    assert f"by {world.nurse.name}" in changed
