"""Whoever has several roles acts in one, and sees which (IG-02); the principles are there to read (IG-18)."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from carecoord import clock
from neighbourhoods.models import Role
from neighbourhoods.services import create_membership
from tests.world import sign_in

pytestmark = pytest.mark.django_db

PRINCIPLES = (
    "Justify the purpose",
    "only when it is necessary",
    "the minimum necessary",
    "need-to-know",
    "aware of their responsibilities",
    "Comply with the law",
    "The duty to share information for individual care is as important as the duty to protect",
    "no surprises",
)


def header_of(answer):
    found = re.search(r'<p class="header__person">(.*?)</p>', answer.content.decode())
    return " ".join(unescape(re.sub("<[^>]+>", " ", found[1])).split())


@pytest.fixture(autouse=True)
def one_moment(world):
    """A test is one transaction, and its database's own clock stands still with it; so does ours, then."""
    with clock.at(timezone.now()):
        yield


@pytest.fixture
def at_the_charity(world):
    """The nurse works there too, as something else."""
    return create_membership(
        by=world.admin,
        user_id=world.nurse.actor_id,
        organisation=world.charity,
        role=Role.LINK_WORKER,
        teams=[world.carers],
    )


def test_ig_02_whoever_has_several_roles_picks_one_before_anything_else(world, client, at_the_charity):
    sign_in(client, world, "nurse")
    session = client.session
    del session["acting_as_membership"]
    session.save()
    asked = client.get(reverse("resident_record", args=[world.resident().id]))
    assert asked.status_code == 302
    assert asked.headers["Location"].startswith(reverse("choose_role"))


def test_ig_02_the_header_says_name_role_and_organisation_and_rights_follow(world, client, at_the_charity):
    record = reverse("resident_record", args=[world.resident().id])
    sign_in(client, world, "nurse")
    answer = client.get(record)
    assert (answer.status_code, header_of(answer)) == (200, "Nurse Community nurse, Test Community Health")
    client.post(reverse("choose_role"), {"membership": str(at_the_charity.id)})
    answer = client.get(record)
    assert (answer.status_code, header_of(answer)) == (403, "Nurse Link worker, Test Carers Hub")


def test_ig_18_the_eight_caldicott_principles_are_in_the_help(client):
    page = client.get(reverse("help")).content.decode()
    (listed,) = re.findall(r"The eight Caldicott principles.*?<ol>(.*?)</ol>", page, re.DOTALL)
    said = re.findall(r"<li>(.*?)</li>", listed)
    assert len(said) == len(PRINCIPLES)
    for principle, words in zip(PRINCIPLES, said, strict=True):
        assert principle in words
