"""Late, not good enough, an incident (rule 6); a discharge that leaves something open (13); one page for all (16)."""

import pytest
from django.urls import reverse

from carecoord.alerts.models import Alert
from carecoord.errors import RuleError
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.tasks import relay
from neighbourhoods.gate import acting_as
from referrals.models import HandoverConcern
from referrals.services.handovers import log_unsatisfactory
from tests.referrals.handovers import accepted, action, drafted, ken_on_the_ward, offered
from tests.referrals.test_handover_pages import page, text

pytestmark = pytest.mark.django_db


def said(world, handover, *, by=None, **given):
    by = by or world.nurse
    with acting_as(by):
        return log_unsatisfactory(by=by, handover_id=handover.id, **{"why": "It came after lunch"} | given)


def test_handover_rule_06_a_late_one_is_logged_as_late_and_stays_good_enough(world):
    handover = accepted(world, offered(world, ken_on_the_ward(world)), is_satisfactory=True)
    handover = said(world, handover, kind="late")
    concern = HandoverConcern.objects.get()
    assert (concern.kind, concern.is_incident, concern.why) == ("late", False, "It came after lunch")
    assert concern.said_by_id == world.nurse.membership_id
    assert handover.is_satisfactory is True
    assert handover.unsatisfactory_why.endswith("Nurse: it was late. It came after lunch")
    assert OutboxMessage.objects.filter(topic="handover.said_late").count() == 1


def test_handover_rule_06_an_incident_is_told_to_the_other_team_as_urgent(world):
    handover = accepted(world, offered(world, ken_on_the_ward(world)))
    said(world, handover, kind="poor", is_incident=True)
    relay()
    alert = Alert.objects.get(kind="handover.incident")
    assert (alert.team, alert.is_urgent, alert.due_at) == (world.ward, True, None)


def test_handover_rule_06_one_that_nobody_has_answered_yet_can_be_said_to_be_late(world):
    handover = said(world, offered(world, ken_on_the_ward(world)), kind="late")
    assert (handover.status, handover.is_satisfactory) == ("offered", None)


@pytest.mark.parametrize("wrong", [{"kind": "rude"}, {"why": " "}])
def test_what_was_wrong_and_why_is_needed(world, wrong):
    handover = accepted(world, offered(world, ken_on_the_ward(world)))
    with pytest.raises(RuleError):
        said(world, handover, **wrong)
    assert HandoverConcern.objects.count() == 0


def test_what_is_said_when_accepting_is_a_concern_too(world):
    accepted(world, offered(world, ken_on_the_ward(world)), is_satisfactory=False, why="No list")
    assert HandoverConcern.objects.get().why == "No list"


def test_the_page_says_it_and_the_form_keeps_what_was_typed(world, signed_in):
    handover = accepted(world, offered(world, ken_on_the_ward(world)))
    client, url = signed_in("nurse"), page(handover, "handover_reason", "unsatisfactory")
    refused = client.post(url, {"reason": "He fell on the way"})
    assert refused.status_code == 422
    assert "Choose what was wrong with it" in text(refused)
    assert "He fell on the way" in text(refused)
    typed = {"reason": "He fell on the way", "kind": "poor", "is_incident": "on"}
    shown = text(client.post(url, typed, follow=True))
    assert "Logged as an incident." in shown
    assert "Said to be not good enough, an incident" in shown


def test_both_teams_read_the_list_and_nobody_else(world, signed_in):
    handover = accepted(world, offered(world, ken_on_the_ward(world)))
    said(world, handover, kind="late")
    said(world, handover, kind="poor", why="A list was missing", is_incident=True)
    url = reverse("handover_concerns")
    for who in ("nurse", "ward_nurse"):
        shown = text(signed_in(who).get(url))
        assert "It came after lunch" in shown
        assert "A list was missing" in shown
        assert "HARTLEY" in shown
    only = text(signed_in("nurse").get(f"{url}?only=incidents"))
    assert "It came after lunch" not in only
    assert "A list was missing" in only
    assert "HARTLEY" not in text(signed_in("outsider").get(url))


@pytest.mark.parametrize("number", [3, 9])
def test_the_list_of_what_was_said_asks_as_often_for_nine_as_for_three(
    world, signed_in, django_assert_max_num_queries, number
):
    handover = accepted(world, offered(world, ken_on_the_ward(world)))
    for _ in range(number):
        said(world, handover, kind="late")
    client = signed_in("nurse")
    client.get(reverse("handover_concerns"))
    with django_assert_max_num_queries(12):
        client.get(reverse("handover_concerns"))


def test_handover_rule_13_a_discharge_with_open_items_is_offered_and_both_sides_read_what_stays_open(world, signed_in):
    ken = ken_on_the_ward(world)
    action(world, ken, "Discharge letter")
    goes = action(world, ken, "First visit")
    handover = offered(world, ken, items=[goes])
    assert handover.status == "offered"
    for who in ("ward_nurse", "nurse"):
        shown = text(signed_in(who).get(page(handover)))
        assert "1 thing stays open with Ward 7." in shown
        assert "Discharge letter. Discharge does not close what is open." in shown


def test_handover_rule_13_a_draft_says_it_before_it_is_offered(world, signed_in):
    ken = ken_on_the_ward(world)
    action(world, ken, "Discharge letter")
    action(world, ken, "Chase the scan")
    shown = text(signed_in("ward_nurse").get(page(drafted(world, ken))))
    assert "2 things stay open with Ward 7." in shown


def test_no_such_words_where_nothing_stays_or_nobody_goes_home(world, signed_in):
    ken = ken_on_the_ward(world)
    letter = action(world, ken, "Discharge letter")
    assert "open with Ward 7." not in text(signed_in("nurse").get(page(offered(world, ken, items=[letter]))))
    other = ken_on_the_ward(world)
    action(world, other, "Discharge letter")
    assert "open with Ward 7." not in text(signed_in("nurse").get(page(offered(world, other, kind="team"))))


def test_handover_rule_16_everybody_of_both_teams_reads_the_same_words(world, signed_in):
    ken = ken_on_the_ward(world)
    handover = accepted(world, offered(world, ken, items=[action(world, ken)]))
    told = ("Ken goes home at 14:00", "Pressure cushion on order", "Doxycycline, last dose 27-Nov-2026", "As it was on")
    for who in ("nurse", "second_nurse", "ward_nurse", "ward_lead"):
        shown = text(signed_in(who).get(page(handover)))
        assert all(words in shown for words in told)
