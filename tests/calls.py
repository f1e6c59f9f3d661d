"""Calls of the services that write about one resident, with values as forms and the API let them through, by chance."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from carecoord import clock
from careplans.models import Action, CarePlan, Goal, Option
from careplans.services import (
    add_goal,
    agree_plan,
    create_action,
    create_plan,
    decide_option,
    hold_review,
    move_action,
    move_goal,
    move_plan,
    offer_option,
    report_outcome,
    set_review,
)
from careplans.services.meetings import Answer
from careplans.states import ACTION, GOAL, OPTION, PLAN
from neighbourhoods.gate import acting_as
from neighbourhoods.models import (
    CarePackage,
    CaseloadEntry,
    Contact,
    Encounter,
    Entry,
    Proxy,
    ResidentDetail,
    SharingDecision,
    Stay,
)
from neighbourhoods.services import (
    ContactFacts,
    DetailFacts,
    EncounterFacts,
    EntryFacts,
    Held,
    PackageFacts,
    StayFacts,
    add_contact,
    add_detail,
    admit,
    change_encounter,
    change_package,
    change_resident,
    change_stay,
    complete_encounter,
    correct_entry,
    discharge,
    end_caseload_entry,
    end_contact,
    end_detail,
    end_entry,
    enter_entry_in_error,
    facts_of,
    facts_of_package,
    identity_of,
    move_encounter,
    move_package,
    plan_encounter,
    record_death,
    record_encounter,
    record_entry,
    request_package,
    take_on,
    undo_death,
)
from neighbourhoods.services.duty import add_duty_turn, record_absence
from neighbourhoods.services.proxies import REASONS, ProxyFacts, move_proxy, propose_proxy, review_proxy
from neighbourhoods.services.restrictions import lift_restriction, restrict_resident
from neighbourhoods.services.sharing import Part, record_objection, withdraw_objection
from neighbourhoods.services.stays import enter_stay_in_error, meet_step
from neighbourhoods.states import ENCOUNTER, PACKAGE
from referrals.models import Handover, Referral
from referrals.services import handovers, referrals
from referrals.states import HANDOVER, REFERRAL

FIRST, LAST = date(1850, 1, 1), date(2200, 12, 31)
KINDS_OF_ENTRY = (
    *("allergy", "no_known_allergies", "alert", "legal.dols", "risk", "no_known_risks", "problem", "told"),
    *(
        "equipment",
        "cohort.learning_disabilities",
        "cohort.dementia",
        "cohort.frailty",
        "end_of_life",
        "support.request",
    ),
)


# What goes together is called together: else hardly anything is there to be changed.
PARTS = {
    "packages": ("package",),
    "stays": ("stay", "came", "left", "ask_for_a_package", "becomes_of_a_package", "died", "death"),
    "proxies": ("contact", "proxy"),
    "people": ("contact", "proxy", "detail", "restriction", "who_they_are", "objection"),
    "entries": ("entry", "died", "death", "who_they_are"),
    "visits": ("visit", "happened", "turn", "absence", "died", "who_they_are"),
    "plan": ("plan", "goal", "option", "action", "caseload"),
    "others": ("action", "caseload", "referral", "handover"),
}
SELDOM = ("died", "death", "restriction", "in_error", "end_the_caseload", "objection")


class Calls:
    """`make(name, chance)` makes the call of that name; what it needs is drawn from `chance`."""

    def __init__(self, world, resident):
        self.world, self.resident, self.by = world, resident, world.lead

    @classmethod
    def names(cls, part):
        """Of one of PARTS; what ends most of it is there once, the rest ten times."""
        every = sorted(name for name in vars(cls) if name.startswith(("ask_", "say_", "end_")))
        found = [name for name in every if any(word in name for word in PARTS[part])]
        return [name for name in found for _ in range(1 if any(word in name for word in SELDOM) else 10)]

    def make(self, name, chance):
        self.chance = chance
        getattr(self, name)()

    # --- values ---------------------------------------------------------------------------------------------------

    def day(self):
        near = clock.today() + timedelta(days=self.chance.choice((-400, -30, -2, -1, 0, 0, 1, 2, 30, 400)))
        return near if self.chance.random() < 0.8 else self.chance.choice((self.resident.birth_date, FIRST, LAST))

    def maybe_day(self):
        return self.chance.choice((None, self.day()))

    def moment(self):
        if self.chance.random() < 0.3:
            return clock.now() + timedelta(hours=self.chance.choice((-30, -1, 0, 1, 30)))
        return datetime.combine(self.day(), time(self.chance.randrange(24)), UTC)

    def words(self, most=200):
        return self.chance.choice(
            ("Because", "Because", "", "  ", "\u00a0", "ß" * most, "x" * most, "\U0001f33b" * most)
        )

    def one(self, model):
        """Of this resident's rows, ended or not; an error where there is none, as when it was somebody else's."""
        return self.chance.choice(list(model.objects.filter(resident=self.resident)) or [model(id=self.resident.id)])

    def verb(self, table):
        return self.chance.choice(sorted({move.verb for move in table.moves}))

    def about(self):
        return {"by": self.by, "resident_id": self.resident.id}

    # --- packages and stays ---------------------------------------------------------------------------------------

    def package_facts(self):
        return PackageFacts(
            self.words(150),
            "home_care",
            provider_name=self.chance.choice(("Kind Hands", "")),
            starts_on=self.maybe_day(),
            minutes_per_week=self.chance.choice((None, 0, 60, 40_000)),
        )

    def ask_for_a_package(self):
        request_package(
            **self.about(),
            team_id=self.world.nursing.id,
            facts=self.package_facts(),
            is_running=self.chance.random() < 0.5,
        )

    def say_what_becomes_of_a_package(self):
        one = self.one(CarePackage)
        move_package(by=self.by, package_id=one.id, verb=self.verb(PACKAGE), reason=self.words(), on=self.maybe_day())

    def say_a_package_anew(self):
        one = self.one(CarePackage)
        facts = self.chance.choice((self.package_facts(), replace(facts_of_package(one), starts_on=self.maybe_day())))
        change_package(by=self.by, package_id=one.id, version=one.version, facts=facts)

    def say_that_they_came(self):
        kind = self.chance.choice(Stay.Kind.values)
        facts = {"admitted_at": self.moment(), "expected_discharge_on": self.maybe_day(), "room": self.words(60)}
        admit(**self.about(), facts=StayFacts(kind, organisation_name="Rose House", **facts))

    def say_that_they_left(self):
        at = self.chance.choice((None, self.moment(), self.moment()))
        destination = self.chance.choice(Stay.Destination.values)
        discharge(by=self.by, stay_id=self.one(Stay).id, destination=destination, discharged_at=at)

    def say_a_stay_anew(self):
        change_stay(by=self.by, stay_id=self.one(Stay).id, room=self.words(60), expected_discharge_on=self.maybe_day())

    def say_a_step_of_a_stay(self):
        meet_step(by=self.by, stay_id=self.one(Stay).id, step=self.chance.choice(("assessment", "plan")))

    def end_a_stay_in_error(self):
        enter_stay_in_error(by=self.by, stay_id=self.one(Stay).id, reason=self.words())

    # --- people, and what is known --------------------------------------------------------------------------------

    def ask_for_a_contact(self):
        name = self.chance.choice(("Karen Hartley", "Ken Hartley", "Rose"))
        facts = ContactFacts(kind="personal", name=name, rank=self.chance.choice((None, 0, 1, 5, 6)))
        add_contact(**self.about(), facts=facts, starts_on=self.maybe_day(), ends_on=self.maybe_day())

    def end_a_contact(self):
        one = self.one(Contact)
        end_contact(**self.about(), contact_id=one.id, reason="Moved", ends_on=self.maybe_day())

    def ask_for_a_proxy(self):
        basis = self.chance.choice(("consent", "best-interest", "UNK", "parental-responsibility"))
        facts = ProxyFacts(basis, self.words(300), self.maybe_day(), self.maybe_day())
        propose_proxy(**self.about(), contact_id=self.one(Contact).id, facts=facts)

    def say_what_becomes_of_a_proxy(self):
        verb = self.chance.choice(sorted(REASONS))
        why = {"reason": self.chance.choice((*REASONS[verb], "other")), "note": self.words(), "evidence": self.words()}
        move_proxy(**self.about(), proxy_id=self.one(Proxy).id, verb=verb, **why)

    def say_that_a_proxy_was_reviewed(self):
        review_proxy(**self.about(), proxy_id=self.one(Proxy).id, note=self.words())

    def ask_for_a_detail(self):
        kind, use, said = self.chance.choice(
            (
                ("name", "usual", {"family": self.words(100), "given": self.words(100)}),
                ("identifier", "local", {"identifier": "ß" * 60, "assigner": self.words(100)}),
                ("identifier", "social-care", {"identifier": "A 12/3"}),
                ("address", "temporary", {"lines": [self.words(100)], "postcode": "M1 1AE"}),
                ("telecom", "email", {"contact": "karen@example.org"}),
                ("gp", "registered", {"gp_name": self.words(100)}),
            )
        )
        add_detail(**self.about(), facts=DetailFacts(kind, use, said), held=Held(self.maybe_day(), self.maybe_day()))

    def end_a_detail(self):
        end_detail(**self.about(), detail_id=self.one(ResidentDetail).id, reason="Moved", ends_on=self.maybe_day())

    def entry_facts(self):
        kind = self.chance.choice(KINDS_OF_ENTRY)
        days = {"event_on": self.maybe_day(), "event_until": self.maybe_day(), "review_due_on": self.maybe_day()}
        data = {}
        if kind.startswith("cohort."):
            data = {"last_check_on": self.maybe_day()} if kind.endswith("disabilities") else {}
            data |= {"diagnosed_on": self.maybe_day()} if kind.endswith("dementia") else {}
        return EntryFacts(kind, self.words(300), {key: value for key, value in data.items() if value}, **days)

    def ask_for_an_entry(self):
        record_entry(**self.about(), facts=self.entry_facts())

    def say_an_entry_anew(self):
        correct_entry(**self.about(), entry_id=self.one(Entry).id, facts=self.entry_facts(), reason=self.words())

    def end_an_entry(self):
        end_entry(**self.about(), entry_id=self.one(Entry).id, reason=self.words())

    def end_an_entry_in_error(self):
        enter_entry_in_error(**self.about(), entry_id=self.one(Entry).id, reason=self.words())

    def say_who_they_are_anew(self):
        known = identity_of(self.resident)
        change_resident(
            **self.about(),
            identity=replace(
                known,
                family_name=self.chance.choice((known.family_name, "ß" * 100)),
                birth_date_status=self.chance.choice(("exact", "estimated")),
                birth_date=self.chance.choice((known.birth_date, self.day())),
                postcode=self.chance.choice(("", "m11ae")),
                died_on=self.chance.choice((None, self.day())),
                death_status=self.chance.choice(("", "1", "2", "U")),
            ),
        )

    def say_that_they_died(self):
        record_death(**self.about(), died_on=self.day(), status=self.chance.choice(("1", "2", "U")))

    def end_a_death(self):
        undo_death(**self.about(), reason=self.words())

    def ask_for_a_restriction(self):
        restrict_resident(**self.about(), reason="They asked")

    def end_a_restriction(self):
        lift_restriction(**self.about(), reason="They asked")

    def ask_for_an_objection(self):
        record_objection(**self.about(), part=Part("sharing"), said=self.words())

    def end_an_objection(self):
        withdraw_objection(**self.about(), objection_id=self.one(SharingDecision).id)

    # --- visits, duty, caseloads ------------------------------------------------------------------------------------

    def encounter_facts(self):
        kind = self.chance.choice(Encounter.Kind.values)
        return EncounterFacts(
            kind, at=self.moment(), note=self.words(2_000), outcome=self.words(), purpose=self.words()
        )

    def say_what_happened(self):
        status = self.chance.choice(("done", "did_not_attend"))
        facts = {"team_id": self.world.nursing.id, "facts": self.encounter_facts(), "status": status}
        record_encounter(**self.about(), **facts)

    def ask_for_a_visit(self):
        plan_encounter(**self.about(), team_id=self.world.nursing.id, facts=self.encounter_facts())

    def say_how_a_visit_went(self):
        one, at = self.one(Encounter), self.chance.choice((None, self.moment()))
        complete_encounter(by=self.by, encounter_id=one.id, status="done", at=at, note=self.words())

    def say_a_visit_anew(self):
        one = self.one(Encounter)
        facts = replace(facts_of(one), at=self.moment()) if one.status else self.encounter_facts()
        change_encounter(by=self.by, encounter_id=one.id, version=one.version, facts=facts, reason=self.words())

    def end_a_visit(self):
        move_encounter(by=self.by, encounter_id=self.one(Encounter).id, verb=self.verb(ENCOUNTER), reason=self.words())

    def ask_for_a_turn(self):
        times = {"starts_at": self.moment(), "ends_at": self.moment()}
        add_duty_turn(by=self.by, team_id=self.world.nursing.id, membership_id=self.by.membership_id, **times)

    def ask_for_an_absence(self):
        cover = self.chance.choice((None, self.by.membership_id, self.world.nurse.membership_id))
        times = {"starts_at": self.moment(), "ends_at": self.moment()}
        record_absence(by=self.by, membership_id=self.by.membership_id, cover_id=cover, **times)

    def ask_for_the_caseload(self):
        take_on(**self.about(), team_id=self.world.nursing.id, reason="Leg ulcer")

    def end_the_caseload(self):
        entry = self.one(CaseloadEntry)
        if self.chance.random() < 0.3:
            end_caseload_entry(by=self.by, entry=entry, reason=self.words())

    # --- the plan ---------------------------------------------------------------------------------------------------

    def ask_for_a_plan(self):
        create_plan(**self.about())

    def say_that_the_plan_is_agreed(self):
        plan = self.one(CarePlan)
        agree_plan(
            by=self.by,
            plan_id=plan.id,
            version=plan.version,
            agreed_with_resident=self.chance.random() < 0.5,
            agreed_with="Karen, daughter",
            agreed_on=self.day(),
            review_due_on=self.maybe_day(),
            review_team_id=self.chance.choice((None, self.world.nursing.id)),
        )

    def say_when_the_plan_is_reviewed(self):
        plan, team_id = self.one(CarePlan), self.world.nursing.id
        due = {"review_due_on": self.day(), "review_team_id": team_id}
        set_review(by=self.by, plan_id=plan.id, version=plan.version, **due)

    def say_that_the_plan_was_reviewed(self):
        plan = self.one(CarePlan)
        held = {"held_on": self.day(), "took_part": self.words(500), "answers": {"goals": Answer("Goals", "right")}}
        due = {"review_due_on": self.day(), "review_team_id": self.world.nursing.id}
        hold_review(by=self.by, plan_id=plan.id, version=plan.version, **held, **due)

    def say_what_becomes_of_the_plan(self):
        move_plan(by=self.by, plan_id=self.one(CarePlan).id, verb=self.verb(PLAN), reason=self.words())

    def ask_for_a_goal(self):
        rank = self.chance.choice((None, 0, 1, 10, 11))
        add_goal(by=self.by, plan_id=self.one(CarePlan).id, title=self.words(500), importance=rank, confidence=rank)

    def say_what_becomes_of_a_goal(self):
        move_goal(by=self.by, goal_id=self.one(Goal).id, verb=self.verb(GOAL), reason=self.words())

    def say_how_it_went_with_a_goal(self):
        report_outcome(by=self.by, goal_id=self.one(Goal).id, extent="closer", reported_on=self.day())

    def ask_for_an_option(self):
        offer_option(by=self.by, plan_id=self.one(CarePlan).id, title=self.words(), need=self.words())

    def say_what_becomes_of_an_option(self):
        one, why = self.one(Option), {"why": self.words(), "decided_on": self.maybe_day()}
        decide_option(by=self.by, option_id=one.id, version=one.version, verb=self.verb(OPTION), **why)

    def ask_for_an_action(self):
        days = {"due_on": self.maybe_day(), "review_on": self.maybe_day()}
        rank = self.chance.choice((None, 0, 1, 10, 11))
        create_action(**self.about(), title=self.words(300), team_id=self.world.nursing.id, confidence=rank, **days)

    def say_what_becomes_of_an_action(self):
        move_action(by=self.by, action_id=self.one(Action).id, verb=self.verb(ACTION), reason=self.words())

    # --- what goes to others ----------------------------------------------------------------------------------------

    def ask_for_a_referral(self):
        ask = referrals.Ask(
            reason=self.words(2_000),
            urgency=self.chance.choice(("routine", "urgent", "two_hour")),
            urgency_reason=self.words(300),
            no_known_risks=True,
        )
        of = {"service_id": self.world.carers_service.id, "from_team_id": self.world.nursing.id}
        referrals.refer(**self.about(), ask=ask, **of)

    def say_what_becomes_of_a_referral(self):
        one, verb = self.one(Referral), self.verb(REFERRAL)
        by = self.chance.choice((self.by, self.world.link_worker))
        more = {
            "request_information": {"question": self.words()},
            "reply": {"words": self.words()},
            "accept": {"complete_by": self.maybe_day()},
            "decline": {"reason_code": "other", "words": self.words()},
            "hold": {"reason_code": "other", "words": self.words(), "until": self.day()},
            "complete": {"outcome": self.words()},
            "fail": {"reason_code": "other", "words": self.words()},
            "cancel": {"reason_code": "other", "words": self.words()},
            "enter_in_error": {"words": self.words()},
        }.get(verb, {})
        names = {"reply": "reply_to_request", "enter_in_error": "enter_referral_in_error"} | dict.fromkeys(
            ("request_information", "undo_acceptance", "acknowledge_outcome")
        )
        act = getattr(referrals, names.get(verb, f"{verb}_referral") or verb)
        if verb not in ("redirect", "reroute"):
            with acting_as(by):
                act(by=by, referral_id=one.id, **more)

    def ask_for_a_handover(self):
        kind = self.chance.choice(("team", "organisation", "shift", "leave_cover", "out_of_hours"))
        to = self.world.ward if kind != "shift" else self.world.nursing
        made = handovers.draft_handover(
            **self.about(),
            from_team_id=self.world.nursing.id,
            to_team_id=to.id,
            kind=kind,
            situation=self.words(2_000),
            ends_at=self.chance.choice((None, self.moment())),
        )
        handovers.offer_handover(by=self.by, handover_id=made.id)

    def say_what_becomes_of_a_handover(self):
        one, verb = self.one(Handover), self.verb(HANDOVER)
        by = self.chance.choice((self.by, self.world.nurse, self.world.ward_nurse))
        calls = {
            "accept": lambda: handovers.accept_handover(by=by, handover_id=one.id, read_back=[]),
            "decline": lambda: handovers.decline_handover(by=by, handover_id=one.id, reason=self.words()),
            "withdraw": lambda: handovers.withdraw_handover(by=by, handover_id=one.id, reason=self.words()),
            "close": lambda: handovers.end_cover(by=by, handover_id=one.id, reason=self.words()),
            "enter_in_error": lambda: handovers.enter_handover_in_error(by=by, handover_id=one.id, reason=self.words()),
        }
        with acting_as(by):
            calls.get(verb, lambda: None)()
