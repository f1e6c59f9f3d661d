"""Being on the list of a huddle opens the record; and what a relationship is called, in the table and in the README."""

from datetime import timedelta
from pathlib import Path

import pytest

from carecoord import clock
from carecoord.audit.models import AuditEntry
from carecoord.errors import RuleError
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Level, Relationship, Resident, Source, Team
from neighbourhoods.services import end_expired_relationships, list_for_huddle, open_relationship, unlist
from neighbourhoods.states import RELATIONSHIP

README = Path(__file__).resolve().parents[2] / "neighbourhoods" / "README.md"


@pytest.fixture
def sheila(world):
    return world.resident()


def listed(world, sheila, *teams, who="nurse"):
    with acting_as(world.people[who]) as by:
        ids = [team.id for team in teams]
        return list_for_huddle(by=by, resident_id=sheila.id, team_ids=ids, reason="Falls")


def taken_off(world, sheila, listing):
    with acting_as(world.nurse) as by:
        unlist(by=by, resident_id=sheila.id, listing_id=listing)


def held(team):
    return Relationship.objects.open_at(clock.now()).filter(team=team, source_kind=Source.HUDDLE)


@pytest.mark.django_db
def test_whoever_is_listed_twice_is_listed_until_the_later_one_ends(world, sheila):
    first = listed(world, sheila, world.carers)
    with clock.at(clock.now() + timedelta(days=20)):
        listed(world, sheila, world.carers)
    with clock.at(clock.now() + timedelta(days=29)):
        end_expired_relationships()
        assert [one.source_id == first for one in held(world.carers)] == [False]


@pytest.mark.django_db
def test_taken_off_one_list_they_stay_on_the_other_and_twice_is_once(world, sheila):
    first, _ = listed(world, sheila, world.carers), listed(world, sheila, world.carers, world.surgery)
    for _ in range(2):
        taken_off(world, sheila, first)
    assert (held(world.carers).count(), held(world.surgery).count()) == (1, 1)
    verbs = AuditEntry.objects.filter(resident_id=sheila.id, verb__startswith="huddle.").values_list("verb", flat=True)
    assert sorted(verbs) == ["huddle.listed", "huddle.listed", "huddle.unlisted"]


@pytest.mark.django_db
def test_another_cause_is_not_ended_by_taking_off_a_list(world, sheila):
    with acting_as(world.nurse):
        open_relationship(
            resident_id=sheila.id,
            team_id=world.carers.id,
            level=Level.RECORD,
            source=Source.REGISTRATION,
            source_id=sheila.id,
        )
    listed(world, sheila, world.carers)
    taken_off(world, sheila, sheila.id)
    assert Resident.objects.visible_to(world.link_worker).filter(id=sheila.id).exists()


@pytest.mark.django_db
def test_nobody_lists_whom_they_do_not_see_nor_a_team_without_residents(world, sheila):
    with pytest.raises(Resident.DoesNotExist):
        listed(world, sheila, world.carers, who="outsider")
    with pytest.raises(RuleError, match="Choose teams"):
        listed(world, sheila, Team.objects.filter(kind="privacy").first())
    with pytest.raises(RuleError, match="Choose teams"):
        listed(world, sheila)
    assert not Relationship.objects.filter(source_kind=Source.HUDDLE).exists()


def test_a_relationship_is_proposed_active_or_ended_also_when_no_task_has_written_it_down():
    now = clock.now()
    past, later = now - timedelta(seconds=1), now + timedelta(days=1)
    states = {
        ("card", None, None): "proposed",
        ("record", None, None): "active",
        ("record", later, None): "active",
        ("record", past, None): "ended",
        ("card", past, None): "ended",
        ("record", None, past): "ended",
    }
    for (level, expires_at, ended_at), state in states.items():
        assert Relationship(level=level, expires_at=expires_at, ended_at=ended_at).state == state


def test_the_readme_shows_exactly_the_states_and_moves_of_a_relationship():
    text = README.read_text()
    order = [state.name for state in RELATIONSHIP]
    moves = [
        f"| {move.verb} | {', '.join(sorted(move.origins, key=order.index))} | {move.target} |"
        for move in RELATIONSHIP.moves
    ]
    section = text.split("### Relationship\n")[1].split("\n\n")[0]
    assert [line for line in section.splitlines() if line.startswith("| ")] == ["| Move | From | To |", *moves]
    shown = text.split("| State | On the screen | In the row |")[1].split("\n\n")[0]
    cells = [line.strip("| ").split(" | ") for line in shown.splitlines() if line.startswith("| ")]
    assert [cell[:2] for cell in cells] == [[state.name, state.label] for state in RELATIONSHIP]
