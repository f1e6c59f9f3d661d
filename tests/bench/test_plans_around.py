"""How PostgreSQL answers the lists of who is around residents, who acts for them, where they stay, and their care:
from indexes, in the role that serves them, among 50,000 residents."""

import pytest
from django.db import transaction

from carecoord import clock
from carecoord.bench.inserting import insert, run
from neighbourhoods.models import CarePackage, Contact, Proxy, Relationship, Stay
from tests.bench import test_plans
from tests.bench.test_plans import ask, indexes_of, who  # noqa: F401  a fixture
from tests.merging import ask as ask_rows

pytestmark = pytest.mark.thorough
LISTS = [("people/", Contact), ("proxies/", Proxy), ("stays/", Stay), ("care-packages/", CarePackage)]
OF_LISTS = pytest.mark.parametrize(("path", "model"), LISTS, ids=[path for path, _ in LISTS])


@pytest.fixture(scope="module")
def around(who, django_db_blocker):
    """Everybody has two people, one of whom may act for them, has been in hospital, and has care arranged."""
    with django_db_blocker.unblock():
        every = "FROM neighbourhoods_resident r"
        two = f"{every}, generate_series(1, 2) AS one"
        insert(Contact, two, resident_id="r.id", kind="'personal'", name="'Karen ' || one")
        of_one = "FROM neighbourhoods_contact r WHERE r.name = 'Karen 1'"
        acts = {"contact_id": "r.id", "legal_basis": "'consent'", "status": "'proposed'"}
        insert(Proxy, of_one, resident_id="r.resident_id", **acts)
        left = {"admitted_at": "now() - interval '9 days'", "discharged_at": "now() - interval '2 days'"}
        where = {"organisation_name": "'A hospital'", "destination": "'home'"}
        insert(Stay, every, resident_id="r.id", kind="'hospital'", **left, **where)
        of_team = {"team_id": f"'{who.team_id}'::uuid", "status": "'requested'", "kind": "'day_care'"}
        insert(CarePackage, every, resident_id="r.id", name="'Day centre'", **of_team)
        for _, model in LISTS:
            run(f"ANALYZE {model._meta.db_table}")
    return who


def of_residents(model):
    """Whatever they are called: an index that begins with the resident."""
    indexes = "SELECT indexname FROM pg_indexes WHERE tablename = %s AND indexdef LIKE '%%(resident_id%%'"
    return {name for (name,) in ask_rows(indexes, [model._meta.db_table])}


@pytest.fixture(autouse=True)
def they_are_big_too(monkeypatch):
    monkeypatch.setattr(test_plans, "BIG", test_plans.BIG | {model._meta.db_table for _, model in LISTS})


@OF_LISTS
def test_a_whole_list_is_read_in_the_order_of_its_index(around, django_db_blocker, path, model):
    with django_db_blocker.unblock():
        assert f"{model._meta.db_table}_pkey" in indexes_of(ask(around, f"/api/v1/{path}"))


@OF_LISTS
def test_of_one_resident_it_is_looked_up(around, django_db_blocker, path, model):
    with django_db_blocker.unblock():
        found = indexes_of(ask(around, f"/api/v1/{path}?resident={around.people[0].resident_id}"))
        assert found & of_residents(model)


@OF_LISTS
def test_whoever_sees_few_does_not_read_the_whole_list(around, django_db_blocker, path, model):
    with django_db_blocker.unblock(), transaction.atomic():
        two = [person.resident_id for person in around.people[:2]]
        Relationship.objects.filter(ended_at=None).exclude(resident_id__in=two).update(ended_at=clock.now())
        plans = ask(around, f"/api/v1/{path}")
        of_one = of_residents(model)
        transaction.set_rollback(True)
    read = indexes_of(plans)
    assert f"{model._meta.db_table}_pkey" not in read
    assert read & of_one
