"""What leaves the product, and to whom: IG-32 to IG-36."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import product
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.core import mail

from carecoord import clock
from carecoord.alerts.emails import email_words
from carecoord.alerts.kinds import KINDS, NOT_ANSWERED
from carecoord.alerts.models import Alert
from carecoord.alerts.rungs import LADDER
from carecoord.audit.models import AuditEntry
from carecoord.delivery.channels import MOST_IN_A_TEXT, Message
from carecoord.delivery.models import Delivery
from carecoord.delivery.tasks import send_texts, send_waiting
from carecoord.errors import NotYours, RuleError
from carecoord.ids import new_id
from neighbourhoods.definitions import definitions
from neighbourhoods.gate import acting_as
from neighbourhoods.messages import NO_LONGER, WORDINGS, words_of_message
from neighbourhoods.models import Entry, Resident, ResidentMessage, Service, Team
from neighbourhoods.services import (
    ContactFacts,
    EntryFacts,
    add_contact,
    change_resident,
    end_entry,
    identity_of,
    record_entry,
)
from neighbourhoods.services.deaths import record_death
from neighbourhoods.services.messages import send_message
from neighbourhoods.services.proxies import ProxyFacts, move_proxy, propose_proxy
from tests.alerts.offers import raised
from tests.life import restrict

pytestmark = pytest.mark.django_db

MOBILE, EMAIL, LEADS_TO = "07700 900 123", "sheila@example.org", "https://care.example.org"
NOW_OR_LATER = timedelta(minutes=6)


def messages_of_alerts():
    """Each that can be sent of any kind of alert, on any rung, urgent or not."""
    names = [name + more for name in KINDS for more in ("", NOT_ANSWERED)]
    for name, rung, is_urgent in product(names, LADDER, (True, False)):
        alert = Alert(kind=name, is_urgent=is_urgent)
        words = email_words(alert, rung)
        yield Message(new_id(), "", words.subject, words.line, f"{LEADS_TO}/alerts/{alert.id}/")


@pytest.fixture
def sheila(world):
    """Of the nurse's team, with a mobile number and an email; the team has a phone."""
    Team.objects.filter(id=world.nursing.id).update(phone="01632 960 123")
    return world.resident(phone=MOBILE, email=EMAIL, address_lines=("1 High Street",), postcode="M1 1AE")


def send(world, resident, **more):
    asked = {"channel": "sms", "wording": "waiting", "team_id": world.nursing.id, "by": world.nurse} | more
    with acting_as(asked["by"]):
        return send_message(resident_id=resident.id, **asked)


def say(world, resident, kind, text="Only in person"):
    with acting_as(world.nurse) as nurse:
        facts = EntryFacts(kind, text, event_on=clock.today())
        return record_entry(by=nurse, resident_id=resident.id, facts=facts)


def prefer(world, resident, code):
    with acting_as(world.nurse) as nurse:
        known = identity_of(Resident.objects.get(id=resident.id))
        change_resident(by=nurse, resident_id=resident.id, identity=replace(known, preferred_contact_method=code))


def karen(world, resident, **more):
    """Her daughter, who acts for her."""
    with acting_as(world.nurse) as nurse:
        given = {"by": nurse, "resident_id": resident.id}
        contact = add_contact(**given, facts=ContactFacts("personal", "Karen Hartley", **more))
        proxy = propose_proxy(**given, contact_id=contact.id, facts=ProxyFacts("consent", "She said so"))
        return move_proxy(**given, proxy_id=proxy.id, verb="activate", reason="agreed")


def refused(world, resident, **more):
    before = (ResidentMessage.objects.count(), Delivery.objects.count(), AuditEntry.objects.count())
    with pytest.raises(RuleError) as told:
        send(world, resident, **more)
    assert (ResidentMessage.objects.count(), Delivery.objects.count(), AuditEntry.objects.count()) == before
    return told.value


def sent_by_worker(message):
    send_waiting()
    send_texts()
    return Delivery.objects.get(about_id=message.id)


def test_ig_32_nothing_that_is_sent_says_who_somebody_is_or_what_they_have(world, sheila):
    telling = [sheila.given_name, sheila.family_name, sheila.nhs_number, "1948", "High Street", "M1 1AE", MOBILE]
    telling += [service.name for service in Service.objects.all()] + [one.title for one in definitions().values()]
    said = [
        part for each in messages_of_alerts() for part in (each.subject, each.line, each.text.partition("https")[0])
    ]
    said += [
        words_of_message(key, phone="01632 960 123", is_for_proxy=who) for key in WORDINGS for who in (True, False)
    ]
    for one in said:
        assert not [word for word in telling if re.search(rf"\b{re.escape(word)}\b", one)], one
        assert not re.search(r"\d{3} ?\d{3} ?\d{4}\b", one), "an NHS number"


