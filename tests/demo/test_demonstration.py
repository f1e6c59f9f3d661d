"""The demonstration place: made through the services, once, with something to do for everybody."""

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat

from carecoord.accounts.models import User
from carecoord.alerts.models import Alert
from carecoord.demo import loading, residents, tables
from carecoord.demo.accounts import ACCOUNTS, DOMAIN, second_factor_secret
from carecoord.outbox.tasks import relay
from careplans.models import Action
from neighbourhoods.models import CaseloadEntry, Membership, Neighbourhood, Organisation, Place, Resident
from neighbourhoods.values import clean_nhs_number
from referrals.models import Handover, Referral

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def room_for_its_names(built_world, django_db_blocker):
    """The world of the other tests has neighbourhoods of the same names. Taken back at the module's end."""
    with django_db_blocker.unblock(), transaction.atomic():
        Neighbourhood.objects.update(slug=Concat("slug", Value("-of-testborough")))
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def demonstration(room_for_its_names):
    """Made once: each test works on it in a savepoint of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "DEMO", True)
        patch.setenv("CARECOORD_DEMO_PASSWORD", "a word for all")
        call_command("load_demo", verbosity=0)
        yield Place.objects.get(name=tables.PLACE)


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
        loading.load("a word for all", lambda _: None)
    assert not loading.is_loaded()


def test_it_has_thirty_residents_a_dozen_organisations_and_two_neighbourhoods(demonstration):
    assert Resident.objects.filter(neighbourhood__place=demonstration).count() == 29
    assert Resident.objects.filter(neighbourhood=None).count() == 2
    assert Organisation.objects.filter(place=demonstration).count() == 14
    assert sorted(demonstration.neighbourhoods.values_list("name", flat=True)) == ["Highcross", "Millbrook"]


def test_every_nhs_number_is_of_the_range_that_is_never_issued():
    numbers = [row.nhs_number for row in residents.ROWS if row.nhs_number]
    assert all(number.startswith("999") and clean_nhs_number(number) == number for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_sheila_is_on_the_ward_and_ken_with_the_nurses(demonstration):
    leads = dict(CaseloadEntry.objects.filter(is_lead=True).values_list("resident__given_name", "team__name"))
    assert (leads["Sheila"], leads["Kenneth"]) == ("Ward 7", "Millbrook Community Nursing")


def test_every_account_signs_in_with_the_one_password_and_has_a_role(demonstration):
    for name, _ in ACCOUNTS:
        user = User.objects.get(email=f"{name}@{DOMAIN}")
        assert user.check_password("a word for all")
        assert Membership.objects.live().filter(user=user).exists(), name


def test_a_second_run_makes_nothing_twice_and_sets_the_new_password(demonstration, monkeypatch):
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


def test_each_account_opens_onto_something_worth_doing(demonstration, client):
    while relay():
        pass
    for name, _ in ACCOUNTS:
        user = User.objects.get(email=f"{name}@{DOMAIN}")
        teams = set(Membership.objects.filter(user=user).values_list("teams", flat=True))
        waits = (
            Alert.objects.filter(team__in=teams, state="waiting").exists()
            or Action.objects.filter(accountable_team__in=teams).exists()
            or Membership.objects.filter(user=user, role="administrator").exists()
            or Resident.objects.filter(neighbourhood=None, relationships__team__in=teams).exists()
        )
        assert waits, name
