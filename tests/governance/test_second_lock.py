"""With the gate taken out of the code, the policies of the database still let nobody in."""

import pytest
from django.urls import get_resolver, reverse

from carecoord.alerts.models import Alert
from carecoord.prepared.querysets import _Shapes
from neighbourhoods.models import Entry, Resident
from neighbourhoods.models.relationships import HeldRecord, RelationshipQuerySet
from neighbourhoods.models.visibility import VisibleQuerySet
from tests.architecture.test_urls import CARE_DATA, OURS, RESIDENTS, arguments
from tests.governance.test_restricted import api_arguments, flat
from tests.life import live
from tests.partners import made_client
from tests.standing import made_once
from tests.world import sign_in

pytestmark = pytest.mark.django_db

# What only Sheila's record says of her. Her card says her number too.
HERS = (*CARE_DATA, "999 000 01", "99900001")
# The card before the reason, and answering it: the only place that says that somebody is there.
CARD = {"resident_record", "claim", "break_glass"}


def live_with_a_client(world):
    live(world)
    world.alert_id = Alert.objects.filter(team=world.surgery).first().id
    world.client_id = made_client(world).id


standing = made_once(live_with_a_client)


@pytest.fixture
def lived(world):
    return world


@pytest.fixture
def without_the_gate(monkeypatch):
    """Nothing in Python asks for a relationship, and no SQL is kept that was worked out while it did."""
    for queryset in (VisibleQuerySet, RelationshipQuerySet):
        monkeypatch.setattr(queryset, "visible_to", lambda self, principal: self)
    monkeypatch.setattr(HeldRecord, "as_sql", lambda self, compiler, connection, **more: ("true", []))
    monkeypatch.setattr(_Shapes, "__call__", lambda self, *args, **kwargs: self.as_it_is(*args, **kwargs))


def test_the_gate_is_out_indeed(lived, without_the_gate):
    """Asked by the owner of the tables, whom no policy stops, everybody is there."""
    assert Resident.objects.visible_to(lived.outsider).filter(id=lived.sheila.id).exists()
    assert Entry.objects.visible_to(lived.outsider).exists()


@pytest.mark.thorough
@pytest.mark.parametrize("who", ["outsider", "privacy", "admin"])
def test_no_page_leaks_without_the_gate(lived, client, without_the_gate, who):
    sign_in(client, lived, who)
    wrong = []
    for name, names in OURS:
        address = reverse(name, kwargs=arguments(lived, names))
        for method in ("get", "post"):
            answer = getattr(client, method)(address)
            body = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")
            said = [word for word in (CARE_DATA if name in CARD else HERS) if word in body]
            if said or answer.status_code >= 500 or (RESIDENTS & set(names) and answer.status_code == 200):
                wrong.append((name, method, answer.status_code, said))
    assert wrong == []


def test_no_endpoint_leaks_without_the_gate(lived, partner, without_the_gate):
    stranger = partner("highcross", lived.highcross_nursing)
    values, wrong = api_arguments(lived), []
    (api,) = [one for one in get_resolver().url_patterns if getattr(one, "namespace", None) == "api"]
    for entry in flat(api.url_patterns):
        names = entry.pattern.converters
        if not names.keys() <= values.keys() or entry.name in {"schema", "docs"}:
            continue
        address = reverse(f"api:{entry.name}", kwargs={name: values[name] for name in names})
        for query in ("", f"?resident={lived.sheila.id}"):
            answer = stranger.get(f"{address}{query}")
            said = [word for word in HERS if word in answer.content.decode()]
            if said or answer.status_code >= 500 or (RESIDENTS & names.keys() and answer.status_code == 200):
                wrong.append((entry.name, query, answer.status_code, said))
    assert wrong == []
