"""Whoever is shown a record by API has looked at it, by whichever way."""

import pytest

from carecoord.audit.models import AuditEntry
from tests.api.conftest import shown
from tests.life import live

pytestmark = pytest.mark.django_db


def looks_at(resident_id):
    return list(
        AuditEntry.objects.filter(kind="look", resident_id=resident_id, actor_kind="client").values_list(
            "verb", flat=True
        )
    )


def test_a_change_that_changes_nothing_shows_the_record_and_is_a_look(world, nursing, sheila):
    answer = nursing.patch(f"residents/{sheila.id}/", {}, If_Match="*")
    assert shown(answer)["family_name"] == "Hartley"
    assert looks_at(sheila.id) == ["resident.viewed"]


def test_a_change_that_changes_something_is_itself_in_the_audit_and_no_look_besides(world, nursing, sheila):
    tag = nursing.get(f"residents/{sheila.id}/").headers["ETag"]
    assert nursing.patch(f"residents/{sheila.id}/", {"phone": "01632 960001"}, If_Match=tag).status_code == 200
    assert looks_at(sheila.id) == ["resident.viewed"]
    assert AuditEntry.objects.filter(verb="resident.changed", resident_id=sheila.id).count() == 1


def test_what_is_there_now_is_shown_to_a_late_change_and_is_a_look(world, nursing, sheila):
    answer = nursing.patch(f"residents/{sheila.id}/", {"phone": "01632 960001"}, If_Match='"x"')
    assert answer.status_code == 412
    assert answer.json()["current"]["family_name"] == "Hartley"
    assert looks_at(sheila.id) == ["resident.viewed"]


def test_every_late_change_and_verb_that_shows_what_is_there_is_a_look(world, nursing):
    live(world)
    plan, unseen = world.plan, []
    reason = {"reason": "By mistake"}
    for path, body, send in (
        (f"residents/{world.sheila.id}/", {}, nursing.patch),
        (f"contacts/{world.encounter.id}/", {}, nursing.patch),
        (f"people/{world.proxy.contact_id}/", {}, nursing.patch),
        (f"people/{world.proxy.contact_id}/end/", reason, nursing.post),
        (f"proxies/{world.proxy.id}/reject/", {"reason_code": "not-agreed"}, nursing.post),
        (f"stays/{world.stay.id}/", {}, nursing.patch),
        (f"stays/{world.stay.id}/discharge/", {"destination": "home"}, nursing.post),
        (f"care-packages/{world.package.id}/", {}, nursing.patch),
        (f"care-packages/{world.package.id}/end/", reason, nursing.post),
        (f"care-plans/{plan.id}/", {}, nursing.patch),
        (f"care-plans/{plan.id}/sections/most_important/", {"body": "Ken"}, nursing.patch),
        (f"goals/{world.goal.id}/", {}, nursing.patch),
        (f"actions/{world.action.id}/", {}, nursing.patch),
        (f"actions/{world.action.id}/complete/", reason, nursing.post),
        (f"referrals/{world.referral.id}/cancel/", {"reason_code": "no_longer_needed"}, nursing.post),
        (f"handovers/{world.handover.id}/withdraw/", reason, nursing.post),
    ):
        before = len(looks_at(world.sheila.id))
        answer = send(path, body, If_Match='"x"')
        assert answer.status_code == 412, (path, answer.content)
        assert answer.json()["current"]
        if len(looks_at(world.sheila.id)) != before + 1:
            unseen.append(path)
    assert unseen == []
