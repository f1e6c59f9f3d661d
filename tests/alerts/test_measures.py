"""How many alerts reach people, how many are acted on, and which rule is noisy."""

from datetime import time, timedelta

import pytest

from carecoord import clock, outbox
from carecoord.alerts.measures import FEWEST, Measured, measured_in, measured_in_place, measured_together, people_told
from carecoord.alerts.models import Alert, AlertRecipient
from carecoord.alerts.noisy import NOISY, tell_noisy_rules
from carecoord.alerts.services import acknowledge_alert, resolve_alerts_about
from carecoord.delivery.models import Delivery
from carecoord.outbox.tasks import relay
from careplans.services import create_action
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Role, Team
from tests.alerts.offers import raised, told
from tests.neighbourhoods.conftest import administration_of
from tests.statements import at_most

pytestmark = pytest.mark.django_db
CANCELLED = "referral.cancelled"


@pytest.fixture
def by_day(world):
    """Everybody is at work."""
    Team.objects.update(opens_at=time(0), closes_at=time(23, 59), working_days=list(range(7)))


def notices(world, count=FEWEST, days_ago=2, **more):
    with clock.at(clock.now() - timedelta(days=days_ago)):
        return [raised(world, kind=CANCELLED, hours=None, **more) for _ in range(count)]


def opened(alert):
    one = alert.recipients.order_by("id").first()
    AlertRecipient.objects.filter(id=one.id).update(seen_at=clock.now())


def of_nursing(world):
    with acting_as(world.lead):
        return {one.kind: one for one in measured_in([world.nursing.id]).get(world.nursing.id, ())}


# --- the decision ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("settled", "acted_on", "is_noisy"),
    [(9, 0, False), (10, 0, True), (10, 1, True), (10, 2, False), (100, 19, True), (100, 20, False)],
)
def test_a_rule_is_noisy_where_of_ten_alerts_or_more_fewer_than_a_fifth_were_acted_on(settled, acted_on, is_noisy):
    assert Measured(CANCELLED, 100, 300, settled, acted_on).is_noisy is is_noisy


def test_what_has_not_settled_has_no_percentage():
    assert Measured(CANCELLED, 3, 9, 0, 0).percent is None
    assert Measured(CANCELLED, 4, 9, 3, 2).percent == 67


def test_teams_are_counted_together():
    one, other = Measured(CANCELLED, 1, 2, 3, 4), Measured(CANCELLED, 10, 20, 30, 40)
    assert measured_together([one, other]) == Measured(CANCELLED, 11, 22, 33, 44)


# --- what is counted ------------------------------------------------------------------------------------------------
def test_acted_on_is_acknowledged_or_answered_and_of_a_notice_opened(world):
    with clock.at(clock.now() - timedelta(days=2)):
        asked = [raised(world) for _ in range(4)]
    with acting_as(world.nurse):
        acknowledge_alert(by=world.nurse, alert_id=asked[0].id)
    resolve_alerts_about(asked[1].about)
    opened(asked[2])
    told_once = notices(world, 3)
    opened(told_once[0])
    Alert.objects.filter(id=told_once[1].id).update(state="expired", resolved_at=clock.now(), next_rung_at=None)
    found = of_nursing(world)
    assert found["handover.offered"] == Measured("handover.offered", 4, 12, 4, 2)
    assert found[CANCELLED] == Measured(CANCELLED, 3, 9, 3, 1)


def test_what_was_raised_within_a_day_counts_once_somebody_has_acted_on_it(world):
    first, _ = notices(world, 2, days_ago=0)
    assert of_nursing(world)[CANCELLED] == Measured(CANCELLED, 2, 6, 0, 0)
    opened(first)
    assert of_nursing(world)[CANCELLED] == Measured(CANCELLED, 2, 6, 1, 1)


def test_what_is_older_than_four_weeks_is_not_counted(world):
    notices(world, 1, days_ago=29)
    assert of_nursing(world) == {}


def test_nothing_of_another_team_is_counted(world):
    notices(world, 1, team=world.ward)
    with acting_as(world.lead):
        assert measured_in([world.ward.id]) == {}
        assert measured_in_place() == {}


