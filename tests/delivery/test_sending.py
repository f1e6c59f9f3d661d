"""Email goes out by SMTP, at least once, always with the same id; a refusal is a state."""

import smtplib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends import locmem

from carecoord import clock
from carecoord.delivery import tasks
from carecoord.delivery.models import Delivery
from carecoord.delivery.services import LEASE, MOST_ATTEMPTS, asked_to_send, claim_waiting
from carecoord.delivery.tasks import send_waiting
from carecoord.ids import new_id
from carecoord.prepared import add

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def asked(world):
    """One email to the nurse, asked for at noon."""
    with clock.at(NOON):
        ask(world)
    return Delivery.objects.get()


def ask(world, *names, cause="alert:1:0"):
    rows = asked_to_send(
        recipients=[world.people[name].actor_id for name in names or ("nurse",)],
        cause=cause,
        about=("alert", new_id()),
        subject="CareCoord: 1 thing is waiting for your team",
        line="1 thing is waiting for your team in CareCoord (handover, urgent).",
        path="/alerts/0192/",
    )
    add(rows, ignore_conflicts=True)


def send_at(minutes):
    with clock.at(NOON + timedelta(minutes=minutes)):
        return send_waiting()


@pytest.fixture
def refusing(monkeypatch):
    """Make the mail server answer with an error: `refusing(error)`."""

    def answer_with(error):
        def send_messages(self, messages):
            raise error

        monkeypatch.setattr(locmem.EmailBackend, "send_messages", send_messages)

    return answer_with


def test_an_email_says_that_something_waits_and_where_to_sign_in(asked, settings):
    assert send_at(0) == 1
    (email,) = mail.outbox
    assert email.to == ["nurse@example.org"]
    assert email.subject == "CareCoord: 1 thing is waiting for your team"
    assert email.body.startswith("1 thing is waiting for your team in CareCoord (handover, urgent).\n")
    assert f"Sign in to read it: {settings.BASE_URL}/alerts/0192/" in email.body
    html = email.alternatives[0].content
    assert f'<a href="{settings.BASE_URL}/alerts/0192/">' in html


def test_its_message_id_is_the_id_of_the_delivery_and_it_asks_for_no_automatic_answer(asked):
    send_at(0)
    headers = mail.outbox[0].message()
    assert headers["Message-ID"] == f"<{asked.id}@127.0.0.1>"
    assert headers["Auto-Submitted"] == "auto-generated"


