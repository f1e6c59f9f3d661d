"""Rights to the record as it was are those of today."""

import pytest
from django.urls import reverse

from carecoord.audit.models import AuditEntry
from neighbourhoods.models import Membership, Resident
from neighbourhoods.models.residents import NO_WAY_THERE
from neighbourhoods.services import ContactFacts, add_contact
from tests.record.test_as_it_was import BEGAN, DAY, SPRING, at_that_time, do, sheila

pytestmark = pytest.mark.django_db
__all__ = ["do", "sheila"]


def test_ig_20_somebody_restricted_today_has_no_earlier_address_name_or_contact(sheila, do, signed_in):
    do(add_contact, BEGAN + DAY, resident_id=sheila.id, facts=ContactFacts(kind="personal", name="Karen Hartley"))
    do.details(SPRING, family_name="Moss", address_lines=("9 Weir Street",), phone="01632 960 002")
    Resident.objects.filter(id=sheila.id).update(is_restricted=True, **NO_WAY_THERE)
    text = at_that_time(signed_in("nurse"), sheila, BEGAN + 2 * DAY)
    assert "This person is restricted." in text
    for hidden in ("Mill Lane", "AM1 1AA", "9 Weir Street", "01632 960", "Karen", "HARTLEY", "Bridge Street Surgery"):
        assert hidden not in text, hidden


def test_ig_10_a_role_without_clinical_content_has_none_of_then(world, sheila, do, signed_in):
    do.entry("allergy", "Penicillin", BEGAN + DAY)
    do.entry("adjustment", "Large print", BEGAN + DAY, data={"category": "010"})
    client = signed_in("nurse")
    assert "Penicillin" in at_that_time(client, sheila, SPRING)
    Membership.objects.filter(id=world.nurse.membership_id).update(role="administrator")
    text = at_that_time(client, sheila, SPRING)
    assert "Penicillin" not in text
    assert "Large print" in text
    assert "Shown to clinical roles." in text


def test_ig_27_looking_at_the_past_is_written_down_with_the_moment(world, sheila, signed_in):
    at_that_time(signed_in("nurse"), sheila, SPRING)
    look = AuditEntry.objects.get(verb="record.viewed_as_it_was")
    assert (look.kind, look.resident_id, look.actor_id) == ("look", sheila.id, world.nurse.actor_id)
    assert look.detail == {"moment": "2026-03-06T09:00:59.999999+00:00"}
    who_looked = signed_in("nurse").get(reverse("resident_access", args=[sheila.id])).content.decode()
    assert "Opened the record as it was at an earlier moment" in who_looked
