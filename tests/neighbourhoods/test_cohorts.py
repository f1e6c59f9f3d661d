"""Groups of residents with a clock: recorded as entries, listed soonest first, told once, and hidden by their seal."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.outbox.tasks import relay
from neighbourhoods.cohorts.clocks import COHORT_CLOCKS, Known
from neighbourhoods.cohorts.worklists import cohorts_of, counts_of_team, packages_of_team, worklist
from neighbourhoods.definitions import cohorts
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Entry, Role
from neighbourhoods.services import (
    EntryFacts,
    PackageFacts,
    end_entry,
    open_caseload_entry,
    record_death,
    record_entry,
    request_package,
    undo_death,
)
from neighbourhoods.services.clock_telling import tell_due_clocks
from tests.neighbourhoods.test_encounters import involve
from tests.statements import statements_of

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)  # a Monday
PLAN = {"triggers": "Crowds\nNights", "ring": "01632 960 911, day and night"}


@pytest.fixture(autouse=True)
def monday(world):
    with clock.at(NOW):
        yield


@pytest.fixture
def sheila(world):
    return world.resident()


def put(world, resident, key, text="", who="nurse", on=None, **data):
    with acting_as(world.people[who]) as by:
        return record_entry(by=by, resident_id=resident.id, facts=EntryFacts(key, text, data, event_on=on))


def group(world, resident, key, who="nurse", **data):
    return put(world, resident, f"cohort.{key}", who=who, **data)


def listed(world, key, who="nurse", team=None):
    with acting_as(world.people[who]) as by:
        return list(worklist(by, (team or world.nursing).id, key).rows)


def page(client, world, key):
    return client.get(reverse("team_cohort", args=[world.nursing.id, key])).content.decode()


def test_every_clock_is_written_as_its_function_says(world, sheila):
    """And recomputing all of them from what is recorded finds the same."""
    group(world, sheila, "dementia", last_review_on="2029-03-01")
    group(world, sheila, "learning_disabilities", last_check_on="2029-06-01")
    group(world, sheila, "send", stage="drafting", requested_on="2029-11-05")
    group(world, sheila, "mental_health", discharged_on="2030-01-06")
    group(world, sheila, "safeguarding", stage="enquiry", next_on="2030-01-31")
    group(world, sheila, "childrens_services", stage="assessment", stage_on="2029-12-03")
    written = {one.kind: one.due_at for one in Entry.objects.filter(kind__startswith="cohort.")}
    again = {
        one.kind: COHORT_CLOCKS[one.definition.clock](Known(date(2030, 1, 7), one.data, sheila.birth_date))
        for one in Entry.objects.filter(kind__startswith="cohort.")
    }
    assert written == again
    assert len(written) == 6
    assert None not in written.values()


def test_what_was_done_is_recorded_and_the_clock_runs_anew(world, sheila, signed_in):
    first = group(world, sheila, "dementia", last_review_on="2029-01-10", coordinator="Joy")
    client, address = signed_in("nurse"), reverse("entry_new", args=[sheila.id, "cohort.dementia"])
    shown = client.get(address).content.decode()
    assert "Joy" in shown
    facts = {f"last_review_on_{part}": number for part, number in (("day", 7), ("month", 1), ("year", 2030))}
    assert client.post(address, facts | {"coordinator": "Joy"}).status_code == 302
    second = Entry.objects.get(kind="cohort.dementia", ended_at=None)
    assert (second.supersedes_id, second.due_at) == (first.id, datetime(2031, 1, 7, 17, 0, tzinfo=UTC))


def test_what_is_due_is_told_once_and_says_neither_of_whom_nor_which_group(world, sheila):
    entry = group(world, sheila, "safeguarding", stage="enquiry", next_on="2030-01-08")
    relay()
    assert tell_due_clocks() == 0
    with clock.at(NOW + timedelta(days=2)):
        assert [tell_due_clocks(), tell_due_clocks()] == [1, 0]
        relay()
    alert = Alert.objects.get(kind="cohort.due")
    assert (alert.team, alert.about_id) == (world.nursing, entry.id)
    entry.refresh_from_db()
    assert (entry.told_at, entry.version) == (NOW + timedelta(days=2), 1)


def test_ended_groups_are_told_to_nobody(world, sheila):
    entry = group(world, sheila, "dementia", last_review_on="2028-01-01")
    with acting_as(world.nurse) as by:
        end_entry(by=by, resident_id=sheila.id, entry_id=entry.id, reason="Another diagnosis")
    assert tell_due_clocks() == 0


def test_of_whoever_has_died_no_check_is_due_until_it_was_a_mistake(world, sheila, signed_in):
    group(world, sheila, "dementia", last_review_on="2028-01-01")
    group(world, world.resident(family_name="Baker"), "dementia", last_review_on="2029-11-01")
    with acting_as(world.nurse) as by:
        record_death(by=by, resident_id=sheila.id, died_on=clock.today())
    assert tell_due_clocks() == 0
    assert [one.resident.family_name for one in listed(world, "dementia")] == ["Baker", "Hartley"]
    with acting_as(world.nurse) as by:
        assert [(one.residents, one.overdue) for one in counts_of_team(by, world.nursing.id)] == [(2, 0)]
    assert "Overdue" not in page(signed_in("nurse"), world, "dementia")
    with acting_as(world.nurse) as by:
        undo_death(by=by, resident_id=sheila.id, reason="It was her sister")
    assert tell_due_clocks() == 1
    assert [one.resident.family_name for one in listed(world, "dementia")] == ["Hartley", "Baker"]


def test_each_worklist_has_the_soonest_first(world):
    days = {"Adams": "2029-09-01", "Baker": "2029-02-01", "Clark": "2029-05-01"}
    for name, on in days.items():
        group(world, world.resident(family_name=name), "dementia", last_review_on=on)
    assert [one.resident.family_name for one in listed(world, "dementia")] == ["Baker", "Clark", "Adams"]


def test_a_list_is_of_those_on_the_caseload_whoever_wrote_them_into_the_group(world, sheila):
    group(world, sheila, "dementia")
    involve(world, sheila)
    assert listed(world, "dementia", "link_worker", world.carers) == []
    with acting_as(world.link_worker) as by:
        open_caseload_entry(by=by, resident_id=sheila.id, team_id=world.carers.id)
    assert [one.resident_id for one in listed(world, "dementia", "link_worker", world.carers)] == [sheila.id]


@pytest.mark.thorough
@pytest.mark.parametrize("key", ["dementia", "send"])
def test_thirty_cost_what_three_cost(world, signed_in, key):
    client, counted = signed_in("nurse"), []
    for number in (3, 27):
        for each in range(number):
            resident = world.resident(family_name=f"Adams{number}{each}")
            group(world, resident, key, **({"stage": "drafting"} if key == "send" else {}))
        page(client, world, key)
        counted.append(len(statements_of(lambda: page(client, world, key))))
    assert counted[0] == counted[1] <= 10


def test_ehcp_says_weeks_left_and_the_stage(world, sheila, signed_in):
    group(world, sheila, "send", stage="drafting", requested_on="2029-11-05")
    body = page(signed_in("nurse"), world, "send")
    assert "11 weeks left" in body
    assert "Drafting the plan" in body


def test_a_cohort_one_may_not_read_is_on_no_list_no_page_and_in_no_api_answer(world, sheila, signed_in, client):
    """The carers' team has her record and her on its caseload, and no role of either seal."""
    group(world, sheila, "mental_health", key_worker="Quenby Ash", next_on="2030-01-02")
    group(world, sheila, "safeguarding", stage="enquiry")
    group(world, sheila, "dementia")
    involve(world, sheila)
    with acting_as(world.link_worker) as by:
        open_caseload_entry(by=by, resident_id=sheila.id, team_id=world.carers.id)
        assert cohorts_of(by, [sheila.id]) == {sheila.id: ["dementia"]}
        assert [one.key for one in counts_of_team(by, world.carers.id)] == ["dementia"]
        assert list(worklist(by, world.carers.id, "mental_health").rows) == []
    assert cohorts_of(world.link_worker, [sheila.id]) == {sheila.id: ["dementia"]}
    assert cohorts_of(world.nurse, [sheila.id]) == {sheila.id: ["dementia", "mental_health", "safeguarding"]}
    client = signed_in("link_worker")
    for name, args in (
        ("team_cohorts", [world.carers.id]),
        ("team_cohort", [world.carers.id, "mental_health"]),
        ("resident_record", [sheila.id]),
        ("resident_entries", [sheila.id]),
        ("whole_record", [sheila.id]),
        ("resident_timeline", [sheila.id]),
    ):
        body = client.get(reverse(name, args=args)).content.decode()
        assert "Quenby" not in body, name
        assert "Safeguarding work" not in body, name