def test_without_a_mail_server_it_is_logged_and_never_said_to_be_sent(asked, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    with caplog.at_level("INFO"):
        assert send_at(0) == 0
    asked.refresh_from_db()
    assert (asked.state, asked.get_state_display(), asked.sent_at) == ("logged", "Logged, not sent", None)
    assert f"email {asked.id} for {settings.BASE_URL}/alerts/0192/ logged, not sent" in caplog.text
    assert "nurse@example.org" not in caplog.text


def test_a_sent_email_is_noted_and_not_sent_again(asked):
    send_at(0)
    assert send_at(60) == 0
    asked.refresh_from_db()
    assert (asked.state, asked.sent_at, asked.attempts, asked.failure) == ("sent", NOON, 1, "")


def test_the_same_cause_is_one_email(world, asked):
    ask(world)
    assert Delivery.objects.count() == 1


def test_two_workers_never_take_the_same_email(asked):
    with clock.at(NOON):
        assert claim_waiting(most=5) == [asked]
        assert claim_waiting(most=5) == []


def test_one_worker_sends_at_a_time_and_another_leaves_it_the_work(asked):
    taken = []

    class Slow:
        """While it sends, another worker is asked to send too."""

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def send(self, message):
            taken.append((message.id, send_at(0)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("carecoord.delivery.tasks.Email", Slow)
        patch.setattr("carecoord.delivery.tasks.mail_is_set_up", lambda: True)
        assert send_at(0) == 1
    assert taken == [(asked.id, 0)]


def test_what_came_while_the_last_one_was_sent_is_sent_in_the_same_turn(world, asked, monkeypatch):
    last = []

    def claim_and_be_asked_again(*, most, channel):
        found = claim_waiting(most=most, channel=channel)
        if not found and not last:
            last.append(True)
            ask(world, "lead", cause="alert:2:0")
            return []
        return found

    monkeypatch.setattr("carecoord.delivery.tasks.claim_waiting", claim_and_be_asked_again)
    with clock.at(NOON):
        send_waiting()
    assert not Delivery.objects.filter(state=Delivery.State.WAITING).exists()


def test_others_emails_go_on_when_a_worker_died_while_it_sent(world, asked):
    """Its turn has run out; what it had claimed follows when the lease has."""
    with clock.at(NOON):
        claim_waiting(most=5)
        ask(world, "lead", cause="alert:2:0")
    assert send_at(0) == 1
    assert [email.to for email in mail.outbox] == [["lead@example.org"]]
    assert send_at(LEASE.total_seconds() / 60) == 1
    assert [email.to for email in mail.outbox] == [["lead@example.org"], ["nurse@example.org"]]


def test_a_turn_is_short_and_kept_with_each_message(world, asked, monkeypatch):
    with clock.at(NOON):
        ask(world, "lead", "second_nurse")
    kept = []
    keep = tasks.Turn.keep
    monkeypatch.setattr(tasks.Turn, "keep", lambda turn: kept.append(len(mail.outbox)) or keep(turn))
    assert send_at(0) == 3
    assert set(kept) >= {0, 1, 2}
    assert tasks.TURN_SECONDS <= 20


def test_who_has_lost_the_turn_gives_back_what_it_has_not_tried_and_leaves_the_turn_to_the_other(
    world, asked, monkeypatch
):
    with clock.at(NOON):
        ask(world, "lead", "second_nurse")
    another = tasks.Turn(Delivery.Channel.EMAIL)
    take = locmem.EmailBackend.send_messages

    def slowly(self, messages):
        cache.clear()  # it took longer than the turn
        assert another.take()
        return take(self, messages)

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", slowly)
    assert send_at(0) == 1
    assert sorted(Delivery.objects.values_list("attempts", "state")) == [(0, "waiting"), (0, "waiting"), (1, "sent")]
    assert another.keep()
    another.give_up()


def test_an_email_whose_worker_died_is_taken_again_when_the_lease_has_run_out(asked):
    with clock.at(NOON):
        claim_waiting(most=5)
    with clock.at(NOON + LEASE):
        (again,) = claim_waiting(most=5)
    assert (again.id, again.attempts) == (asked.id, 2)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (ConnectionRefusedError(), "The mail server cannot be reached: ConnectionRefusedError"),
        (smtplib.SMTPServerDisconnected(), "The mail server cannot be reached: SMTPServerDisconnected"),
        (smtplib.SMTPSenderRefused(550, b"no", "a@example.org"), "The mail server answered 550"),
        (smtplib.SMTPRecipientsRefused({"x": (451, b"later")}), "The mail server refused the address with 451"),
    ],
)
def test_what_the_server_does_not_take_waits_and_comes_again_later_and_later(asked, refusing, error, why):
    refusing(error)
    waits = []
    for _ in range(3):
        asked.refresh_from_db()
        with clock.at(asked.next_attempt_at):
            assert send_waiting() == 0
        before, at = asked.next_attempt_at, Delivery.objects.get().next_attempt_at
        waits.append((at - before).total_seconds())
    asked.refresh_from_db()
    assert (asked.state, asked.failure) == ("waiting", why)
    assert waits == [10, 20, 40]


def test_after_the_last_attempt_it_is_a_failure_that_people_see(asked, refusing):
    refusing(ConnectionRefusedError())
    for attempt in range(MOST_ATTEMPTS + 2):
        send_at(attempt * 60)
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == ("failed", MOST_ATTEMPTS)


def test_an_address_that_the_server_will_never_take_fails_at_once(asked, refusing):
    refusing(smtplib.SMTPRecipientsRefused({"nurse@example.org": (550, b"no such mailbox")}))
    send_at(0)
    asked.refresh_from_db()
    assert (asked.state, asked.failure) == ("failed", "The mail server refused the address with 550")


def test_nothing_is_sent_to_an_account_that_has_ended(world, asked):
    user = world.user_of("nurse")
    user.is_active = False
    user.save()
    assert send_at(0) == 0
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert mail.outbox == []


def test_a_slow_batch_gives_back_what_it_has_not_tried(world, asked, monkeypatch):
    with clock.at(NOON):
        ask(world, "lead", "second_nurse")
    seconds = iter([0, 1, 2, 3, 4, 100, 100, 100])
    monkeypatch.setattr(tasks, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    assert send_at(0) == 1
    assert sorted(Delivery.objects.values_list("attempts", "state")) == [(0, "waiting"), (0, "waiting"), (1, "sent")]


@pytest.mark.parametrize(
    ("url", "starts_tls", "is_tls"),
    [
        ("smtp://127.0.0.1:25", False, False),
        ("smtp://care:a%20secret@mail.example.org:587", True, False),
        ("smtps://care:secret@mail.example.org:465", False, True),
    ],
)
def test_no_password_goes_to_the_mail_server_in_the_clear(monkeypatch, url, starts_tls, is_tls):
    monkeypatch.setenv("EMAIL_URL", url)
    read = run_path(str(Path(__file__).parents[2] / "carecoord" / "settings.py"))
    assert (read["EMAIL_USE_TLS"], read["EMAIL_USE_SSL"]) == (starts_tls, is_tls)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_an_address_that_injects_headers_is_sent_to_nobody_and_is_a_state(world, asked, end):
    user = world.user_of("nurse")
    user.email = f"nurse@example.org{end}Bcc: everybody@example.org"
    user.save()
    assert send_at(0) == 0
    assert mail.outbox == []
    asked.refresh_from_db()
    assert (asked.state, asked.failure) == ("failed", "This is no address that an email can go to")
