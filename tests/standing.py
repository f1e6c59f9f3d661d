"""What all tests of a module stand on: made once, and rolled back when the module ends."""

from collections.abc import Callable

import pytest
from django.db import transaction


def made_once(build: Callable):
    """The module's own fixture `standing`: `build(world)` adds to the place what each of its tests finds there.

    Every test works on it in a savepoint of its own, so that none finds what another did. For modules whose tests keep
    the connection open and commit nothing.
    """

    @pytest.fixture(scope="module")
    def standing(built_world, django_db_blocker):
        world, outer = built_world.fresh(), transaction.atomic()
        outer._from_testcase = True  # as in Django's own: what has to be outermost may be inside
        with django_db_blocker.unblock():
            outer.__enter__()
        try:
            with django_db_blocker.unblock():
                build(world)
            yield world
        finally:
            with django_db_blocker.unblock():
                transaction.set_rollback(True)
                outer.__exit__(None, None, None)

    return standing
