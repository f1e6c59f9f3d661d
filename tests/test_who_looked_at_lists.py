"""Lists name residents too: whoever opens one has looked, and the audit says who, as what, at whom."""

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.outbox.tasks import relay
from tests.referrals import handovers as ken
from tests.referrals.referral_steps import sent

pytestmark = pytest.mark.django_db


def looks(verb):
    entries = AuditEntry.objects.filter(kind="look", verb=verb)
    return [(one.actor_id, one.role, one.organisation_id, one.detail["residents"]) for one in entries]


@pytest.mark.parametrize(
    ("page", "verb"),
    [("my_day", "day.viewed"), ("referral_inbox", "referrals.listed"), ("alerts", "alerts.listed")],
)
def test_a_list_that_names_a_resident_of_a_referral_is_a_look(world, signed_in, page, verb):
    sheila = world.resident()
    sent(world, sheila)
    relay()
    assert "HARTLEY, Sheila" in signed_in("link_worker").get(reverse(page)).content.decode()
    reader = world.link_worker
    assert looks(verb) == [(reader.actor_id, reader.role, reader.organisation_id, [str(sheila.id)])]


def test_the_list_of_handovers_is_a_look_at_everybody_in_it(world, signed_in):
    resident = ken.ken_on_the_ward(world)
    ken.offered(world, resident)
    signed_in("nurse").get(reverse("handover_list"))
    nurse = world.nurse
    assert looks("handovers.listed") == [(nurse.actor_id, nurse.role, nurse.organisation_id, [str(resident.id)])]


def test_my_day_is_a_look_at_those_of_my_actions_too(world, signed_in):
    sheila = world.resident()
    ken.action(world, sheila, by=world.nurse, team=world.nursing, due_on=clock.today())
    signed_in("nurse").get(reverse("my_day"))
    assert [residents for *_, residents in looks("day.viewed")] == [[str(sheila.id)]]


@pytest.mark.every
@pytest.mark.parametrize("page", ["my_day", "referral_inbox", "handover_list", "alerts"])
def test_a_list_that_names_nobody_is_no_look(world, signed_in, page):
    signed_in("outsider").get(reverse(page))
    assert AuditEntry.objects.filter(kind="look").count() == 0
