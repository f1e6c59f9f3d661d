"""The pages of alerts, and the light poll of every open page."""

import re
from datetime import timedelta

import pytest

from carecoord import clock
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.models import Alert
from carecoord.alerts.poll import POLL_SECONDS
from carecoord.alerts.services import resolve_alerts_about
from carecoord.audit.models import AuditEntry
from carecoord.ids import new_id
from neighbourhoods.models import Team
from neighbourhoods.services import end_membership
from tests.alerts.offers import offered_event, raised
from tests.shortening import thoroughly
from tests.statements import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(world):
    return raised(world, resident=world.resident())


@pytest.mark.parametrize("many", [3, *thoroughly(30)])
def test_the_list_takes_the_same_number_of_statements_for_any_number_of_alerts(world, signed_in, many):
    sheila = world.resident()
    for _ in range(many):
        raised(world, resident=sheila)
    client = signed_in("nurse")
    client.get("/alerts/")
    with at_most(11):
        response = client.get("/alerts/")
    assert response.content.decode().count("HARTLEY, Sheila</a>") == many


def test_the_list_says_so_when_nothing_waits(signed_in):
    page = signed_in("nurse").get("/alerts/").content.decode()
    assert "Nothing is waiting to be acknowledged" in page


def test_acknowledging_shows_who_and_comes_back_to_the_page_that_asked(world, signed_in, offer):
    client = signed_in("nurse")
    response = client.post(f"/alerts/{offer.id}/acknowledge/", {"next": "/alerts/#alert-1"})
    assert (response.status_code, response.url) == (302, "/alerts/#alert-1")
    offer.refresh_from_db()
    assert (offer.state, offer.acknowledged_by_id) == ("acknowledged", world.nurse.membership_id)
    assert "Acknowledged by you" in client.get("/alerts/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_acknowledging_never_leads_to_another_site(signed_in, offer, elsewhere):
    response = signed_in("nurse").post(f"/alerts/{offer.id}/acknowledge/", {"next": elsewhere})
    assert response.url == "/alerts/"


def test_with_htmx_acknowledging_gives_the_row_back(signed_in, offer):
    response = signed_in("nurse").post(f"/alerts/{offer.id}/acknowledge/", headers={"HX-Request": "true"})
    row = response.content.decode()
    assert response.status_code == 200
    assert row.strip().startswith(f'<article class="row alert-row alert-row--acknowledged" id="alert-{offer.id}"')
    assert "<html" not in row


def test_the_form_replaces_its_row_and_is_an_ordinary_form_without_a_script(signed_in, offer):
    page = signed_in("nurse").get("/alerts/").content.decode()
    address = f"/alerts/{offer.id}/acknowledge/"
    assert (
        f'<form method="post" action="{address}" class="button-form" hx-post="{address}" hx-target="closest .alert-row"'
        in page
    )


def test_an_alert_that_has_ended_meanwhile_shows_the_whole_page_again(signed_in, offer):
    client = signed_in("nurse")
    resolve_alerts_about(offer.about)
    answer = client.post(
        f"/alerts/{offer.id}/acknowledge/", {"next": "/alerts/#x"}, headers={"HX-Request": "true"}, follow=False
    )
    assert answer.headers["HX-Redirect"] == "/alerts/#x"


@pytest.mark.parametrize("path", ["", "acknowledge/"])
def test_an_outsider_gets_404_for_open_and_acknowledge(world, signed_in, offer, path):
    client = signed_in("outsider")
    answer = client.post if path else client.get
    assert answer(f"/alerts/{offer.id}/{path}").status_code == 404
    assert answer(f"/alerts/{new_id()}/{path}").status_code == 404
    offer.refresh_from_db()
    assert offer.state == "waiting"


@pytest.mark.parametrize("path", ["/alerts/", "/alerts/{id}/"])
def test_nobody_is_asked_to_sign_in_and_brought_back(client, offer, path):
    path = path.format(id=offer.id)
    response = client.get(path)
    assert response.url == f"/accounts/login/?next={path}"


def test_acknowledging_is_a_post(signed_in, offer):
    assert signed_in("nurse").get(f"/alerts/{offer.id}/acknowledge/").status_code == 405


def test_opening_leads_to_the_item_and_notes_that_it_was_seen(world, signed_in):
    event = offered_event(world)
    offer = raised(world, about=("handover", event.about_id))
    response = signed_in("nurse").get(f"/alerts/{offer.id}/")
    assert response.url == f"/handovers/{event.about_id}/"
    assert list(offer.recipients.exclude(seen_at=None).values_list("membership_id", flat=True)) == [
        world.nurse.membership_id
    ]


def test_the_front_door_gets_a_page_with_the_team_to_ring(world, signed_in, offer):
    Team.objects.filter(id=world.nursing.id).update(phone="01632 960 100")
    with clock.at(clock.now() + timedelta(hours=6)):
        fire_due_rungs()
    alert = Alert.objects.get(cause_id=offer.cause_id, team=world.place.front_door)
    page = signed_in("front_door").get(f"/alerts/{alert.id}/").content.decode()
    assert "Millbrook Community Nursing" in page
    assert "01632 960 100" in page
    assert "Lead" in page
    assert "HARTLEY" not in page


def test_a_privacy_officer_reads_who_was_given_a_role(world, signed_in):
    officers = Team.objects.get(organisation=world.community, kind="privacy")
    about = ("membership", world.nurse.membership_id)
    alert = raised(world, kind="membership.created", about=about, team=officers, hours=None)
    client = signed_in("privacy")
    page = client.get(f"/alerts/{alert.id}/").content.decode()
    assert alert.reference in page
    assert "Community nurse" in page
    assert (
        AuditEntry.objects.filter(verb="alert.viewed", about_id=alert.id, actor_id=world.privacy.actor_id).count() == 1
    )
    client.post(f"/alerts/{alert.id}/acknowledge/")
    assert "Acknowledged" in client.get(f"/alerts/{alert.id}/").content.decode()


def test_the_poll_gives_the_count_of_my_teams_for_the_header(world, signed_in, offer):
    raised(world, team=world.ward)
    page = poll(signed_in("nurse")).content.decode()
    assert 'id="count-alerts-all" hx-swap-oob="true"> <span class="count count--red">1<' in page
    assert 'id="count-alerts-phone"' in page


def test_an_open_page_announces_each_alert_once_however_its_polls_fall(world, signed_in):
    client, start, sheila = signed_in("nurse"), clock.now(), world.resident()
    with clock.at(start):
        heard = heard_by(client.get("/alerts/"))
    announced = []
    for seconds in (3, 9, 10, 31, 32):
        with clock.at(start + timedelta(seconds=seconds)):
            if seconds in (3, 31):
                raised(world, resident=sheila)
            answer = poll(client, heard)
            heard = heard_by(answer)
            announced.append("A new alert is waiting for your team." in answer.content.decode())
    assert announced == [True, False, False, True, False]


def test_a_page_that_was_hidden_announces_what_came_meanwhile(world, signed_in):
    client, start = signed_in("nurse"), clock.now()
    with clock.at(start):
        heard = heard_by(client.get("/alerts/"))
    with clock.at(start + timedelta(minutes=1)):
        raised(world, resident=world.resident())
    with clock.at(start + timedelta(minutes=9)):
        assert "A new alert is waiting" in poll(client, heard).content.decode()


def test_what_was_there_when_the_page_was_made_is_no_news(signed_in, offer):
    client = signed_in("nurse")
    with clock.at(clock.now() + timedelta(seconds=1)):
        answer = poll(client, heard_by(client.get("/alerts/")))
    assert "count--red" in answer.content.decode()
    assert "A new alert" not in answer.content.decode()


@pytest.mark.parametrize("heard", ["", "yesterday", "2026-11-22T09:00:00", "0" * 5000])
def test_a_poll_that_does_not_say_what_it_heard_begins_now(signed_in, offer, heard):
    answer = poll(signed_in("nurse"), heard)
    assert answer.status_code == 200
    assert heard_by(answer)


def test_one_constant_says_how_often_a_page_asks(signed_in):
    page = signed_in("nurse").get("/alerts/").content.decode()
    assert f'hx-trigger="every {POLL_SECONDS}s"' in page
    assert POLL_SECONDS < 10


def test_the_poll_is_empty_when_all_is_answered(world, signed_in, offer):
    resolve_alerts_about(offer.about)
    assert 'id="count-alerts-all" hx-swap-oob="true"></span>' in poll(signed_in("nurse")).content.decode()


def test_a_poll_takes_three_statements_with_session_and_person(world, signed_in, offer):
    client = signed_in("nurse")
    client.get("/alerts/")
    with at_most(3):
        assert poll(client).status_code == 200


def test_a_poll_of_nobody_or_of_an_ended_role_asks_no_more(world, client, signed_in):
    assert poll(client).status_code == 286
    client = signed_in("nurse")
    assert poll(client).status_code == 200
    with clock.at(clock.now() - timedelta(hours=1)):
        end_membership(by=world.admin, membership_id=world.nurse.membership_id, reason="Left")
    assert poll(client).status_code == 286


def poll(client, heard=""):
    return client.get("/alerts/poll/", {"heard": heard}, headers={"X-Poll": "1", "HX-Request": "true"})


def heard_by(answer):
    """What a page sends with its next poll."""
    return re.search(r'id="alerts-heard" name="heard" value="([^"]+)"', answer.content.decode())[1]
