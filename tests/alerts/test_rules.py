"""Rules of alerts are data: whom each tells, how, how urgent, and what a place makes of it, version by version."""

from datetime import timedelta

import pytest

from carecoord import clock
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.kinds import KINDS
from carecoord.alerts.models import Alert, AlertRule
from carecoord.alerts.rule_changes import RuleFacts, change_rule
from carecoord.alerts.rulebook import SHIPPED_RULES, Urgency, shipped
from carecoord.alerts.rungs import Audience
from carecoord.alerts.services import acknowledge_alert
from carecoord.audit.models import AuditEntry
from carecoord.delivery.models import Delivery
from carecoord.errors import NotYours, RuleError, StaleVersion
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Role
from neighbourhoods.services.duty import add_duty_turn, record_absence
from tests.alerts.offers import MONDAY_9, raised, told
from tests.neighbourhoods.conftest import administration_of

pytestmark = pytest.mark.django_db

CHANNELS = ("email", "sms")
AS_SHIPPED = RuleFacts(Audience.NAMED, CHANNELS, Urgency.AS_IT_IS, (50, 100, 120, 150))
NOTICE = RuleFacts(Audience.MEMBERS, CHANNELS, Urgency.AS_IT_IS, ())


def changed(world, kind="handover.offered", version=0, by="admin", reason="Asked for", **facts):
    base = AS_SHIPPED if shipped(kind).asks else NOTICE
    with acting_as(world.people[by]) as principal:
        wanted = RuleFacts(**{**vars(base), **facts})
        return change_rule(by=principal, kind=kind, version=version, facts=wanted, reason=reason)


def fire_at(hours):
    with clock.at(MONDAY_9 + timedelta(hours=hours)):
        return fire_due_rungs()


# --- what is shipped ------------------------------------------------------------------------------------------------
def test_every_kind_has_a_rule_that_is_shipped_and_every_rule_a_kind():
    assert SHIPPED_RULES.keys() == KINDS.keys()


def test_what_asks_for_an_answer_is_emailed_and_what_is_a_notice_is_told_once():
    wrong = [kind for kind, rule in SHIPPED_RULES.items() if rule.asks and "email" not in rule.channels]
    assert wrong == []
    assert [kind for kind, rule in SHIPPED_RULES.items() if rule.asks and KINDS[kind].is_notice] == []


def test_what_privacy_officers_are_told_is_fixed():
    assert [kind for kind in KINDS if KINDS[kind].is_for_privacy and not SHIPPED_RULES[kind].is_fixed] == []


# --- the named person -----------------------------------------------------------------------------------------------
def question(world, **more):
    facts = {"kind": "referral.replied", "named_id": world.nurse.membership_id, "about": None} | more
    with clock.at(MONDAY_9):
        return raised(world, **facts)


def test_the_person_whom_the_item_names_is_told_first_and_the_team_at_half_the_time(world):
    alert = question(world)
    assert told(alert) == ["Nurse"]
    fire_at(2)
    assert told(alert) == ["Lead", "Nurse", "Second Nurse"]
    assert list(alert.rungs.values_list("level", "told_count")) == [(0, 1), (1, 3)]


def test_of_what_is_urgent_those_on_duty_hear_together_with_the_person_named(world):
    assert told(question(world, is_urgent=True)) == ["Lead", "Nurse", "Second Nurse"]


def test_who_covers_for_the_person_named_is_told_in_their_place(world):
    with clock.at(MONDAY_9), acting_as(world.nurse) as nurse:
        record_absence(
            by=nurse,
            membership_id=nurse.membership_id,
            cover_id=world.second_nurse.membership_id,
            starts_at=MONDAY_9,
            ends_at=MONDAY_9 + timedelta(days=1),
        )
    assert told(question(world)) == ["Second Nurse"]


def test_somebody_named_who_is_of_another_team_is_nobody_here(world):
    assert told(question(world, named_id=world.gp.membership_id)) == ["Lead", "Nurse", "Second Nurse"]


# --- a place's own --------------------------------------------------------------------------------------------------
def test_a_change_is_a_new_version_and_what_was_raised_before_keeps_its_own(world):
    with clock.at(MONDAY_9):
        before = raised(world)
        changed(world, percents=(25, 100, 120, 150))
        after = raised(world)
        changed(world, version=1, percents=(75, 100, 120, 150))
    assert [(one.rule and one.rule.number) for one in Alert.objects.filter(id__in=[before.id, after.id])] in (
        [None, 1],
        [1, None],
    )
    assert fire_at(1) == 1
    assert [list(one.rungs.values_list("level", flat=True)) for one in (before, after)] == [[0], [0, 1]]
    assert fire_at(2) == 1
    assert list(AlertRule.objects.values_list("number", "reason")) == [(2, "Asked for"), (1, "Asked for")]
    assert AuditEntry.objects.filter(verb="alert_rule.changed").count() == 2


