"""Administrators and their pages."""

import pytest
from django.utils import timezone

from carecoord import clock
from carecoord.outbox.models import OutboxMessage
from neighbourhoods.models import Role, Team, TeamKind


@pytest.fixture
def one_moment(world):
    """A test is one transaction, and its database's own clock stands still with it; so does ours, then."""
    with clock.at(timezone.now()):
        yield


@pytest.fixture
def a_provider(settings):
    """An identity provider, so that every page is there."""
    settings.OIDC_NAME, settings.OIDC_ISSUER = "Test Identity", "https://login.example.org/realm"


def administration_of(organisation):
    return Team.objects.get(organisation=organisation, kind=TeamKind.ADMINISTRATION)


@pytest.fixture
def community_admin(world):
    """An administrator of one organisation only."""
    return world.add_person(
        "community_admin", world.community, Role.ADMINISTRATOR, [administration_of(world.community)]
    )


@pytest.fixture
def admin_page(signed_in):
    """The browser of the partnership's administrator."""
    return signed_in("admin")


def told(topic, organisation):
    return [
        message.about_id
        for message in OutboxMessage.objects.filter(topic=topic).order_by("id")
        if message.payload.get("organisation_id") == str(organisation.id)
    ]
