"""An upheld objection keeps more than entries: the plan, visits and referrals; and a whole organisation (IG-16)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from carecoord import clock
from carecoord.audit.models import AuditEntry, PastRow
from carecoord.errors import RuleError
from carecoord.record.caseload import Choice, caseload_of
from careplans.models import Action, AdditionalPlan, CarePlan, Goal, PlanSection, SectionVersion
from careplans.services import (
    add_additional_plan,
    add_goal,
    add_stage,
    create_action,
    create_plan,
    move_action,
    report_outcome,
    write_section,
)
from neighbourhoods.gate import acting_as
from neighbourhoods.models import CaseloadEntry, Encounter, Entry, Level, Relationship, Resident, Role, Source, Team
from neighbourhoods.services import (
    ClaimReason,
    EncounterFacts,
    EntryFacts,
    claim_relationship,
    open_caseload_entry,
    open_relationship,
    record_encounter,
    record_entry,
)
from neighbourhoods.services.sharing import Part, decide_objection, record_objection, withdraw_objection
from referrals.models import Handover, Referral, ReferralEvent
from referrals.services import handovers, referrals
from tests.life import break_the_glass
from tests.standing import made_once
from tests.world import WORLD_BEGAN, sign_in

pytestmark = pytest.mark.django_db

OF_PLAN = (CarePlan, PlanSection, SectionVersion, Goal, AdditionalPlan, Action)
OF_PART = {"plan": OF_PLAN, "visits": (Encounter,), "referrals": (Referral, ReferralEvent, Handover)}
HERS = "Ulcer smaller"
SAY_SO = ("resident_record", "whole_record")


def live_among_both(world):
    """Sheila is the nurses' and the charity's. The nurses have written a plan, a visit, a referral and a handover to
    the practice; the charity a goal, an action and a note of its own."""
    partnership = Team.objects.get(kind="privacy", organisation__kind="partnership")
    with clock.at(WORLD_BEGAN):
        world.add_person("guardian", partnership.organisation, Role.CALDICOTT_GUARDIAN, [partnership])
    world.sheila = world.resident()
    nurse, mine = world.nurse, {"by": world.nurse, "resident_id": world.sheila.id}
    with acting_as(nurse):
        of_charity = {"resident_id": world.sheila.id, "team_id": world.carers.id, "source_id": world.sheila.id}
        open_relationship(level=Level.RECORD, source=Source.REGISTRATION, **of_charity)
        record_entry(facts=EntryFacts("allergy", "Penicillin"), **mine)
        world.plan = create_plan(**mine)
        words = {"key": "most_important", "body": "Her allotment", "in_own_words": True, "version": 0}
        write_section(by=nurse, plan_id=world.plan.id, **words)
        add_goal(by=nurse, plan_id=world.plan.id, title="Walk to the shop")
        add_additional_plan(by=nurse, plan_id=world.plan.id, name="Wound plan", content="Dressing")
        create_action(title="Dress the wound", team_id=world.nursing.id, **mine)
        record_encounter(team_id=world.nursing.id, facts=EncounterFacts(kind="visit", note=HERS), **mine)
    world.asked = referral_to(world, world.carers_service)
    given = handover_to(world, world.surgery)
    with acting_as(world.link_worker) as by:
        theirs = {"by": by, "resident_id": world.sheila.id}
        world.goal = add_goal(by=by, plan_id=world.plan.id, title="A break for Ken")
        world.action = create_action(title="Ring Ken", team_id=world.carers.id, **theirs)
        facts = EncounterFacts(kind="note", note="Ken is tired")
        world.note = record_encounter(team_id=world.carers.id, facts=facts, **theirs)
    world.own = {world.goal.id, world.action.id, world.note.id, world.asked.id}
    world.given = given


standing = made_once(live_among_both)


def referral_to(world, service):
    with acting_as(world.nurse) as nurse:
        ask = referrals.Ask(reason="A break", no_known_risks=True)
        teams = {"service_id": service.id, "from_team_id": world.nursing.id}
        made, _ = referrals.refer(by=nurse, resident_id=world.sheila.id, ask=ask, **teams)
    return made


def handover_to(world, team):
    with acting_as(world.nurse) as nurse:
        teams = {"from_team_id": world.nursing.id, "to_team_id": team.id}
        made = handovers.draft_handover(by=nurse, resident_id=world.sheila.id, kind="team", situation="Moves", **teams)
        return handovers.offer_handover(by=nurse, handover_id=made.id)


def decided(world, section="", organisation="charity"):
    part = Part(section, getattr(world, organisation).id if organisation else None)
    with acting_as(world.nurse) as by:
        objection = record_objection(by=by, resident_id=world.sheila.id, part=part, said="Not with them")
    why = {"reason": "Her wish weighs more", "advised_by": "Dr Nair"}
    with acting_as(world.guardian) as by:
        return decide_objection(by=by, objection_id=objection.id, verb="uphold", part=part, **why)


def read(principal, models):
    """The rows, by the query and by the policies alone, which must agree."""
    found = {}
    for model in models:
        by_query = set(model.objects.visible_to(principal).values_list("id", flat=True))
        with acting_as(principal):
            assert set(model.objects.values_list("id", flat=True)) == by_query, model.__name__
        found[model] = by_query
    return found


def all_of(model):
    return set(model.objects.values_list("id", flat=True))


def has_finished(world):
    """The charity answers for nothing any more."""
    with acting_as(world.link_worker) as by:
        move_action(by=by, action_id=world.action.id, verb="complete")


@pytest.mark.parametrize("part", OF_PART)
def test_ig_16_a_part_beyond_entries_is_withheld_from_that_organisation_but_for_what_is_its_own(world, part):
    models = OF_PART[part]
    before = read(world.link_worker, models)
    everything = {model: all_of(model) for model in models}
    assert before == everything
    decided(world, part)
    kept = read(world.link_worker, models)
    if part == "referrals":
        its = set(ReferralEvent.objects.filter(referral=world.asked).values_list("id", flat=True))
        assert kept == {Referral: {world.asked.id}, ReferralEvent: its, Handover: set()}
    else:
        assert kept == {model: rows & world.own for model, rows in everything.items()}
    others = [model for other in OF_PART if other != part for model in OF_PART[other]]
    assert read(world.link_worker, others) == {model: all_of(model) for model in others}
    assert read(world.nurse, models) == everything


def test_ig_16_withdrawn_it_is_read_again(world):
    objection = decided(world, "plan")
    with acting_as(world.nurse) as by:
        withdraw_objection(by=by, resident_id=world.sheila.id, objection_id=objection.id)
    assert read(world.link_worker, [CarePlan])[CarePlan] == {world.plan.id}


def test_ig_16_what_nobody_else_may_read_is_each_organisations_own(world):
    decided(world, "visits", organisation="")
    assert read(world.link_worker, [Encounter])[Encounter] == {world.note.id}
    assert world.note.id not in read(world.nurse, [Encounter])[Encounter]


@pytest.mark.parametrize(
    ("part", "page", "said"),
    [
        ("plan", "care_plan", "Her allotment"),
        ("visits", "resident_encounters", HERS),
        ("referrals", "resident_handovers", "Bridge Street team"),
    ],
)
def test_ig_16_no_page_shows_it_and_its_own_page_says_that_it_is_withheld(world, client, part, page, said):
    sign_in(client, world, "link_worker")
    page = reverse(page, args=[world.sheila.id])
    notice = "Withheld from your organisation after an objection"
    assert said in client.get(page).text
    assert notice not in client.get(page).text
    decided(world, part)
    pages = ["resident_record", "resident_timeline", "care_plan", "resident_encounters", "resident_people"]
    texts = [client.get(reverse(name, args=[world.sheila.id])).text for name in pages]
    assert notice in client.get(page).text
    assert all(notice in client.get(reverse(name, args=[world.sheila.id])).text for name in SAY_SO)
    if part != "referrals":
        assert [name for name, text in zip(pages, texts, strict=True) if said in text] == []
    assert "The plan is started" not in client.get(page).text


def test_ig_16_the_api_reads_no_more_than_pages(world, partner):
    charity = partner("carers", world.carers)
    lists = {f"actions/?resident={world.sheila.id}": "Dress the wound", f"contacts/?resident={world.sheila.id}": HERS}
    for path, said in lists.items():
        assert said in charity.get(path).content.decode()
    decided(world, "plan")
    decided(world, "visits")
    for path, said in lists.items():
        answer = charity.get(path)
        assert (answer.status_code, said in answer.content.decode()) == (200, False)


def test_ig_16_nobody_starts_a_second_plan_beside_one_that_is_withheld(world):
    decided(world, "plan")
    with acting_as(world.link_worker) as by, pytest.raises(RuleError, match="Withheld after an objection"):
        create_plan(by=by, resident_id=world.sheila.id)


def test_ig_16_changes_and_past_rows_of_what_is_withheld_are_withheld_too(world):
    action = Action.objects.get(title="Dress the wound")
    with clock.at(clock.now() + timedelta(minutes=1)), acting_as(world.nurse) as by:
        move_action(by=by, action_id=action.id, verb="start")
        goal = add_goal(by=by, plan_id=world.plan.id, title="Walk")
        add_stage(by=by, goal_id=goal.id, title="To the gate")
        report_outcome(by=by, goal_id=goal.id, extent="same", reported_on=clock.today())
    about = {"resident_id": world.sheila.id}
    parts = ("care_plan", "goal", "stagegoal", "goaloutcome", "action")
    asked = AuditEntry.objects.filter(kind="change", about_type__in=parts, **about)
    past = PastRow.objects.filter(table_name="careplans_action", **about)

    def seen(principal):
        with acting_as(principal):
            return {one.organisation_id for one in asked.all()}, past.filter(row_id=action.id).exists()

    all_of_them = {world.community.id, world.charity.id}
    assert seen(world.link_worker) == (all_of_them, True)
    decided(world, "plan")
    assert seen(world.link_worker) == ({world.charity.id}, False)
    assert seen(world.nurse) == (all_of_them, True)


def test_ig_16_what_was_frozen_for_the_receiver_says_that_it_is_withheld(world):
    world.asked.refresh_from_db()
    assert world.asked.card["banner"]["allergy"] == ["Penicillin"]
    decided(world, "allergies")
    world.asked.refresh_from_db()
    assert world.asked.card["banner"]["allergy"] == ["Withheld after an objection"]
    assert world.asked.card["most_important"] == "Her allotment"
    decided(world, "plan")
    world.asked.refresh_from_db()
    assert world.asked.card["most_important"] == "Withheld after an objection"
    decided(world, "plan", "practice")
    world.given.refresh_from_db()
    assert world.given.snapshot["goals"] == ["Withheld after an objection"]
    assert [fact["text"] for fact in world.given.snapshot["facts"]] == ["Penicillin"]


def test_ig_16_what_is_frozen_afterwards_never_says_it(world):
    decided(world, "allergies")
    decided(world, "plan", "hospital")
    with acting_as(world.link_worker) as by:
        referrals.decline_referral(by=by, referral_id=world.asked.id, reason_code="full", words="Full")
    again = referral_to(world, world.carers_service)
    assert list(again.card["banner"]["allergy"]) == ["Withheld after an objection"]
    assert again.card["most_important"] == "Her allotment"
    given = handover_to(world, world.ward)
    assert set(given.snapshot["goals"]) == {"Withheld after an objection"}
    assert [fact["text"] for fact in given.snapshot["facts"]] == ["Penicillin"]


def test_ig_16_an_organisation_is_not_kept_out_while_it_answers_for_anything(world):
    with pytest.raises(RuleError, match="still has something to do for them"):
        decided(world)
    assert Resident.objects.visible_to(world.link_worker).filter(id=world.sheila.id).exists()


def kept_out(world):
    has_finished(world)
    return decided(world)


def test_ig_16_kept_out_altogether_it_loses_the_record_and_its_caseload(world, client):
    with acting_as(world.link_worker) as by:
        open_caseload_entry(by=by, resident_id=world.sheila.id, team_id=world.carers.id)
    kept_out(world)
    assert not Resident.objects.visible_to(world.link_worker).filter(id=world.sheila.id).exists()
    its = Relationship.objects.filter(team=world.carers, resident=world.sheila, ended_at=None)
    assert [(one.level, one.source_id) for one in its] == [("card", world.asked.id)]
    assert not CaseloadEntry.objects.filter(team=world.carers, resident=world.sheila, ended_at=None).exists()
    sign_in(client, world, "link_worker")
    assert client.get(reverse("resident_record", args=[world.sheila.id])).status_code == 403
    assert read(world.link_worker, [Referral])[Referral] == {world.asked.id}
    assert AuditEntry.objects.filter(verb="sharing.kept_out", resident_id=world.sheila.id).count() == 1


def test_ig_16_kept_out_altogether_no_record_is_opened_to_it_by_whichever_way(world, client):
    kept_out(world)
    of_charity = {"resident_id": world.sheila.id, "team_id": world.carers.id}
    claimed = {"reason": ClaimReason.COVERING, "until": clock.now() + timedelta(days=1)}
    with acting_as(world.link_worker) as by:
        with pytest.raises(RuleError, match="may not have the record"):
            claim_relationship(by=by, **of_charity, **claimed)
        with pytest.raises(RuleError, match="may not have the record"):
            referrals.accept_referral(by=by, referral_id=world.asked.id)
    with acting_as(world.nurse) as by, pytest.raises(RuleError, match="may not have the record"):
        open_caseload_entry(by=by, **of_charity)
    sign_in(client, world, "link_worker")
    answer = client.post(reverse("claim", args=[world.sheila.id]), {"reason": "covering", "until": "7"})
    assert answer.status_code == 422
    assert "This organisation may not have the record" in answer.text
    assert not Resident.objects.visible_to(world.link_worker).filter(id=world.sheila.id).exists()
    with acting_as(world.nurse):
        open_relationship(level=Level.CARD, source=Source.REFERRAL, source_id=world.asked.id, **of_charity)


def test_ig_16_an_emergency_overrides_being_kept_out_and_says_so(world, client):
    kept_out(world)
    opened = break_the_glass(world, "link_worker", world.sheila)
    for models in OF_PART.values():
        assert read(opened, models) == {model: all_of(model) for model in models}
    assert read(opened, [Entry])[Entry] == all_of(Entry)
    sign_in(client, world, "link_worker")
    ground = {"emergency-ground": "best_interests", "emergency-words": "Found unconscious at home"}
    client.post(reverse("break_glass", args=[world.sheila.id]), ground)
    text = client.get(reverse("resident_record", args=[world.sheila.id])).text
    assert "They objected to your organisation having their record: this overrides it." in text


def test_ig_16_an_emergency_overrides_no_objection_to_one_part(world):
    has_finished(world)
    decided(world)
    with acting_as(world.nurse) as by:
        part = Part("visits", world.charity.id)
        objection = record_objection(by=by, resident_id=world.sheila.id, part=part, said="Never that")
    with acting_as(world.guardian) as by:
        why = {"reason": "Her wish weighs more", "advised_by": "Dr Nair"}
        decide_objection(by=by, objection_id=objection.id, verb="uphold", part=part, **why)
    opened = break_the_glass(world, "link_worker", world.sheila)
    assert read(opened, [Encounter])[Encounter] == {world.note.id}
    assert read(opened, [CarePlan])[CarePlan] == {world.plan.id}


def test_ig_16_the_partnership_which_finds_a_team_for_everybody_is_not_kept_out(world):
    part = Part("", world.guardian.organisation_id)
    with acting_as(world.nurse) as by, pytest.raises(RuleError, match="The partnership finds a team"):
        record_objection(by=by, resident_id=world.sheila.id, part=part, said="Not with them")


@pytest.mark.parametrize(("table", "part"), [("careplans_action", "plan"), ("neighbourhoods_encounter", "visits")])
def test_where_nobody_objects_it_is_read_once_a_statement_and_asked_of_no_row(world, table, part):
    with acting_as(world.nurse), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) SELECT * FROM {table}")
        plan = "\n".join(row for (row,) in cursor.fetchall())
    assert "resident_id <> ALL" in plan
    assert "InitPlan" in plan


def test_ig_16_a_caseload_says_nothing_of_visits_that_are_withheld(world, client):
    with acting_as(world.link_worker) as by:
        open_caseload_entry(by=by, resident_id=world.sheila.id, team_id=world.carers.id)
    seen_by = "Millbrook Community Nursing, community nurse"
    sign_in(client, world, "link_worker")
    assert seen_by in read_caseload(client, world)
    decided(world, "visits")
    assert seen_by not in read_caseload(client, world)
    assert "Not yet" in read_caseload(client, world)
    with acting_as(world.link_worker) as by:
        facts = EncounterFacts(kind="call")
        record_encounter(by=by, resident_id=world.sheila.id, team_id=world.carers.id, facts=facts)
    assert "Carers team, link worker" in read_caseload(client, world)


def read_caseload(client, world):
    return client.get(reverse("caseload", args=[world.carers.id])).content.decode()


def test_ig_16_a_caseload_counts_nothing_open_that_is_withheld(world):
    with acting_as(world.link_worker) as by:
        open_caseload_entry(by=by, resident_id=world.sheila.id, team_id=world.carers.id)

    def counted(name):
        with acting_as(world.people[name]) as by:
            team = Team.objects.get(id=by.team_ids[0])
            return caseload_of(by, team, Choice()).items[world.sheila.id].open

    everything = counted("nurse")
    assert counted("link_worker") == everything == 4
    decided(world, "plan")
    assert counted("link_worker") == 3, "its own action, and what was asked of it and handed over"
    decided(world, "referrals")
    assert counted("link_worker") == 2, "its own action, and what was asked of it"
    assert counted("nurse") == everything
