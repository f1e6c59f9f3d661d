"""Care packages: what is due of them, their states, and whose they are."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.errors import IllegalMove, NotYours, RuleError
from carecoord.outbox.tasks import relay
from neighbourhoods.cohorts.worklists import packages_of_team
from neighbourhoods.display.worklists import package_table
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Role
from neighbourhoods.services import (
    allowed_on_package,
    change_package,
    change_stay,
    facts_of_package,
)
from neighbourhoods.services.clock_telling import tell_due_clocks
from neighbourhoods.states import PACKAGE
from tests.staying import NOW, again, come, move, package

pytestmark = pytest.mark.django_db

README = Path(__file__).resolve().parents[3] / "neighbourhoods" / "README.md"


def test_a_package_that_stands_still_for_two_weeks_is_told_once(world, sheila):
    one = package(world, sheila)
    move(world, one, "suspend", reason="On holiday")
    relay()
    with clock.at(NOW + timedelta(days=14)):
        assert [tell_due_clocks(), tell_due_clocks()] == [1, 0]
        relay()
    assert Alert.objects.get(kind="package.due").about_id == one.id


def test_who_is_expected_home_has_the_team_told_on_the_working_day_before_whatever_day_that_becomes(
    world, sheila, signed_in
):
    """NOW is a Thursday before Easter; Tuesday the 23rd is the first working day after it."""
    one = package(world, sheila)
    stay = come(world, sheila, expected_discharge_on=date(2030, 4, 24))
    assert again(one).due_at == datetime(2030, 4, 23, 16, 0, tzinfo=UTC)
    with acting_as(world.nurse) as by:
        change_stay(by=by, stay_id=stay.id, room="", expected_discharge_on=date(2030, 4, 23))
    assert again(one).due_at == datetime(2030, 4, 18, 16, 0, tzinfo=UTC)
    assert "Expected home: " in signed_in("nurse").get(reverse("team_packages", args=[world.nursing.id])).text
    with acting_as(world.nurse) as by:
        assert package_table(packages_of_team(by, world.nursing.id)).rows[0].said[-1] == "Expected home: 23-Apr-2030"
    relay()
    with clock.at(one.due_at):
        assert [tell_due_clocks(), tell_due_clocks()] == [1, 0]
        relay()
    assert Alert.objects.get(kind="package.due").about_id == one.id
    with acting_as(world.nurse) as by:
        change_stay(by=by, stay_id=stay.id, room="", expected_discharge_on=None)
    assert (again(one).due_at, one.told_at) == (NOW + timedelta(days=14), None)


def test_what_is_needed_from_a_day_is_due_on_it(world, sheila):
    one = package(world, sheila, is_running=False, starts_on=date(2030, 4, 24))
    assert one.due_at == datetime(2030, 4, 24, 16, 0, tzinfo=UTC)
    assert again(move(world, one, "start", on=date(2030, 4, 18))).due_at is None


def test_every_move_of_a_package_stands_in_the_readme():
    section = README.read_text().split("### CarePackage")[1].split("\n## ")[0].split("\n### ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and not line.startswith("| Move")]
    order = [state.name for state in PACKAGE]
    expected = [
        f"| {one.verb} | {', '.join(sorted(one.origins, key=order.index))} | {one.target} |" for one in PACKAGE.moves
    ]
    assert rows == expected


@pytest.mark.parametrize("state", [one.name for one in PACKAGE])
def test_a_package_passes_only_through_its_states(world, sheila, state):
    for arrow in PACKAGE.moves:
        one = package(world, sheila, is_running=state not in ("requested", "arranged"))
        for step in {"arranged": ["arrange"], "suspended": ["suspend"], "ended": ["end"]}.get(state, []):
            one = move(world, one, step, reason="Why not")
        if state in arrow.origins:
            assert move(world, one, arrow.verb, reason="Why not").status == arrow.target
        else:
            with pytest.raises(IllegalMove):
                move(world, one, arrow.verb, reason="Why not")
            assert again(one).status == state


def test_others_around_suspend_and_nothing_else(world, sheila):
    one = package(world, sheila)
    with acting_as(world.ward_nurse) as by:
        assert allowed_on_package(by, one) == ("suspend",)
    other = world.add_person("social_worker", world.practice, Role.SOCIAL_WORKER, [world.nursing])
    assert allowed_on_package(other, one) == ("suspend", "end")


def test_whose_it_is_not_does_not_end_it(world, sheila):
    from tests.neighbourhoods.test_encounters import involve

    one = package(world, sheila)
    involve(world, sheila)
    with pytest.raises(NotYours, match="Millbrook Community Nursing arranges this package"):
        move(world, one, "end", who="link_worker", reason="Too dear")
    assert again(one).status == "active"
    assert move(world, one, "suspend", who="link_worker", reason="On holiday").status == "suspended"


def test_nothing_runs_without_somebody_who_provides_it(world, sheila):
    one = package(world, sheila, is_running=False, provider_name="")
    with pytest.raises(RuleError, match="who provides it"):
        move(world, one, "start")
    with acting_as(world.nurse) as by:
        facts = facts_of_package(one)
        change_package(
            by=by,
            package_id=one.id,
            version=one.version,
            facts=facts.__class__(**{**vars(facts), "provider_name": "Kind Hands"}),
        )
    assert move(world, one, "start").status == "active"


def test_what_was_to_begin_later_and_never_did_may_end_today(world, sheila):
    one = package(world, sheila, is_running=False, starts_on=date(2030, 4, 24))
    ended = again(move(world, one, "end", reason="Manages alone again"))
    assert (ended.status, ended.starts_on, ended.ends_on) == ("ended", None, date(2030, 4, 18))


def test_what_runs_began_today_or_before_and_ends_no_earlier(world, sheila):
    with pytest.raises(RuleError, match="It runs already: choose today or a day before"):
        package(world, sheila, starts_on=date(2030, 4, 19))
    one = package(world, sheila, starts_on=date(2030, 4, 17))
    later = replace(facts_of_package(one), starts_on=date(2030, 4, 19))
    with acting_as(world.nurse) as by, pytest.raises(RuleError, match="It runs already"):
        change_package(by=by, package_id=one.id, version=one.version, facts=later)
    with pytest.raises(RuleError, match="Choose a day after it began"):
        move(world, one, "end", reason="Too dear", on=date(2030, 4, 16))
    assert again(move(world, one, "end", reason="Too dear", on=date(2030, 4, 17))).starts_on == date(2030, 4, 17)
