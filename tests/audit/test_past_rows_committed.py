"""Where transactions really commit: one request is one change, and of two who wait for one another both are kept."""

import pytest
from django.db import connection, transaction

from carecoord.audit.models import PastRow
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Resident
from neighbourhoods.services import change_resident
from referrals.services.referrals import Ask, draft_referral, send_referral
from tests.life import known
from tests.races import second_is_told

pytestmark = pytest.mark.running


def rings(world, sheila, phone, by=None):
    """One request: a transaction of its own, with savepoints of the services."""
    by = by or world.nurse
    with acting_as(by):
        return change_resident(
            by=by, resident_id=sheila.id, identity=known(Resident.objects.get(id=sheila.id), phone=phone)
        )


def phones(sheila):
    kept = PastRow.objects.filter(table_name="neighbourhoods_resident", row_id=sheila.id).order_by("id")
    return [row.row["phone"] for row in kept]


def test_each_request_keeps_what_the_one_before_wrote(running_world):
    sheila = running_world.resident(phone="01632 960 101")
    for last in ("102", "103"):
        rings(running_world, sheila, f"01632 960 {last}")
    assert phones(sheila) == ["01632 960 101", "01632 960 102"]


def test_several_changes_in_one_request_keep_the_first_only(running_world):
    sheila = running_world.resident(phone="01632 960 101")
    with transaction.atomic():
        for last in ("102", "103", "104"):
            with transaction.atomic():
                rings(running_world, sheila, f"01632 960 {last}")
    assert phones(sheila) == ["01632 960 101"]


def test_whoever_waited_for_somebody_else_keeps_what_they_wrote(running_world):
    """The second began before the first had written, so its time is the earlier one."""
    world, sheila = running_world, running_world.resident(phone="01632 960 101")
    second_is_told(
        lambda: rings(world, sheila, "01632 960 102"),
        lambda: rings(world, sheila, "01632 960 103", by=world.second_nurse),
    )
    assert phones(sheila) == ["01632 960 101", "01632 960 102"]
    assert Resident.objects.get(id=sheila.id).phone == "01632 960 103"


def test_writing_and_sending_a_referral_writes_no_past_row(running_world):
    world, sheila = running_world, running_world.resident()
    before = PastRow.objects.count()
    with acting_as(world.nurse) as nurse:
        draft = draft_referral(
            by=nurse,
            resident_id=sheila.id,
            service_id=world.carers_service.id,
            from_team_id=world.nursing.id,
            ask=Ask(reason="A break", no_known_risks=True),
        )
        send_referral(by=nurse, referral_id=draft.id)
    assert PastRow.objects.count() == before


def test_a_row_frozen_long_ago_is_kept_whatever_its_number_says_today(running_world):
    """Such a number may lie in the future of a database that has counted once round."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT app.is_of_this_transaction((pg_current_xact_id()::text::bigint + 1000000)::text::xid), "
            "app.is_of_this_transaction('2'::xid)"
        )
        assert cursor.fetchone() == (False, False)
