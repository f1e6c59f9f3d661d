from datetime import timedelta

import pytest

from carecoord import clock
from carecoord.alerts.escalation import fire_due_rungs
from tests.alerts.offers import raised

pytestmark = [pytest.mark.running, pytest.mark.browser]


def test_shot(running_site, context, page):
    w = running_site.world
    running_site.system.kill(running_site.system.running("worker"))
    sheila = w.resident()
    with clock.at(clock.now() - timedelta(hours=3)):
        raised(w, resident=sheila, kind="handover.discharge", hours=4)
        raised(w, resident=sheila, kind="handover.offered", hours=2)
        raised(w, kind="handover.declined", hours=None, resident=sheila)
    fire_due_rungs()
    from carecoord.alerts.models import Alert

    a = Alert.objects.filter(team=w.place.front_door).first()
    for who, path, name in [
        ("nurse", "/alerts/", "alerts"),
        ("front_door", f"/alerts/{a.id}/", "door"),
        ("admin", "/status", "status"),
    ]:
        c = context
        c.clear_cookies()
        c.add_cookies([running_site.cookie_of(who)])
        page.goto(running_site.base_url + path)
        page.screenshot(path=f"/tmp/alertsdev/{name}.png")
