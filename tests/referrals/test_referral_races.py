"""Two people at once, where transactions really commit: one wins, the other is told, nothing happens twice."""

import pytest

from carecoord.errors import IllegalMove
from carecoord.ids import new_id
from neighbourhoods.models import CaseloadEntry
from referrals.models import Referral, ReferralEvent
from referrals.services.referrals import Ask, accept_referral, cancel_referral, draft_referral, send_referral
from tests.races import second_is_told
from tests.referrals.referral_steps import as_person, drafted, sent

pytestmark = pytest.mark.running


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


def test_a_button_pressed_twice_at_once_makes_one_draft(running_world):
    world = running_world
    sheila = world.resident()
    words = {
        "resident_id": sheila.id,
        "service_id": world.carers_service.id,
        "from_team_id": world.nursing.id,
        "ask": Ask(reason="Ken is worn out"),
        "referral_id": new_id(),
    }
    second = second_is_told(
        lambda: as_person(world.nurse, draft_referral, **words),
        lambda: as_person(world.nurse, draft_referral, **words),
    )
    assert second == Referral.objects.get(resident=sheila)
