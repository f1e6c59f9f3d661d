"""Passwords: reset by email that tells nothing, change, invitations."""

import re
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.test import Client

from carecoord.accounts.invitations import invitation_link, invite
from carecoord.accounts.models import User
from carecoord.accounts.services import create_person
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "umbrella kettle marmalade"


def ask_for_link(browser, email):
    return browser.post("/accounts/password/reset/", {"email": email}, follow=True)


def path_in(message):
    return re.search(r"http://127\.0\.0\.1:8000(/accounts/password/reset/key/\S+)", message.body)[1]


def test_a_known_and_an_unknown_address_get_the_same_page(client, nurse):
    known, unknown = ask_for_link(client, nurse.email), ask_for_link(client, "nobody@example.org")
    assert known.redirect_chain == unknown.redirect_chain
    assert re.sub(r'value="\w{64}"', "", known.content.decode()) == re.sub(
        r'value="\w{64}"', "", unknown.content.decode()
    )


def test_the_mail_holds_a_link_and_no_name(client, nurse):
    ask_for_link(client, nurse.email)
    (message,) = mail.outbox
    assert message.to == [nurse.email]
    assert message.subject == "CareCoord: set a new password"
    assert nurse.name not in message.body
    assert path_in(message)


def test_the_link_is_on_the_address_of_the_settings_whatever_host_was_asked(client, nurse, settings):
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    client.post("/accounts/password/reset/", {"email": nurse.email}, headers={"host": "elsewhere.example"})
    assert "http://127.0.0.1:8000/accounts/" in mail.outbox[0].body
    assert "elsewhere" not in mail.outbox[0].body


def test_the_link_sets_a_password_once(client, nurse):
    ask_for_link(client, nurse.email)
    link = path_in(mail.outbox[0])
    form = client.get(link, follow=True)
    assert "Set your password" in form.content.decode()
    done = client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW}, follow=True)
    assert "Your password is set" in done.content.decode()
    nurse.refresh_from_db()
    assert nurse.check_password(NEW)
    assert "This link no longer works" in Client().get(link, follow=True).content.decode()


@pytest.mark.parametrize(
    ("password", "sentence"),
    [("short", "too short"), ("password1234", "too common"), ("nurse@example.org", "too similar")],
)
def test_a_weak_password_is_refused(client, nurse, password, sentence):
    ask_for_link(client, nurse.email)
    form = client.get(path_in(mail.outbox[0]), follow=True).redirect_chain[-1][0]
    answer = client.post(form, {"password1": password, "password2": password})
    assert sentence in answer.content.decode()
    nurse.refresh_from_db()
    assert nurse.check_password(PASSWORD)


def test_a_mail_server_that_does_not_answer_tells_nothing_either(client, nurse, monkeypatch):
    def lost(*args, **kwargs):
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", lost)
    assert "Look at your email" in ask_for_link(client, nurse.email).content.decode()


def test_changing_the_password_takes_the_current_one_and_keeps_the_person_signed_in(signed_in_nurse, guarded_nurse):
    words = {"oldpassword": "not this one at all", "password1": NEW, "password2": NEW}
    refused = signed_in_nurse.post("/accounts/password/change/", words)
    assert "This is not your current password." in refused.content.decode()
    signed_in_nurse.post("/accounts/password/change/", words | {"oldpassword": PASSWORD})
    guarded_nurse.refresh_from_db()
    assert guarded_nurse.check_password(NEW)
    assert signed_in_nurse.get("/").status_code == 200


def test_a_new_password_ends_every_other_sign_in(signed_in_nurse, guarded_nurse):
    guarded_nurse.set_password(NEW)
    guarded_nurse.save()
    assert signed_in_nurse.get("/").headers["Location"] == "/accounts/login/?next=/"


def test_an_invitation_goes_out_once_the_account_is_there(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invite(create_person(by=world.builder, email="New.Person@example.org", name="New Person"))
        assert mail.outbox == []
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["new.person@example.org"], "CareCoord: set your password")
    assert "New Person" not in message.body
    form = Client().get(path_in(message), follow=True)
    assert "Set your password" in form.content.decode()


def test_an_invitation_stops_working_with_the_first_password(world):
    user = create_person(by=world.builder, email="new@example.org", name="New Person")
    link = invitation_link(user).removeprefix("http://127.0.0.1:8000")
    User.objects.filter(id=user.id).update(password="pbkdf2$another")
    assert "This link no longer works" in Client().get(link, follow=True).content.decode()
