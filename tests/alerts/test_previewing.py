"""Whom a rule would have alerted, from what really happened; and the pages on which it is changed."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.urls import reverse

from carecoord import clock
from carecoord.accounts.models import User
from carecoord.alerts import rule_changes
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.models import Alert, AlertRecipient, AlertRule
from carecoord.alerts.previewing import happened_in
from carecoord.alerts.rule_changes import previewed
from carecoord.alerts.rulebook import SHIPPED_RULES, shipped
from carecoord.alerts.rungs import Audience
from carecoord.alerts.services import acknowledge_alert, resolve_alerts_about
from carecoord.errors import NotYours, RuleError
from carecoord.ids import new_id
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Membership, MembershipTeam, Role
from neighbourhoods.services.duty import add_duty_turn
from tests.alerts.offers import MONDAY_9, raised
from tests.neighbourhoods.conftest import administration_of
from tests.shortening import thoroughly
from tests.statements import at_most

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
RULE = shipped("handover.offered")


def telling(rule, audience):
    return replace(rule, ladder=(replace(rule.ladder[0], audience=audience), *rule.ladder[1:]))


def look(world, rule=RULE, after=timedelta(days=1), by="admin"):
    with clock.at(MONDAY_9 + after), acting_as(world.people[by]) as principal:
        return previewed(principal, rule).then


@pytest.fixture
def an_offer(world):
    with clock.at(MONDAY_9):
        return raised(world)


def names(preview):
    counts = {Membership.objects.get(id=one).user.name: count for one, count in preview.told.items()}
    return dict(sorted(counts.items()))


def test_it_would_have_told_whom_it_has_told(world, an_offer):
    """The rule as it is, over a month in which all was told by it, is what stands in the rows."""
    with clock.at(MONDAY_9 + HOUR):
        raised(world, team=world.surgery, hours=2)
    with clock.at(MONDAY_9 + timedelta(days=1)):
        fire_due_rungs()
    found = look(world)
    assert found.alerts == 2
    assert names(found) == {
        # At once and at half the time; leads once more at the deadline. The front door hears of both.
        "Front Door": 2, "Gp": 3, "Lead": 3, "Nurse": 2, "Second Nurse": 2, "Ward Lead": 2,
    }  # fmt: skip
    assert found.messages == sum(Alert.rungs.rel.related_model.objects.values_list("told_count", flat=True))
    assert found.people == AlertRecipient.objects.values("membership").distinct().count()


def test_an_acknowledgement_would_have_stopped_the_reminder_and_an_answer_the_rest(world, an_offer):
    with clock.at(MONDAY_9 + HOUR), acting_as(world.nurse) as nurse:
        acknowledge_alert(by=nurse, alert_id=an_offer.id)
    with clock.at(MONDAY_9 + 4.5 * HOUR):
        resolve_alerts_about(an_offer.about)
    assert names(look(world)) == {"Lead": 2, "Nurse": 1, "Second Nurse": 1}


def test_another_rule_would_have_told_others(world, an_offer):
    found = look(world, telling(RULE, Audience.LEADS), after=HOUR)
    assert names(found) == {"Lead": 1}


def test_whoever_was_on_duty_then_counts(world):
    with clock.at(MONDAY_9), acting_as(world.lead) as lead:
        turn = {"starts_at": MONDAY_9, "ends_at": MONDAY_9 + 8 * HOUR}
        add_duty_turn(by=lead, team_id=world.nursing.id, membership_id=world.nurse.membership_id, **turn)
    with clock.at(MONDAY_9 + HOUR):
        raised(world)
    assert names(look(world, after=2 * HOUR)) == {"Nurse": 1}


def test_what_is_older_than_thirty_days_does_not_count(world, an_offer):
    assert look(world, after=timedelta(days=31)).alerts == 0


def test_nobody_else_looks(world, an_offer):
    with pytest.raises(NotYours):
        look(world, by="lead")
    with acting_as(world.lead):
        assert happened_in("handover.offered") == []


def test_an_administrator_of_one_organisation_looks_at_nothing(world, an_offer):
    other = world.add_person("other_admin", world.hospital, Role.ADMINISTRATOR, [administration_of(world.hospital)])
    with acting_as(other):
        assert happened_in("handover.offered") == []


def test_the_statements_do_not_grow_with_the_alerts(world):
    for _ in range(5):
        raised(world, team=world.nursing)
        raised(world, team=world.surgery)
    with acting_as(world.admin) as admin, at_most(8):
        previewed(admin, RULE)


def many(world, number):
    """So many more nurses of one team."""
    when = MONDAY_9 - timedelta(days=100)
    users = [
        User(id=new_id(), email=f"many{one}@example.org", name=f"Many {one}", password=UNUSABLE_PASSWORD_PREFIX)
        for one in range(number)
    ]
    User.objects.bulk_create(users)
    memberships = [
        Membership(user=user, organisation=world.community, role=Role.NURSE, starts_at=when) for user in users
    ]
    Membership.objects.bulk_create(memberships)
    MembershipTeam.objects.bulk_create([MembershipTeam(membership=one, team=world.nursing) for one in memberships])


def test_a_rule_that_would_alert_a_team_of_thousands_is_refused_with_the_number(world):
    many(world, 997)
    with pytest.raises(RuleError, match="would alert 1,000 people at once"):
        look(world, telling(RULE, Audience.EVERYBODY))


@pytest.mark.parametrize("number", [*thoroughly(10_000), 40])
def test_a_rule_that_would_have_alerted_ten_thousand_people_is_refused_with_the_number(world, monkeypatch, number):
    monkeypatch.setattr(rule_changes, "MOST_IN_A_MONTH", number)
    many(world, number - 3)
    changed = AlertRule(
        place=world.place, kind="handover.offered", number=1, channels=["email"], urgency="as_it_is", reason="Fewer",
        made_by_id=world.admin.membership_id, rungs=[{"at": 0, "tells": "leads"}],
    )  # fmt: skip
    changed.save(force_insert=True)
    with clock.at(MONDAY_9):
        raised(world)
    with pytest.raises(RuleError, match=f"would have alerted {number:,} people in the last 30 days"):
        look(world, after=HOUR)
    assert look(world, telling(RULE, Audience.LEADS), after=HOUR).people == 1


# --- the pages ------------------------------------------------------------------------------------------------------
ADDRESS = "/admin/alerts/handover.offered/"
CHOICES = {
    "tells": "leads", "channels": "email", "urgency": "as_it_is", "reason": "The team asked for it",
    "percent_1": "50", "percent_2": "100", "percent_3": "120", "percent_4": "150", "version": "0",
}  # fmt: skip


def seen_in(answer):
    return re.search(r'name="seen" value="([^"]+)"', answer.content.decode())[1]


def test_an_administrator_sees_whom_it_would_have_alerted_and_then_saves_it(world, signed_in, an_offer):
    client = signed_in("admin")
    with clock.at(MONDAY_9 + HOUR):
        shown = client.post(ADDRESS, CHOICES)
        body = shown.content.decode()
        assert "1 alert of the last 30 days" in body
        assert "1 person, told 1 time in all" in body
        assert "3 people, told 3 times in all" in body
        assert "Millbrook Community Nursing" in body
        assert not AlertRule.objects.exists()
        saved = client.post(ADDRESS, CHOICES | {"seen": seen_in(shown)})
        page, every = (client.get(one).content.decode() for one in (ADDRESS, reverse("admin_alert_rules")))
    assert saved.status_code == 302
    assert AlertRule.objects.get().reason == "The team asked for it"
    assert "Version 1" in page
    assert "As it came" in page
    assert "Version 1" in every


def test_what_was_changed_after_the_look_is_looked_at_again(world, signed_in):
    client = signed_in("admin")
    seen = seen_in(client.post(ADDRESS, CHOICES))
    again = client.post(ADDRESS, CHOICES | {"tells": "everybody", "seen": seen})
    assert seen_in(again) != seen
    assert not AlertRule.objects.exists()


def test_what_is_refused_is_shown_again_as_typed(world, signed_in):
    answer = signed_in("admin").post(ADDRESS, CHOICES | {"percent_1": "140", "reason": "Because <it> is late"})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "a reminder comes before the deadline" in body
    assert "Because &lt;it&gt; is late" in body
    assert 'value="140"' in body


def test_somebody_who_was_overtaken_loses_nothing(world, signed_in):
    client = signed_in("admin")
    seen = seen_in(client.post(ADDRESS, CHOICES))
    client.post(ADDRESS, CHOICES | {"seen": seen})
    answer = client.post(ADDRESS, CHOICES | {"seen": seen, "tells": "leads"})
    assert answer.status_code == 422
    assert "Somebody else has changed this rule" in answer.content.decode()
    assert "The team asked for it" in answer.content.decode()


@pytest.mark.parametrize("who", ["nurse", "lead", "privacy"])
def test_there_are_no_such_pages_for_anybody_else(signed_in, who):
    client = signed_in(who)
    assert [client.get(one).status_code for one in (ADDRESS, "/admin/alerts/")] == [404, 404]


@pytest.mark.parametrize("rule", ["membership.created", "moon.risen", "handover.offered.not_answered"])
def test_a_rule_that_nobody_changes_has_no_page(signed_in, rule):
    assert signed_in("admin").get(reverse("admin_alert_rule", args=[rule])).status_code == 404


def test_the_pages_take_a_fixed_number_of_statements(world, signed_in):
    client = signed_in("admin")
    client.get(ADDRESS)
    with at_most(9):
        client.get("/admin/alerts/")
    with at_most(10):
        client.get(ADDRESS)


def test_every_rule_that_can_be_changed_stands_on_the_page_once(world, signed_in):
    page = signed_in("admin").get(reverse("admin_alert_rules")).content.decode()
    wanted = [kind for kind, rule in SHIPPED_RULES.items() if not rule.is_fixed]
    assert {page.count(f'"{reverse("admin_alert_rule", args=[kind])}"') for kind in wanted} == {1}
    assert page.count("/admin/alerts/") == len(wanted) + page.count(reverse("admin_alert_measures"))
