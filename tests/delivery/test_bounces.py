"""An email that comes back is a state of its delivery, whichever server says so and however it says it."""

import logging

import pytest

from carecoord.delivery.bounces import Bounce, NotABounce, read_bounce
from carecoord.delivery.models import Delivery
from carecoord.delivery.tasks import send_waiting
from carecoord.ids import new_id
from tests.alerts.offers import raised
from tests.delivery import bounces
from tests.running.system import MailServer

pytestmark = pytest.mark.django_db

TOKEN = "b" * 40


@pytest.fixture
def mailbox(settings):
    """A real SMTP server, and the product set up to send to it and to take bounces."""
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, _, port = server.url.removeprefix("smtp://").partition(":")
    settings.EMAIL_PORT = int(port)
    settings.BOUNCE_TOKEN = TOKEN
    yield server
    server.stop()


@pytest.fixture
def sent(world, mailbox):
    """The nurse's email of an alert: its delivery, and the email as it left."""
    alert = raised(world)
    assert send_waiting() == 3
    (email,) = mailbox.to("nurse@example.org")
    return Delivery.objects.get(recipient=world.user_of("nurse"), about_id=alert.id), email


def handed_in(client, bounce, token=TOKEN):
    """As `curl --data-binary @-` sends it."""
    return client.post(
        "/delivery/bounces/",
        bounce if isinstance(bounce, bytes) else bounce.encode(),
        content_type="message/rfc822",
        headers={"Authorization": f"Bearer {token}"},
    )


def state_of(delivery):
    delivery.refresh_from_db()
    return delivery.state, delivery.failure


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (bounces.postfix, "There is no such mailbox (5.1.1)"),
        (lambda email: bounces.postfix(email, status="4.4.1"), "Its mail server was not reached (4.4.1)"),
        (lambda email: bounces.postfix(email, status="5.7.26"), "Its mail server refused the message (5.7.26)"),
        (lambda email: bounces.postfix(email, status="nothing"), "Its mail server did not deliver it"),
        (bounces.exim_in_words, "The mailbox is full (5.2.2)"),
        (bounces.exchange, "There is no such mailbox (5.1.10)"),
        (bounces.qmail, "Its mail server did not deliver it"),
        (
            lambda email: bounces.postfix(bounces.without_our_message_id(email)),
            "There is no such mailbox (5.1.1)",
        ),
    ],
    ids=["postfix", "not reached", "refused", "no code", "exim", "exchange", "qmail", "another message id"],
)
def test_an_email_that_came_back_says_so_and_why(client, sent, written, why):
    delivery, email = sent
    for _ in range(2):
        assert handed_in(client, written(email)).status_code == 204
        assert state_of(delivery) == ("bounced", why)
    assert set(Delivery.objects.exclude(id=delivery.id).values_list("state", flat=True)) == {"sent"}


def test_the_team_and_the_person_read_it_and_the_alert_still_stands(client, signed_in, sent):
    delivery, email = sent
    handed_in(client, bounces.postfix(email))
    log = signed_in("lead").get(f"/alerts/{delivery.about_id}/messages/").content.decode()
    assert "Came back" in log
    assert "There is no such mailbox (5.1.1)." in log
    mine = signed_in("nurse").get("/alerts/").content.decode()
    assert "Emails to nurse@example.org do not arrive." in mine
    assert "Handover to accept" in mine


def test_the_administrator_who_can_correct_the_address_reads_it_with_the_person(client, signed_in, world, sent):
    _, email = sent
    page = f"/admin/people/{world.user_of('nurse').id}/"
    assert "do not arrive" not in signed_in("admin").get(page).content.decode()
    handed_in(client, bounces.postfix(email))
    assert "Emails to this address do not arrive" in signed_in("admin").get(page).content.decode()


