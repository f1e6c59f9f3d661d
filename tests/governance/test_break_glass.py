"""Somebody without a recorded reason opens one record in an emergency (IG-03 to IG-06)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.audit.models import AuditEntry
from carecoord.delivery.models import Delivery
from carecoord.errors import RuleError
from carecoord.ids import new_id
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.tasks import relay
from carecoord.record.access import looks_before
from neighbourhoods import gate
from neighbourhoods.gate import acting_as
from neighbourhoods.models import EmergencyAccess, EmergencyGround, Entry, Relationship, Resident
from neighbourhoods.services import EntryFacts, break_glass, create_membership, end_emergency, record_entry
from tests.life import break_the_glass, live, restrict
from tests.statements import statements_of
from tests.world import WORLD_BEGAN, sign_in

pytestmark = pytest.mark.django_db

AT = datetime(2030, 5, 6, 10, 0, tzinfo=UTC)
WORDS = "Found unconscious at home"


@pytest.fixture
def sheila(world):
    return world.resident(given_name="Sheila")


def seen(principal, resident):
    """By the query and by the policies alone, which must agree."""
    by_query = Resident.objects.visible_to(principal).filter(id=resident.id).exists()
    with acting_as(principal):
        assert Resident.objects.filter(id=resident.id).exists() is by_query
    return by_query


def answers(**given):
    return {
        f"emergency-{name}": value for name, value in ({"ground": "best_interests", "words": WORDS} | given).items()
    }


def open_page(client, resident, **given):
    return client.post(reverse("break_glass", args=[resident.id]), answers(**given))


def record_page(client, resident):
    return client.get(reverse("resident_record", args=[resident.id]))


def test_ig_05_break_glass_opens_one_record_to_one_person_in_one_sign_in(world, sheila):
    other = world.resident(given_name="Ken")
    by = break_the_glass(world, "outsider", sheila)
    assert seen(by, sheila)
    assert not seen(by, other)
    assert not seen(world.outsider, sheila), "another sign-in of the same person"
    assert not seen(replace(by, glass=new_id()), sheila)
    assert not seen(replace(world.ward_nurse, glass=by.glass), sheila), "somebody else who says that it is theirs"
    assert not seen(replace(by, membership_id=world.ward_nurse.membership_id), sheila), "another of their roles"


def test_ig_05_eight_hours_later_it_opens_nothing(world, sheila):
    with clock.at(AT):
        by = break_the_glass(world, "outsider", sheila)
        assert world.emergency.until == AT + timedelta(hours=8)
    with clock.at(AT + timedelta(hours=8) - timedelta(seconds=1)):
        assert seen(by, sheila)
    with clock.at(AT + timedelta(hours=8)):
        assert not seen(by, sheila)


def test_ig_05_no_emergency_of_more_than_eight_hours_can_be_written(world, sheila):
    break_the_glass(world, "outsider", sheila)
    with pytest.raises(DatabaseError, match="an_emergency_lasts_eight_hours"), transaction.atomic():
        EmergencyAccess.objects.update(until=clock.now() + timedelta(hours=9))


def test_ig_05_signing_out_ends_it_and_so_does_changing_the_role(world, sheila, signed_in):
    client = signed_in("outsider")
    assert open_page(client, sheila).status_code == 302
    assert record_page(client, sheila).status_code == 200
    assert client.get(reverse("resident_people", args=[sheila.id])).status_code == 200
    session = client.session
    session.cycle_key()
    session.save()
    client.cookies["sessionid"] = session.session_key
    assert record_page(client, sheila).status_code == 403
    again = Client()
    sign_in(again, world, "outsider")
    assert record_page(again, sheila).status_code == 403


def test_ig_05_it_can_be_ended_before_its_time(world, sheila, signed_in):
    client = signed_in("outsider")
    open_page(client, sheila)
    page = record_page(client, sheila).content.decode()
    assert "Open to you in an emergency until" in page
    end = reverse("end_emergency", args=[sheila.id])
    assert end in page
    assert client.post(end).headers["Location"] == reverse("my_day")
    assert record_page(client, sheila).status_code == 403
    assert client.post(end).status_code == 404
    assert AuditEntry.objects.filter(verb="emergency.ended", resident_id=sheila.id).count() == 1


def test_ig_05_the_page_says_that_it_is_open_in_an_emergency_only_where_it_is(world, sheila, client):
    sign_in(client, world, "nurse")
    other = world.resident(by=world.gp, team=world.surgery)
    open_page(client, other)
    pages = [record_page(client, one).content.decode() for one in (other, sheila)]
    assert ["Open to you in an emergency until" in page for page in pages] == [True, False]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"ground": ""}, "Say on what ground"),
        ({"ground": "curiosity"}, "Choose again"),
        ({"words": ""}, "Say what is happening"),
        ({"words": "Too short"}, "Say what is happening in at least 10 characters"),
        ({"words": "a" + " " * 20 + "b"}, "Say what is happening in at least 10 characters"),
        (
            {"words": "help\u200b\u200b\u200b\u200b\u200b\u200b\u200b"},
            "Say what is happening in at least 10 characters",
        ),
    ],
)
def test_ig_05_without_a_ground_and_ten_characters_nothing_opens_and_nothing_typed_is_lost(
    world, sheila, signed_in, given, sentence
):
    answer = open_page(signed_in("outsider"), sheila, **given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert (given.get("words") or WORDS).strip() in page or given.get("words") == ""
    assert not EmergencyAccess.objects.exists()
    assert not AuditEntry.objects.filter(verb="emergency.opened").exists()


def test_ig_04_it_is_written_down_before_it_opens_with_its_reason(world, sheila):
    break_the_glass(world, "outsider", sheila)
    written = AuditEntry.objects.get(verb="emergency.opened")
    assert (written.kind, written.actor_id, written.resident_id) == ("change", world.outsider.actor_id, sheila.id)
    assert (written.role, written.organisation_id, written.reason) == ("nurse", world.community.id, WORDS)
    assert written.about_id == EmergencyAccess.objects.get().id


def test_ig_04_who_looked_says_on_what_ground(world, sheila, signed_in):
    client = signed_in("outsider")
    open_page(client, sheila, ground="law")
    record_page(client, sheila)
    with acting_as(world.nurse):
        looks = [look for look in looks_before(sheila.id, None).looks if look.verb == "resident.viewed"]
    assert [(look.actor_name, look.reason) for look in looks] == [("Outsider", "Emergency access: the law requires it")]


def test_ig_06_the_officers_alert_and_mail_name_nobody(world, sheila):
    break_the_glass(world, "outsider", sheila)
    relay()
    alert = Alert.objects.get(kind="review.emergency")
    assert (alert.resident_id, alert.team.kind, alert.team.organisation) == (None, "privacy", world.community)
    mails = Delivery.objects.filter(about_id=alert.id)
    assert mails.count() == 1
    said = " ".join(f"{mail.subject} {mail.line}" for mail in mails)
    assert alert.reference in said
    for word in ("Sheila", "Hartley", "Outsider", sheila.nhs_number, WORDS, str(sheila.id)):
        assert word not in said


def test_ig_06_the_officers_my_day_and_list_of_alerts_name_nobody(world, sheila, client):
    break_the_glass(world, "outsider", sheila)
    relay()
    sign_in(client, world, "privacy")
    for name in ("my_day", "alerts"):
        page = client.get(reverse(name)).content.decode()
        assert "Emergency access to review" in page
        assert [word for word in ("Hartley", "HARTLEY", sheila.nhs_number, WORDS, "Outsider") if word in page] == []


def test_ig_05_sent_twice_it_is_one(world, sheila):
    sign_in_of_both = new_id()
    break_the_glass(world, "outsider", sheila, sign_in=sign_in_of_both)
    first = world.emergency
    break_the_glass(world, "outsider", sheila, sign_in=sign_in_of_both)
    assert world.emergency.id == first.id
    assert EmergencyAccess.objects.count() == 1
    assert OutboxMessage.objects.filter(topic="emergency.opened").count() == 1


def test_ig_05_a_restricted_resident_is_opened_to_nobody_and_looks_unknown(world, sheila, signed_in):
    restrict(world, sheila)
    client = signed_in("outsider")
    assert open_page(client, sheila).status_code == 404
    assert open_page(client, type("Unknown", (), {"id": new_id()})).status_code == 404
    with pytest.raises(RuleError):
        break_the_glass(world, "outsider", sheila)
    assert not EmergencyAccess.objects.exists()


@pytest.mark.parametrize("who", ["privacy", "admin"])
def test_ig_05_a_role_without_residents_opens_none(world, sheila, signed_in, who):
    assert open_page(signed_in(who), sheila).status_code == 403
    assert not EmergencyAccess.objects.exists()
    with pytest.raises(RuleError):
        break_the_glass(world, who, sheila)


def test_ig_05_a_partners_system_never_breaks_the_glass(world, sheila):
    client = gate.team(world.highcross_nursing)
    with pytest.raises(DatabaseError, match="an emergency needs a person"), transaction.atomic(), acting_as(client):
        break_glass(
            by=client,
            resident_id=sheila.id,
            team_id=world.highcross_nursing.id,
            ground=EmergencyGround.LAW,
            words=WORDS,
            sign_in=new_id(),
        )


def test_ig_05_nobody_opens_for_a_team_that_is_not_theirs(world, sheila):
    with pytest.raises(DatabaseError, match="a team of theirs"), transaction.atomic():
        break_the_glass(world, "outsider", sheila, team_id=world.nursing.id)


def test_ig_05_the_run_time_role_writes_no_emergency_of_its_own(world, sheila):
    by = break_the_glass(world, "outsider", sheila)
    for statement in (
        "UPDATE neighbourhoods_emergencyaccess SET until = until + interval '1 hour'",
        "INSERT INTO neighbourhoods_emergencyaccess SELECT * FROM neighbourhoods_emergencyaccess",
        "DELETE FROM neighbourhoods_emergencyaccess",
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), acting_as(by):
            connection.cursor().execute(statement)


def test_ig_05_whoever_has_no_emergency_pays_nothing_for_it(world, sheila):
    """The text of every statement of the page is the same as before there were emergencies."""
    own = str(Resident.objects.visible_to(world.nurse).query)
    assert "emergencyaccess" not in own
    assert "emergencyaccess" in str(Resident.objects.visible_to(replace(world.nurse, glass=new_id())).query)
    client = Client()
    sign_in(client, world, "nurse")
    record_page(client, sheila)
    asked = statements_of(lambda: record_page(client, sheila))
    assert [one for one in asked if "emergencyaccess" in one] == []


def test_ig_05_visible_to_is_the_policy_also_for_whoever_has_broken_the_glass(world):
    """For every model, no wider and no narrower: the whole record of one, and nothing of anybody else."""
    live(world)
    world.resident(given_name="Somebody", family_name="Else")
    by = break_the_glass(world, "outsider", world.sheila)
    models = [model for model in apps.get_models() if hasattr(model._default_manager.all(), "visible_to")]
    for model in models:
        with acting_as(by):
            by_policy = set(model._default_manager.values_list("pk", flat=True))
        assert set(model._default_manager.visible_to(by).values_list("pk", flat=True)) == by_policy, model.__name__
    with acting_as(by):
        assert set(Resident.objects.values_list("id", flat=True)) == {world.sheila.id}
        assert Entry.objects.count() == 1
        assert Relationship.objects.count() >= 1


def test_ig_05_what_is_written_in_an_emergency_stays_in_the_record(world, sheila):
    by = break_the_glass(world, "outsider", sheila)
    with acting_as(by):
        entry = record_entry(by=by, resident_id=sheila.id, facts=EntryFacts("alert", "Found on the floor"))
        assert end_emergency(resident_id=sheila.id)
    with acting_as(world.nurse):
        assert Entry.objects.get(id=entry.id).recorded_by_name == "Outsider"


def test_ig_05_another_membership_of_the_same_person_sees_nothing_by_it(world, sheila):
    with clock.at(WORLD_BEGAN):
        second = create_membership(
            by=world.builder,
            user_id=world.outsider.actor_id,
            organisation=world.charity,
            role="link_worker",
            teams=[world.carers],
        )
    by = break_the_glass(world, "outsider", sheila)
    assert gate.enter(world.outsider.actor_id, world.outsider.membership_id, by.glass).glass == by.glass
    assert gate.enter(world.outsider.actor_id, second.id, by.glass).glass is None
    assert gate.enter(world.outsider.actor_id, world.outsider.membership_id, new_id()).glass is None
