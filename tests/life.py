"""One resident with something in every table: what the catalogue tests and the walks look at."""

from dataclasses import replace
from datetime import timedelta

from carecoord import clock
from carecoord.ids import new_id
from carecoord.outbox.tasks import relay
from careplans.models import Action, PlanDraft, PlanReview
from careplans.services import (
    add_additional_plan,
    add_attachment,
    add_goal,
    add_need,
    add_stage,
    create_action,
    create_plan,
    offer_option,
    report_outcome,
    say_both_right,
    set_aside,
    write_section,
)
from neighbourhoods import gate
from neighbourhoods.models import EmergencyGround, ResidentImport, ResidentImportRow, ResidentMessage
from neighbourhoods.services import (
    ContactFacts,
    DetailFacts,
    EncounterFacts,
    EntryFacts,
    PackageFacts,
    StayFacts,
    add_contact,
    add_detail,
    admit,
    break_glass,
    change_resident,
    identity_of,
    record_encounter,
    record_entry,
    request_package,
)
from neighbourhoods.services.merges import merge_residents
from neighbourhoods.services.proxies import ProxyFacts, propose_proxy
from neighbourhoods.services.restrictions import restrict_resident
from neighbourhoods.services.sharing import Part, record_objection
from referrals.services.handovers import draft_handover, offer_handover
from referrals.services.referrals import Ask, draft_referral, send_referral
from tests.media import photo

RESIDENTS_COLUMNS = """
    SELECT c.table_name, c.column_name FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
      AND (c.column_name = 'resident_id' OR c.table_name = 'neighbourhoods_resident' AND c.column_name = 'id')
    ORDER BY 1
"""


def known(resident, **changed):
    """What is known of somebody, with this changed."""
    return replace(identity_of(resident), **changed)


