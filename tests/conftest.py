"""What every test may ask for."""

import pytest

from tests.world import build_world, sign_in


@pytest.fixture
def world(db):
    """A small place of this test's own (tests/world.py)."""
    return build_world()


@pytest.fixture
def signed_in(world, client):
    """`signed_in("nurse")` gives a browser session of that person, past both factors."""

    def as_person(name):
        sign_in(client, world, name)
        return client

    return as_person
