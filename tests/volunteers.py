"""Volunteers of the charity, the link worker who asks them, and what a volunteer never reads."""

from carecoord import clock
from neighbourhoods import gate
from neighbourhoods.models import Role, TeamKind
from neighbourhoods.services import (
    EntryFacts,
    create_membership,
    create_service,
    create_team,
    end_membership,
    record_entry,
)
from tests.world import WORLD_BEGAN

# What `tests/life.py` and `helped` write of somebody, and volunteers are never shown.
NOT_FOR_VOLUNTEERS = (
    "Penicillin",
    "Karen Hartley",
    "The allotment",
    "Wound plan",
    "Needs her GP",
    "Ulcer smaller",
    "BARLOW",
    "Morning calls",
    "Room 12B",
    "14-Mar-1948",
    "Heart failure",
    "Bridge Street",
    "999 000",
)
NEEDS = {"adjustment": "Knock loudly", "social.access": "Round the back", "risk.visitor": "The dog bites"}


def with_volunteers(world):
    """A team of volunteers, two of them, and a befriending service; the link worker is in that team too."""
    with clock.at(WORLD_BEGAN):
        return _with_volunteers(world)


def _with_volunteers(world):
    team = create_team(by=world.builder, organisation=world.charity, name="Befrienders", kind=TeamKind.VOLUNTEERS)
    world.befrienders = team
    world.befriending = create_service(by=world.builder, organisation=world.charity, name="Befriending", team=team)
    world.add_person("volunteer", world.charity, Role.VOLUNTEER, [team])
    world.add_person("second_volunteer", world.charity, Role.VOLUNTEER, [team])
    former = world.membership_of("link_worker")
    end_membership(by=world.admin, membership_id=former.id, reason="Another team too")
    both = create_membership(
        by=world.admin,
        user_id=former.user_id,
        organisation=world.charity,
        role=Role.LINK_WORKER,
        teams=[world.carers, team],
    )
    world.people["link_worker"] = gate.person(both)
    return world


def helped(world, **facts):
    """Somebody of the nurse's, of whom more is known than volunteers need."""
    sheila = world.resident(phone="01632 960001", address_lines=("1 Mill Lane",), postcode="M1 1AE", **facts)
    known = NEEDS | {"allergy": "Penicillin", "alert": "Heart failure"}
    with gate.acting_as(world.nurse) as nurse:
        for kind, text in known.items():
            data = {"category": "001"} if kind == "adjustment" else {}
            record_entry(by=nurse, resident_id=sheila.id, facts=EntryFacts(kind, text, data=data))
    return sheila
