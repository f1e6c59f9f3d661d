"""A small place with something at every address, and who may ask there."""

import pytest
from django.core.cache import cache

from carecoord.api import access
from carecoord.api.scopes import EVERY_SCOPE
from tests.api.conftest import CLIENT, nursing, partner  # noqa: F401
from tests.hostile.place import furnish


@pytest.fixture(autouse=True)
def no_limit(monkeypatch):
    """Thousands of requests in a minute, and none is told to wait."""
    cache.clear()
    monkeypatch.setattr(access, "REQUESTS_A_MINUTE", 1_000_000)


@pytest.fixture
def furnished(world, partner):
    """Nursing writes, its other system only reads, the carers' charity is somebody else."""
    nursing, ward = partner("nursing", world.nursing), partner("ward", world.ward)
    reading = [scope for scope in EVERY_SCOPE if scope.endswith(".read")]
    reader = partner("reading", world.nursing, scopes=tuple(reading))
    stranger = partner("carers", world.carers)
    return furnish(world, client=CLIENT, writer=nursing, reader=reader, ward=ward, stranger=stranger)
