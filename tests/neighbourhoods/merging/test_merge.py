"""Two records of one person become one."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.audit.models import AuditEntry
from carecoord.errors import NotYours, RuleError
from carecoord.outbox.tasks import relay
from carecoord.record.display.timeline import minute_of
from careplans.models import CarePlan, Goal
from careplans.services import add_goal, create_action, create_plan, write_section
from neighbourhoods import gate
from neighbourhoods.identities import Items, find_by_items, identity_card
from neighbourhoods.merging.leading import now_of
from neighbourhoods.models import CaseloadEntry, Merge, Relationship, Resident, ResidentDetail
from neighbourhoods.services import EntryFacts, discharge, open_caseload_entry, record_entry
from neighbourhoods.services.deaths import record_death
from neighbourhoods.services.merges import merge_residents
from referrals.services.handovers import withdraw_handover
from tests.life import break_the_glass, live, restrict
from tests.merging import columns_naming_residents, every_row, merged, twins

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(world):
    return twins(world)


def refused(world, survivor, other, by=None):
    before = every_row()
    with pytest.raises(RuleError) as told:
        merged(world, survivor, other, by=by)
    assert every_row() == before
    return told.value


def two_lives(world):
    """Two people with something in every table."""
    first = live(world).sheila
    with gate.acting_as(world.nurse):
        withdraw_handover(by=world.nurse, handover_id=world.handover.id, reason="Not now")
        discharge(by=world.nurse, stay_id=world.stay.id, destination="home")
    return first, live(world).sheila


def test_every_row_of_the_one_is_the_others(world):
    first, second = two_lives(world)
    from neighbourhoods.merging.rules import STAYS

    merged(world, first, second)
    left = {
        f"{table}.{column}": count
        for table, column in columns_naming_residents()
        if (count := rows_of(table, column, second)) and f"{table}.{column}" not in STAYS
    }
    assert left == {}


def rows_of(table, column, resident):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" = %s', [resident.id])
        return cursor.fetchone()[0]


def test_the_survivors_facts_stand_and_gaps_are_filled(world):
    sheila, again = twins(world, email="sheila@example.org", phone="07700 900999", nhs_number=None)
    merged(world, sheila, again)
    sheila.refresh_from_db()
    assert (sheila.family_name, sheila.phone, sheila.email) == ("Hartley", "07700 900123", "sheila@example.org")


def test_what_is_chosen_is_taken_from_the_other(world):
    sheila, again = twins(world, phone="07700 900999", nhs_number=None)
    merged(world, sheila, again, chosen=["phone", "name"])
    sheila.refresh_from_db()
    assert (sheila.family_name, sheila.phone) == ("Hartly", "07700 900999")
    assert sheila.sort_name == "hartly, sheila"
    assert [detail.data["family"] for detail in ResidentDetail.objects.filter(resident=sheila)] == ["Hartley"]


def test_she_is_found_by_either_name_and_either_number(world):
    sheila, again = twins(world, nhs_number=next(world.numbers))
    merged(world, sheila, again)
    with gate.acting_as(world.lead):
        assert [one.id for one in find_by_items(Items(nhs_number=again.nhs_number))] == [sheila.id]
        assert [one.id for one in find_by_items(Items(nhs_number=sheila.nhs_number))] == [sheila.id]
        found = find_by_items(Items(exact=("b:19480314",), names=("hartly, sheila",)))
        assert [one.id for one in found] == [sheila.id]


def test_a_verified_number_is_never_given_up_for_another(world):
    sheila, again = twins(world, nhs_number=next(world.numbers))
    Resident.objects.filter(id=again.id).update(nhs_number_status="01")
    merged(world, sheila, again)
    number = again.nhs_number
    sheila.refresh_from_db()
    assert (sheila.nhs_number, sheila.nhs_number_status) == (number, "01")


def test_two_verified_numbers_are_two_people(world):
    sheila, again = twins(world, nhs_number=next(world.numbers))
    Resident.objects.filter(id__in=[sheila.id, again.id]).update(nhs_number_status="01")
    assert refused(world, sheila, again).code == "two_numbers"


def test_two_offers_between_the_same_teams_are_answered_first(world):
    first = live(world).sheila
    second = live(world).sheila
    assert refused(world, first, second).code == "one_open_offer_between_two_teams"


def test_two_stays_of_a_kind_are_for_people_to_decide(world):
    first = live(world).sheila
    with gate.acting_as(world.nurse):
        withdraw_handover(by=world.nurse, handover_id=world.handover.id, reason="Not now")
    refusal = refused(world, first, live(world).sheila)
    assert (refusal.code, refusal.sentence[:21]) == ("one_open_stay_of_a_kind", "Both stay somewhere, ")


@pytest.mark.parametrize("who", ["nurse", "outsider", "link_worker", "privacy", "admin"])
def test_others_than_a_lead_or_the_front_door_merge_nothing(world, pair, who):
    assert isinstance(refused(world, *pair, by=world.people[who]), NotYours)


def test_the_front_door_merges_whom_it_has_both(world, pair):
    assert isinstance(refused(world, *pair, by=world.front_door), NotYours)
    for resident in pair:
        hold_for(world, resident, world.place.front_door)
    merged(world, *pair, by=world.front_door)
    assert Resident.objects.get(id=pair[1].id).merged_into_id == pair[0].id


def test_an_emergency_is_no_reason_to_merge(world, pair):
    other = world.resident(by=world.ward_nurse, team=world.ward, nhs_number=None)
    opened = break_the_glass(world, "lead", other)
    assert isinstance(refused(world, pair[0], other, by=opened), NotYours)


def test_a_lead_merges_only_whom_they_know_both(world):
    sheila = world.resident()
    other = world.resident(by=world.ward_nurse, team=world.ward)
    assert isinstance(refused(world, sheila, other), NotYours)
    assert isinstance(refused(world, other, sheila), NotYours)


def test_a_reason_is_needed(world, pair):
    with gate.acting_as(world.lead), pytest.raises(RuleError) as told:
        merge_residents(by=world.lead, survivor_id=pair[0].id, merged_id=pair[1].id, reason=" ")
    assert told.value.field == "reason"


def test_the_webs_role_writes_no_merge_by_itself(world, pair):
    sheila, _ = pair
    for statement in (
        "INSERT INTO neighbourhoods_merge (id) VALUES (gen_random_uuid())",
        "UPDATE neighbourhoods_merge SET reason = ''",
        "SELECT * FROM neighbourhoods_mergechange",
        f"SELECT app.merge_changes(NULL, 'neighbourhoods_resident', '{sheila.id}', 'title = ''x''', '{sheila.id}')",
    ):
        with gate.acting_as(world.lead), pytest.raises(ProgrammingError), transaction.atomic():
            connection.cursor().execute(statement)


def test_the_webs_role_moves_no_entry_to_somebody_else(world, pair):
    sheila, again = pair
    with gate.acting_as(world.nurse):
        entry = record_entry(by=world.nurse, resident_id=sheila.id, facts=EntryFacts("allergy", "Penicillin"))
        with pytest.raises(Exception, match="says what was written"), transaction.atomic():
            connection.cursor().execute(
                "UPDATE neighbourhoods_entry SET resident_id = %s WHERE id = %s", [again.id, entry.id]
            )


def test_the_old_record_is_closed_to_everybody(world, pair):
    sheila, again = pair
    merged(world, sheila, again)
    for name in ("lead", "nurse", "ward_nurse"):
        with gate.acting_as(world.people[name]):
            assert not Resident.objects.filter(id=again.id).exists()
            assert identity_card(again.id) is None
    again.refresh_from_db()
    assert (again.merged_into_id, again.nhs_number, again.phone, again.search_keys) == (sheila.id, None, "", [])


def test_teams_of_either_have_the_whole(world):
    sheila = world.resident()
    other = world.resident(by=world.ward_nurse, team=world.ward, nhs_number=None)
    with gate.acting_as(world.ward_nurse):
        open_caseload_entry(by=world.ward_nurse, resident_id=other.id, team_id=world.ward.id)
    hold_for(world, other, world.nursing)
    merged(world, sheila, other)
    with gate.acting_as(world.ward_nurse):
        assert Resident.objects.filter(id=sheila.id).exists()


def hold_for(world, resident, team):
    Relationship.objects.create(
        resident=resident, team=team, level="record", source_kind="claim", source_id=resident.id, started_at=clock.now()
    )


def test_one_team_leads_and_a_team_that_had_both_has_one_entry(world, pair):
    sheila, again = pair
    merged(world, sheila, again)
    entry = CaseloadEntry.objects.get(resident=sheila, ended_at=None)
    assert (entry.team, entry.is_lead) == (world.nursing, True)
    ended = CaseloadEntry.objects.get(resident=sheila, ended_at__isnull=False)
    assert not Relationship.objects.filter(source_id=ended.id, ended_at=None).exists()


def test_whoever_led_the_other_goes_on_leading_where_nobody_did(world):
    sheila = world.resident(on_caseload=False)
    again = world.resident(nhs_number=None)
    merged(world, sheila, again)
    assert CaseloadEntry.objects.get(resident=sheila, ended_at=None, is_lead=True).team == world.nursing


def test_of_two_plans_one_goes_on_with_the_goals_and_the_words_of_both(world, pair):
    plans = [planned(world, one, title) for one, title in zip(pair, ("The allotment", "Church"), strict=True)]
    with gate.acting_as(world.nurse):
        for plan, key in zip(plans, ("most_important", "support"), strict=False):
            write_section(by=world.nurse, plan_id=plan.id, key=key, body="Ken", in_own_words=True, version=0)
    merged(world, *pair)
    current = CarePlan.objects.get(resident=pair[0], ended_at=None)
    assert current == plans[0]
    assert sorted(current.goals.values_list("title", flat=True)) == ["Church", "The allotment"]
    assert current.sections.count() == 2
    assert CarePlan.objects.get(id=plans[1].id).status == "revoked"


def planned(world, resident, title):
    with gate.acting_as(world.nurse):
        plan = create_plan(by=world.nurse, resident_id=resident.id)
        add_goal(by=world.nurse, plan_id=plan.id, title=title)
    return plan


def test_a_restriction_of_either_holds_for_the_one(world, pair):
    sheila, again = pair
    restrict(world, again)
    merged(world, sheila, again)
    sheila.refresh_from_db()
    assert (sheila.is_restricted, sheila.phone, sheila.postcode) == (True, "", "")


def test_it_is_written_down_under_both_ids(world, pair):
    merge = merged(world, *pair)
    entries = AuditEntry.objects.filter(about_id=merge.id).order_by("verb")
    assert [(entry.verb, entry.resident_id, entry.reason) for entry in entries] == [
        ("resident.merged", pair[0].id, "Her neighbour says so"),
        ("resident.merged_away", pair[1].id, "Her neighbour says so"),
    ]


def test_each_team_concerned_is_told_once(world):
    sheila, again = twins(world)
    for resident in (sheila, again):
        hold_for(world, resident, world.surgery)
    hold_for(world, again, world.ward)
    merged(world, sheila, again)
    relay()
    told = Alert.objects.filter(kind="resident.merged")
    assert sorted(alert.team.name for alert in told) == ["Bridge Street team", "Ward 7"]
    assert {(alert.about_id, alert.resident_id) for alert in told} == {(sheila.id, sheila.id)}


def told(kind):
    relay()
    return sorted(Alert.objects.filter(kind=kind).values_list("team__name", flat=True))


@pytest.mark.parametrize("died", [0, 1])
def test_a_death_is_told_to_the_teams_that_had_not_been_told_of_it(world, pair, died):
    hold_for(world, pair[died], world.ward)
    hold_for(world, pair[1 - died], world.surgery)
    with gate.acting_as(world.nurse):
        record_death(by=world.nurse, resident_id=pair[died].id, died_on=clock.today())
    assert told("resident.died") == ["Ward 7"]
    merged(world, *pair)
    assert told("resident.died") == ["Bridge Street team", "Ward 7"]


@pytest.mark.parametrize("hidden", [0, 1])
def test_a_restriction_is_told_to_the_teams_that_had_not_been_told_of_it_and_to_the_officers(world, pair, hidden):
    hold_for(world, pair[hidden], world.ward)
    hold_for(world, pair[1 - hidden], world.surgery)
    restrict(world, pair[hidden])
    assert (told("resident.restricted"), len(told("restriction.made"))) == (["Ward 7"], 1)
    merged(world, *pair)
    assert told("resident.restricted") == ["Bridge Street team", "Ward 7"]
    assert len(told("restriction.made")) == 2


def test_who_is_merged_already_is_not_merged_again(world, pair):
    sheila, again = pair
    merged(world, sheila, again)
    third = world.resident()
    assert refused(world, third, again).code == "merged_already"
    assert Merge.objects.count() == 1


def test_an_open_action_of_either_is_still_somebodys(world, pair):
    sheila, again = pair
    with gate.acting_as(world.nurse):
        action = create_action(by=world.nurse, resident_id=again.id, title="Visit", team_id=world.nursing.id)
    merged(world, sheila, again)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    action.refresh_from_db()
    assert (action.resident_id, action.accountable_team_id) == (sheila.id, world.nursing.id)
    assert Goal.objects.count() == 0


def test_the_record_as_it_was_before_shows_nothing_of_the_other(world, pair, signed_in):
    sheila, again = pair
    with gate.acting_as(world.nurse):
        record_entry(by=world.nurse, resident_id=sheila.id, facts=EntryFacts("allergy", "Penicillin"))
        record_entry(by=world.nurse, resident_id=again.id, facts=EntryFacts("allergy", "Latex"))
        create_action(by=world.nurse, resident_id=again.id, title="Ring Ken", team_id=world.nursing.id)
    with clock.at(clock.now() + timedelta(hours=2)):
        merged(world, sheila, again)
    with clock.at(clock.now() + timedelta(hours=3)):
        client, address = signed_in("nurse"), reverse("as_it_was", args=[sheila.id])
        before, after = (
            client.get(f"{address}?at={minute_of(clock.now() - timedelta(hours=ago))}").content.decode()
            for ago in (2, 0)
        )
    assert ["Penicillin" in before, "Latex" in before, "Ring Ken" in before] == [True, False, False]
    assert ["Penicillin" in after, "Latex" in after, "Ring Ken" in after] == [True, True, True]


def test_an_import_follows_the_old_id_to_the_survivor(world, pair):
    sheila, again = pair
    assert now_of(again.id) == again.id
    merged(world, sheila, again)
    with gate.acting_as(world.nurse):
        assert now_of(again.id) == sheila.id
