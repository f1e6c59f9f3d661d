"""My day: who is waiting for me, in the order of clocks, and where to start."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.outbox.tasks import relay
from carecoord.record.day import content_of, due_soon
from carecoord.record.display.day import _team
from carecoord.record.display.start import start_here
from carecoord.record.waiting import Waiting, count_waiting
from careplans.services import create_action
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Role
from neighbourhoods.services import create_service
from neighbourhoods.services.clients import deactivate_client
from referrals.services.handovers import draft_handover, offer_handover
from referrals.services.referrals import (
    Ask,
    draft_referral,
    receive_referral,
    request_information,
    send_referral,
)
from tests.partners import made_client
from tests.shortening import thoroughly
from tests.statements import at_most
from tests.world import sign_in

pytestmark = pytest.mark.django_db

# Inside a test's own transaction the scope is read before and given back after.
NESTED = 2
# A Tuesday, 09:00 here.
NOW = datetime(2030, 1, 8, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tuesday(world):
    with clock.at(NOW):
        yield


def refer(world, *, urgency="routine", resident=None):
    """From the surgery to the nurses."""
    service = create_service(
        by=world.builder, organisation=world.community, name=f"Nursing {next(world.numbers)}", team=world.nursing
    )
    resident = resident or world.resident(by=world.gp, team=world.surgery, family_name="Marlow", given_name="Edith")
    with acting_as(world.gp):
        draft = draft_referral(
            by=world.gp,
            resident_id=resident.id,
            service_id=service.id,
            from_team_id=world.surgery.id,
            ask=Ask(
                reason="Catheter blocked",
                urgency=urgency,
                urgency_reason="Pain" if urgency != "routine" else "",
                no_known_risks=True,
            ),
        )
        return send_referral(by=world.gp, referral_id=draft.id)


def hand_over(world):
    """From the ward to the nurses."""
    ken = world.resident(by=world.ward_nurse, team=world.ward, given_name="Kenneth", birth_date=date(1945, 7, 2))
    with acting_as(world.ward_nurse):
        draft = draft_handover(
            by=world.ward_nurse,
            resident_id=ken.id,
            from_team_id=world.ward.id,
            to_team_id=world.nursing.id,
            kind="discharge",
            situation="Home today",
        )
        return offer_handover(by=world.ward_nurse, handover_id=draft.id)


def act(world, title="Dressing", due_on=None, resident=None, **more):
    resident = resident or world.resident()
    with acting_as(world.nurse):
        return create_action(
            by=world.nurse, resident_id=resident.id, title=title, team_id=world.nursing.id, due_on=due_on, **more
        )


def start(world):
    with acting_as(world.nurse):
        return start_here(content_of(world.nurse, count_waiting(world.nurse, due_soon()), "/"))


def day(client):
    answer = client.get("/")
    assert answer.status_code == 200
    text = answer.content.decode()
    return text[text.index("<main") : text.index("</main>")]


def test_nothing_waiting_says_so_and_names_the_next_thing_due(world, signed_in):
    act(world, "Order pressure cushion", due_on=date(2030, 2, 1))
    text = day(signed_in("nurse"))
    assert "Nothing is waiting for you" in text
    assert "The next thing due is HARTLEY, Sheila: Order pressure cushion, on" in text
    assert "01-Feb-2030" in text
    assert "Start here" not in text


def test_an_administrators_day_says_what_an_administrator_does_and_leads_there(signed_in):
    text = day(signed_in("admin"))
    assert "You keep organisations, teams, people and their roles." in text
    assert f'href="{reverse("administration")}"' in text
    assert "referral and handover" not in text
    assert "Find a resident" not in text


def test_an_administrator_is_told_of_agreements_that_end_soon_and_nobody_else_is(world, signed_in):
    for name, days in (("Ends today", 0), ("Ends soon", 30), ("Ends later", 31), ("Has ended", -1)):
        made_client(world, name=name, agreement_ends_on=clock.today() + timedelta(days=days))
    closed = made_client(world, name="Closed", agreement_ends_on=clock.today())
    deactivate_client(by=world.admin, client_id=closed.id)
    text = day(signed_in("admin"))
    assert "2 sharing agreements end within 30 days." in text
    assert f'href="{reverse("admin_clients")}"' in text
    assert "Nothing is waiting for you" not in text
    assert "sharing agreement" not in day(signed_in("nurse"))


def test_zero_unowned_items_stays_on_screen(world, signed_in):
    text = day(signed_in("nurse"))
    assert "Unowned items" in text
    assert "counters__one--green" in text


def test_what_waits_is_counted_for_ones_own_teams_only(world):
    refer(world)
    hand_over(world)
    relay()
    with acting_as(world.nurse):
        assert count_waiting(world.nurse) == Waiting(alerts=2, referrals=1, handovers=1, unowned=0)
    with acting_as(world.outsider):
        assert count_waiting(world.outsider) == Waiting()


def test_alerts_referrals_handovers_actions_stand_there_with_name_birth_and_number(world, signed_in):
    refer(world)
    hand_over(world)
    act(world, due_on=clock.today())
    relay()
    text = day(signed_in("nurse"))
    for words in (
        "MARLOW, Edith",
        "HARTLEY, Kenneth",
        "HARTLEY, Sheila",
        "Catheter blocked",
        "Bridge Street team",
        "Dressing",
    ):
        assert words in text
    assert text.count("Born") >= 4
    assert text.count('class="nhsuk-button"') == 1


def test_four_of_a_list_are_shown_and_the_rest_counted_with_its_next_clock(world, signed_in):
    for _ in range(6):
        refer(world)
    text = day(signed_in("nurse"))
    assert text.count("Catheter blocked</td>") + text.count('Catheter blocked<span class="second">') == 4
    assert "2 more, none due before 10-Jan-2030 17:00" in text


def test_my_actions_are_mine_or_nobodys(world, signed_in):
    sheila = world.resident()
    act(world, "For me", clock.today(), sheila, assigned_to_id=world.nurse.membership_id)
    act(world, "For nobody", clock.today(), sheila)
    act(world, "For her", clock.today(), sheila, assigned_to_id=world.second_nurse.membership_id)
    text = day(signed_in("nurse"))
    assert "For me" in text
    assert "For nobody" in text
    assert "For her" not in text


def test_start_with_an_urgent_referral_that_is_overdue(world):
    hand_over(world)
    refer(world, urgency="urgent")
    with clock.at(NOW + timedelta(hours=3)):
        found = start(world)
    assert found.bold == "Urgent referral for MARLOW, Edith is overdue."
    assert found.reason == "Catheter blocked. Was due today 11:00."
    assert found.button_text == "Open this referral"


def test_a_referral_whose_clock_stands_still_says_why_and_no_moment(world):
    asked = refer(world)
    with acting_as(world.nurse):
        receive_referral(by=world.nurse, referral_id=asked.id)
        request_information(by=world.nurse, referral_id=asked.id, question="Since when?")
    with acting_as(world.gp):
        found = start_here(content_of(world.gp, count_waiting(world.gp, due_soon()), "/"))
    assert found.reason == "Catheter blocked. Waiting for information."


def test_a_role_that_is_named_after_somebody_keeps_its_capital(world):
    guardian = replace(world.admin, role=Role.CALDICOTT_GUARDIAN)
    assert _team(guardian, [world.nursing]).second == "Working as Caldicott Guardian"


def test_else_with_the_handover_due_soonest(world):
    refer(world)
    act(world, due_on=date(2030, 1, 1))
    offered = hand_over(world)
    found = start(world)
    assert found.bold == "Ward 7 waits for you to accept HARTLEY, Kenneth."
    assert found.url == reverse("handover", args=[offered.id])


def test_else_with_an_overdue_action(world):
    refer(world)
    act(world, "Ring the supplier", due_on=date(2030, 1, 7))
    found = start(world)
    assert found.bold == "An action for HARTLEY, Sheila is overdue."
    assert found.reason == "Ring the supplier. Was due 07-Jan-2030."


def test_else_with_the_first_referral_and_last_with_an_action_that_is_due(world):
    act(world, "Ring the supplier", due_on=clock.today())
    assert start(world).bold == "An action for HARTLEY, Sheila is due."
    refer(world)
    assert start(world).bold == "Referral for MARLOW, Edith."


@pytest.mark.parametrize("number", [3, *thoroughly(30)])
def test_my_day_takes_the_same_few_statements_however_much_waits(world, client, number):
    sheila = world.resident()
    edith = world.resident(by=world.gp, team=world.surgery, family_name="Marlow", given_name="Edith")
    for _ in range(number):
        act(world, due_on=clock.today(), resident=sheila)
        refer(world, resident=edith)
    hand_over(world)
    relay()
    sign_in(client, world, "nurse")
    client.get("/")
    with at_most(13 + NESTED):
        client.get("/")


def test_the_navigation_leads_only_where_this_person_may_go(world, signed_in):
    assert "Unplaced" in signed_in("front_door").get("/").content.decode()
    text = signed_in("nurse").get("/").content.decode()
    assert "Unplaced" not in text
    assert "Administration" not in text
    assert reverse("caseload", args=[world.nursing.id]) in text
    admin = signed_in("admin").get("/").content.decode()
    assert "Administration" in admin
    assert "/caseload/" not in admin


@pytest.mark.parametrize(
    ("who", "role"),
    [("nurse", "community nurse"), ("admin", "administrator"), ("front_door", "care coordinator")],
)
def test_my_day_says_for_which_team_and_as_what_one_works(world, signed_in, who, role):
    team = {"nurse": world.nursing.name, "admin": "Administrators", "front_door": "Front door"}[who]
    text = day(signed_in(who))
    assert f'<span class="team__name">{team}</span>' in text
    assert f"Working as {role}" in text


@pytest.mark.parametrize("name", ["help", "accessibility", "privacy_notice"])
def test_pages_that_only_say_something_are_open_to_everybody_and_ask_the_database_nothing(client, name):
    with at_most(0):
        answer = client.get(reverse(name))
    assert answer.status_code == 200
