"""Several sweeps at once: what one of them holds is left to it, and nobody waits."""

from datetime import timedelta

import pytest
from django.db import transaction

from carecoord import clock
from carecoord.alerts.escalation import fire_due_rungs
from carecoord.alerts.models import Alert, AlertRung
from tests.alerts.offers import raised
from tests.races import beside

pytestmark = pytest.mark.running


def test_a_sweep_neither_waits_for_another_nor_fires_what_it_holds(running_world):
    with clock.at(clock.now() - timedelta(hours=3)):
        held, free = (raised(running_world, hours=4) for _ in range(2))
    with transaction.atomic():
        Alert.objects.select_for_update().get(id=held.id)
        assert beside(fire_due_rungs).result(timeout=20) == 1
        assert not AlertRung.objects.filter(alert=held, level=1).exists()
    assert AlertRung.objects.filter(alert=free, level=1).exists()
    assert fire_due_rungs() == 1
    assert list(AlertRung.objects.filter(alert=held).values_list("level", flat=True)) == [0, 1]
