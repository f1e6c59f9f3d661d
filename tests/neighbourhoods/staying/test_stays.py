"""Stays: the clock of a care home, and what an admission and a discharge do to packages."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.audit.models import AuditEntry
from carecoord.errors import RuleError, SentAlready
from carecoord.ids import new_id
from carecoord.outbox.tasks import relay
from neighbourhoods.care import care_of
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CarePackage, Relationship, Stay
from neighbourhoods.services import (
    StayFacts,
    admit,
    change_stay,
    discharge,
    enter_stay_in_error,
    meet_step,
    move_package,
    record_death,
)
from neighbourhoods.services.clock_telling import tell_due_clocks
from tests.staying import NOW, again, come, leave, move, package, topics

pytestmark = pytest.mark.django_db


def test_seven_working_days_from_admission_with_a_bank_holiday_between(world, sheila, home):
    """Good Friday, the weekend and Easter Monday are none of the seven: the last is the first of May."""
    stay = come(world, sheila, "care_home", organisation_id=home.id)
    assert stay.plan_due_at == datetime(2030, 5, 1, 16, 0, tzinfo=UTC)
    assert (stay.is_readmission, stay.plan_from) == (False, NOW)


def test_a_readmission_starts_the_clock_again(world, sheila, home):
    """Where the bed was kept while they were in hospital."""
    kept = come(world, sheila, "care_home", organisation_id=home.id)
    with acting_as(world.nurse) as by:
        for step in ("assessment", "plan"):
            meet_step(by=by, stay_id=kept.id, step=step)
    with clock.at(NOW + timedelta(days=30)):
        hospital = come(world, sheila)
    back = datetime(2030, 5, 27, 10, 0, tzinfo=UTC)  # a bank holiday itself
    with clock.at(back):
        leave(world, hospital, "care_home")
    kept = again(kept)
    assert (kept.plan_from, kept.plan_due_at) == (back, datetime(2030, 6, 5, 16, 0, tzinfo=UTC))
    assert (kept.is_readmission, kept.assessment_met_at, kept.plan_met_at, kept.told_at) == (True, None, None, None)


def test_who_comes_back_to_the_home_that_they_had_left_is_readmitted(world, sheila, home):
    leave(world, come(world, sheila, "care_home", organisation_id=home.id))
    with clock.at(NOW + timedelta(days=200)):
        stay = come(world, sheila, "care_home", organisation_id=home.id)
    assert stay.is_readmission
    assert stay.plan_from == NOW + timedelta(days=200)


@pytest.mark.parametrize(("days", "is_readmission"), [(29, True), (31, False)])
def test_in_hospital_again_within_thirty_days_is_a_readmission(world, sheila, days, is_readmission):
    leave(world, come(world, sheila))
    with clock.at(NOW + timedelta(days=days)):
        assert come(world, sheila).is_readmission is is_readmission


def test_a_hospital_has_no_plan_clock(world, sheila):
    stay = come(world, sheila)
    assert (stay.plan_due_at, stay.plan_from) == (None, None)
    with pytest.raises(RuleError), acting_as(world.nurse) as by:
        meet_step(by=by, stay_id=stay.id, step="plan")


def test_a_plan_that_is_overdue_is_told_once_to_the_team_that_has_them(world, sheila, home):
    stay = come(world, sheila, "care_home", organisation_id=home.id)
    relay()
    with clock.at(stay.plan_due_at - timedelta(seconds=1)):
        assert tell_due_clocks() == 0
    with clock.at(stay.plan_due_at):
        assert [tell_due_clocks(), tell_due_clocks()] == [1, 0]
        relay()
    alert = Alert.objects.get(kind="stay.plan_due")
    assert (alert.team, alert.about_id) == (world.nursing, stay.id)


def test_what_is_assessed_and_planned_is_told_to_nobody(world, sheila, home):
    stay = come(world, sheila, "care_home", organisation_id=home.id)
    with acting_as(world.nurse) as by:
        meet_step(by=by, stay_id=stay.id, step="plan")
    with clock.at(stay.plan_due_at + timedelta(days=1)):
        with acting_as(world.nurse) as by:
            meet_step(by=by, stay_id=stay.id, step="assessment")
        assert tell_due_clocks() == 0


def test_no_plan_is_overdue_of_somebody_who_has_died(world, sheila, home):
    stay = come(world, sheila, "care_home", organisation_id=home.id)
    with acting_as(world.nurse) as by:
        record_death(by=by, resident_id=sheila.id, died_on=clock.today())
    with clock.at(stay.plan_due_at):
        assert tell_due_clocks() == 0


def test_admission_suspends_every_active_package_in_the_same_transaction(world, sheila):
    two = [package(world, sheila, name) for name in ("Morning calls", "Day centre")]
    asked = package(world, sheila, "Night calls", is_running=False)
    stay = come(world, sheila, who="nurse")
    assert [(again(one).status, one.suspended_by_id, one.suspended_at) for one in two] == [
        ("suspended", stay.id, NOW)
    ] * 2
    assert two[0].suspend_reason == "Hospital: Test General"
    assert again(asked).status == "requested"
    assert AuditEntry.objects.filter(verb="package.suspended", detail__stay_id=str(stay.id)).count() == 2


def test_where_a_package_cannot_be_suspended_nobody_is_admitted(world, sheila, monkeypatch):
    one = package(world, sheila)
    monkeypatch.setattr("neighbourhoods.services.package_moves._save", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        come(world, sheila)
    assert (Stay.objects.count(), again(one).status) == (0, "active")


def test_discharge_asks_the_team_that_arranged_it_to_restart_until_it_runs(world, sheila):
    one = package(world, sheila)
    stay = come(world, sheila)
    relay()
    with clock.at(NOW + timedelta(days=5)):
        leave(world, stay)
        assert again(one).restart_asked_at == clock.now()
        relay()
        alert = Alert.objects.get(kind="package.restart_asked")
        assert (alert.team, alert.state) == (world.nursing, "waiting")
        assert alert.due_at is not None
        assert care_of(world.nurse, sheila.id).to_restart == (one,)
        move(world, one, "restart")
        relay()
    assert again(alert).state == "resolved"
    assert (again(one).status, one.restart_asked_at, one.suspended_at) == ("active", None, None)


def test_going_on_to_another_place_asks_nobody_to_restart(world, sheila):
    one = package(world, sheila)
    leave(world, come(world, sheila), "rehab")
    assert again(one).restart_asked_at is None
    assert "package.restart_asked" not in topics()


def test_a_stay_that_never_was_asks_to_restart_what_it_suspended(world, sheila):
    one = package(world, sheila)
    stay = come(world, sheila)
    with acting_as(world.nurse) as by:
        stay = enter_stay_in_error(by=by, stay_id=stay.id, reason="Another Sheila")
    assert (stay.is_open, again(one).restart_asked_at) == (False, NOW)
    assert come(world, sheila).is_open


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": "palace"}, "kind"),
        ({"kind": "hospital"}, "organisation"),
        (
            {"kind": "hospital", "organisation_name": "St Jude", "admitted_at": NOW + timedelta(minutes=1)},
            "admitted_at",
        ),
        (
            {"kind": "hospital", "organisation_name": "St Jude", "expected_discharge_on": date(2030, 1, 1)},
            "expected_discharge_on",
        ),
        ({"kind": "hospital", "organisation_name": "S" * 151}, "organisation_name"),
        ({"kind": "hospital", "organisation_id": new_id()}, "organisation"),
    ],
)
def test_a_stay_that_cannot_be_is_refused_with_the_field(world, sheila, facts, field):
    with pytest.raises(RuleError) as refusal, acting_as(world.nurse) as by:
        admit(by=by, resident_id=sheila.id, facts=StayFacts(**facts))
    assert (refusal.value.field, Stay.objects.count()) == (field, 0)


def test_nobody_is_in_two_hospitals(world, sheila):
    come(world, sheila)
    with pytest.raises(RuleError, match="They are in Test General already"):
        come(world, sheila)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stay.objects.create(resident=sheila, kind="hospital", organisation=world.hospital, admitted_at=NOW)


def test_the_same_form_twice_makes_one_stay_and_other_words_are_told(world, sheila):
    made = new_id()
    with acting_as(world.nurse) as by:
        facts = StayFacts("hospital", organisation_id=world.hospital.id)
        first = admit(by=by, resident_id=sheila.id, facts=facts, stay_id=made)
        assert admit(by=by, resident_id=sheila.id, facts=facts, stay_id=made) == first
        with pytest.raises(SentAlready):
            admit(by=by, resident_id=sheila.id, facts=StayFacts("rehab", organisation_name="Oak"), stay_id=made)


def test_leaving_twice_changes_nothing_and_nobody_leaves_before_they_came(world, sheila):
    stay = come(world, sheila)
    with pytest.raises(RuleError) as refusal:
        leave(world, stay, discharged_at=NOW - timedelta(days=1))
    assert refusal.value.field == "discharged_at"
    first = leave(world, stay)
    assert leave(world, stay, "died").destination == first.destination == "home"


def test_of_whoever_died_there_the_death_is_written_down_and_told_once(world, sheila):
    stay = come(world, sheila)
    given = {"level": "record", "source_kind": "claim", "source_id": sheila.id, "started_at": clock.now()}
    Relationship.objects.create(resident=sheila, team=world.surgery, **given)
    assert leave(world, stay, "died").destination == "died"
    sheila.refresh_from_db()
    assert (sheila.died_on, sheila.death_status, sheila.may_be_written_to) == (NOW.date(), "1", False)
    leave(world, stay, "died")
    relay()
    assert [one.team.name for one in Alert.objects.filter(kind="resident.died")] == ["Bridge Street team"]


def test_a_day_of_death_that_is_known_already_stays(world, sheila):
    stay, the_day_before = come(world, sheila), NOW.date() - timedelta(days=1)
    with acting_as(world.nurse) as by:
        record_death(by=by, resident_id=sheila.id, died_on=the_day_before, status="2")
    leave(world, stay, "died")
    sheila.refresh_from_db()
    assert (sheila.died_on, sheila.death_status) == (the_day_before, "2")


def test_an_outsider_sees_and_does_nothing(world, sheila):
    stay, one = come(world, sheila), package(world, sheila)
    with acting_as(world.outsider) as by:
        assert (list(Stay.objects.all()), list(CarePackage.objects.all())) == ([], [])
        with pytest.raises(Stay.DoesNotExist):
            discharge(by=by, stay_id=stay.id, destination="home")
        with pytest.raises(CarePackage.DoesNotExist):
            move_package(by=by, package_id=one.id, verb="end", reason="Mine")


def test_a_room_is_changed_and_what_stood_there_is_kept(world, sheila):
    stay = come(world, sheila, room="4")
    with acting_as(world.nurse) as by, clock.at(NOW + timedelta(hours=1)):
        change_stay(by=by, stay_id=stay.id, room="7", expected_discharge_on=None)
    assert again(stay).room == "7"
