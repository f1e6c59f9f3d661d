"""The demonstration place: made through the services, once, with something to do for everybody.

A small one, by the same code.
"""

from collections import Counter
from datetime import date, time, timedelta
from functools import reduce
from operator import or_

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone

from carecoord import clock
from carecoord.accounts.models import User
from carecoord.alerts.models import Alert, AlertRung
from carecoord.clock import Standing
from carecoord.delivery.models import Delivery
from carecoord.demo import clients, ground, loading, residents, tables
from carecoord.demo.accounts import ACCOUNTS, DOMAIN, second_factor_secret
from carecoord.demo.cohorts import EVERYBODY
from carecoord.demo.digest import digest
from carecoord.demo.hands import NotMade
from carecoord.demo.year import Size
from carecoord.demo.year_plans import ACTION_WAYS, GOAL_WAYS
from carecoord.outbox.broker import app
from carecoord.outbox.models import OutboxMessage
from carecoord.privacy.models import PrivacyReview
from carecoord.record.day import content_of, due_soon, is_quiet
from carecoord.record.display.start import start_here
from carecoord.record.visiting import visit_to, volunteers_day
from carecoord.record.waiting import count_waiting
from careplans.models import Action, CarePlan, PlanReview
from careplans.states import ACTION, GOAL, PLAN
from neighbourhoods import gate
from neighbourhoods.duplicates import people_like
from neighbourhoods.models import (
    CarePackage,
    CaseloadEntry,
    Encounter,
    Entry,
    Membership,
    Merge,
    Neighbourhood,
    Organisation,
    OrganisationKind,
    Place,
    Relationship,
    Resident,
    ResidentImport,
    SharingDecision,
    Stay,
)
from neighbourhoods.services import identity_of
from neighbourhoods.states import ENCOUNTER
from neighbourhoods.values import clean_nhs_number
from referrals.models import Handover, Referral
from referrals.referral_clock import clock_tag
from referrals.states import HANDOVER, REFERRAL

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
SMALL = Size(residents=60, plans=20, referrals=40, handovers=20, contacts=90)
ENDS = loading.end_of(date(2026, 11, 20))


@pytest.fixture(scope="module", autouse=True)
def room_for_its_names(built_world, django_db_blocker):
    """The world of the other tests has neighbourhoods of the same names. Taken back at the module's end."""
    with django_db_blocker.unblock(), transaction.atomic():
        Neighbourhood.objects.update(slug=Concat("slug", Value("-of-testborough")))
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def said():
    return []


@pytest.fixture(scope="module")
def demonstration(room_for_its_names, said):
    """Made once: each test works on it in a savepoint of its own."""
    loading.load("a word for all", said.append, seed=1, ends=ENDS, size=SMALL)
    clients.make_clients("a secret of forty letters, only for tests", ENDS)
    return Place.objects.get(name=tables.PLACE)


def principal_of(account):
    return gate.person(Membership.objects.filter(user__email=f"{account}@{DOMAIN}").order_by("starts_at", "id").first())


def test_it_is_refused_where_it_is_not_a_demonstration(monkeypatch):
    monkeypatch.setattr(settings, "DEMO", False)
    with pytest.raises(CommandError, match="only for a system that runs with DEMO=1"):
        call_command("load_demo")


def test_without_a_password_it_says_which_variable_is_missing(monkeypatch):
    monkeypatch.setattr(settings, "DEMO", True)
    monkeypatch.delenv("CARECOORD_DEMO_PASSWORD", raising=False)
    with pytest.raises(CommandError, match="CARECOORD_DEMO_PASSWORD is not set"):
        call_command("load_demo")


def test_loading_stops_whole_when_it_is_interrupted(monkeypatch):
    def power_cut(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "happen", power_cut)
    with pytest.raises(KeyboardInterrupt):
        loading.load("a word for all", lambda _: None, ends=ENDS, size=SMALL)
    assert not loading.is_loaded()
    assert not Relationship.objects.filter(team__organisation__place__name=tables.PLACE).exists()