def test_of_a_sealed_group_each_team_has_its_own(world, sheila):
    """Neither learns by a refusal that the other has one."""
    worker = world.add_person("social_worker", world.charity, Role.LINK_WORKER, [world.carers])
    involve(world, sheila)
    first = group(world, sheila, "mental_health", key_worker="Ash")
    second = group(world, sheila, "mental_health", who="link_worker", key_worker="Birch")
    assert Entry.objects.filter(kind="cohort.mental_health", ended_at=None).count() == 2
    third = group(world, sheila, "mental_health", key_worker="Cedar")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.ended_at, second.ended_at, third.supersedes_id) == (NOW, None, first.id)
    assert worker.role == "link_worker"


def test_the_safety_plan_is_one_tap_away_on_every_page_of_the_record(world, sheila, signed_in):
    plan = put(world, sheila, "safety_plan", "Go to her sister", **PLAN)
    client = signed_in("nurse")
    for name in ("resident_record", "resident_people", "resident_timeline", "care_plan"):
        body = client.get(reverse(name, args=[sheila.id])).content.decode()
        assert f'href="{reverse("entry_opened", args=[plan.id])}"' in body, name
    opened = client.get(reverse("entry_opened", args=[plan.id]), follow=True).content.decode()
    for words in ("Go to her sister", "Crowds", "01632 960 911"):
        assert words in opened