def test_ig_32_an_email_and_a_text_say_that_something_waits_and_how_to_get_to_it(world, sheila):
    for each in messages_of_alerts():
        assert re.search(r"waiting|not answered", each.line)
        assert "Sign in: " in each.text
    for key, is_for_proxy in product(WORDINGS, (True, False)):
        assert "Please ring 01632 960 123." in words_of_message(key, phone="01632 960 123", is_for_proxy=is_for_proxy)


def test_ig_33_a_link_holds_an_unguessable_id_and_no_personal_data_and_a_text_fits_into_one(world):
    for each in messages_of_alerts():
        link = each.text.split(" ")[-1]
        parts = urlsplit(link)
        assert (f"{parts.scheme}://{parts.netloc}", parts.query, parts.fragment) == (LEADS_TO, "", "")
        assert UUID(parts.path.removeprefix("/alerts/").strip("/")).version == 7
        assert len(each.text) <= MOST_IN_A_TEXT
    longest = max((words_of_message(key, phone="0" * 30, is_for_proxy=True) for key in WORDINGS), key=len)
    assert len(longest) <= MOST_IN_A_TEXT
    assert "http" not in longest


def test_ig_34_every_message_is_kept_on_the_record_with_what_became_of_it(world, sheila, signed_in):
    message = send(world, sheila, channel="email")
    assert sent_by_worker(message).state == "sent"
    (email,) = mail.outbox
    assert email.to == [EMAIL]
    assert "Sign in" not in email.body
    page = signed_in("nurse").get(f"/residents/{sheila.id}/messages/").content.decode()
    assert message.words in page
    assert '<h3>Email <strong class="nhsuk-tag nhsuk-tag--green">Sent</strong></h3>' in page
    assert AuditEntry.objects.filter(verb="message.sent", resident_id=sheila.id).count() == 1


def test_ig_34_an_objection_is_honoured_until_it_is_ended(world, sheila):
    objection = say(world, sheila, "contact.objection", "No texts from anybody")
    assert refused(world, sheila).code == "not_to_be_written_to"
    assert refused(world, sheila, in_spite="It matters").code == "not_to_be_written_to"
    with acting_as(world.nurse) as nurse:
        end_entry(by=nurse, resident_id=sheila.id, entry_id=objection.id, reason="She wants them again")
    assert send(world, sheila).channel == "sms"


@pytest.mark.parametrize(
    ("code", "allowed"), [("9", {"sms"}), ("4", {"email"}), ("3", set()), ("1", set()), ("8", set())]
)
def test_ig_34_how_somebody_prefers_to_be_reached_is_honoured(world, sheila, code, allowed):
    prefer(world, sheila, code)
    for channel in ("sms", "email"):
        if channel in allowed:
            assert send(world, sheila, channel=channel)
        else:
            assert "prefers to be reached in another way" in refused(world, sheila, channel=channel).sentence


def test_ig_34_an_objection_that_came_meanwhile_stops_what_is_on_its_way(world, sheila):
    message = send(world, sheila, channel="email")
    say(world, sheila, "contact.objection", "No texts from anybody")
    delivery = sent_by_worker(message)
    assert (delivery.state, delivery.failure) == ("failed", NO_LONGER)
    assert mail.outbox == []


def test_ig_34_it_goes_to_the_person_or_to_who_acts_for_them_and_to_nobody_else(world, sheila):
    acts = karen(world, sheila, email="karen@example.org")
    message = send(world, sheila, channel="email", proxy_id=acts.id)
    assert sent_by_worker(message).state == "sent"
    assert mail.outbox[0].to == ["karen@example.org"]
    ken = world.resident(given_name="Ken", phone=MOBILE)
    assert refused(world, ken, proxy_id=acts.id).field == "to"
    with acting_as(world.nurse) as nurse:
        ended = {"by": nurse, "resident_id": sheila.id, "proxy_id": acts.id}
        with clock.at(clock.now() + NOW_OR_LATER):
            move_proxy(**ended, verb="end", reason="withdrawn")
    assert refused(world, sheila, channel="email", proxy_id=acts.id).field == "to"