def test_ground_that_another_seed_has_laid_is_not_built_upon():
    ground.lay(1, ENDS)
    with pytest.raises(NotMade, match="Another seed has begun this place"):
        loading.load("a word for all", lambda _: None, seed=2, ends=ENDS, size=SMALL)


def test_half_a_place_is_refused_with_the_way_out(world):
    world.resident()
    Place.objects.filter(id=world.place.id).update(name=tables.PLACE)
    with pytest.raises(NotMade, match="Half of the demonstration place is there"):
        loading.load("a word for all", lambda _: None, ends=ENDS, size=SMALL)


def test_a_day_that_is_none_is_refused_with_an_example():
    with pytest.raises(CommandError, match="yesterday is no date"):
        call_command("load_demo", "--today", "yesterday")


def test_it_has_forty_organisations_of_every_kind_in_five_neighbourhoods(demonstration):
    organisations = Organisation.objects.filter(place=demonstration)
    assert organisations.count() == 40
    assert set(organisations.values_list("kind", flat=True)) == set(OrganisationKind.values)
    assert sorted(demonstration.neighbourhoods.values_list("name", flat=True)) == sorted(tables.NEIGHBOURHOODS)


def test_it_has_as_many_of_everything_as_was_asked_for_and_those_who_are_written_by_hand(demonstration):
    by_hand = len(residents.ROWS)
    # Of the two who were written down twice, one is one again.
    assert Resident.objects.filter(relationships__team__organisation__place=demonstration).distinct().count() == (
        SMALL.residents + by_hand + 1
    )
    assert CarePlan.objects.count() >= SMALL.plans
    assert Referral.objects.count() >= SMALL.referrals
    assert Handover.objects.count() >= SMALL.handovers


