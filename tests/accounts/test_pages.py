"""Every page of signing in: ours, with one heading, for whoever opens it."""

import re
from contextlib import contextmanager
from copy import deepcopy

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse

from carecoord.accounts.urls import pages

pytestmark = pytest.mark.django_db
KEY = {
    "account_reset_password_from_key": "/accounts/password/reset/key/abc-set-password/",
    "mfa_edit_webauthn": "/accounts/2fa/passkeys/1/name/",
    "mfa_remove_webauthn": "/accounts/2fa/passkeys/1/remove/",
}


def addresses():
    return {page.name: KEY.get(page.name) or reverse(page.name) for page in pages}


NAMES = [page.name for page in pages]


@pytest.fixture(params=["nobody", "without an app", "with an app", "in a demonstration"])
def visitor(request, client, settings, world):
    if request.param == "nobody":
        return client
    nurse = request.getfixturevalue("guarded_nurse" if request.param == "with an app" else "nurse")
    settings.DEMO = request.param == "in a demonstration"
    if request.param == "with an app":
        return request.getfixturevalue("signed_in_nurse")
    client.force_login(nurse)
    return client


@pytest.fixture
def undone(visitor):
    """A block whose changes, signing out included, are taken back at its end."""

    @contextmanager
    def block():
        cookies = deepcopy(visitor.cookies)
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        visitor.cookies = cookies

    return block


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_is_in_our_frame_with_one_heading_and_one_green_button(visitor, undone, method):
    for name, address in addresses().items():
        with undone():
            answer = getattr(visitor, method)(address, follow=True)
        assert answer.status_code in {200, 403, 404, 405, 422}, name
        if answer.status_code != 405 and answer.headers["Content-Type"].startswith("text/html"):
            assert_in_our_frame(answer.content.decode(), name)


def assert_in_our_frame(page, name):
    assert page.count("<h1") == 1, name
    assert "- CareCoord</title>" in page, name
    assert len(re.findall(r'class="nhsuk-button(?: nhsuk-button--small)?"', page)) <= 1, name
    assert "style=" not in page, name


def test_these_are_all_pages_below_accounts():
    found = set(get_resolver().reverse_dict)
    below = {
        name for name in found if isinstance(name, str) and name.startswith(("account_", "mfa_", "socialaccount_"))
    }
    assert below == set(NAMES)


@pytest.mark.parametrize(
    "path",
    [
        "email/",
        "confirm-email/",
        "confirm-email/abc/",
        "3rdparty/",
        "social/signup/",
        "login/code/",
        "2fa/webauthn/",
        "provider/callback/",
        "",
    ],
)
def test_what_this_product_leaves_out_is_not_there(client, path):
    assert client.get(f"/accounts/{path}").status_code == 404


def test_codes_can_be_saved_as_a_file(signed_in_nurse):
    signed_in_nurse.post("/accounts/2fa/recovery-codes/generate/")
    answer = signed_in_nurse.get("/accounts/2fa/recovery-codes/download/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert len(re.findall(r"^\d{8}$", answer.content.decode(), re.MULTILINE)) == 10


def test_password_managers_and_paste_are_welcome(client, db):
    page = client.get("/accounts/login/").content.decode()
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


def test_the_code_can_be_filled_in_by_the_phone(client, guarded_nurse, type_password):
    type_password()
    assert 'autocomplete="one-time-code"' in client.get("/accounts/2fa/authenticate/").content.decode()
