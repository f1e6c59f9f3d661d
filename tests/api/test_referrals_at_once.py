"""A referral that is written and sent in one request, and a day by which it is promised."""

from datetime import timedelta

import pytest

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.outbox.models import OutboxMessage
from neighbourhoods.models import Relationship
from referrals.models import Referral
from tests.api.referring import SCOPE_KEPT, asking, done, written
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def test_a_referral_written_with_send_is_as_one_that_was_sent_afterwards(world, nursing, carers):
    sheila, ken = world.resident(), world.resident()
    two_steps = done(nursing, written(world, nursing, sheila), "send")
    at_once = written(world, nursing, ken, send=True)
    own = {"id", "reference", "journey", "resident", "person", "card", "history"}
    moments = {"created_at", "updated_at", "sent_at", "respond_by", "start_by", "version"}
    assert set(at_once) == set(two_steps)
    assert {name for name in at_once if at_once[name] != two_steps[name]} <= own | moments
    assert at_once["card"]["ask"] == two_steps["card"]["ask"]
    assert [(one["action"], one["from_status"], one["to_status"]) for one in at_once["history"]] == [
        (one["action"], one["from_status"], one["to_status"]) for one in two_steps["history"]
    ]
    assert all(at_once[name] for name in ("sent_at", "respond_by"))
    assert nursing.get(f"referrals/{at_once['id']}/").json() == at_once
    assert carers.get(f"referrals/{at_once['id']}/").json()["card"] == at_once["card"]


def test_written_with_send_it_is_audited_and_told_like_two_steps(world, nursing):
    sheila, ken = world.resident(), world.resident()
    two_steps = done(nursing, written(world, nursing, sheila), "send")
    at_once = written(world, nursing, ken, send=True)

    def audited(referral):
        entries = AuditEntry.objects.filter(about_id=referral["id"], kind="change").order_by("at", "id")
        return [(entry.verb, entry.detail) for entry in entries]

    def told(referral):
        found = OutboxMessage.objects.filter(about_id=referral["id"])
        return [(message.topic, message.payload["to_team_id"]) for message in found]

    def opened(referral):
        found = Relationship.objects.filter(source_id=referral["id"]).order_by("level")
        return [(one.team_id, one.level, one.reason) for one in found]

    assert audited(at_once) == audited(two_steps)
    assert told(at_once) == told(two_steps) != []
    assert opened(at_once) == opened(two_steps) != []


@pytest.mark.parametrize(
    ("more", "field"), [({"reason": ""}, "reason"), ({"no_known_risks": False}, "risks"), ({"urgency": "urgent"}, None)]
)
def test_what_could_not_be_sent_is_not_written_either(world, nursing, more, field):
    sheila = world.resident()
    answer = nursing.post("referrals/", asking(world, sheila, send=True, **more))
    assert answer.status_code == 422
    assert field is None or field in answer.json()["errors"]
    assert not Referral.objects.filter(resident=sheila).exists()


def test_a_second_to_the_same_service_is_not_written(world, nursing):
    sheila = world.resident()
    written(world, nursing, sheila, send=True)
    answer = nursing.post("referrals/", asking(world, sheila, send=True))
    assert (answer.status_code, answer.json()["code"]) == (422, "duplicate")
    assert Referral.objects.filter(resident=sheila).count() == 1


def test_writing_keeps_to_its_statements(world, nursing):
    """Token, key, row, audit, message, what each of the two teams may see; and once more where nobody led before."""
    ken, sheila, rose, mary = (world.resident(on_caseload=seen) for seen in (True, True, False, False))
    written(world, nursing, ken)
    allowed = ((ken, {}, 10), (sheila, {"send": True}, 10), (rose, {}, 13), (mary, {"send": True}, 11))
    for resident, more, most in allowed:
        with at_most(most + SCOPE_KEPT):
            answer = nursing.post("referrals/", asking(world, resident, **more), Idempotency_Key=f"key {resident.id}")
        assert answer.status_code == 201


def test_who_accepts_may_say_by_when_it_will_be_complete(world, nursing, carers):
    draft = written(world, nursing, world.resident())
    done(nursing, draft, "send")
    day = clock.today() + timedelta(days=5)
    taken = done(carers, draft, "accept", {"complete_by": day.isoformat()})
    assert taken["complete_by"].startswith(day.isoformat())
    assert taken["history"][-1]["words"].startswith("To be complete by ")
    assert nursing.get(f"referrals/{draft['id']}/").json()["complete_by"] == taken["complete_by"]
    assert "start" in taken["allowed_actions"]


@pytest.mark.parametrize(
    ("day", "status"), [("2020-01-01", 422), ("soon", 400), (None, 400), (7, 400), ("0001-01-01", 400)]
)
def test_a_day_that_cannot_be_promised_leaves_it_as_it_is(world, nursing, carers, day, status):
    draft = written(world, nursing, world.resident())
    done(nursing, draft, "send")
    answer = carers.post(f"referrals/{draft['id']}/accept/", {"complete_by": day})
    assert (answer.status_code, list(answer.json()["errors"])) == (status, ["complete_by"])
    assert Referral.objects.get(id=draft["id"]).status == "sent"
