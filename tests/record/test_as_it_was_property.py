"""Whatever is changed in whatever order: the record of each earlier moment is the copy that was taken then."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from carecoord import clock
from carecoord.errors import RuleError
from carecoord.record.reading import record_as_it_was, record_now
from careplans.models import Action, AdditionalPlan, CarePlan, Goal, PlanSection
from careplans.services import (
    add_additional_plan,
    add_goal,
    change_action,
    change_additional_plan,
    change_goal,
    create_action,
    create_plan,
    move_action,
    move_goal,
    move_plan,
    write_section,
)
from careplans.states import ACTION, GOAL, PLAN, PLAN_ENDED
from neighbourhoods.gate import acting_as
from neighbourhoods.models import (
    CarePackage,
    CaseloadEntry,
    Contact,
    Encounter,
    Entry,
    Relationship,
    Resident,
    Stay,
)
from neighbourhoods.services import (
    ContactFacts,
    EncounterFacts,
    EntryFacts,
    PackageFacts,
    StayFacts,
    add_contact,
    admit,
    annotate_entry,
    assign_key_worker,
    change_resident,
    change_stay,
    discharge,
    end_contact,
    end_entry,
    enter_entry_in_error,
    enter_stay_in_error,
    move_package,
    open_caseload_entry,
    plan_encounter,
    record_encounter,
    record_entry,
    request_package,
)
from neighbourhoods.services.encounters import complete_encounter, move_encounter
from neighbourhoods.states import PACKAGE
from referrals.models import Handover, Referral
from referrals.services import referrals
from referrals.services.handovers import draft_handover, offer_handover, withdraw_handover
from referrals.services.referrals import Ask
from tests.life import known

pytestmark = pytest.mark.django_db
BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
BETWEEN = timedelta(hours=7)
DAYS_OF_A_PLAN = ("starts_on", "ends_on", "review_due_on")


class Course:
    """A resident to whom things happen, one after the other; `number` chooses among what there is."""

    def __init__(self, world):
        self.world, self.by = world, world.nurse
        with clock.at(BEGAN):
            self.id = world.resident(address_lines=("2 Mill Lane",)).id
        self.words = (f"words {number}" for number in count())

    def step(self, what, number, at):
        # What is refused has changed nothing, and is a step like any other.
        with clock.at(at), acting_as(self.by), suppress(RuleError):
            getattr(self, what)(number)

    def one_of(self, model, number, **more):
        found = list(model.objects.filter(resident_id=self.id, **more).order_by("id"))
        return found[number % len(found)] if found else None

    def details(self, number):
        names = ("given_name", "family_name", "title", "phone", "preferred_name", "postcode")
        value = "AM1 1AA" if names[number % 6] == "postcode" else next(self.words)
        identity = known(Resident.objects.get(id=self.id), **{names[number % 6]: value})
        change_resident(by=self.by, resident_id=self.id, identity=identity)

    def contact(self, _):
        add_contact(by=self.by, resident_id=self.id, facts=ContactFacts(kind="personal", name=next(self.words)))

    def contact_ends(self, number):
        if one := self.one_of(Contact, number, ends_on=None):
            end_contact(by=self.by, resident_id=self.id, contact_id=one.id, reason="Moved")

    def entry(self, number):
        kind = ("allergy", "alert", "risk", "adjustment", "problem", "cpr")[number % 6]
        data = {"category": "010"} if kind == "adjustment" else {}
        record_entry(by=self.by, resident_id=self.id, facts=EntryFacts(kind, next(self.words), data))

    def note(self, number):
        if one := self.one_of(Entry, number):
            annotate_entry(by=self.by, resident_id=self.id, entry_id=one.id, text=next(self.words))

    def entry_ends(self, number):
        if one := self.one_of(Entry, number, ended_at=None):
            end_entry(by=self.by, resident_id=self.id, entry_id=one.id, reason="Over")

    def entry_was_wrong(self, number):
        if one := self.one_of(Entry, number):
            enter_entry_in_error(by=self.by, resident_id=self.id, entry_id=one.id, reason="Another person")

    def visit(self, number):
        facts = EncounterFacts(kind="visit", note=next(self.words), at=clock.now() - timedelta(days=number % 9))
        record_encounter(by=self.by, resident_id=self.id, team_id=self.world.nursing.id, facts=facts)

    def visit_planned(self, number):
        facts = EncounterFacts(kind="call", purpose=next(self.words), at=clock.now() + timedelta(days=number % 9 + 1))
        plan_encounter(by=self.by, resident_id=self.id, team_id=self.world.nursing.id, facts=facts)

    def visit_done(self, number):
        if one := self.one_of(Encounter, number, status="planned"):
            complete_encounter(by=self.by, encounter_id=one.id, note=next(self.words))

    def visit_moves(self, number):
        if one := self.one_of(Encounter, number):
            verb = ("cancel", "enter_in_error")[number % 2]
            move_encounter(by=self.by, encounter_id=one.id, verb=verb, reason="Another person")

    def stay(self, number):
        facts = StayFacts(("care_home", "hospital")[number % 2], organisation_name=next(self.words))
        admit(by=self.by, resident_id=self.id, facts=facts)

    def stay_changes(self, number):
        if one := self.one_of(Stay, number):
            if number % 3 == 0:
                enter_stay_in_error(by=self.by, stay_id=one.id, reason="Another person")
            elif number % 3 == 1:
                discharge(by=self.by, stay_id=one.id, destination=("home", "care_home")[number % 2])
            else:
                change_stay(by=self.by, stay_id=one.id, room=next(self.words), expected_discharge_on=None)

    def package(self, number):
        facts = PackageFacts(next(self.words), "home_care", provider_name="Kind Hands")
        is_running, team = bool(number % 2), self.world.nursing
        request_package(by=self.by, resident_id=self.id, team_id=team.id, facts=facts, is_running=is_running)

    def package_moves(self, number):
        if one := self.one_of(CarePackage, number):
            verbs = sorted({move.verb for move in PACKAGE.moves})
            move_package(by=self.by, package_id=one.id, verb=verbs[number % len(verbs)], reason="Because")

    def team(self, number):
        teams = (self.world.carers, self.world.surgery)
        open_caseload_entry(by=self.by, resident_id=self.id, team_id=teams[number % 2].id)

    def key_worker(self, number):
        one = CaseloadEntry.objects.get(resident_id=self.id, team=self.world.nursing, ended_at=None)
        who = self.world.people[("nurse", "second_nurse", "lead")[number % 3]].membership_id
        assign_key_worker(by=self.by, entry_id=one.id, key_worker_id=who)

    def plan(self, _):
        create_plan(by=self.by, resident_id=self.id)

    def current_plan(self):
        return CarePlan.objects.current().filter(resident_id=self.id).first()

    def section(self, number):
        key = ("most_important", "people", "needs")[number % 3]
        if plan := self.current_plan():
            before = PlanSection.objects.filter(care_plan=plan, key=key).first()
            write_section(
                by=self.by,
                plan_id=plan.id,
                key=key,
                body=next(self.words),
                in_own_words=bool(number % 2),
                version=before.version if before else 0,
            )

    def plan_moves(self, number):
        if (plan := self.current_plan()) and number % 3 == 0:
            verbs = sorted({move.verb for move in PLAN.moves})
            move_plan(by=self.by, plan_id=plan.id, verb=verbs[number % len(verbs)], reason="Because")

    def goal(self, number):
        if plan := self.current_plan():
            add_goal(by=self.by, plan_id=plan.id, title=next(self.words), importance=number % 10 + 1)

    def goal_changes(self, number):
        if one := self.one_of(Goal, number):
            if number % 2:
                more = {"importance": None, "confidence": number % 10 + 1}
                change_goal(by=self.by, goal_id=one.id, version=one.version, title=next(self.words), **more)
            verbs = sorted({move.verb for move in GOAL.moves})
            move_goal(by=self.by, goal_id=one.id, verb=verbs[number % len(verbs)], reason="Because")

    def other_plan(self, number):
        one = self.one_of(AdditionalPlan, number)
        if one and number % 2:
            more = {"name": one.name, "content": next(self.words)} | dict.fromkeys(DAYS_OF_A_PLAN)
            change_additional_plan(by=self.by, additional_plan_id=one.id, version=one.version, **more)
        elif plan := self.current_plan():
            add_additional_plan(by=self.by, plan_id=plan.id, name=next(self.words), content="Dressing")

    def action(self, number):
        more = {"due_on": clock.today() + timedelta(days=number % 20)} if number % 2 else {}
        create_action(by=self.by, resident_id=self.id, title=next(self.words), team_id=self.world.nursing.id, **more)

    def action_changes(self, number):
        if one := self.one_of(Action, number):
            who = self.by.membership_id if number % 2 else None
            more = {"due_on": None, "detail": next(self.words), "assigned_to_id": who}
            change_action(by=self.by, action_id=one.id, version=one.version, title=one.title, **more)

    def action_moves(self, number):
        if one := self.one_of(Action, number):
            verbs = sorted({move.verb for move in ACTION.moves})
            move_action(by=self.by, action_id=one.id, verb=verbs[number % len(verbs)], reason="Because")

    def referral(self, _):
        made = referrals.draft_referral(
            by=self.by,
            resident_id=self.id,
            service_id=self.world.carers_service.id,
            from_team_id=self.world.nursing.id,
            ask=Ask(reason=next(self.words), no_known_risks=True),
        )
        referrals.send_referral(by=self.by, referral_id=made.id)

    def referral_ends(self, number):
        if one := self.one_of(Referral, number):
            referrals.cancel_referral(by=self.by, referral_id=one.id, reason_code="no_longer_needed", words="Better")

    def handover(self, _):
        made = draft_handover(
            by=self.by,
            resident_id=self.id,
            from_team_id=self.world.nursing.id,
            to_team_id=self.world.surgery.id,
            kind="team",
            situation=next(self.words),
        )
        assert made.status == "draft"

    def handover_moves(self, number):
        if one := self.one_of(Handover, number):
            if one.status == "draft":
                offer_handover(by=self.by, handover_id=one.id)
            else:
                withdraw_handover(by=self.by, handover_id=one.id, reason="Too early")


STEPS = [
    *("details", "contact", "contact_ends", "entry", "note", "entry_ends", "entry_was_wrong", "visit"),
    *("visit_planned", "visit_done", "visit_moves", "team", "key_worker", "plan", "section", "plan_moves", "goal"),
    *("goal_changes", "other_plan", "action", "action_changes", "action_moves", "referral", "referral_ends"),
    *("handover", "handover_moves", "stay", "stay_changes", "package", "package_moves"),
]
STEP = st.tuples(st.sampled_from(STEPS), st.integers(0, 99))


def values(row, but=()):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in but}


def by_id(rows, but=()):
    return {row.id: values(row, but) for row in rows}


# How an entry ends changes its version; the version of then is not kept, because nothing it says is changed.
OF_ITS_END = ("version", "updated_at")
# Keys are worked out of what else stands there, and no past row holds them.
BY_WHICH_FOUND = ("search_keys",)
OF_A_SECTION = ("key", "body", "in_own_words", "written_by_id", "version")


def copy_now(resident_id):
    """What the record holds, asked as simply as can be."""
    of = {"resident_id": resident_id}
    plan = CarePlan.objects.exclude(status__in=PLAN_ENDED).filter(**of).first()
    entries = [one for one in Entry.objects.filter(**of) if one.ended_at is None]
    encounters = sorted(Encounter.objects.filter(**of), key=lambda one: (one.at, one.id), reverse=True)
    return {
        "resident": values(Resident.objects.get(id=resident_id), BY_WHICH_FOUND),
        "teams": set(
            Relationship.objects.filter(ended_at=None, level="record", **of).values_list("team_id", flat=True)
        ),
        "caseload": by_id(CaseloadEntry.objects.filter(ended_at=None, **of)),
        "contacts": by_id(Contact.objects.filter(ends_on=None, **of)),
        "entries": by_id((one for one in entries if one.kind != "annotation"), OF_ITS_END),
        "notes": by_id((one for one in entries if one.kind == "annotation"), OF_ITS_END),
        "encounters": by_id([one for one in encounters if one.status != "planned"][:10]),
        "planned": by_id(one for one in encounters if one.status == "planned" and one.at.date() >= clock.today()),
        "stays": by_id(Stay.objects.filter(error_at=None, **of)),
        "packages": by_id(CarePackage.objects.filter(**of)),
        "plan": values(plan) if plan else None,
        "sections": sections_of(PlanSection.objects.filter(care_plan=plan)) if plan else [],
        "goals": by_id(Goal.objects.filter(care_plan=plan)) if plan else {},
        "additional": by_id(AdditionalPlan.objects.filter(care_plan=plan)) if plan else {},
        "actions": by_id(Action.objects.filter(accountable_team__isnull=False, **of)),
        "referrals": by_id(Referral.objects.filter(accountable_team__isnull=False, **of)),
        "handovers": by_id(Handover.objects.filter(accountable_team__isnull=False, **of)),
    }


def sections_of(sections):
    return sorted(tuple(getattr(one, name) for name in OF_A_SECTION) for one in sections)


def told(content):
    around = content.around
    return {
        "resident": values(content.resident, BY_WHICH_FOUND),
        "teams": {one.team.id for one in around.teams},
        "caseload": by_id(one.entry for one in around.teams if one.entry),
        "contacts": by_id(around.contacts),
        "entries": by_id(content.recorded.current, OF_ITS_END),
        "notes": by_id(content.recorded.notes, OF_ITS_END),
        "encounters": by_id(content.encounters),
        "planned": by_id(content.planned),
        "stays": by_id(content.care.stays),
        "packages": by_id(content.care.packages),
        "plan": values(content.plan) if content.plan else None,
        "sections": sections_of(content.sections),
        "goals": by_id(content.goals),
        "additional": by_id(content.additional),
        "actions": by_id(content.actions),
        "referrals": by_id(content.referrals),
        "handovers": by_id(content.handovers),
    }


def lived(world, steps):
    """The copies taken after each step, by the moment of that step."""
    course, copies = Course(world), {}
    for number, (what, choice) in enumerate(steps, start=1):
        at = BEGAN + number * BETWEEN
        course.step(what, choice, at)
        with clock.at(at):
            copies[at] = copy_now(course.id)
    return course, copies


def check(world, steps):
    course, copies = lived(world, steps)
    with acting_as(world.nurse):
        resident = Resident.objects.select_related("gp_practice", "neighbourhood").get(id=course.id)
        for at, copy in copies.items():
            assert told(record_as_it_was(world.nurse, resident, at)) == copy, at
        with clock.at(BEGAN + (len(steps) + 1) * BETWEEN):
            assert told(record_now(world.nurse, resident)) == copy_now(course.id)


# Making a long course shorter takes longer than reading it.
LASTING = {"deadline": None, "suppress_health_check": list(HealthCheck), "phases": [Phase.reuse, Phase.generate]}


@given(steps=st.lists(STEP, min_size=15, max_size=15))
@settings(max_examples=3, **LASTING)
def test_each_earlier_moment_reads_as_the_copy_taken_then(world, steps):
    check(world, steps)


@pytest.mark.thorough
@given(steps=st.lists(STEP, min_size=100, max_size=100))
@settings(max_examples=5, **LASTING)
def test_after_a_hundred_random_changes_each_earlier_moment_reads_as_a_copy_taken_then(world, steps):
    check(world, steps)


def test_one_of_every_change_and_each_moment_between(world):
    check(world, [(what, number) for number in (0, 1) for what in STEPS])