def test_ig_34_who_has_stopped_acting_meanwhile_is_not_written_to(world, sheila):
    acts = karen(world, sheila, email="karen@example.org")
    message = send(world, sheila, channel="email", proxy_id=acts.id)
    with acting_as(world.nurse) as nurse:
        move_proxy(by=nurse, resident_id=sheila.id, proxy_id=acts.id, verb="end", reason="withdrawn")
    assert sent_by_worker(message).state == "failed"
    assert mail.outbox == []


def test_ig_35_an_email_to_staff_says_count_kind_urgency_and_where_to_sign_in_and_nothing_of_the_resident(
    world, sheila
):
    alert = raised(world, resident=sheila, is_urgent=True)
    send_waiting()
    email = next(one for one in mail.outbox if one.to == ["nurse@example.org"])
    assert "1 thing is waiting for your team in CareCoord (handover, urgent)." in email.body
    assert f"/alerts/{alert.id}/" in email.body
    whole = email.subject + email.body + email.alternatives[0].content + str(email.message())
    for secret in (sheila.given_name, sheila.family_name, sheila.nhs_number, str(sheila.id), MOBILE, EMAIL):
        assert secret not in whole


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_ig_36_who_is_unsafe_to_contact_is_written_to_only_for_a_reason(world, sheila, channel):
    say(world, sheila, "contact.unsafe")
    told = refused(world, sheila, channel=channel)
    assert (told.code, told.field) == ("unsafe", "in_spite")
    assert (
        refused(world, sheila, channel=channel, proxy_id=karen(world, sheila, phone=MOBILE, email=EMAIL).id).code
        == "unsafe"
    )
    message = send(world, sheila, channel=channel, in_spite="She has asked for it, on her sister's phone")
    assert sent_by_worker(message).state in {"sent", "logged"}
    entry = AuditEntry.objects.get(verb="message.sent")
    assert entry.reason == "She has asked for it, on her sister's phone"


def test_ig_36_what_became_unsafe_meanwhile_is_stopped_also_where_its_sender_does_not_see_why(world, sheila):
    message = send(world, sheila, channel="email")
    say(world, sheila, "contact.unsafe")
    delivery = sent_by_worker(message)
    assert (delivery.state, delivery.failure) == ("failed", NO_LONGER)
    assert mail.outbox == []


def test_ig_36_the_page_says_so_and_asks_for_the_reason(world, sheila, signed_in):
    client = signed_in("nurse")
    address = f"/residents/{sheila.id}/messages/"
    assert 'name="in_spite"' not in client.get(address).content.decode()
    say(world, sheila, "contact.unsafe")
    page = client.get(address).content.decode()
    assert "It is not safe to write to Sheila without care." in page
    assert "Only in person" in page
    form = {"to": "person", "channel": "sms", "wording": "waiting", "team": str(world.nursing.id)}
    assert client.post(address, form).status_code == 422
    assert not ResidentMessage.objects.exists()
    assert client.post(address, form | {"in_spite": "She asked"}).status_code == 302
    assert "Sent though it was said to be unsafe: She asked" in client.get(address).content.decode()


def test_nothing_is_sent_to_somebody_who_has_died_or_is_restricted(world, sheila):
    waiting = send(world, sheila, channel="email")
    other = world.resident(given_name="Ken", phone=MOBILE)
    restrict(world, other)
    assert "restricted" in refused(world, other).sentence
    with acting_as(world.nurse) as nurse:
        record_death(by=nurse, resident_id=sheila.id, died_on=clock.today())
    assert "has died" in refused(world, sheila).sentence
    assert sent_by_worker(waiting).state == "failed"
    assert mail.outbox == []


def test_it_needs_a_number_that_can_be_texted_and_one_to_ring(world, sheila):
    landline = world.resident(given_name="Ken", phone="01632 960 777")
    assert refused(world, landline).field == "channel"
    assert refused(world, landline, channel="email").field == "channel"
    Team.objects.filter(id=world.nursing.id).update(phone="")
    assert refused(world, sheila).field == "team"


def test_for_another_team_nobody_sends(world, sheila):
    with pytest.raises(NotYours):
        send(world, sheila, team_id=world.ward.id)
    with pytest.raises(Resident.DoesNotExist):
        send(world, sheila, by=world.ward_nurse, team_id=world.ward.id)


def test_the_same_is_not_sent_twice_by_two_clicks(world, sheila):
    send(world, sheila)
    assert "a moment ago" in refused(world, sheila).sentence
    with clock.at(clock.now() + NOW_OR_LATER):
        assert send(world, sheila)
    assert not Entry.objects.filter(resident=sheila).exists()
