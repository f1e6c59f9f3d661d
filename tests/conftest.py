"""What every test may ask for."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import sync_playwright

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


@pytest.fixture
def browser(request):
    """A real Chromium: the one that is installed, else Playwright's own. Without one the test is skipped, in CI it fails.

    It lives for one test, because Playwright's event loop changes which connection Django uses; the databases of a running
    system are therefore there before it starts, and what the test has opened is closed before it ends.
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