def live(world):
    """Sheila of the nurse's team, with a plan, actions, a sent referral, an offered handover and their alerts;
    registered twice, and merged."""
    began = clock.now()
    with clock.at(began - timedelta(hours=1)):
        sheila = world.resident()
    world.sheila = sheila
    nurse = world.nurse
    # What stood there until now is kept, because the clock says so: all of a test is one transaction.
    with clock.at(began), gate.acting_as(nurse):
        change_resident(by=nurse, resident_id=sheila.id, identity=known(sheila, title="Mrs"))
    with gate.acting_as(nurse):
        record_entry(by=nurse, resident_id=sheila.id, facts=EntryFacts("allergy", "Penicillin"))
        karen = ContactFacts(kind="personal", name="Karen Hartley")
        contact = add_contact(by=nurse, resident_id=sheila.id, facts=karen)
        world.proxy = propose_proxy(
            by=nurse, resident_id=sheila.id, contact_id=contact.id, facts=ProxyFacts("consent", "She said so")
        )
        alias = DetailFacts("name", "maiden", {"family": "Barlow"})
        world.detail = add_detail(by=nurse, resident_id=sheila.id, facts=alias)
        part = Part("sharing", world.charity.id)
        world.objection = record_objection(by=nurse, resident_id=sheila.id, part=part, said="Not with the charity")
        world.encounter = record_encounter(
            by=nurse,
            resident_id=sheila.id,
            team_id=world.nursing.id,
            facts=EncounterFacts(kind="visit", note="Ulcer smaller"),
        )
        plan = create_plan(by=nurse, resident_id=sheila.id)
        world.section = write_section(
            by=nurse, plan_id=plan.id, key="most_important", body="Ken", in_own_words=True, version=0
        )
        draft = PlanDraft(resident=sheila, kind="section", place="people", typed={"body": "Her sister Rose"})
        draft.written_by_id, draft.begun_at = nurse.membership_id, began
        draft.save(force_insert=True)
        needs = {"kind": "need", "title": "Somebody to dig with", "in_own_words": True}
        world.need = add_need(by=nurse, plan_id=plan.id, **needs)
        world.goal = add_goal(by=nurse, plan_id=plan.id, title="The allotment", need_id=world.need.id)
        world.stage = add_stage(by=nurse, goal_id=world.goal.id, title="To the garden gate")
        outcome = {"extent": "closer", "words": "Dug one bed", "reported_on": clock.today()}
        world.outcome = report_outcome(by=nurse, goal_id=world.goal.id, **outcome)
        world.option = offer_option(by=nurse, plan_id=plan.id, goal_id=world.goal.id, title="A raised bed")
        set_aside(by=nurse, beside=world.goal, words={"The goal": "The seaside"})
        review = {"held_on": clock.today(), "took_part": "Sheila and Rose", "answers": {}, "next_due_on": clock.today()}
        PlanReview(care_plan=plan, resident=sheila, **review).save(force_insert=True)
        world.additional = add_additional_plan(by=nurse, plan_id=plan.id, name="Wound plan", content="Dressing")
        in_words = {"description": "Her allotment in June", "brought_by": "Her sister, who took it"}
        world.attachment = add_attachment(by=nurse, plan_id=plan.id, media=photo(), **in_words)
        due = {"title": "Visit", "due_on": clock.today() + timedelta(days=5)}
        world.action = create_action(by=nurse, resident_id=sheila.id, team_id=world.nursing.id, **due)
        world.beside = Action(resident=sheila, **due)
        world.beside.accountable_team = world.beside.last_accountable_team = world.carers
        world.beside.save(force_insert=True)
        both = {"action_id": world.action.id, "beside_id": world.beside.id}
        say_both_right(by=nurse, **both, reason="One lifts, one dresses")
        draft = draft_referral(
            by=nurse,
            resident_id=sheila.id,
            service_id=world.carers_service.id,
            from_team_id=world.nursing.id,
            ask=Ask(reason="A break for her carer", no_known_risks=True),
        )
        world.referral = send_referral(by=nurse, referral_id=draft.id)
        handover = draft_handover(
            by=nurse,
            resident_id=sheila.id,
            from_team_id=world.nursing.id,
            to_team_id=world.surgery.id,
            kind="team",
            situation="Needs her GP",
            batch_id=new_id(),
        )
        world.handover = offer_handover(by=nurse, handover_id=handover.id)
        package = PackageFacts("Morning calls", "home_care", provider_name="Kind Hands")
        world.package = request_package(
            by=nurse, resident_id=sheila.id, team_id=world.nursing.id, facts=package, is_running=True
        )
        hospital = StayFacts("hospital", organisation_id=world.hospital.id, room="Room 12B")
        world.stay = admit(by=nurse, resident_id=sheila.id, facts=hospital)
    world.plan = plan
    said = {"channel": "sms", "wording": "waiting", "words": "Please ring 01632 960 000", "sent_by_name": nurse.name}
    ResidentMessage.objects.create(resident=sheila, team=world.nursing, **said)
    twin = world.resident(nhs_number=None, on_caseload=False)
    with gate.acting_as(world.lead) as lead:
        reason = "Registered twice"
        world.merge = merge_residents(by=lead, survivor_id=sheila.id, merged_id=twin.id, reason=reason)
    world.list = brought(world, sheila)
    break_the_glass(world, "ward_nurse", sheila)
    relay()
    return world


def brought(world, resident):
    """A list that the lead brought, with somebody in it whom the team has."""
    about = {"team": world.nursing, "by_id": world.lead.membership_id, "by_name": world.lead.name}
    made = ResidentImport.objects.create(**about, file_name="people.csv", state="written", rows_total=1)
    ResidentImportRow.objects.create(
        resident_import=made,
        team=world.nursing,
        number=2,
        verdict="same",
        decision="join",
        outcome="joined",
        resident=resident,
        done_at=clock.now(),
    )
    return made


def restrict(world, *residents, by=None):
    """How to reach them is shown nowhere from here on: by the team that leads."""
    by = by or world.nurse
    with gate.acting_as(by):
        for resident in residents:
            restrict_resident(by=by, resident_id=resident.id, reason="Her husband must not find her")
            resident.refresh_from_db()


def break_the_glass(world, name, resident, words="Found unconscious at home", **given):
    """Somebody without a relationship has the record open in an emergency: gives who they are in that sign-in."""
    by, sign_in = world.people[name], given.pop("sign_in", None) or new_id()
    facts = {"ground": EmergencyGround.BEST_INTERESTS, "team_id": by.team_ids[0]} | given
    with gate.acting_as(by):
        world.emergency = break_glass(by=by, resident_id=resident.id, words=words, sign_in=sign_in, **facts)
    return replace(by, glass=sign_in)
