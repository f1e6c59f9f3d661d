"""Two systems at the same moment, where transactions really commit: one has its way, the other is told."""

import threading

import pytest
from django.db import connection, transaction

from carecoord.audit.models import AuditEntry
from carecoord.outbox.models import OutboxMessage
from neighbourhoods.models import CaseloadEntry
from referrals.models import Handover, Referral, ReferralEvent
from tests.api.conftest import made_partner
from tests.races import beside, second_is_told
from tests.referrals import handovers as steps
from tests.referrals.referral_steps import sent

pytestmark = pytest.mark.running


@pytest.fixture(scope="module")
def carers(running_world):
    """Two systems of the carers' team."""
    return [made_partner(running_world, name, running_world.carers) for name in ("carers-day", "carers-night")]


@pytest.fixture(scope="module")
def nursing(running_world):
    return [made_partner(running_world, name, running_world.nursing) for name in ("nursing-day", "nursing-night")]


def at_once(act, number=4):
    """Each on a connection of its own that is open already, so that nothing but the request is left to do."""
    together = threading.Barrier(number)

    def run():
        connection.ensure_connection()
        together.wait(timeout=20)
        return act()

    return [one.result(timeout=60) for one in [beside(run) for _ in range(number)]]


def first_of(answers):
    return next(answer for answer in answers if answer.status_code < 300)


def one_and_in_flight(answers, status):
    """One is answered; the others are told to come again, or find the answer of the first."""
    good = [answer for answer in answers if answer.status_code == status]
    others = [answer for answer in answers if answer.status_code != status]
    assert good, [answer.content for answer in answers]
    assert {answer.content for answer in good} == {good[0].content}
    assert {(answer.status_code, answer.json()["code"]) for answer in others} <= {(409, "request_in_flight")}
    assert all(answer.headers["Retry-After"] for answer in others)


def test_identical_requests_in_the_same_moment_write_one_referral(running_world, nursing):
    sheila = running_world.resident()
    body = {"resident": str(sheila.id), "service": str(running_world.carers_service.id), "reason": "Ken is worn out."}
    ask = lambda: nursing[0].post("referrals/", body, Idempotency_Key="twice")  # noqa: E731
    answers = at_once(ask)
    one_and_in_flight(answers, 201)
    assert Referral.objects.filter(resident=sheila).count() == 1
    again = ask()
    assert (again.status_code, again.content) == (201, first_of(answers).content)
    assert Referral.objects.filter(resident=sheila).count() == 1
    assert AuditEntry.objects.filter(verb="referral.drafted", resident_id=sheila.id).count() == 1


def test_identical_requests_in_the_same_moment_accept_once(running_world, carers):
    referral = sent(running_world, running_world.resident())
    ask = lambda: carers[0].post(f"referrals/{referral.id}/accept/", Idempotency_Key="accept")  # noqa: E731
    answers = at_once(ask)
    one_and_in_flight(answers, 200)
    again = ask()
    assert (again.status_code, again.content) == (200, first_of(answers).content)
    assert ReferralEvent.objects.filter(referral=referral, verb="accept").count() == 1
    assert OutboxMessage.objects.filter(topic="referral.accepted", about_id=referral.id).count() == 1
    assert Referral.objects.get(id=referral.id).status == "accepted"


def write_a_referral(world, nursing, carers, key):
    sheila = world.resident()
    body = {"resident": str(sheila.id), "service": str(world.carers_service.id), "reason": "Ken is worn out."}
    return lambda: nursing.post("referrals/", body, Idempotency_Key=key), 201


def accept_a_referral(world, nursing, carers, key):
    referral = sent(world, world.resident())
    return lambda: carers.post(f"referrals/{referral.id}/accept/", Idempotency_Key=key), 200


@pytest.mark.parametrize("does", [write_a_referral, accept_a_referral])
def test_while_the_first_is_not_committed_the_second_is_told_to_come_again(running_world, nursing, carers, does):
    ask, good = does(running_world, nursing[0], carers[0], f"overlapping {does.__name__}")
    with transaction.atomic():
        first = ask()
        assert first.status_code == good, first.content
        second = beside(ask).result(timeout=20)
    assert (second.status_code, second.json()["code"]) == (409, "request_in_flight")
    assert second.headers["Retry-After"] == "1"
    third = ask()
    assert (third.status_code, third.content) == (good, first.content)


