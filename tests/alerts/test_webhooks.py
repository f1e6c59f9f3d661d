"""An organisation's own system is told of its alerts: signed, without anybody's name, again until it takes them."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from carecoord import clock
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.models import Alert, Webhook
from carecoord.alerts.webhooks import (
    DISABLED,
    FAILS_TIMES,
    end_webhook,
    note_outcome,
    register_webhook,
    renew_secret,
    switch_on,
)
from carecoord.audit.models import AuditEntry
from carecoord.delivery import posting
from carecoord.delivery.models import Delivery
from carecoord.delivery.services import MOST_ATTEMPTS
from carecoord.delivery.tasks import send_webhooks
from carecoord.errors import NotYours, RuleError
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Role
from tests.alerts.offers import raised, told
from tests.neighbourhoods.conftest import administration_of
from tests.statements import at_most

pytestmark = pytest.mark.django_db


class Receiver:
    """A system that takes messages by HTTP; `answers` are its next answers, then 204 for all."""

    def __init__(self):
        self.taken, self.answers = [], []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.taken.append((self.path, dict(self.headers), body))
                status = receiver.answers.pop(0) if receiver.answers else 204
                self.send_response(status)
                if status in (301, 307):
                    self.send_header("Location", receiver.url)
                self.end_headers()

            def log_message(self, *_):
                """Nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?of=us"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def receiver(settings):
    settings.WEBHOOKS_MAY_BE_PRIVATE = True
    one = Receiver()
    yield one
    one.end()


@pytest.fixture
def hook(world, receiver):
    return register_webhook(by=world.admin, organisation=world.community, url=receiver.url)


def key_of(secret):
    return base64.b64decode(secret.removeprefix("whsec_"))


def signature(secret, headers, body):
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return f"v1,{base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()}"


def post():
    return Delivery.objects.get(channel="webhook")


# --- what is sent ---------------------------------------------------------------------------------------------------
def test_an_alert_is_posted_once_for_its_team_signed_and_without_a_name(world, hook, receiver, settings):
    alert = raised(world, resident=world.resident(), is_urgent=True)
    assert send_webhooks() == 1
    (path, headers, body), one = receiver.taken[0], post()
    assert (path, one.state, len(receiver.taken)) == ("/hook?of=us", "sent", 1)
    assert json.loads(body) == {
        "type": "alert",
        "timestamp": one.created_at.isoformat(),
        "data": {
            "count": 1,
            "kind": "handover",
            "urgency": "urgent",
            "url": f"{settings.BASE_URL}/alerts/{alert.id}/",
        },
    }
    assert headers["webhook-id"] == str(one.id)
    assert headers["webhook-signature"] == signature(hook.secret, headers, body)
    assert b"Hartley" not in body


def test_each_rung_that_tells_the_team_is_told_and_the_other_organisation_hears_nothing(world, hook, receiver):
    with clock.at(clock.now() - timedelta(hours=2, minutes=1)):
        raised(world, hours=4)
        raised(world, team=world.ward)
    fire_due_rungs()
    assert send_webhooks() == 2
    causes = Delivery.objects.filter(channel="webhook").order_by("id").values_list("cause", flat=True)
    assert [cause.rsplit(":", 1)[1] for cause in causes] == ["0", "1"]


def test_without_a_webhook_nothing_is_written_for_one(world):
    raised(world)
    assert not Delivery.objects.filter(channel="webhook").exists()


def test_with_a_webhook_an_alert_takes_no_more_statements(world, hook):
    raised(world)
    with at_most(8):
        raised(world)


# --- again, until it is taken ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("answer", [500, 404, 301, 307, 410])
def test_what_is_not_taken_comes_again_under_the_same_id_and_no_redirect_is_followed(world, hook, receiver, answer):
    receiver.answers = [answer]
    raised(world)
    assert send_webhooks() == 0
    assert len(receiver.taken) == 1
    one = post()
    assert (one.state, one.attempts, one.failure) == ("waiting", 1, f"The system answered {answer}")
    with clock.at(one.next_attempt_at):
        assert send_webhooks() == 1
    assert {headers["webhook-id"] for _, headers, _ in receiver.taken} == {str(one.id)}


def test_in_the_end_it_is_failed_and_stands_in_the_log(world, hook, receiver, signed_in):
    receiver.answers = [500] * MOST_ATTEMPTS
    alert = raised(world)
    for _ in range(MOST_ATTEMPTS):
        with clock.at(post().next_attempt_at):
            send_webhooks()
    assert post().state == "failed"
    page = signed_in("lead").get(f"/alerts/{alert.id}/messages/").content.decode()
    assert "Your organisation" in page
    assert "The system answered 500." in page


def failed_for(hook, world, *, hours, times):
    begun = clock.now()
    raised(world)
    for number in range(times):
        with clock.at(begun + timedelta(hours=hours) * number / (times - 1)):
            note_outcome(post(), "The system answered 500")
    return Webhook.objects.get(id=hook.webhook.id)


