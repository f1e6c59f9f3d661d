"""The demonstration place at its full size: as much as was promised, and every page of it still within its budget."""

from collections import Counter
from datetime import date

import pytest
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.clock import Standing
from carecoord.demo import loading, tables
from carecoord.demo.accounts import ACCOUNTS, DOMAIN
from careplans.models import Action, CarePlan, Goal
from careplans.states import ACTION, GOAL, PLAN
from neighbourhoods import gate
from neighbourhoods.models import (
    CaseloadEntry,
    Encounter,
    Membership,
    Neighbourhood,
    Organisation,
    OrganisationKind,
    Place,
    Resident,
    Team,
)
from neighbourhoods.states import ENCOUNTER
from referrals.models import Handover, Referral
from referrals.referral_clock import clock_tag
from referrals.states import HANDOVER, REFERRAL
from tests.demo.test_demonstration import written_by_hand
from tests.statements import at_most

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
ENDS = loading.end_of(date(2026, 11, 20))
# What the pages of a person may take, whatever the size of the place; each has a sharper budget beside its own tests.
MOST_STATEMENTS = 32
PAGES = ("my_day", "alerts", "referral_inbox", "handover_list", "find")


@pytest.fixture(scope="module")
def place(built_world, django_db_blocker):
    """Made once, and taken back at the module's end. The tests' own world has neighbourhoods of the same names."""
    with django_db_blocker.unblock(), transaction.atomic():
        Neighbourhood.objects.update(slug=Concat("slug", Value("-of-testborough")))
        loading.load("a word for all", lambda _: None, seed=1, ends=ENDS)
        yield Place.objects.get(name=tables.PLACE)
        transaction.set_rollback(True)


def membership_of(account):
    return Membership.objects.filter(user__email=f"{account}@{DOMAIN}").order_by("starts_at", "id").first()


def come_in(client, membership):
    client.force_login(membership.user, backend="carecoord.accounts.backends.Backend")
    session = client.session
    session["acting_as_membership"] = str(membership.id)
    session["second_factor"] = True
    session.save()


def test_there_is_as_much_of_everything_as_was_promised(place):
    here = {"resident__relationships__team__organisation__place": place}
    assert Organisation.objects.filter(place=place).count() == 40
    assert set(Organisation.objects.filter(place=place).values_list("kind", flat=True)) == set(OrganisationKind.values)
    assert Resident.objects.filter(relationships__team__organisation__place=place).distinct().count() >= 2000
    assert CarePlan.objects.filter(**here).distinct().count() >= 400
    assert Referral.objects.filter(**here).distinct().count() >= 600
    assert Handover.objects.filter(**here).distinct().count() >= 150
    assert Encounter.objects.filter(**here).distinct().count() >= 1400


@pytest.mark.parametrize(
    ("model", "table"),
    [
        (Referral, REFERRAL),
        (Handover, HANDOVER),
        (CarePlan, PLAN),
        (Encounter, ENCOUNTER),
        (Action, ACTION),
        (Goal, GOAL),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_every_state_is_there(place, model, table):
    assert set(model.objects.values_list("status", flat=True)) == {state.name for state in table}


def test_every_position_of_the_clocks_is_there_more_than_once(place):
    rows = Referral.objects.open().select_related("to_team", "from_team")
    referrals = Counter((row.status, clock_tag(row, ENDS).state) for row in rows)
    every = ("on_time", "due_soon", "overdue")
    assert all(referrals[status, state] > 1 for status in ("sent", "received") for state in every)
    assert all(referrals["accepted", state] for state in every)
    assert referrals["info_requested", "paused"] > 1
    assert referrals["on_hold", "paused"] > 1
    offers = Counter(
        clock.standing(start=offer.offered_at, due=offer.accept_by, now=ENDS)
        for offer in Handover.objects.filter(status="offered")
    )
    assert all(offers[state] > 1 for state in (Standing.ON_TIME, Standing.DUE_SOON, Standing.OVERDUE))


def test_it_is_spread_over_the_year_and_the_next_weeks(place):
    months = {at.strftime("%Y-%m") for at in Referral.objects.values_list("created_at", flat=True)}
    assert len(months) >= 12
    weeks = {(due - ENDS.date()).days // 7 for due in Action.objects.open().values_list("due_on", flat=True) if due}
    assert {-1, 0, 1, 2} <= weeks


def test_contacts_are_spread_over_the_year_and_over_all_teams(place):
    months = Counter(at.strftime("%Y-%m") for at in Encounter.objects.filter(at__lte=ENDS).values_list("at", flat=True))
    whole_months = ["2025-12", *(f"2026-{month:02d}" for month in range(1, 12))]
    assert min(months[month] for month in whole_months) > sum(months.values()) / 30
    of_team = Counter(Encounter.objects.values_list("team__name", flat=True))
    leads = CaseloadEntry.objects.filter(is_lead=True, ended_at=None).exclude(written_by_hand("resident__"))
    held = Counter(leads.values_list("team__name", flat=True))
    assert {team for team, residents in held.items() if of_team[team] < residents / 8} == set()


def test_nothing_is_left_that_should_have_happened_already(place):
    assert not Alert.objects.filter(next_rung_at__lte=ENDS).exists()
    assert not Handover.objects.filter(status="accepted", ends_at__lte=ENDS).exists()


@pytest.mark.parametrize("account", [name for name, _ in ACCOUNTS])
def test_every_page_of_every_account_is_within_its_budget(place, client, account):
    membership = membership_of(account)
    come_in(client, membership)
    asked = [reverse(name) for name in (PAGES if account != "volunteer" else PAGES[:1])]
    teams = Team.objects.filter(id__in=gate.person(membership).team_ids)
    asked += [reverse("caseload", args=[team.id]) for team in teams if team.holds_residents]
    for address in asked:
        with clock.at(ENDS), at_most(MOST_STATEMENTS):
            answer = client.get(address)
        assert answer.status_code == 200, address
