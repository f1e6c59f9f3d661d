"""What every test may ask for."""

from datetime import UTC, datetime

import pytest

from carecoord import clock
from tests.running.fixtures import (  # noqa: F401
    collected_static,
    migrated_database,
    running_database,
    running_site,
    running_world,
    system,
)
from tests.world import build_world, sign_in

# Before any moment that a test chooses: everybody has long been a member by then.
WORLD_BEGAN = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(db):
    """A small place of this test's own (tests/world.py)."""
    with clock.at(WORLD_BEGAN):
        return build_world()


@pytest.fixture
def signed_in(world, client):
    """`signed_in("nurse")` gives a browser session of that person, past both factors."""

    def as_person(name):
        sign_in(client, world, name)
        return client

    return as_person
