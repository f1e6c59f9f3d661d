"""Choosing the membership to act as; rights follow on the next request."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from carecoord import clock
from carecoord.audit.models import AuditEntry
from neighbourhoods.models import Membership, Role
from neighbourhoods.services import create_membership, end_membership
from tests.world import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_moment(world):
    """A test is one transaction, and its database's own clock stands still with it; so does ours, then."""
    with clock.at(timezone.now()):
        yield


@pytest.fixture
def second_role(world):
    """The nurse works for the charity as well."""
    return create_membership(
        by=world.admin,
        user_id=world.nurse.actor_id,
        organisation=world.charity,
        role=Role.LINK_WORKER,
        teams=[world.carers],
    )


@pytest.fixture
def no_role_chosen(client, world):
    """The nurse, signed in, before choosing."""
    sign_in(client, world, "nurse")
    session = client.session
    del session["acting_as_membership"]
    session.save()
    return client


def chosen(client, membership_id, **more):
    return client.post("/role/", {"membership": str(membership_id), **more})


def test_somebody_with_one_role_is_not_asked(no_role_chosen, world):
    assert no_role_chosen.get("/alerts/").status_code == 200
    assert no_role_chosen.session["acting_as_membership"] == str(world.nurse.membership_id)
    assert no_role_chosen.get("/role/").headers["Location"] == "/"


def test_somebody_with_two_roles_is_asked_first_and_brought_to_their_page(no_role_chosen, second_role):
    asked = no_role_chosen.get("/alerts/")
    assert asked.headers["Location"] == "/role/?next=%2Falerts%2F"
    page = no_role_chosen.get(asked.headers["Location"]).content.decode()
    assert "Community nurse, Test Community Health" in page
    assert "Link worker, Test Carers Hub" in page
    assert "Millbrook Community Nursing" in page
    assert chosen(no_role_chosen, second_role.id, next="/alerts/").headers["Location"] == "/alerts/"


def test_rights_follow_the_role_on_the_next_request(no_role_chosen, second_role, world):
    record = f"/residents/{world.resident().id}/"
    chosen(no_role_chosen, world.nurse.membership_id)
    assert no_role_chosen.get(record).status_code == 200
    chosen(no_role_chosen, second_role.id)
    assert no_role_chosen.get(record).status_code == 403
    page = no_role_chosen.get("/alerts/").content.decode()
    assert "Link worker" in page
    assert "Community nurse" not in page


def test_the_choice_is_written_down_and_changes_the_key_of_the_session(no_role_chosen, second_role, world):
    before = no_role_chosen.session.session_key
    chosen(no_role_chosen, second_role.id)
    entry = AuditEntry.objects.get(verb="role.chosen")
    assert (entry.actor_id, entry.membership_id, entry.role, entry.organisation_id) == (
        world.nurse.actor_id,
        second_role.id,
        "link_worker",
        world.charity.id,
    )
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize("wrong", ["", "nonsense", "somebody else's", "an ended one"])
def test_only_an_open_membership_of_ones_own_can_be_chosen(no_role_chosen, second_role, world, wrong):
    if wrong == "an ended one":
        create_membership(
            by=world.admin,
            user_id=world.nurse.actor_id,
            organisation=world.hospital,
            role=Role.WARD_NURSE,
            teams=[world.ward],
        )
        end_membership(by=world.admin, membership_id=second_role.id, reason="Left")
    value = {"somebody else's": world.lead.membership_id, "an ended one": second_role.id}.get(wrong, wrong)
    answer = chosen(no_role_chosen, value)
    assert answer.status_code == 422
    assert "acting_as_membership" not in no_role_chosen.session
    assert not AuditEntry.objects.filter(verb="role.chosen").exists()


def test_a_membership_put_into_the_session_by_force_is_refused_by_the_database(no_role_chosen, world):
    session = no_role_chosen.session
    session["acting_as_membership"] = str(world.lead.membership_id)
    session.save()
    assert no_role_chosen.get("/alerts/").headers["Location"] == "/role/?next=%2Falerts%2F"


def test_an_ended_role_opens_nothing_on_the_next_request(no_role_chosen, second_role, world):
    chosen(no_role_chosen, second_role.id)
    end_membership(by=world.admin, membership_id=second_role.id, reason="Left")
    assert no_role_chosen.get("/alerts/").headers["Location"] == "/role/?next=%2Falerts%2F"


def test_somebody_without_a_role_is_told_who_gives_one(no_role_chosen, world):
    end_membership(by=world.admin, membership_id=world.nurse.membership_id, reason="Left")
    answer = no_role_chosen.get("/", follow=True)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "You have no role yet" in page
    assert "An administrator of your organisation" in page
    assert 'action="/accounts/logout/"' in page


def test_a_role_that_has_not_begun_is_not_offered(no_role_chosen, second_role):
    Membership.objects.filter(id=second_role.id).update(starts_at=clock.now() + timedelta(days=1))
    assert no_role_chosen.get("/role/").headers["Location"] == "/"


def test_it_never_goes_on_to_another_site(no_role_chosen, second_role):
    assert chosen(no_role_chosen, second_role.id, next="https://elsewhere.example/").headers["Location"] == "/"


def test_choosing_takes_signing_in(client, db):
    assert client.get("/role/").headers["Location"] == "/accounts/login/?next=/role/"
