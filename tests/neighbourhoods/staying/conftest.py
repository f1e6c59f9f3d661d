"""Somebody, a care home, and the Thursday before Easter."""

import pytest

from carecoord import clock
from neighbourhoods.models import OrganisationKind
from neighbourhoods.services import (
    create_organisation,
)
from tests.staying import NOW


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
