"""Text messages: a mobile number that its owner confirmed, GOV.UK Notify's API, and what becomes of a text."""

import json
import logging
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import jwt
import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.delivery.channels import MOST_IN_A_TEXT, Message, NotTaken
from carecoord.delivery.log import hidden_email, hidden_number
from carecoord.delivery.mobiles import MOST_CODES, MOST_WRONG_CODES, clean_mobile, code_of, confirm_mobile, say_mobile
from carecoord.delivery.models import Delivery, Mobile
from carecoord.delivery.sms import Notify
from carecoord.delivery.tasks import send_texts
from carecoord.errors import RuleError
from carecoord.ids import new_id
from tests.alerts.offers import raised

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
TEMPLATE, TOKEN = "f33517ff-2a88-4f6e-b855-c550268ce08a", "t" * 40
NUMBER = "+447700900123"


class NotifyDouble(BaseHTTPRequestHandler):
    """Takes what GOV.UK Notify would, and answers as its documentation says."""

    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), json.loads(asked)))
        status, said = self.server.answer
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def notify(settings):
    """On this machine alone: `answer` is what it says next, `asked` what it was asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), NotifyDouble)
    server.asked, server.answer = [], (201, {"id": str(new_id())})
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.NOTIFY_API_KEY = f"a-key-{SERVICE}-{SECRET}"
    settings.NOTIFY_SMS_TEMPLATE = TEMPLATE
    settings.NOTIFY_URL = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


def confirmed(world, name="nurse"):
    user = world.user_of(name)
    with clock.at(NOON - timedelta(days=1)):
        mobile = say_mobile(by=world.people[name], user=user, number="07700 900 123")
        confirm_mobile(by=world.people[name], user=user, code=code_of(mobile))
    Delivery.objects.filter(about_type="mobile").update(state="sent")
    return user


def urgent_text(world):
    confirmed(world)
    with clock.at(NOON):
        alert = raised(world, is_urgent=True)
    return alert, Delivery.objects.get(channel="sms", about_id=alert.id)


def sent_at_noon():
    with clock.at(NOON):
        return send_texts()


def test_what_is_urgent_is_texted_to_whoever_confirmed_a_number_and_emailed_to_everybody(world):
    alert, text = urgent_text(world)
    assert text.recipient == world.user_of("nurse")
    assert Delivery.objects.filter(channel="email", about_id=alert.id).count() == 3


def test_what_is_not_urgent_is_not_texted(world):
    confirmed(world)
    alert = raised(world)
    assert not Delivery.objects.filter(channel="sms", about_id=alert.id).exists()


def test_a_text_goes_to_notify_with_our_id_as_its_reference(world, notify, settings):
    alert, text = urgent_text(world)
    assert sent_at_noon() == 1
    ((path, headers, body),) = notify.asked
    assert path == "/v2/notifications/sms"
    assert body == {
        "phone_number": NUMBER,
        "template_id": TEMPLATE,
        "personalisation": {
            "message": "CareCoord: 1 thing is waiting for your team. "
            f"Sign in: {settings.BASE_URL}{reverse('alert_open', args=[alert.id])}"
        },
        "reference": str(text.id),
    }
    scheme, token = headers["Authorization"].split(" ")
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], issuer=SERVICE)
    assert (scheme, jwt.get_unverified_header(token)["typ"], set(claims)) == ("Bearer", "JWT", {"iss", "iat"})
    text.refresh_from_db()
    assert (text.state, text.sent_at) == ("sent", NOON)


@pytest.mark.parametrize(
    ("status", "error", "said", "state"),
    [
        (400, "BadRequestError", "GOV.UK Notify answered 400: BadRequestError", "failed"),
        (400, "ValidationError", "GOV.UK Notify answered 400: ValidationError", "failed"),
        (403, "AuthError", "GOV.UK Notify answered 403: AuthError", "waiting"),
        (429, "RateLimitError", "GOV.UK Notify answered 429: RateLimitError", "waiting"),
        (429, "TooManyRequestsError", "GOV.UK Notify answered 429: TooManyRequestsError", "waiting"),
        (500, "Exception", "GOV.UK Notify answered 500: Exception", "waiting"),
    ],
)
def test_what_notify_refuses_is_a_state_and_what_it_cannot_take_now_comes_again(
    world, notify, status, error, said, state
):
    _, text = urgent_text(world)
    notify.answer = (status, {"status_code": status, "errors": [{"error": error, "message": f"Not {NUMBER}"}]})
    assert sent_at_noon() == 0
    text.refresh_from_db()
    assert (text.state, text.failure) == (state, said)


@pytest.mark.parametrize("said", ["<html>", [], {"errors": "no"}, {"errors": [{"error": f"To {NUMBER}"}]}])
def test_what_nobody_understands_is_no_reason_to_lose_a_text_or_to_keep_its_number(world, notify, said):
    _, text = urgent_text(world)
    notify.answer = (502, said)
    assert sent_at_noon() == 0
    text.refresh_from_db()
    assert (text.state, text.failure) == ("waiting", "GOV.UK Notify answered 502: no reason given")


def test_a_redirect_is_not_followed_with_the_token(notify):
    notify.answer = (302, {})
    with Notify() as channel, pytest.raises(NotTaken, match="answered 302"):
        channel.send(Message(new_id(), NUMBER, "Words", "Words", ""))
    assert len(notify.asked) == 1


def test_notify_out_of_reach_is_tried_again(world, notify, settings):
    _, text = urgent_text(world)
    settings.NOTIFY_URL = "http://127.0.0.1:9"
    assert sent_at_noon() == 0
    text.refresh_from_db()
    assert (text.state, text.failure) == ("waiting", "GOV.UK Notify cannot be reached: NewConnectionError")


def test_without_notify_a_text_is_logged_and_its_number_is_not(world, caplog):
    _, text = urgent_text(world)
    with caplog.at_level(logging.INFO, "carecoord"):
        assert sent_at_noon() == 0
    text.refresh_from_db()
    assert (text.state, text.sent_at) == ("logged", None)
    assert f"sms {text.id} for " in caplog.text
    assert "7700" not in caplog.text


def told_by_notify(client, text, status, token=TOKEN):
    said = {"id": str(new_id()), "reference": str(text.id), "to": NUMBER, "status": status, "notification_type": "sms"}
    headers = {"Authorization": f"Bearer {token}"}
    return client.post("/delivery/receipts/", json.dumps(said), content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    ("status", "state", "failure"),
    [
        ("delivered", "delivered", ""),
        ("permanent-failure", "bounced", "No phone has this number"),
        ("temporary-failure", "bounced", "The phone was off or out of reach"),
        ("technical-failure", "bounced", "The service that sends texts had a fault"),
        ("sending", "sent", ""),
    ],
)
def test_a_receipt_says_what_became_of_a_text(world, client, notify, settings, status, state, failure):
    settings.NOTIFY_CALLBACK_TOKEN = TOKEN
    _, text = urgent_text(world)
    sent_at_noon()
    assert told_by_notify(client, text, status).status_code == 204
    assert told_by_notify(client, text, status).status_code == 204
    text.refresh_from_db()
    assert (text.state, text.failure) == (state, failure)


def test_a_receipt_changes_nothing_of_what_was_not_sent(world, client, settings):
    settings.NOTIFY_CALLBACK_TOKEN = TOKEN
    _, text = urgent_text(world)
    assert told_by_notify(client, text, "delivered").status_code == 204
    text.refresh_from_db()
    assert text.state == "waiting"


def test_whoever_has_not_the_token_says_nothing(world, client, settings):
    _, text = urgent_text(world)
    Delivery.objects.filter(id=text.id).update(state="sent")
    assert told_by_notify(client, text, "delivered").status_code == 404
    settings.NOTIFY_CALLBACK_TOKEN = TOKEN
    assert told_by_notify(client, text, "delivered", token="another").status_code == 401
    assert client.post("/delivery/receipts/").status_code == 401
    assert Delivery.objects.get(id=text.id).state == "sent"


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"reference": "x", "status": "delivered"}', "[" * 5000])
def test_a_receipt_that_is_none_is_refused(client, settings, body):
    settings.NOTIFY_CALLBACK_TOKEN = TOKEN
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert client.post("/delivery/receipts/", body, content_type="application/json", headers=headers).status_code == 400


@pytest.mark.parametrize("typed", ["07700 900 123", "+44 7700 900123", "+44 (0)7700 900123", "0044 7700-900-123"])
def test_a_number_is_understood_as_people_write_it(typed):
    assert clean_mobile(typed) == NUMBER


@pytest.mark.parametrize("typed", ["", "01632 960 001", "07700 90012", "+33 6 12 34 56 78", "07700900123; +447"])
def test_what_is_no_mobile_number_of_the_country_is_refused(typed):
    with pytest.raises(RuleError, match="Enter a UK mobile number"):
        clean_mobile(typed)


def asked_for_a_code(world, at=NOON):
    with clock.at(at):
        return say_mobile(by=world.nurse, user=world.user_of("nurse"), number=NUMBER)


def confirm(world, code, at=NOON):
    with clock.at(at):
        return confirm_mobile(by=world.nurse, user=world.user_of("nurse"), code=code)


def test_the_code_goes_to_the_number_and_stands_nowhere(world, notify):
    mobile = asked_for_a_code(world)
    code = code_of(mobile)
    assert sent_at_noon() == 1
    ((_, _, body),) = notify.asked
    assert body["personalisation"]["message"] == f"CareCoord: {code} is your code. It works for 10 minutes."
    kept = [*Delivery.objects.values_list("subject", "line", "path"), *Mobile.objects.values_list("number")]
    assert code not in str(kept)


def test_with_the_code_the_number_is_used(world):
    code = code_of(asked_for_a_code(world))
    assert confirm(world, f"{code[:3]} {code[3:]}").confirmed_at == NOON
    assert confirm(world, "anything").confirmed_at == NOON


def test_a_code_is_good_for_ten_minutes(world):
    code = code_of(asked_for_a_code(world))
    with pytest.raises(RuleError, match="good no longer"):
        confirm(world, code, NOON + timedelta(minutes=10, seconds=1))


def test_a_code_is_not_guessed(world):
    code = code_of(asked_for_a_code(world))
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(MOST_WRONG_CODES):
        with pytest.raises(RuleError, match="not the code"):
            confirm(world, wrong)
    with pytest.raises(RuleError, match="good no longer"):
        confirm(world, code)
    assert Mobile.objects.get().confirmed_at is None


def test_nobody_has_a_strangers_phone_ring_all_day(world):
    for minutes in range(MOST_CODES):
        asked_for_a_code(world, NOON + timedelta(minutes=minutes))
    with pytest.raises(RuleError, match="Wait an hour"):
        asked_for_a_code(world, NOON + timedelta(minutes=30))
    assert asked_for_a_code(world, NOON + timedelta(minutes=70)).codes_sent == 1


def test_another_number_is_confirmed_anew(world):
    confirmed(world)
    with clock.at(NOON):
        say_mobile(by=world.nurse, user=world.user_of("nurse"), number="07700 900 456")
        alert = raised(world, is_urgent=True)
    assert not Delivery.objects.filter(channel="sms", about_id=alert.id).exists()


def test_a_number_that_was_taken_away_meanwhile_is_not_texted(world, notify):
    _, text = urgent_text(world)
    Mobile.objects.update(number="", confirmed_at=None)
    assert sent_at_noon() == 0
    text.refresh_from_db()
    assert (text.state, text.failure) == ("failed", "This person has no mobile number that is confirmed")


def test_a_long_address_of_the_product_leaves_a_text_its_length_and_an_address_in_full():
    subject = "CareCoord: 1 thing that your team has sent was not answered in time"
    url = f"https://carecoord.a-very-long-name-of-a-place.example.org/alerts/{new_id()}/"
    text = Message(new_id(), NUMBER, subject, "", url).text
    assert len(text) <= MOST_IN_A_TEXT
    assert text.endswith("Sign in: https://carecoord.a-very-long-name-of-a-place.example.org/")


def test_addresses_of_others_are_never_shown_in_full():
    assert hidden_email("nurse@example.org") == "n•••@example.org"
    assert hidden_number(NUMBER) == "••• 123"
    assert hidden_number("") == ""
