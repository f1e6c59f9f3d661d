"""What became of an alert's messages, for its team; and where one's own alerts reach one outside."""

import smtplib
from datetime import time, timedelta

import pytest
from django.core.mail.backends import locmem

from carecoord import clock
from carecoord.alerts.budget import Digest
from carecoord.alerts.digests import send_digests
from carecoord.alerts.hours import set_hours
from carecoord.alerts.models import HeldMessage
from carecoord.alerts.services import resolve_alerts_about
from carecoord.delivery.mobiles import code_of
from carecoord.delivery.models import Delivery, Mobile
from carecoord.delivery.services import note_came_back
from carecoord.delivery.tasks import send_waiting
from carecoord.outbox.models import OutboxMessage
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Role
from tests.alerts.offers import MONDAY_9, raised
from tests.statements import statements_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(world):
    return raised(world)


def page_of(client, alert):
    answer = client.get(f"/alerts/{alert.id}/messages/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_team_reads_who_was_told_and_how_each_message_fared(world, signed_in, alert, monkeypatch):
    refused = smtplib.SMTPRecipientsRefused({"nurse@example.org": (550, b"no such mailbox")})
    take = locmem.EmailBackend.send_messages

    def send_messages(self, messages):
        if messages[0].to == ["nurse@example.org"]:
            raise refused
        return take(self, messages)

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", send_messages)
    send_waiting()
    page = page_of(signed_in("lead"), alert)
    assert "Email to n•••@example.org" in page
    assert "Not delivered" in page
    assert "The mail server refused the address with 550." in page
    assert page.count("nhsuk-tag--green") == 2
    assert "nurse@example.org" not in page


def test_it_says_who_has_opened_the_alert(world, signed_in, alert):
    client = signed_in("nurse")
    client.get(f"/alerts/{alert.id}/")
    assert page_of(client, alert).count(", opened ") == 1


@pytest.mark.parametrize("name", ["ward_nurse", "gp", "outsider"])
def test_of_another_teams_alert_nothing_is_said(signed_in, alert, name):
    assert signed_in(name).get(f"/alerts/{alert.id}/messages/").status_code == 404


def test_a_row_of_the_list_leads_there_and_one_of_my_day_does_not(signed_in, alert):
    client = signed_in("nurse")
    assert f"/alerts/{alert.id}/messages/" in client.get("/alerts/").content.decode()
    assert f"/alerts/{alert.id}/messages/" not in client.get("/").content.decode()


def test_the_page_takes_the_same_statements_for_any_number_of_people(world, signed_in, alert):
    client = signed_in("nurse")
    page_of(client, alert)
    few = statements_of(lambda: page_of(client, alert))
    for number in range(5):
        world.add_person(f"nurse_{number}", world.community, Role.NURSE, [world.nursing])
    more = raised(world)
    assert len(statements_of(lambda: page_of(client, more))) == len(few)


def test_whose_emails_come_back_is_told_so_where_the_alerts_stand_all_the_same(world, signed_in, alert):
    send_waiting()
    mine = Delivery.objects.get(recipient=world.user_of("nurse"))
    assert note_came_back(mine.id, "The mail came back: 5.1.1", channel=Delivery.Channel.EMAIL)
    client = signed_in("nurse")
    for address in ("/alerts/", "/alerts/how-you-are-told/"):
        page = client.get(address).content.decode()
        assert "Emails to nurse@example.org do not arrive." in page
        assert "5.1.1" in page
    assert "Handover to accept" in client.get("/alerts/").content.decode()
    assert "do not arrive" not in signed_in("lead").get("/alerts/").content.decode()


def test_an_address_that_works_again_is_not_complained_of(world, signed_in, alert):
    send_waiting()
    mine = Delivery.objects.get(recipient=world.user_of("nurse"))
    note_came_back(mine.id, "The mail came back: 4.2.2", channel=Delivery.Channel.EMAIL)
    for number in range(3):
        with clock.at(clock.now() + timedelta(minutes=number + 1)):
            raised(world)
            send_waiting()
    assert "do not arrive" not in signed_in("nurse").get("/alerts/").content.decode()


@pytest.fixture
def hourly(world):
    """The nurse gets one email an hour, when it is full."""
    with acting_as(world.nurse) as by:
        set_hours(by=by, quiet_from=None, quiet_until=None, digest=Digest.HOURLY, digest_at=time(8))


def at(minutes, act=lambda: None):
    with clock.at(MONDAY_9 + timedelta(minutes=minutes)):
        return act()


def send_digests_at_ten():
    OutboxMessage.objects.all().delete()  # what the world was made with is no news that was missed
    assert at(60, send_digests) == 1


def row_of_the_nurse(signed_in, alert):
    page = page_of(signed_in("lead"), alert)
    return page[page.index("<h3>Nurse</h3>") :].split('<div class="row">')[0]


def test_what_waits_for_a_digest_says_until_when_and_then_in_which_it_went(world, signed_in, hourly):
    first, second = at(5, lambda: raised(world)), at(7, lambda: raised(world))
    assert "Held back" in row_of_the_nurse(signed_in, first)
    assert "Until" in row_of_the_nurse(signed_in, first)
    send_digests_at_ten()
    at(61, send_waiting)
    for alert in (first, second):
        row = row_of_the_nurse(signed_in, alert)
        assert row.count("Email to n•••@example.org, in a digest") == 1
        assert "Sent" in row
        assert "No message was sent" not in row
    digest = Delivery.objects.get(cause__startswith="digest:")
    assert {held.sent_in for held in HeldMessage.objects.all()} == {digest}


def test_what_was_over_when_the_digest_went_says_that_nothing_was_sent_and_why(world, signed_in, hourly):
    over, stands = at(5, lambda: raised(world)), at(7, lambda: raised(world))
    at(10, lambda: resolve_alerts_about(over.about))
    send_digests_at_ten()
    assert "Held back, not sent" in row_of_the_nurse(signed_in, over)
    assert "Answered, seen to or opened before it was to go." in row_of_the_nurse(signed_in, over)
    assert "in a digest" in row_of_the_nurse(signed_in, stands)


def say(client, step, **typed):
    return client.post("/alerts/how-you-are-told/", {"step": step, **typed}, follow=True)


def test_a_person_confirms_their_mobile_number_and_takes_it_away(world, signed_in, settings):
    settings.DEMO = True
    client = signed_in("nurse")
    assert "It works for 10 minutes" in say(client, "number", number="07700 900 123").content.decode()
    wrong = say(client, "code", code="abc")
    assert wrong.status_code == 422
    assert "This is not the code" in wrong.content.decode()
    assert Mobile.objects.get().wrong_codes == 1
    done = say(client, "code", code=code_of(Mobile.objects.get())).content.decode()
    assert "Urgent alerts are texted to it since" in done
    assert "07700 900 123" in done
    assert Mobile.objects.get().confirmed_at
    assert "Urgent alerts can be texted to you" in say(client, "away").content.decode()
    assert Mobile.objects.get().number == ""


def test_what_is_no_number_is_said_and_kept_in_the_form(signed_in, settings):
    settings.DEMO = True
    answer = say(signed_in("nurse"), "number", number="01632 960 001")
    assert answer.status_code == 422
    assert "Enter a UK mobile number" in answer.content.decode()
    assert 'value="01632 960 001"' in answer.content.decode()
    assert not Mobile.objects.exclude(number="").exists()


def test_where_texts_are_not_set_up_no_number_is_asked_for(signed_in):
    page = signed_in("nurse").get("/alerts/how-you-are-told/").content.decode()
    assert "Text messages are not set up here" in page
    assert 'name="number"' not in page
