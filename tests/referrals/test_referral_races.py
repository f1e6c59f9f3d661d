"""Two people at once, where transactions really commit: one wins, the other is told, nothing happens twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from carecoord.errors import IllegalMove, RuleError
from neighbourhoods.models import CaseloadEntry
from referrals.models import Referral, ReferralEvent
from referrals.services.referrals import accept_referral, cancel_referral, send_referral
from tests.referrals.referral_steps import as_person, drafted, sent
from tests.running.system import eventually

pytestmark = pytest.mark.running


def beside(act):
    """Run `act` on a connection of its own; gives what it returned, or how it was refused."""

    def run():
        try:
            return act()
        except RuleError as problem:
            return problem
        finally:
            connection.close()

    return ThreadPoolExecutor(max_workers=1).submit(run)


def somebody_waits_for_us():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))")
        return cursor.fetchone()[0] > 0


def second_is_told(first, second):
    """`first` acts and has not committed yet when `second` tries; gives what the second got."""
    with transaction.atomic():
        first()
        trying = beside(second)
        eventually(somebody_waits_for_us, what="the second waiting for the first")
    return trying.result(timeout=20)


def test_accepting_what_is_being_cancelled_changes_nothing(running_world):
    world = running_world
    sheila = world.resident()
    referral = sent(world, sheila)
    problem = second_is_told(
        lambda: as_person(world.nurse, cancel_referral, referral_id=referral.id, reason_code="not_wanted"),
        lambda: as_person(world.link_worker, accept_referral, referral_id=referral.id),
    )
    assert isinstance(problem, IllegalMove)
    assert list(ReferralEvent.objects.filter(referral=referral).values_list("verb", flat=True)) == ["send", "cancel"]
    assert not CaseloadEntry.objects.filter(resident=sheila, team=world.carers).exists()


def test_of_two_who_send_to_the_same_service_the_second_is_told_of_the_first(running_world):
    world = running_world
    sheila = world.resident()
    first, second = drafted(world, sheila), drafted(world, sheila, by=world.second_nurse)
    problem = second_is_told(
        lambda: as_person(world.nurse, send_referral, referral_id=first.id),
        lambda: as_person(world.second_nurse, send_referral, referral_id=second.id),
    )
    assert problem.code == "duplicate"
    assert first.reference in problem.sentence
    assert Referral.objects.get(id=second.id).status == "draft"
