"""The demonstration place made twice: the same seed and day give the same, also where a load was taken back before.

At a quarter of its size: made twice at its full size it would take longer than everything else here together, and
what is drawn is drawn by the same code whatever the size (test_full_size.py makes it whole, once).
"""

from datetime import date

import pytest
from allauth.idp.oidc.models import Client
from django.apps import apps
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat

from carecoord.accounts.client_secrets import set_secret
from carecoord.demo import clients, loading, residents
from carecoord.demo.digest import NO_CONTENT, TABLES, digest
from carecoord.demo.year import Size
from carecoord.outbox.models import OutboxMessage
from careplans.models import Action, CarePlan, Goal
from careplans.states import ACTION, GOAL
from neighbourhoods.models import ApiClient, MembershipTeam, Neighbourhood, Resident
from referrals.models import Handover, Referral
from tests.partners import made_client

pytestmark = pytest.mark.django_db
QUARTER = Size(residents=500, plans=100, referrals=150, handovers=40, contacts=75)
SMALL = Size(residents=60, plans=12, referrals=20, handovers=10, contacts=10)


@pytest.fixture(autouse=True)
def room_for_its_names(world):
    Neighbourhood.objects.update(slug=Concat("slug", Value("-of-testborough")))


def made(seed=1, size=QUARTER):
    """Make it, look, and take it back: the digest, how many of what, and which states there are."""
    with transaction.atomic():
        before = [model.objects.count() for model in (Resident, CarePlan, Referral, Handover)]
        ends = loading.end_of(date(2026, 11, 20))
        loading.load("a word for all", lambda _: None, seed=seed, ends=ends, size=size)
        clients.make_clients("", ends)  # of those that are to be tried too, each time another secret
        now = [model.objects.count() for model in (Resident, CarePlan, Referral, Handover)]
        states = [set(model.objects.values_list("status", flat=True)) for model in (Action, Goal)]
        found, uncounted = digest(), not_counted()
        transaction.set_rollback(True)
    assert uncounted == NO_CONTENT
    return found, [after - then for after, then in zip(now, before, strict=True)], states


def not_counted():
    """Tables that hold something and that the digest does not read."""
    every = {model._meta.label: model for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    return {label for label, model in every.items() if label not in TABLES and model._base_manager.exists()}


def test_the_order_of_what_people_have_said_is_content_and_that_of_ids_is_not(world):
    sheila = world.resident(address_lines=["1 Mill Lane", "Millbrook"])
    before = digest()
    Resident.objects.filter(id=sheila.id).update(address_lines=["Millbrook", "1 Mill Lane"])
    assert digest() != before
    message = OutboxMessage.objects.order_by("id").last()
    both = [str(world.nursing.id), str(world.ward.id)]
    OutboxMessage.objects.filter(id=message.id).update(payload={"teams": both})
    before = digest()
    OutboxMessage.objects.filter(id=message.id).update(payload={"teams": both[::-1]})
    assert digest() == before
    OutboxMessage.objects.filter(id=message.id).update(payload={"teams": both[:1]})
    assert digest() != before


def test_a_number_that_the_database_counts_up_is_no_content(world):
    before = digest()
    link = MembershipTeam.objects.order_by("id").first()
    MembershipTeam.objects.filter(id=link.id).update(id=link.id + 1_000_000)
    assert digest() == before
    MembershipTeam.objects.filter(membership_id=link.membership_id).update(is_lead=not link.is_lead)
    assert digest() != before


def test_whom_a_client_acts_for_counts_and_its_secret_does_not(world):
    client = made_client(world)
    before = digest()
    set_secret(client.client, "another secret of forty letters, for tests")
    client.client.save()
    Client.objects.filter(id=client.client_id).update(created_at=client.created_at)
    assert digest() == before
    ApiClient.objects.filter(id=client.id).update(agreement_ends_on=date(2031, 1, 1))
    assert digest() != before
    ApiClient.objects.filter(id=client.id).update(agreement_ends_on=client.agreement_ends_on)
    client.teams.clear()
    assert digest() != before
    client.teams.set([client.default_team])
    assert digest() == before


@pytest.mark.thorough
def test_the_same_seed_and_day_make_the_same_place_and_another_seed_makes_another():
    first, counts, states = made()
    again, *_ = made()
    other, *_ = made(seed=2, size=SMALL)
    assert first == again
    assert other != first
    assert counts[0] == QUARTER.residents + len(residents.ROWS) + 2  # two of them were written down twice
    wanted = (QUARTER.plans, QUARTER.referrals, QUARTER.handovers)
    assert all(count >= least for count, least in zip(counts[1:], wanted, strict=True))
    assert states == [{state.name for state in ACTION}, {state.name for state in GOAL}]