@pytest.mark.parametrize(
    "written",
    [lambda email: bounces.postfix(email, action="delayed", status="4.4.1"), bounces.exim_that_still_tries],
    ids=["postfix", "exim"],
)
def test_that_a_server_still_tries_is_no_bounce(client, sent, written):
    delivery, email = sent
    assert handed_in(client, written(email)).status_code == 204
    assert state_of(delivery) == ("sent", "")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (bounces.out_of_office, "This is no notice of an email that did not arrive."),
        (bounces.that_it_was_read, "This is no notice of an email that did not arrive."),
        (lambda email: email, "This is no notice of an email that did not arrive."),
        (lambda email: "", "This is no notice of an email that did not arrive."),
        (lambda email: b"\xff\xfe\x00 nonsense " * 50, "This is no notice of an email that did not arrive."),
        (lambda email: bounces.postfix("Subject: none of ours\n\n"), "This bounce names none of our messages."),
        (
            lambda email: bounces.postfix(f"Message-ID: <{new_id()}@elsewhere.example.org>\n\n"),
            "This bounce is of no email that was sent from here.",
        ),
        (
            lambda email: bounces.exim_in_words(f"{email}\n<{new_id()}@127.0.0.1>"),
            "This names several messages.",
        ),
    ],
    ids=["away", "read", "our own", "empty", "nonsense", "no id", "somebody else's", "several"],
)
def test_what_is_no_bounce_of_ours_is_refused_with_why_and_changes_nothing(client, sent, written, why):
    delivery, email = sent
    answer = handed_in(client, written(email))
    assert (answer.status_code, answer.content.decode()) == (422, f"{why}\n")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert state_of(delivery) == ("sent", "")


@pytest.mark.parametrize("depth", [90, 5_000])
def test_parts_in_parts_without_end_do_no_harm(depth):
    nested = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(depth))
    with pytest.raises(NotABounce):
        read_bounce(nested.encode())


def test_what_is_larger_than_any_bounce_is_refused(client, sent, settings):
    _, email = sent
    too_large = bounces.postfix(email).encode() + b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert handed_in(client, too_large).status_code == 413


def test_an_email_that_was_taken_without_our_knowing_is_not_sent_again(client, sent):
    delivery, email = sent
    Delivery.objects.filter(id=delivery.id).update(state="waiting", sent_at=None)
    assert handed_in(client, bounces.postfix(email)).status_code == 204
    assert state_of(delivery)[0] == "bounced"
    assert send_waiting() == 0


@pytest.mark.parametrize("changed", [{"state": "waiting", "attempts": 0}, {"state": "logged"}, {"channel": "sms"}])
def test_what_never_left_by_email_does_not_come_back(client, sent, changed):
    delivery, email = sent
    Delivery.objects.filter(id=delivery.id).update(**changed)
    before = state_of(delivery)
    assert handed_in(client, bounces.postfix(email)).status_code == 422
    assert state_of(delivery) == before


def test_whoever_has_not_the_token_says_nothing(client, sent, settings):
    delivery, email = sent
    assert handed_in(client, bounces.postfix(email), token="another").status_code == 401
    settings.BOUNCE_TOKEN = ""
    assert handed_in(client, bounces.postfix(email), token="").status_code == 404
    assert state_of(delivery) == ("sent", "")


def test_no_address_and_no_word_of_a_bounce_is_logged_or_kept(client, sent, caplog):
    delivery, email = sent
    with caplog.at_level(logging.DEBUG):
        handed_in(client, bounces.exim_in_words(email))
        handed_in(client, bounces.out_of_office(email))
    assert "nurse@example.org" not in caplog.text
    assert "Amina" not in caplog.text
    assert "@" not in state_of(delivery)[1]


def test_a_report_is_read_without_the_product():
    message = new_id()
    email = f"From: no-reply@carecoord.invalid\nMessage-ID: <{message}@care.example.org>\nSubject: x\n\nx\n"
    assert read_bounce(bounces.postfix(email).encode()) == Bounce(message, "There is no such mailbox (5.1.1)")