def test_a_safety_plan_names_what_sets_it_off_and_whom_to_ring(world, sheila):
    from carecoord.errors import RuleError

    for missing in PLAN:
        with pytest.raises(RuleError) as refusal:
            put(world, sheila, "safety_plan", "Rest", **{key: said for key, said in PLAN.items() if key != missing})
        assert refusal.value.field == missing


def test_packages_that_do_not_run_stand_on_their_teams_list_the_soonest_first(world, sheila, signed_in):
    with acting_as(world.nurse) as by:
        for name, starts_on, runs in (
            ("B", date(2030, 2, 1), False),
            ("A", date(2030, 1, 9), False),
            ("C", None, True),
        ):
            facts = PackageFacts(name, "home_care", provider_name="Kind Hands", starts_on=starts_on)
            request_package(by=by, resident_id=sheila.id, team_id=world.nursing.id, facts=facts, is_running=runs)
    assert [one.name for one in packages_of_team(world.nurse, world.nursing.id)] == ["A", "B"]
    client = signed_in("nurse")
    body = client.get(reverse("team_packages", args=[world.nursing.id])).content.decode()
    assert "Kind Hands" in body
    assert signed_in("outsider").get(reverse("team_packages", args=[world.nursing.id])).status_code == 404


def test_every_group_has_a_list_and_the_others_none(world, sheila, signed_in):
    client = signed_in("nurse")
    for key in cohorts():
        assert client.get(reverse("team_cohort", args=[world.nursing.id, key])).status_code == 200, key
    assert client.get(reverse("team_cohort", args=[world.nursing.id, "nobody"])).status_code == 404
    assert signed_in("outsider").get(reverse("team_cohorts", args=[world.nursing.id])).status_code == 404