@pytest.mark.parametrize(
    ("model", "table"),
    [(Referral, REFERRAL), (Handover, HANDOVER), (CarePlan, PLAN), (Encounter, ENCOUNTER)],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_every_state_is_there(demonstration, model, table):
    assert set(model.objects.values_list("status", flat=True)) == {state.name for state in table}


def written_by_hand(of=""):
    """Whom residents.ROWS names."""
    named = (Q(**{f"{of}family_name": one.family_name, f"{of}given_name": one.given_name}) for one in residents.ROWS)
    return reduce(or_, named)


def test_every_cohort_is_there(demonstration):
    kinds = set(Entry.objects.filter(kind__startswith="cohort.").values_list("kind", flat=True))
    words = {f"cohort.{cohort.slug.replace(chr(39), '')}" for cohort in EVERYBODY}
    assert kinds - {"cohort.frailty"} <= words
    assert {"cohort.dementia", "cohort.send", "cohort.mental_health", "cohort.safeguarding"} <= kinds
    assert set(Stay.objects.values_list("kind", flat=True)) == {"care_home", "hospital"}
    assert CarePackage.objects.filter(status="active").exists()
    assert Entry.objects.filter(kind="safety_plan").exists()


def test_one_pair_was_made_one_and_another_waits_to_be_compared(demonstration):
    merge = Merge.objects.get()
    assert (merge.merged_name, merge.by_name, merge.undone_at) == ("COLE, Winnie", "Ruth Calder", None)
    zofia = Resident.objects.get(given_name="Zofia", family_name="Wójcik", merged_into=None)
    with clock.at(ENDS), gate.acting_as(principal_of("lead")):
        alike = people_like(identity_of(zofia))
    assert [(one.known.given_name, one.is_likely) for one in alike if one.known.id != zofia.id] == [("Sofia", True)]


def test_a_list_of_people_waits_for_its_review(demonstration):
    brought = ResidentImport.objects.get()
    assert (brought.state, brought.team.name, brought.problem) == ("review", "Millbrook Integrated Team", "")
    verdicts = list(brought.rows.values_list("facts__identity__family_name", "verdict"))
    assert [verdict for _, verdict in verdicts] == ["same", "likely", "clash", "invalid", "new", "new", "new"]


def test_one_objection_is_decided_and_another_waits_for_the_guardian(demonstration):
    statuses = SharingDecision.objects.order_by("asked_at").values_list("resident__given_name", "status")
    assert list(statuses) == [("Máire", "upheld"), ("Li", "asked")]
    with clock.at(ENDS), gate.acting_as(principal_of("guardian")) as who:
        waiting = Alert.objects.visible_to(who).filter(state="waiting", about_type="objection")
        assert waiting.count() == 1


def test_the_privacy_officer_has_something_to_look_into_that_a_rule_has_noticed(demonstration):
    noticed = PrivacyReview.objects.get(kind="nothing_after", subject_name="Helen Frost")
    assert (noticed.state, noticed.team.organisation.name) == ("open", "Aldermoor Community Health")
    with clock.at(ENDS), gate.acting_as(principal_of("privacy")) as who:
        assert Alert.objects.visible_to(who).filter(state="waiting", about_id=noticed.id).count() == 1


@pytest.mark.parametrize("status", ["sent", "received", "accepted"])
def test_referrals_of_each_state_with_a_clock_stand_in_every_position_of_it(demonstration, status):
    rows = Referral.objects.filter(status=status).select_related("to_team", "from_team")
    assert {clock_tag(row, ENDS).state for row in rows} >= {"on_time", "due_soon", "overdue"}


def test_clocks_that_stand_still_are_there_too(demonstration):
    rows = Referral.objects.open().select_related("to_team", "from_team")
    assert {row.status for row in rows if clock_tag(row, ENDS).state == "paused"} == {"info_requested", "on_hold"}


def test_offered_handovers_stand_in_every_position_of_their_clock(demonstration):
    offers = Handover.objects.filter(status="offered")
    standings = {clock.standing(start=offer.offered_at, due=offer.accept_by, now=ENDS) for offer in offers}
    assert standings >= {Standing.ON_TIME, Standing.DUE_SOON, Standing.OVERDUE}


def test_actions_are_overdue_due_today_and_due_in_the_next_weeks(demonstration):
    days = [(due - ENDS.date()).days for due in Action.objects.open().values_list("due_on", flat=True)]
    assert min(days) < 0
    assert 0 in days
    assert max(days) > 7


def test_contacts_lie_in_every_month_of_the_year_and_in_the_next_weeks(demonstration):
    months = Counter(at.strftime("%Y-%m") for at in Encounter.objects.filter(at__lte=ENDS).values_list("at", flat=True))
    assert set(months) >= {"2025-12", *(f"2026-{month:02d}" for month in range(1, 12))}
    assert max(months.values()) < sum(months.values()) / 2
    coming = Encounter.objects.filter(status="planned", at__gt=ENDS).values_list("at", flat=True)
    assert {(at - ENDS).days // 7 for at in coming} >= {0, 1, 2}


def test_the_nurse_has_several_visits_today_at_working_hours(demonstration):
    today = Encounter.objects.filter(status="planned", team__name="Millbrook Community Nursing")
    hours = [at.hour for at in today.filter(at__date=ENDS.date()).values_list("at", flat=True)]
    assert len(hours) >= 4
    assert all(8 <= hour < 18 for hour in hours)


def test_what_beat_does_finds_nothing_left_to_do(demonstration):
    app.loader.import_default_modules()
    tasks = sorted({row["task"] for row in settings.CELERY_BEAT_SCHEDULE.values()} - {"outbox.heartbeat"})
    assert len(tasks) >= 7
    with clock.at(ENDS):
        for name in ("outbox.relay", "delivery.send_waiting"):  # of the world of the other tests
            app.tasks[name].run()
        before = digest()
        for name in tasks:
            app.tasks[name].run()
            assert digest() == before, name


def test_nothing_is_left_that_should_have_happened_already(demonstration):
    year = (ENDS - loading.YEAR, ENDS)
    assert OutboxMessage.objects.filter(created_at__range=year).exists()
    assert not OutboxMessage.objects.waiting().filter(created_at__range=year).exists()
    assert not Delivery.objects.filter(state="waiting", created_at__range=year).exists()
    assert not Alert.objects.filter(next_rung_at__lte=ENDS).exists()
    assert not Handover.objects.filter(status="accepted", ends_at__lte=ENDS).exists()


def test_a_late_review_was_told_in_the_night_after_its_day_and_none_is_late_for_months(demonstration):
    today, soon_after = ENDS.date(), timedelta(days=1)
    followed = CarePlan.objects.filter(status__in=("active", "on_hold"), resident__died_on=None)
    late = list(followed.filter(review_due_on__lt=today))
    assert late
    assert [plan for plan in late if plan.review_told_at.date() > plan.review_due_on + soon_after] == []
    assert min(plan.review_due_on for plan in late) >= today - timedelta(days=15)
    assert PlanReview.objects.exclude(written_by_hand("resident__")).count() >= SMALL.plans // 5


def test_alerts_stand_in_every_state_and_on_every_rung(demonstration):
    assert set(Alert.objects.values_list("state", flat=True)) >= {"waiting", "acknowledged", "resolved"}
    assert set(Alert.objects.values_list("escalation_level", flat=True)) == {0, 1, 2, 3, 4}


def test_time_went_by_in_its_order(demonstration):
    assert not Referral.objects.filter(updated_at__lt=F("created_at")).exists()
    assert not Handover.objects.filter(answered_at__lt=F("offered_at")).exists()
    assert not CaseloadEntry.objects.filter(ended_at__lt=F("opened_at")).exists()
    assert not Alert.objects.filter(
        Q(acknowledged_at__lt=F("created_at")) | Q(resolved_at__lt=F("created_at"))
    ).exists()
    assert AlertRung.objects.exists()
    assert not AlertRung.objects.filter(fired_at__lt=F("alert__created_at")).exists()


def test_it_says_how_far_it_is(said, demonstration):
    assert said[0] == "  0 % Organisations, teams and services, and the people who work there"
    assert said[-1] == "100 % The demonstration place is ready"
    percents = [int(line[:3]) for line in said]
    assert percents == sorted(percents)


def test_every_nhs_number_is_of_the_range_that_is_never_issued_and_some_have_none(demonstration):
    numbers = list(Resident.objects.exclude(written_by_hand()).values_list("nhs_number", flat=True))
    numbers += [row.nhs_number or None for row in residents.ROWS]
    issued = [number for number in numbers if number]
    assert all(number.startswith("999") and clean_nhs_number(number) == number for number in issued)
    assert len(set(issued)) == len(issued)
    assert len(issued) < len(numbers)


def test_sheila_is_on_the_ward_and_ken_with_the_nurses(demonstration):
    leads = dict(CaseloadEntry.objects.filter(is_lead=True).values_list("resident__given_name", "team__name"))
    assert (leads["Sheila"], leads["Kenneth"]) == ("Ward 7", "Millbrook Community Nursing")


def test_every_account_signs_in_with_the_one_password_and_has_a_role(demonstration):
    users = list(User.objects.filter(email__in=[f"{name}@{DOMAIN}" for name, _ in ACCOUNTS]))
    assert len(users) == len(ACCOUNTS)
    assert len({user.password for user in users}) == 1
    assert users[0].check_password("a word for all")
    assert all(Membership.objects.live().filter(user=user).exists() for user in users)


def test_a_second_run_makes_nothing_twice_and_sets_the_new_password(demonstration, monkeypatch):
    monkeypatch.setattr(settings, "DEMO", True)
    monkeypatch.setenv("CARECOORD_DEMO_PASSWORD", "another word")
    before = Resident.objects.count()
    call_command("load_demo", verbosity=0)
    assert Resident.objects.count() == before
    assert User.objects.get(email="nurse@demo.example").check_password("another word")
    assert second_factor_secret("another word") != second_factor_secret("a word for all")


def test_nothing_open_is_without_a_team_and_whoever_has_something_open_has_a_lead(demonstration):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for model in (Action, Referral, Handover):
        with_a_team = model.objects.filter(accountable_team__isnull=False)
        assert with_a_team.exists()
        for resident_id in set(with_a_team.values_list("resident_id", flat=True)):
            assert CaseloadEntry.objects.filter(resident_id=resident_id, is_lead=True, ended_at=None).count() == 1


def test_the_guardian_has_a_review_to_look_at_and_no_alert_that_nobody_can_answer(demonstration):
    with clock.at(ENDS), gate.acting_as(principal_of("guardian")) as who:
        waiting = list(Alert.objects.visible_to(who).filter(state="waiting", team_id__in=who.team_ids))
    assert "review.claim" in {alert.kind for alert in waiting}
    assert min(alert.started_at for alert in waiting) > ENDS - timedelta(days=7)


def test_the_ward_starts_with_sheila(demonstration):
    with clock.at(ENDS), gate.acting_as(principal_of("ward")) as who:
        first = start_here(content_of(who, count_waiting(who, due_soon()), "/"))
    assert first.bold == "An action for HARTLEY, Sheila is overdue."


def test_the_administrator_has_an_agreement_to_renew(demonstration):
    with clock.at(ENDS), gate.acting_as(principal_of("admin")) as who:
        assert start_here(content_of(who, count_waiting(who), "/")).bold == "1 sharing agreement ends within 30 days."


def test_no_two_rows_of_the_front_door_say_the_same(demonstration):
    with clock.at(ENDS), gate.acting_as(principal_of("frontdoor")) as who:
        rows = content_of(who, count_waiting(who), "/").alerts.rows
    said = [(row.what, row.sentence) for row in rows]
    assert said
    assert len(set(said)) == len(said)


def test_what_was_promised_long_ago_has_been_done_or_given_up(demonstration):
    assert not Action.objects.open().filter(due_on__lt=ENDS.date() - timedelta(days=60)).exists()


def test_what_people_did_by_hand_they_did_at_work_and_not_all_at_once(demonstration):
    """The last two days may be at any hour: what is urgent is so now."""
    by_hand = Encounter.objects.filter(written_by_hand("resident__"), status="done")
    ward, others = (by_hand.filter(team__kind="ward"), by_hand.exclude(team__kind="ward"))
    assert ward.exists()
    times = [timezone.localtime(at).time() for at in others.values_list("at", flat=True)]
    assert all(time(8) <= at <= time(18) for at in times)
    assert len(set(times)) == len(times)


def test_the_volunteer_has_a_task_and_a_request_to_answer_and_opens_no_record(demonstration):
    with clock.at(ENDS), gate.acting_as(principal_of("volunteer")) as who:
        day = volunteers_day(who)
        assert [one.title for one in day.tasks] == ["An hour with Mrs Begum, and help with her post"]
        assert [one.reason for one in day.asked] == ["A lift to the memory clinic"]
        assert visit_to(who, day.tasks[0].resident_id).card.risks == ("Steep dark stairs",)
        assert not Resident.objects.exists()


@pytest.mark.parametrize("account", [name for name, _ in ACCOUNTS if name != "volunteer"])
def test_each_account_opens_onto_something_worth_doing(demonstration, account):
    with clock.at(ENDS), gate.acting_as(principal_of(account)) as who:
        counted = count_waiting(who, due_soon())
        assert not is_quiet(counted, content_of(who, counted, "/"))
        assert counted.unowned == 0


@pytest.mark.parametrize(
    ("ways", "table", "first"),
    [(ACTION_WAYS, ACTION, "not_started"), (GOAL_WAYS, GOAL, "proposed")],
    ids=["actions", "goals"],
)
def test_among_the_ways_of_actions_and_goals_is_one_to_every_state(ways, table, first):
    """A small place has too few of them to look in it for every state."""
    reached = {first}
    for way in ways:
        status = first
        for verb in way:
            status = table.move(verb, status).target
        reached.add(status)
    assert reached == {state.name for state in table}
