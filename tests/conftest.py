"""What every test may ask for."""

import gc
import os
import shutil
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connections, transaction
from playwright.sync_api import sync_playwright

from carecoord import clock
from tests.running.fixtures import (  # noqa: F401
    collected_static,
    django_db_setup,
    migrated_database,
    running_database,
    running_site,
    running_world,
    system,
)
from tests.running.system import AUDIT_KEY
from tests.scheduling import Scheduling, turn
from tests.shortening import go_deeper_where_examples_are_found, leave_most_examples
from tests.world import WORLD_BEGAN, find_or_build_world, sign_in


def pytest_configure() -> None:
    """Pages rendered in the tests' own process name static files as they are; a running site serves collected ones."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.AUDIT_KEY = AUDIT_KEY
    settings.WHITENOISE_AUTOREFRESH = True  # otherwise each new client looks at every static file there is
    # How long something takes is for the benchmark to say: a busy machine fails no test.
    slow = [hypothesis.HealthCheck.too_slow]
    most = 100 if os.environ.get("CARECOORD_THOROUGH") else 30
    hypothesis.settings.register_profile("any machine", deadline=None, max_examples=most, suppress_health_check=slow)
    hypothesis.settings.load_profile("any machine")


@pytest.fixture(scope="session", autouse=True)
def files_of_the_tests(tmp_path_factory):
    """What residents bring is kept in a folder of this run, not in that of the place that runs here."""
    settings.DATA_DIR = tmp_path_factory.mktemp("data")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items):
    leave_most_examples(items)
    go_deeper_where_examples_are_found(items)
    yield
    items.sort(key=turn)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log)


def pytest_collection_finish() -> None:
    """What is imported stays until the end: nothing is gained by looking through it for rubbish again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def built_world(migrated_database, django_db_blocker):
    """A small place (tests/world.py), committed once to this process's test database."""
    with django_db_blocker.unblock(), clock.at(WORLD_BEGAN), transaction.atomic():
        return find_or_build_world()


@pytest.fixture(scope="module")
def standing(built_world):
    """What the tests of a module begin with: that place, unless the module adds to it (tests/standing.py)."""
    return built_world


@pytest.fixture
def world(standing, db):
    """That place, for one test: whatever the test does to it is rolled back."""
    return standing.fresh()


@pytest.fixture
def signed_in(world, client):
    """`signed_in("nurse")` gives a browser session of that person, past both factors."""

    def as_person(name):
        sign_in(client, world, name)
        return client

    return as_person


@pytest.fixture
def browser(request):
    """A real Chromium: the one installed, else Playwright's own. Without one the test is skipped; in CI it fails.

    It lives for one test, because Playwright's event loop changes which connection Django uses: the databases of a
    running system are there before it starts, and what the test has opened is closed before it ends.
    """
    if "running_site" in request.fixturenames:
        request.getfixturevalue("running_site")
    installed = os.environ.get("CARECOORD_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as play:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        if not installed and not Path(play.chromium.executable_path).exists():
            tell = pytest.fail if os.environ.get("CI") else pytest.skip
            tell("There is no Chromium: install the package chromium.")
        flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
        chromium = play.chromium.launch(executable_path=installed or None, args=flags)
        yield chromium
        chromium.close()
        connections.close_all()


@pytest.fixture
def context(browser):
    """A window of its own, 1280 pixels wide, with no memory of any other."""
    return browser.new_context(viewport={"width": 1280, "height": 800})


@pytest.fixture
def page(context):
    return context.new_page()
