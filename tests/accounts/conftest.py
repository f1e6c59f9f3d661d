"""People who sign in as people do: with an address, a password and a code, through the pages."""

import pytest

from carecoord.accounts.services import set_up_totp
from tests.accounts.factors import SECRET, code_now
from tests.world import PASSWORD


@pytest.fixture(autouse=True)
def own_cache(settings, request):
    """Throttles of one test do not count in another."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": request.node.nodeid}
    }


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """How slowly a password is checked is Django's matter, and no test's."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def nurse(world):
    """A nurse with a password and no second factor."""
    user = world.user_of("nurse")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def guarded_nurse(nurse):
    """The nurse with an authenticator app, too."""
    set_up_totp(nurse, SECRET)
    return nurse


@pytest.fixture
def type_password(client):
    """`type_password()` sends the sign-in form and gives the answer."""

    def send(
        email="nurse@example.org", password=PASSWORD, *, browser=client, address="192.0.2.1", headers=None, **more
    ):
        typed = {"login": email, "password": password, **more}
        return browser.post("/accounts/login/", typed, REMOTE_ADDR=address, headers=headers, follow=False)

    return send


@pytest.fixture
def signed_in_nurse(client, guarded_nurse, type_password):
    """A browser in which the nurse signed in with both factors."""
    type_password()
    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    return client