def test_an_acknowledged_alert_climbs_by_its_own_version(world):
    with clock.at(MONDAY_9):
        changed(world, percents=(50, 200, 220, 250))
        alert = raised(world)
        with acting_as(world.nurse) as nurse:
            acknowledge_alert(by=nurse, alert_id=alert.id)
    assert fire_at(7.9) == 0
    assert fire_at(8) == 1


def test_a_place_may_tell_the_leads_alone(world):
    changed(world, tells=Audience.LEADS)
    assert told(raised(world)) == ["Lead"]


def test_a_place_may_tell_everybody_though_there_is_a_rota(world):
    with clock.at(MONDAY_9), acting_as(world.lead) as lead:
        add_duty_turn(
            by=lead,
            team_id=world.nursing.id,
            membership_id=world.nurse.membership_id,
            starts_at=MONDAY_9,
            ends_at=MONDAY_9 + timedelta(hours=8),
        )
    with clock.at(MONDAY_9):
        assert told(raised(world)) == ["Nurse"]
        changed(world, tells=Audience.EVERYBODY)
        assert told(raised(world)) == ["Lead", "Nurse", "Second Nurse"]


def test_a_notice_may_stand_on_the_page_alone(world):
    changed(world, kind="handover.declined", channels=())
    alert = raised(world, kind="handover.declined", hours=None)
    assert told(alert) == ["Lead", "Nurse", "Second Nurse"]
    assert not Delivery.objects.exists()


def test_a_rule_may_make_it_urgent_and_its_rungs_run_by_the_clock(world):
    changed(world, urgency=Urgency.ALWAYS)
    alert = raised(world, by_the_clock=False)
    assert (alert.is_urgent, alert.by_the_clock) == (True, True)
    changed(world, version=1, urgency=Urgency.NEVER)
    assert not raised(world, is_urgent=True).is_urgent


def test_another_place_has_rules_of_its_own(world):
    changed(world, tells=Audience.LEADS)
    assert not AlertRule.objects.exclude(place_id=world.place.id).exists()


# --- refusals -------------------------------------------------------------------------------------------------------
def refused(world, error, said, **more):
    with pytest.raises(error, match=said):
        changed(world, **more)
    assert not AlertRule.objects.exists()


@pytest.mark.parametrize("who", ["nurse", "lead", "privacy"])
def test_nobody_but_an_administrator_of_the_partnership_changes_a_rule(world, who):
    refused(world, NotYours, "administrator", by=who, tells=Audience.LEADS)


def test_an_administrator_of_one_organisation_changes_no_rule(world):
    world.add_person("ward_admin", world.hospital, Role.ADMINISTRATOR, [administration_of(world.hospital)])
    refused(world, NotYours, "partnership", by="ward_admin", tells=Audience.LEADS)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"channels": ()}, "choose email"),
        ({"percents": (50, 40, 120, 150)}, "above 50"),
        ({"percents": (100, 110, 120, 150)}, "below 100"),
        ({"percents": (50, 100, 120, 501)}, "at most 500"),
        ({"percents": (0, 100, 120, 150)}, "above 0"),
        ({}, "Nothing has changed"),
    ],
)
def test_a_rule_that_would_leave_somebody_untold_is_refused(world, facts, said):
    refused(world, RuleError, said, **facts)


def test_what_privacy_officers_are_told_is_changed_by_nobody(world):
    refused(world, RuleError, "the same everywhere", kind="membership.created", tells=Audience.LEADS)


def test_whoever_was_overtaken_is_told(world):
    changed(world, tells=Audience.LEADS)
    with pytest.raises(StaleVersion):
        changed(world, version=0, tells=Audience.EVERYBODY)
    assert AlertRule.objects.count() == 1


# --- the sender's alert ---------------------------------------------------------------------------------------------
def test_that_something_was_not_answered_has_no_ladder_also_when_acknowledged(world):
    with clock.at(MONDAY_9):
        alert = raised(world)
    fire_at(4.8)
    theirs = Alert.objects.get(cause_id=alert.cause_id, team=world.ward)
    with clock.at(MONDAY_9 + timedelta(hours=5)), acting_as(world.ward_nurse) as nurse:
        assert acknowledge_alert(by=nurse, alert_id=theirs.id).next_rung_at is None
    assert fire_at(100) == 1
