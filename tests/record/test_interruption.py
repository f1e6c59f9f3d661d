"""Whoever has no recorded reason is stopped, told what follows, and asked (IG-03, IG-04)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.ids import new_id
from carecoord.outbox.models import OutboxMessage
from neighbourhoods.models import Relationship
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


def test_every_other_page_of_the_record_is_404_for_an_outsider(world, sheila, signed_in):
    client = signed_in("outsider")
    names = [
        "resident_people",
        "resident_timeline",
        "resident_access",
        "resident_entries",
        "entry_choose",
        "resident_caseload",
        "contact_new",
        "care_plan",
    ]
    assert {name: client.get(reverse(name, args=[sheila.id])).status_code for name in names} == dict.fromkeys(
        names, 404
    )


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
