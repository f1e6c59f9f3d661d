"""What belongs to one resident is neither read nor posted at the address of another, whoever sees both."""

import pytest
from django.urls import reverse

from carecoord.alerts.models import Alert
from carecoord.ids import new_id
from neighbourhoods.models import Encounter
from tests.architecture.test_urls import OURS, RESIDENTS, arguments
from tests.life import live
from tests.partners import made_client
from tests.world import sign_in

pytestmark = pytest.mark.django_db
# Of whoever is merged or linked two stand in the address, by intent.
OF_ONE = (RESIDENTS | {"proxy_id"}) - {"resident_id", "other_id"}
MIXED = [(name, names) for name, names in OURS if "resident_id" in names and OF_ONE & set(names)]


@pytest.fixture
def two(world):
    """Sheila with something in every table, and Olga, both of the nurse's team."""
    live(world)
    world.alert_id = Alert.objects.filter(team=world.surgery).first().id
    world.client_id = made_client(world).id
    world.olga = world.resident(given_name="Olga", family_name="Brandt")
    return world


def rows_of(resident):
    return list(Encounter.objects.filter(resident=resident).order_by("id").values_list("id", "note", "version"))


def test_there_are_addresses_of_a_resident_and_of_something_of_theirs():
    assert len(MIXED) >= 10


def test_no_address_shows_or_takes_what_is_anothers(two, client):
    sign_in(client, two, "nurse")
    wrong = []
    for name, names in MIXED:
        given = arguments(two, names)
        right, mixed = reverse(name, kwargs=given), reverse(name, kwargs=given | {"resident_id": two.olga.id})
        assert right != mixed
        for method in ("get", "post"):
            answer = getattr(client, method)(mixed)
            if answer.status_code not in (404, 405):
                wrong.append((name, method, answer.status_code))
    assert wrong == []


def test_a_form_that_was_sent_for_one_is_not_taken_for_another(two, client):
    """As when somebody goes back to a form after they have switched, and its address is the other's."""
    sign_in(client, two, "nurse")
    form = {"made": new_id(), "kind": "note", "note": "Sheila asks for a later visit", "status": "done"}
    form |= {"seen_by": two.nurse.membership_id, "team": two.nursing.id}
    client.post(reverse("encounter_new", args=[two.sheila.id]), form)
    before = rows_of(two.sheila)
    assert "Sheila asks for a later visit" in {note for _, note, _ in before}
    answer = client.post(reverse("encounter_new", args=[two.olga.id]), form)
    assert answer.status_code == 422
    assert (rows_of(two.olga), rows_of(two.sheila)) == ([], before)