def test_after_a_day_of_failing_it_is_switched_off_and_its_administrators_are_told(world, hook):
    ours = world.add_person("ours", world.community, Role.ADMINISTRATOR, [administration_of(world.community)])
    assert failed_for(hook, world, hours=24, times=FAILS_TIMES).disabled_at
    alert = Alert.objects.get(kind=DISABLED)
    assert (alert.about, told(alert)) == (("organisation", world.community.id), [ours.name])
    raised(world)
    assert Delivery.objects.filter(channel="webhook").count() == 1
    assert send_webhooks() == 0
    assert (post().state, post().failure) == ("failed", "The system was switched off")


@pytest.mark.parametrize(("hours", "times"), [(23, 20), (48, FAILS_TIMES - 1)])
def test_a_shorter_or_rarer_failure_switches_nothing_off(world, hook, hours, times):
    assert failed_for(hook, world, hours=hours, times=times).disabled_at is None


def test_what_is_taken_ends_the_failing(world, hook, receiver):
    receiver.answers = [500]
    raised(world)
    send_webhooks()
    assert Webhook.objects.get().failing_since
    with clock.at(post().next_attempt_at):
        send_webhooks()
    found = Webhook.objects.get()
    assert (found.failing_since, found.failures, found.failure) == (None, 0, "")
    assert found.taken_at


def test_it_is_switched_on_again_by_an_administrator(world, hook):
    failed_for(hook, world, hours=24, times=FAILS_TIMES)
    assert switch_on(by=world.admin, organisation=world.community).is_on
    raised(world)
    assert Delivery.objects.filter(channel="webhook").count() == 2


# --- who registers what ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "url",
    [
        "", "ftp://example.org/", "http://example.org/hook", "https://", "https://user:word@example.org/",
        "https://example.org/#there", "https://exa mple.org/", "https://example.org:port/", "https://ex\u00e4mple.org/",
        "https://example.org/\r\nX: y", "//example.org/", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_only_a_whole_address_by_https_is_registered(world, url):
    with pytest.raises(RuleError) as refusal:
        register_webhook(by=world.admin, organisation=world.community, url=url)
    assert refusal.value.field == "url"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1",
    ],
)  # fmt: skip
def test_a_name_that_leads_into_a_private_network_is_never_asked(world, monkeypatch, address):
    """Also where it has a public address beside it, and only once the message is sent: names change."""
    register_webhook(by=world.admin, organisation=world.community, url="https://hook.example.org/")
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("93.184.216.34", address)]
    monkeypatch.setattr(posting.socket, "getaddrinfo", lambda *_, **__: found)
    raised(world)
    assert send_webhooks() == 0
    assert post().failure == "The system's name leads into a private network"


def test_another_organisations_administrator_registers_nothing(world):
    theirs = world.add_person("theirs", world.hospital, Role.ADMINISTRATOR, [administration_of(world.hospital)])
    for by in (theirs, world.nurse):
        with pytest.raises(NotYours):
            register_webhook(by=by, organisation=world.community, url="https://hook.example.org/")


def test_a_new_secret_signs_and_the_old_one_does_not(world, hook, receiver):
    renewed = renew_secret(by=world.admin, organisation=world.community)
    assert renewed.secret != hook.secret
    raised(world)
    send_webhooks()
    _, headers, body = receiver.taken[0]
    assert headers["webhook-signature"] == signature(renewed.secret, headers, body)


def test_a_second_address_takes_the_place_of_the_first_and_an_ended_one_is_told_nothing(world, hook):
    register_webhook(by=world.admin, organisation=world.community, url="https://other.example.org/")
    assert Webhook.objects.filter(ended_at=None).count() == 1
    end_webhook(by=world.admin, organisation=world.community)
    raised(world)
    assert not Delivery.objects.filter(channel="webhook").exists()
    verbs = AuditEntry.objects.filter(verb__startswith="webhook.").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["webhook.registered", "webhook.registered", "webhook.ended"]


# --- the page -------------------------------------------------------------------------------------------------------
def test_an_administrator_registers_reads_the_secret_once_and_ends_it(world, signed_in):
    client, page = signed_in("admin"), f"/admin/organisations/{world.community.id}/webhook/"
    refused = client.post(page, {"step": "register", "url": "http://hook.example.org/"})
    assert refused.status_code == 422
    assert "http://hook.example.org/" in refused.content.decode()
    made = client.post(page, {"step": "register", "url": "https://hook.example.org/"}).content.decode()
    assert made.count("whsec_") == 1
    shown = client.get(page).content.decode()
    assert "whsec_" not in shown
    assert "hook.example.org" in shown
    assert "whsec_" in client.post(page, {"step": "secret"}).content.decode()
    assert client.post(page, {"step": "on"}).status_code == 302
    assert client.post(page, {"step": "end"}).status_code == 302
    assert "Register your system" in client.get(page).content.decode()
    with acting_as(world.admin):
        assert not Webhook.objects.filter(ended_at=None).exists()


def test_nobody_else_finds_the_page(world, signed_in):
    assert signed_in("nurse").get(f"/admin/organisations/{world.community.id}/webhook/").status_code == 404
