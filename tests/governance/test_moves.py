"""Each team around somebody is told once of a move: of another address, practice or neighbourhood."""

import pytest

from carecoord.alerts.models import Alert
from carecoord.outbox.tasks import relay
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Level, OrganisationKind, Resident, Source
from neighbourhoods.services import (
    DetailFacts,
    add_detail,
    change_resident,
    create_organisation,
    open_relationship,
)
from tests.life import known, restrict

pytestmark = pytest.mark.django_db


def open_to(world, resident, team):
    with acting_as(world.nurse):
        open_relationship(
            resident_id=resident.id,
            team_id=team.id,
            level=Level.RECORD,
            source=Source.REGISTRATION,
            source_id=resident.id,
        )


def told(kind):
    relay()
    return sorted(Alert.objects.filter(kind=kind).values_list("team__name", flat=True))


@pytest.fixture
def sheila(world):
    """Of the nurses, the ward and the surgery, at an address that is known."""
    sheila = world.resident(address_lines=("3 Mill Lane",), postcode="M1 1AE")
    open_to(world, sheila, world.ward)
    open_to(world, sheila, world.surgery)
    return sheila


@pytest.fixture
def highcross_practice(world):
    return create_organisation(
        by=world.builder,
        place=world.place,
        name="Highcross Surgery",
        kind=OrganisationKind.GP_PRACTICE,
        neighbourhood=world.highcross,
    )


def changed(world, sheila, **facts):
    with acting_as(world.nurse) as by:
        now = Resident.objects.get(id=sheila.id)
        change_resident(by=by, resident_id=sheila.id, identity=known(now, **facts))


OTHERS = ["Bridge Street team", "Ward 7"]


def test_a_new_address_is_told_once_to_each_team_around_and_not_to_the_writers_own(world, sheila, mailoutbox):
    changed(world, sheila, address_lines=("9 Lock Street",), postcode="M1 2AB")
    assert told("resident.moved") == OTHERS
    changed(world, sheila, address_lines=("9 Lock Street",), postcode="M1 2AB", title="Mrs")
    assert told("resident.moved") == OTHERS
    alert = Alert.objects.filter(kind="resident.moved").first()
    assert (alert.resident_id, alert.due_at, alert.about_id) == (sheila.id, None, sheila.id)
    assert not any("Lock Street" in one.body or "Hartley" in one.body for one in mailoutbox)


def test_another_practice_in_the_same_neighbourhood_is_a_move_of_practice(world, sheila):
    other = create_organisation(
        by=world.builder,
        place=world.place,
        name="Canal Surgery",
        kind=OrganisationKind.GP_PRACTICE,
        neighbourhood=world.millbrook,
    )
    changed(world, sheila, gp_practice_id=other.id)
    assert told("resident.moved") == OTHERS


def test_another_neighbourhood_is_one_notice_that_says_so_and_not_two(world, sheila, highcross_practice):
    changed(world, sheila, gp_practice_id=highcross_practice.id, address_lines=("1 High Cross",))
    assert Resident.objects.get(id=sheila.id).neighbourhood == world.highcross
    assert (told("resident.moved_away"), told("resident.moved")) == (OTHERS, [])


def test_the_teams_of_the_new_neighbourhood_learn_of_nobody_before_they_are_asked(world, sheila, highcross_practice):
    changed(world, sheila, gp_practice_id=highcross_practice.id)
    relay()
    assert not Alert.objects.filter(team=world.highcross_nursing).exists()


def test_to_learn_where_somebody_has_lived_all_along_is_no_move(world):
    sheila = world.resident(gp_practice_id=None)
    open_to(world, sheila, world.ward)
    changed(world, sheila, address_lines=("3 Mill Lane",), postcode="M1 1AE", gp_practice_id=world.practice.id)
    assert (told("resident.moved"), told("resident.moved_away")) == ([], [])


def test_other_changes_are_no_move(world, sheila):
    changed(world, sheila, phone="07700 900123", family_name="Hartley-Moss", title="Mrs")
    assert told("resident.moved") == []


def test_a_temporary_address_is_told_and_a_former_one_is_not(world, sheila):
    for use, expected in (("old", []), ("temporary", OTHERS)):
        with acting_as(world.nurse) as by:
            facts = DetailFacts("address", use, {"lines": [f"7 {use} Row"], "postcode": "M1 3AE"})
            add_detail(by=by, resident_id=sheila.id, facts=facts)
        assert told("resident.moved") == expected


def test_ig_20_nothing_is_told_of_where_somebody_restricted_is(world, sheila):
    restrict(world, sheila)
    changed(world, sheila, address_lines=("9 Lock Street",), postcode="M1 2AB")
    assert told("resident.moved") == []


def test_somebody_who_has_died_moves_no_more(world, sheila):
    changed(world, sheila, died_on=sheila.created_at.date())
    changed(world, sheila, address_lines=("9 Lock Street",))
    assert (told("resident.moved"), told("resident.died")) == ([], OTHERS)
