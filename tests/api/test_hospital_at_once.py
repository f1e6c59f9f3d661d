"""The same message of a hospital twice in the same moment, where transactions really commit."""

import pytest

from neighbourhoods.gate import acting_as
from neighbourhoods.services import open_caseload_entry
from referrals.models import Handover
from tests.api.conftest import made_partner
from tests.api.hospital import message, sent
from tests.races import second_is_told
from tests.referrals.handovers import ken_on_the_ward

pytestmark = pytest.mark.running


def test_of_two_at_once_one_has_the_effect_and_both_get_the_same_answer(running_world):
    world = running_world
    ken = ken_on_the_ward(world, given_name="Twice")
    with acting_as(world.ward_nurse):
        open_caseload_entry(by=world.ward_nurse, resident_id=ken.id, team_id=world.nursing.id, reason="At home")
    ward = made_partner(world, "ward-at-once", world.ward)
    first = []
    second = second_is_told(lambda: first.append(sent(ward, message(ken))), lambda: sent(ward, message(ken)))
    assert [first[0].status_code, second.status_code] == [200, 200]
    assert first[0].json() == second.json()
    assert Handover.objects.filter(resident=ken).count() == 1