def test_each_person_of_the_team_is_counted_by_day(world):
    notices(world, 2, days_ago=3)
    notices(world, 1, days_ago=1)
    with acting_as(world.lead) as lead:
        found = people_told(lead, world.nursing.id)
    assert [(one.name, one.told, one.most_in_a_day) for one in found.people] == [
        ("Lead", 3, 2), ("Nurse", 3, 2), ("Second Nurse", 3, 2),
    ]  # fmt: skip
    assert len(found.by_day) == 28
    assert sorted(number for number in found.by_day.values() if number) == [1, 2]


# --- the leads are told ---------------------------------------------------------------------------------------------
def test_the_leads_are_told_of_a_noisy_rule_once_a_week(world, by_day):
    notices(world)
    assert tell_noisy_rules() == 1
    alert = Alert.objects.get(kind=NOISY)
    assert (alert.team, alert.about, told(alert)) == (world.nursing, ("team", world.nursing.id), ["Lead"])
    assert [one.subject for one in Delivery.objects.filter(about_id=alert.id)] == [
        "CareCoord: 1 thing is waiting for your team"
    ]
    assert tell_noisy_rules() == 0
    next_monday = clock.now() + timedelta(days=7 - clock.today().weekday())
    with clock.at(next_monday - timedelta(days=1)):
        assert tell_noisy_rules() == 0
    with clock.at(next_monday):
        assert tell_noisy_rules() == 1


def test_what_else_is_told_about_the_team_does_not_end_it(world, by_day):
    notices(world)
    tell_noisy_rules()
    sheila, late = world.resident(), clock.today() - timedelta(days=1)
    with acting_as(world.nurse) as by, clock.at(clock.now() - timedelta(days=2)):
        create_action(by=by, resident_id=sheila.id, title="Visit", team_id=world.nursing.id, due_on=late)
    for _ in range(2):
        outbox.publish("actions.overdue", about=("team", world.nursing.id), team_id=world.nursing.id)
        relay()
    assert Alert.objects.get(kind=NOISY).state == "waiting"
    states = Alert.objects.filter(kind="actions.overdue").order_by("id").values_list("state", flat=True)
    assert list(states) == ["resolved", "waiting"]


def test_nobody_is_told_of_a_rule_that_is_acted_on(world, by_day):
    for alert in notices(world)[:2]:
        opened(alert)
    assert tell_noisy_rules() == 0


# --- the pages ------------------------------------------------------------------------------------------------------
def test_the_alert_leads_to_the_page_that_names_the_rule(world, by_day, signed_in):
    notices(world)
    tell_noisy_rules()
    page = signed_in("lead").get(f"/alerts/{Alert.objects.get(kind=NOISY).id}/", follow=True)
    assert page.redirect_chain == [(f"/teams/{world.nursing.id}/alerts/", 302)]
    text = page.content.decode()
    assert "Noisy: Referral cancelled." in text
    assert "Second Nurse" in text


def test_whoever_does_not_lead_the_team_sees_its_rules_and_no_persons(world, signed_in):
    notices(world)
    text = signed_in("nurse").get(f"/teams/{world.nursing.id}/alerts/").content.decode()
    assert "Referral cancelled" in text
    assert "Second Nurse" not in text


def test_another_team_finds_no_page(world, signed_in):
    assert signed_in("outsider").get(f"/teams/{world.nursing.id}/alerts/").status_code == 404


def test_the_partnership_sees_every_rule_with_the_teams_where_it_is_noisy_and_no_persons(world, signed_in):
    notices(world)
    notices(world, 1, team=world.ward)
    page = signed_in("admin").get("/admin/alerts/measures/")
    text = page.content.decode()
    assert f"In {world.nursing}" in text
    assert f'<td class="number" data-label="Alerts">{FEWEST + 1}</td>' in text
    assert "Second Nurse" not in text


def test_an_administrator_of_one_organisation_is_told_nothing_of_the_place(world):
    notices(world)
    ours = world.add_person("ward_admin", world.hospital, Role.ADMINISTRATOR, [administration_of(world.hospital)])
    with acting_as(ours):
        assert measured_in_place() == {}
    with acting_as(world.admin):
        assert list(measured_in_place()) == [world.nursing.id]


def test_the_page_costs_the_same_for_any_number_of_alerts(world, signed_in):
    client = signed_in("lead")
    notices(world, 3)
    client.get(f"/teams/{world.nursing.id}/alerts/")
    notices(world, 30)
    with at_most(11):
        client.get(f"/teams/{world.nursing.id}/alerts/")
