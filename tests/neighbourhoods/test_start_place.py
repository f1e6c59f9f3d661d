"""An empty installation has nobody who could let anybody in: one command makes the first of them."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from carecoord import clock
from carecoord.accounts.models import User
from carecoord.audit.models import AuditEntry
from neighbourhoods.models import Membership, Place, Role, TeamKind

pytestmark = pytest.mark.django_db


def start(place="Aldermoor", administrator="sian@care.example.org", name="Siân Parry", **more):
    said = StringIO()
    call_command("start_place", place, administrator=administrator, name=name, stdout=said, **more)
    return said.getvalue()


def test_the_first_administrator_sets_a_password_and_comes_to_the_administration(client, settings):
    settings.DEMO = True  # a second factor is the business of other tests
    link = re.search(r"/accounts/\S+", start()).group()
    password = "Lanterns-over-Aldermoor-7"
    with clock.at(clock.now() + timedelta(minutes=1)):
        form = client.get(link, follow=True)
        client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
        client.post(reverse("account_login"), {"login": "sian@care.example.org", "password": password})
        assert client.get(reverse("administration")).status_code == 200
    place = Place.objects.get(name="Aldermoor")
    assert (place.name, place.front_door.kind) == ("Aldermoor", TeamKind.FRONT_DOOR)
    assert place.front_door.organisation.name == "Aldermoor Together"


def test_who_was_let_in_is_in_the_audit_and_told():
    start(partnership="Aldermoor Care")
    membership = Membership.objects.get(user__email="sian@care.example.org")
    assert (membership.role, membership.organisation.name) == (Role.ADMINISTRATOR, "Aldermoor Care")
    granted = AuditEntry.objects.get(verb="membership.created", about_id=membership.id)
    assert granted.actor_id == User.objects.get(name="Setting up", is_service=True).id


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({}, "Aldermoor has begun already"),
        ({"place": "Highcross"}, "This address has an account already"),
        ({"place": "..."}, "letters in it"),
        ({"place": "Highcross", "administrator": "sian"}, "valid email address"),
        ({"place": "Highcross", "administrator": "a@b.example", "name": " "}, "administrator's name"),
    ],
)
def test_a_mistake_is_one_sentence_and_begins_nothing(wrong, sentence):
    start()
    begun = Place.objects.count(), User.objects.count()
    with pytest.raises(CommandError, match=sentence):
        start(**wrong)
    assert (Place.objects.count(), User.objects.count()) == begun
