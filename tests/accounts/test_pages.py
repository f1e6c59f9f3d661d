"""Every page of signing in: ours, with one heading, for whoever opens it; and nothing of what this product leaves out."""

import re

import pytest
from django.urls import get_resolver

from carecoord.accounts.urls import pages

pytestmark = pytest.mark.django_db
KEY = {"account_reset_password_from_key": "/accounts/password/reset/key/abc-set-password/"}


def addresses():
    from django.urls import reverse

    return {page.name: KEY.get(page.name) or reverse(page.name) for page in pages}


NAMES = [page.name for page in pages]


@pytest.fixture(params=["nobody", "without an app", "with an app", "in a demonstration"])
def visitor(request, client, settings):
    if request.param == "nobody":
        return client
    nurse = request.getfixturevalue("guarded_nurse" if request.param == "with an app" else "nurse")
    settings.DEMO = request.param == "in a demonstration"
    if request.param == "with an app":
        return request.getfixturevalue("signed_in_nurse")
    client.force_login(nurse)
    return client


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_is_in_our_frame_with_one_heading_and_one_green_button(visitor, name, method):
    answer = getattr(visitor, method)(addresses()[name], follow=True)
    assert answer.status_code in {200, 403, 404, 422}
    if answer.headers["Content-Type"].startswith("text/plain"):
        return
    page = answer.content.decode()
    assert page.count("<h1") == 1
    assert "<title>" in page
    assert "- CareCoord</title>" in page
    green = re.findall(r'class="nhsuk-button(?: nhsuk-button--small)?"', page)
    assert len(green) <= 1
    assert "style=" not in page
    assert "Sign Up" not in page


def test_these_are_all_pages_below_accounts():
    found = set(get_resolver().reverse_dict)
    below = {name for name in found if isinstance(name, str) and name.startswith(("account_", "mfa_"))}
    assert below == set(NAMES)


@pytest.mark.parametrize(
    "path",
    ["email/", "confirm-email/", "confirm-email/abc/", "3rdparty/", "social/signup/", "login/code/", "2fa/webauthn/", ""],
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
