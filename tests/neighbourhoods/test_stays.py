"""Stays and care packages: the clock of a care home, and what an admission and a discharge do to packages."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.audit.models import AuditEntry
from carecoord.errors import IllegalMove, NotYours, RuleError, SentAlready
from carecoord.ids import new_id
from carecoord.outbox.models import OutboxMessage
from carecoord.outbox.tasks import relay
from neighbourhoods.care import care_of
from neighbourhoods.cohorts.worklists import packages_of_team
from neighbourhoods.display.worklists import package_table
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CarePackage, OrganisationKind, Role, Stay
from neighbourhoods.services import (
    PackageFacts,
    StayFacts,
    admit,
    allowed_on_package,
    change_package,
    change_stay,
    create_organisation,
    discharge,
    enter_stay_in_error,
    facts_of_package,
    meet_step,
    move_package,
    record_death,
    request_package,
)
from neighbourhoods.services.clock_telling import tell_due_clocks
from neighbourhoods.states import PACKAGE
from tests.statements import statements_of

pytestmark = pytest.mark.django_db

README = Path(__file__).resolve().parents[2] / "neighbourhoods" / "README.md"
# The Thursday before Good Friday of 2030 is the 18th of April.
NOW = datetime(2030, 4, 18, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def thursday(world):
    with clock.at(NOW):
        yield


@pytest.fixture
def sheila(world):
    return world.resident()


@pytest.fixture
def home(world):
    return create_organisation(by=world.builder, place=world.place, name="Elm House", kind=OrganisationKind.CARE_HOME)


def come(world, sheila, kind="hospital", who="nurse", **facts):
    facts = {"organisation_id": world.hospital.id} | facts if kind == "hospital" else facts
    with acting_as(world.people[who]) as by:
        return admit(by=by, resident_id=sheila.id, facts=StayFacts(kind, **facts))


def leave(world, stay, destination="home", who="nurse", **more):
    with acting_as(world.people[who]) as by:
        return discharge(by=by, stay_id=stay.id, destination=destination, **more)


def package(world, sheila, name="Morning calls", who="nurse", is_running=True, **facts):
    with acting_as(world.people[who]) as by:
        facts = {"provider_name": "Kind Hands"} | facts
        return request_package(
            by=by,
            resident_id=sheila.id,
            team_id=by.team_ids[0],
            facts=PackageFacts(name, "home_care", **facts),
            is_running=is_running,
        )


def move(world, one, verb, who="nurse", **more):
    with acting_as(world.people[who]) as by:
        return move_package(by=by, package_id=one.id, verb=verb, **more)


def again(row):
    row.refresh_from_db()
    return row


def topics():
    return list(OutboxMessage.objects.order_by("id").values_list("topic", flat=True))


# --- the clock of a care home ---


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


# --- packages follow ---


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


def test_a_package_that_stands_still_for_two_weeks_is_told_once(world, sheila):
    one = package(world, sheila)
    move(world, one, "suspend", reason="On holiday")
    relay()
    with clock.at(NOW + timedelta(days=14)):
        assert [tell_due_clocks(), tell_due_clocks()] == [1, 0]
        relay()
    assert Alert.objects.get(kind="package.due").about_id == one.id


def test_who_is_expected_home_has_the_team_told_on_the_working_day_before_whatever_day_that_becomes(
    world, sheila, signed_in
):
    """NOW is a Thursday before Easter; Tuesday the 23rd is the first working day after it."""
    one = package(world, sheila)
    stay = come(world, sheila, expected_discharge_on=date(2030, 4, 24))
    assert again(one).due_at == datetime(2030, 4, 23, 16, 0, tzinfo=UTC)
    with acting_as(world.nurse) as by:
        change_stay(by=by, stay_id=stay.id, room="", expected_discharge_on=date(2030, 4, 23))
    assert again(one).due_at == datetime(2030, 4, 18, 16, 0, tzinfo=UTC)
    assert "Expected home: " in signed_in("nurse").get(reverse("team_packages", args=[world.nursing.id])).text
    with acting_as(world.nurse) as by:
        assert package_table(packages_of_team(by, world.nursing.id)).rows[0].said[-1] == "Expected home: 23-Apr-2030"
    relay()
    with clock.at(one.due_at):
        assert [tell_due_clocks(), tell_due_clocks()] == [1, 0]
        relay()
    assert Alert.objects.get(kind="package.due").about_id == one.id
    with acting_as(world.nurse) as by:
        change_stay(by=by, stay_id=stay.id, room="", expected_discharge_on=None)
    assert (again(one).due_at, one.told_at) == (NOW + timedelta(days=14), None)


def test_what_is_needed_from_a_day_is_due_on_it(world, sheila):
    one = package(world, sheila, is_running=False, starts_on=date(2030, 4, 24))
    assert one.due_at == datetime(2030, 4, 24, 16, 0, tzinfo=UTC)
    assert again(move(world, one, "start", on=date(2030, 4, 18))).due_at is None


# --- states and sides ---


def test_every_move_of_a_package_stands_in_the_readme():
    section = README.read_text().split("### CarePackage")[1].split("\n## ")[0].split("\n### ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and not line.startswith("| Move")]
    order = [state.name for state in PACKAGE]
    expected = [
        f"| {one.verb} | {', '.join(sorted(one.origins, key=order.index))} | {one.target} |" for one in PACKAGE.moves
    ]
    assert rows == expected


@pytest.mark.parametrize("state", [one.name for one in PACKAGE])
def test_a_package_passes_only_through_its_states(world, sheila, state):
    for arrow in PACKAGE.moves:
        one = package(world, sheila, is_running=state not in ("requested", "arranged"))
        for step in {"arranged": ["arrange"], "suspended": ["suspend"], "ended": ["end"]}.get(state, []):
            one = move(world, one, step, reason="Why not")
        if state in arrow.origins:
            assert move(world, one, arrow.verb, reason="Why not").status == arrow.target
        else:
            with pytest.raises(IllegalMove):
                move(world, one, arrow.verb, reason="Why not")
            assert again(one).status == state


def test_others_around_suspend_and_nothing_else(world, sheila):
    one = package(world, sheila)
    with acting_as(world.ward_nurse) as by:
        assert allowed_on_package(by, one) == ("suspend",)
    other = world.add_person("social_worker", world.practice, Role.SOCIAL_WORKER, [world.nursing])
    assert allowed_on_package(other, one) == ("suspend", "end")


def test_whose_it_is_not_does_not_end_it(world, sheila):
    from tests.neighbourhoods.test_encounters import involve

    one = package(world, sheila)
    involve(world, sheila)
    with pytest.raises(NotYours, match="Millbrook Community Nursing arranges this package"):
        move(world, one, "end", who="link_worker", reason="Too dear")
    assert again(one).status == "active"
    assert move(world, one, "suspend", who="link_worker", reason="On holiday").status == "suspended"


def test_nothing_runs_without_somebody_who_provides_it(world, sheila):
    one = package(world, sheila, is_running=False, provider_name="")
    with pytest.raises(RuleError, match="who provides it"):
        move(world, one, "start")
    with acting_as(world.nurse) as by:
        facts = facts_of_package(one)
        change_package(
            by=by,
            package_id=one.id,
            version=one.version,
            facts=facts.__class__(**{**vars(facts), "provider_name": "Kind Hands"}),
        )
    assert move(world, one, "start").status == "active"


# --- what will not do ---


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


# --- pages ---


def test_the_page_shows_where_they_are_and_what_stands_still(world, sheila, home, signed_in):
    package(world, sheila)
    stay = come(world, sheila, "care_home", organisation_id=home.id, room="12")
    client = signed_in("nurse")
    body = client.get(reverse("resident_care", args=[sheila.id])).content.decode()
    for words in ("Care home: Elm House", "Room: 12", "Assessment done", "Plan made", "Suspended", "Kind Hands"):
        assert words in body
    client.post(reverse("stay_step", args=[sheila.id, stay.id, "plan"]))
    assert again(stay).plan_met_at == NOW
    client.post(reverse("stay_end", args=[sheila.id, stay.id]), {"destination": "home"})
    assert again(stay).discharged_at == NOW
    assert (
        "Home again, and not yet restarted:" in client.get(reverse("resident_care", args=[sheila.id])).content.decode()
    )


def test_a_stay_and_a_package_are_written_down_on_pages(world, sheila, signed_in):
    client = signed_in("nurse")
    facts = {"kind": "hospital", "organisation": str(world.hospital.id), "room": "Bay 2", "made": str(new_id())}
    assert client.post(reverse("stay_new", args=[sheila.id]), facts).status_code == 302
    assert Stay.objects.get().room == "Bay 2"
    facts = {"name": "Reablement", "kind": "reablement", "hours": "10.5", "made": str(new_id())}
    answer = client.post(reverse("package_new", args=[sheila.id]), facts)
    one = CarePackage.objects.get()
    assert answer.headers["Location"] == reverse("care_package", args=[sheila.id, one.id])
    assert (one.minutes_per_week, one.status) == (630, "requested")
    page = client.get(reverse("care_package", args=[sheila.id, one.id])).content.decode()
    assert "10.5 hours each week" in page
    facts = {"name": "Reablement", "kind": "reablement", "hours": "12", "version": one.version}
    client.post(reverse("package_change", args=[sheila.id, one.id]), facts)
    assert again(one).minutes_per_week == 720
    stale = client.post(reverse("package_change", args=[sheila.id, one.id]), facts | {"hours": "14", "version": 1})
    assert stale.status_code == 422
    assert "14" in stale.content.decode()
    end = reverse("package_move", args=[sheila.id, one.id, "end"])
    client.post(end, {"reason": "Not needed"})
    assert again(one).status == "ended"
    late = client.post(end, {"reason": "Somebody was quicker"})
    assert (late.status_code, "Somebody was quicker" in late.content.decode()) == (422, True)


def test_what_is_refused_is_shown_again_as_it_was_typed(world, sheila, signed_in):
    facts = {"kind": "hospital", "organisation": "", "organisation_name": "", "room": "Bay 2"}
    answer = signed_in("nurse").post(reverse("stay_new", args=[sheila.id]), facts)
    assert (answer.status_code, Stay.objects.count()) == (422, 0)
    assert "Bay 2" in answer.content.decode()


@pytest.mark.thorough
def test_the_page_takes_as_many_statements_for_thirty_as_for_three(world, sheila, signed_in):
    client, counted = signed_in("nurse"), []
    for number in (3, 30):
        for each in range(number):
            package(world, sheila, f"Package {number} {each}")
        client.get(reverse("resident_care", args=[sheila.id]))
        counted.append(len(statements_of(lambda: client.get(reverse("resident_care", args=[sheila.id])))))
    assert counted[0] == counted[1] <= 12