@pytest.mark.parametrize("does", [write_a_referral, accept_a_referral])
def test_what_was_taken_back_is_done_when_it_is_asked_again(running_world, nursing, carers, does):
    ask, good = does(running_world, nursing[0], carers[0], f"taken back {does.__name__}")
    with transaction.atomic():
        assert ask().status_code == good
        transaction.set_rollback(True)
    assert beside(ask).result(timeout=20).status_code == good


def test_of_two_who_accept_a_referral_the_second_has_lost_the_race(running_world, carers):
    referral = sent(running_world, running_world.resident())
    second = second_is_told(
        lambda: carers[0].post(f"referrals/{referral.id}/accept/"),
        lambda: carers[1].post(f"referrals/{referral.id}/accept/"),
    )
    assert (second.status_code, second.json()["code"]) == (409, "lost_race")
    assert "start" in second.json()["allowed"]
    assert ReferralEvent.objects.filter(referral=referral, verb="accept").count() == 1


def test_who_accepts_what_is_being_cancelled_has_lost_the_race(running_world, nursing, carers):
    referral = sent(running_world, running_world.resident())
    second = second_is_told(
        lambda: nursing[0].post(f"referrals/{referral.id}/cancel/", {"reason_code": "not_wanted"}),
        lambda: carers[0].post(f"referrals/{referral.id}/accept/"),
    )
    assert (second.status_code, second.json()["code"]) == (409, "lost_race")
    assert Referral.objects.get(id=referral.id).status == "cancelled"


def test_of_two_who_deal_with_a_referral_the_second_has_lost_the_race(running_world, carers):
    referral = sent(running_world, running_world.resident())
    second = second_is_told(
        lambda: carers[0].post(f"referrals/{referral.id}/claim/"),
        lambda: carers[1].post(f"referrals/{referral.id}/claim/"),
    )
    assert (second.status_code, second.json()["code"]) == (409, "lost_race")
    assert Referral.objects.get(id=referral.id).assigned_to_name == "carers-day, Test Carers Hub"


def test_of_two_who_accept_a_handover_the_second_has_lost_the_race(running_world, nursing):
    ken = steps.ken_on_the_ward(running_world)
    handover = steps.offered(running_world, ken)
    body = {"read_back": [True, True]}
    second = second_is_told(
        lambda: nursing[0].post(f"handovers/{handover.id}/accept/", body),
        lambda: nursing[1].post(f"handovers/{handover.id}/accept/", body),
    )
    assert (second.status_code, second.json()["code"]) == (409, "lost_race")
    assert "nursing-day" in second.json()["detail"]
    assert Handover.objects.get(id=handover.id).answered_by_name == "nursing-day, Test Community Health"
    assert AuditEntry.objects.filter(verb="handover.accepted", about_id=handover.id).count() == 1


FIRST_ITEMS = {
    "referrals/": lambda world: {"service": str(world.carers_service.id), "reason": "Ken is worn out."},
    "handovers/": lambda world: {"to_team": str(world.carers.id), "situation": "Ken is worn out."},
}


@pytest.mark.parametrize("path", FIRST_ITEMS)
@pytest.mark.parametrize("key", ["", "a key of the "])
def test_the_first_items_of_a_resident_may_come_at_the_same_moment(running_world, nursing, path, key):
    sheila = running_world.resident()
    body = {"resident": str(sheila.id), **FIRST_ITEMS[path](running_world)}

    def ask(client, name):
        return client.post(path, body, **({"Idempotency_Key": f"{key}{name} {path}"} if key else {}))

    second = second_is_told(lambda: ask(nursing[0], "first"), lambda: ask(nursing[1], "second"))
    assert second.status_code == 201, second.content
    assert {"referrals/": Referral, "handovers/": Handover}[path].objects.filter(resident=sheila).count() == 2
    assert CaseloadEntry.objects.filter(resident=sheila, is_lead=True, ended_at=None).count() == 1


def test_many_first_items_of_a_resident_at_once_are_all_written(running_world, nursing):
    body = {"resident": str(running_world.resident().id), **FIRST_ITEMS["referrals/"](running_world)}
    keys = iter(["one", "two", "three", "four"])
    answers = at_once(lambda: nursing[0].post("referrals/", body, Idempotency_Key=next(keys)))
    assert [answer.status_code for answer in answers] == [201] * 4, [answer.content for answer in answers]
