"""What a page costs the database does not depend on how much it shows: the same statements for three and for thirty.

One row for each page that has no such test beside its own tests: what it shows much of, how it is asked for, and how
many statements it may take.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import cycle

import pytest
from django.urls import reverse

from carecoord import audit, clock
from carecoord.alerts.models import Alert, AlertRecipient, AlertRule
from carecoord.alerts.rulebook import SHIPPED_RULES, rungs_as_data, shipped
from carecoord.delivery.models import Delivery, Mobile
from carecoord.record.forms.register import WHY_NEW
from carecoord.record.searched import proof_of
from careplans.services import add_goal, agree_plan, create_action, create_plan, move_plan, report_outcome
from neighbourhoods.gate import acting_as
from neighbourhoods.messages import WORDINGS
from neighbourhoods.models import Entry, OrganisationKind, Resident, Role, Team
from neighbourhoods.services import (
    EncounterFacts,
    EntryFacts,
    Identity,
    annotate_entry,
    change_resident,
    create_organisation,
    end_entry,
    identity_of,
    plan_encounter,
    record_entry,
)
from neighbourhoods.services.messages import send_message
from tests.alerts.offers import raised
from tests.statements import statements_of

pytestmark = pytest.mark.django_db


@dataclass
class Sheila:
    """The resident that the pages are about, with a plan, a goal and an action, and how to make more of each thing."""

    world: object

    def __post_init__(self):
        nurse, self.alike = self.world.nurse, []
        with clock.at(clock.now() - timedelta(hours=1)):
            self.resident = self.world.resident()
        with acting_as(nurse):
            plan = create_plan(by=nurse, resident_id=self.resident.id)
            self.goal = add_goal(by=nurse, plan_id=plan.id, title="The allotment")
            self.action = self.promise("Visit")

    def promise(self, title, goal_id=None):
        return create_action(
            by=self.world.nurse,
            resident_id=self.resident.id,
            title=title,
            team_id=self.world.nursing.id,
            goal_id=goal_id,
        )

    def people(self):
        return cycle((self.world.nurse, self.world.lead, self.world.second_nurse))

    def changes(self, numbers):
        for number, by in zip(
            numbers, cycle((self.world.nurse, self.world.lead, self.world.second_nurse)), strict=False
        ):
            with acting_as(by):
                record_entry(by=by, resident_id=self.resident.id, facts=EntryFacts("alert", f"Alert {number}"))

    def notes(self, numbers):
        nurse = self.world.nurse
        with acting_as(nurse):
            first = Entry.objects.filter(resident=self.resident).first()
            first = first or record_entry(
                by=nurse, resident_id=self.resident.id, facts=EntryFacts("allergy", "Penicillin")
            )
            for number in numbers:
                more = {"by": nurse, "resident_id": self.resident.id}
                annotate_entry(**more, entry_id=first.id, text=f"Note {number}")
                ended = record_entry(**more, facts=EntryFacts("problem", f"Problem {number}"))
                end_entry(**more, entry_id=ended.id, reason="Over")
                record_entry(**more, facts=EntryFacts("adjustment", f"Need {number}", {"category": "010"}))

    def rings(self, numbers):
        """Each with another phone number: all but the last are past."""
        for number in numbers:
            with clock.at(clock.now() + timedelta(seconds=number - 100)), acting_as(self.world.nurse) as nurse:
                resident = Resident.objects.get(id=self.resident.id)
                changed = replace(identity_of(resident), phone=f"01632 960 {number:03}")
                change_resident(by=nurse, resident_id=resident.id, identity=changed)

    def measures(self, numbers):
        with acting_as(self.world.nurse) as nurse:
            for number in numbers:
                goal = add_goal(by=nurse, plan_id=self.goal.care_plan_id, title=f"Walk {number}")
                report_outcome(by=nurse, goal_id=goal.id, extent="closer", reported_on=clock.today())
                on = clock.today() - timedelta(days=number)
                facts = EntryFacts("assessment.loneliness", "", {"score": 3 + number % 7}, on)
                record_entry(by=nurse, resident_id=self.resident.id, facts=facts)

    def looks(self, numbers):
        for _, by in zip(numbers, self.people(), strict=False):
            with acting_as(by):
                audit.looked("plan.viewed", by=by, resident_id=self.resident.id, about=("resident", self.resident.id))

    def colleagues(self, numbers):
        for number in numbers:
            self.world.add_person(f"nurse_{number}", self.world.community, Role.NURSE, [self.world.nursing])

    def promises(self, numbers):
        with acting_as(self.world.nurse):
            for number in numbers:
                self.promise(f"Visit {number}", goal_id=self.goal.id)

    def visits(self, numbers):
        nurse = self.world.nurse
        with acting_as(nurse):
            for number in numbers:
                resident = self.world.resident()
                facts = EncounterFacts("visit", at=clock.now() + timedelta(minutes=number + 1))
                plan_encounter(by=nurse, resident_id=resident.id, team_id=self.world.nursing.id, facts=facts)

    def reviews(self, numbers):
        for _ in numbers:
            resident = self.world.resident()
            with acting_as(self.world.nurse) as nurse:
                plan = create_plan(by=nurse, resident_id=resident.id)
                agree_plan(
                    by=nurse,
                    plan_id=plan.id,
                    version=plan.version,
                    agreed_with_resident=True,
                    agreed_with="",
                    agreed_on=clock.today(),
                    review_due_on=clock.today() + timedelta(days=7),
                    review_team_id=self.world.nursing.id,
                )
                move_plan(by=nurse, plan_id=plan.id, verb="activate")

    def practices(self, numbers):
        for number in numbers:
            create_organisation(
                by=self.world.builder,
                place=self.world.place,
                name=f"Surgery {number}",
                kind=OrganisationKind.GP_PRACTICE,
                ods_code=f"G9{number:04}",
            )

    def likenesses(self, numbers):
        for _ in numbers:
            self.alike.append(self.world.resident(on_caseload=False, nhs_number=None).id)

    def households(self, numbers):
        for _ in numbers:
            self.world.resident(phone="01632 960001", on_caseload=False)

    def alerts(self, numbers):
        """Each told to three, with a message to each of them that did not arrive."""
        for _ in numbers:
            raised(self.world, resident=self.resident)
        Delivery.objects.update(state=Delivery.State.FAILED, failure="The mail server refused the address with 550")

    def one_alert_to_many(self, numbers):
        """What becomes of each message is told of one alert."""
        if not Alert.objects.exists():
            raised(self.world, resident=self.resident)
        alert = Alert.objects.get()
        for number in numbers:
            told = self.world.add_person(f"told_{number}", self.world.community, Role.NURSE, [self.world.nursing])
            AlertRecipient.objects.create(alert=alert, membership_id=told.membership_id, level=0)
            self.written(told.actor_id, alert.id, number)

    def written(self, user_id, alert_id, number):
        """A text to somebody with a number of their own: where it went is told too."""
        Mobile.objects.create(user_id=user_id, number=f"+447700900{number:03}", confirmed_at=clock.now())
        asked = {"subject": "Asked", "line": "Asked.", "path": "/alerts/", "cause": f"told:{number}"}
        Delivery.objects.create(channel="sms", recipient_id=user_id, about_type="alert", about_id=alert_id, **asked)

    def messages(self, numbers):
        """To herself, by the same way, on as many days."""
        Team.objects.filter(id=self.world.nursing.id).update(phone="01632 960 123")
        Resident.objects.filter(id=self.resident.id).update(email="sheila@example.org")
        for number in numbers:
            with clock.at(clock.now() + timedelta(days=number - 400)), acting_as(self.world.nurse) as nurse:
                asked = {"resident_id": self.resident.id, "team_id": self.world.nursing.id}
                send_message(by=nurse, channel="email", wording=next(iter(WORDINGS)), **asked)

    def rules(self, numbers):
        for kind in sorted(SHIPPED_RULES)[numbers.start : numbers.stop]:
            AlertRule.objects.create(
                place=self.world.place,
                kind=kind,
                number=1,
                rungs=rungs_as_data(shipped(kind).ladder),
                channels=["email"],
                urgency="never",
                made_by_id=self.world.admin.membership_id,
            )

    def beyond(self, numbers):
        for _ in numbers:
            self.world.resident(by=self.world.outsider, team=self.world.highcross_nursing, on_caseload=False)


def page(name):
    """A page of hers."""
    return lambda client, sheila: client.get(reverse(name, args=[sheila.resident.id]))


def place(name):
    """A page that is nobody's in particular."""
    return lambda client, _sheila: client.get(reverse(name))


def messages_of_an_alert(client, _sheila):
    return client.get(reverse("alert_messages", args=[Alert.objects.get().id]))


def measures_of_a_team(client, sheila):
    return client.get(reverse("team_alert_measures", args=[sheila.world.nursing.id]))


def planned_visits(client, sheila):
    return client.get(reverse("planned_visits"), {"days": "all", "whose": "mine"})


def due_actions(client, sheila):
    return client.get(reverse("due_actions"), {"days": "all"})


def plan_reviews(client, sheila):
    return client.get(reverse("plan_reviews"))


def one_action(client, sheila):
    return client.get(reverse("action_detail", args=[sheila.action.id]))


def one_entry(client, sheila):
    entry = Entry.objects.filter(resident=sheila.resident, kind="allergy").get()
    return client.get(reverse("entry", args=[sheila.resident.id, entry.id]))


def one_goal(client, sheila):
    return client.get(reverse("goal_detail", args=[sheila.goal.id]))


def facts(**more):
    return {
        "step": "register",
        "given_name": "Sheila",
        "family_name": "Hartley",
        "birth_date_day": "14",
        "birth_date_month": "3",
        "birth_date_year": "1948",
        "birth_date_status": "exact",
        "gender": "female",
        "on_caseload": "on",
    } | more


def register(client, sheila):
    number = next(sheila.world.numbers)
    identity = Identity("Sheila", "Hartley", date(1948, 3, 14), nhs_number=number.replace(" ", ""))
    proof = proof_of(sheila.world.nurse, identity, sheila.alike)
    return client.post(reverse("resident_new"), facts(nhs_number=number, searched=proof, why_new=WHY_NEW[0]))


def search_first(client, sheila):
    return client.post(reverse("resident_new"), facts(step="search"))


def be_warned(client, sheila):
    return client.post(reverse("resident_new"), facts(nhs_number=next(sheila.world.numbers)))


def find(client, sheila):
    return client.post(reverse("find"), {"q": "Hartley"})


def find_beyond(client, sheila):
    return client.post(reverse("find"), {"q": "Hartley 14/3/1948"})


def find_by_phone(client, sheila):
    return client.post(reverse("find"), {"q": "01632 960001"})


def find_by_number(client, sheila):
    return client.post(reverse("find"), {"q": sheila.resident.nhs_number})


def claim(client, sheila):
    """Refused for want of a reason, so that the same page comes again."""
    return client.post(reverse("claim", args=[sheila.resident.id]), {})


# Of what there is much, which page, whose, how it answers, and how many statements it may take.
TABLE = [
    ("the timeline", Sheila.changes, page("resident_timeline"), "nurse", 200, 13),
    ("what was known before", Sheila.rings, page("resident_people"), "nurse", 200, 18),
    ("what is recorded", Sheila.notes, page("resident_entries"), "nurse", 200, 15),
    ("one entry and its notes", Sheila.notes, one_entry, "nurse", 200, 15),
    ("who looked", Sheila.looks, page("resident_access"), "nurse", 200, 14),
    ("a caseload entry", Sheila.colleagues, page("resident_caseload"), "nurse", 200, 15),
    (
        "one action and its team",
        Sheila.colleagues,
        one_action,
        "nurse",
        200,
        19,
    ),
    (
        "one action among many",
        Sheila.promises,
        one_action,
        "nurse",
        200,
        19,
    ),
    ("what can be given of the plan", Sheila.promises, page("resident_papers"), "nurse", 200, 40),
    ("one goal and its actions", Sheila.promises, one_goal, "nurse", 200, 16),
    ("measures over time", Sheila.measures, page("resident_measures"), "nurse", 200, 15),
    ("registering: the search", Sheila.likenesses, search_first, "nurse", 200, 11),
    ("registering: the form", Sheila.practices, search_first, "nurse", 200, 11),
    ("registering: the warning", Sheila.likenesses, be_warned, "nurse", 200, 12),
    ("registering", Sheila.likenesses, register, "nurse", 302, 20),
    ("the card that stops", Sheila.looks, page("resident_record"), "outsider", 403, 11),
    ("the claim", Sheila.looks, claim, "outsider", 422, 11),
    ("all planned visits", Sheila.visits, planned_visits, "nurse", 200, 8),
    ("all actions due", Sheila.promises, due_actions, "nurse", 200, 8),
    ("all reviews of plans", Sheila.reviews, plan_reviews, "nurse", 200, 8),
    ("finding one's own", Sheila.likenesses, find, "nurse", 200, 9),
    ("finding by phone", Sheila.households, find_by_phone, "nurse", 200, 9),
    ("finding by number", Sheila.likenesses, find_by_number, "nurse", 200, 9),
    ("rules of alerts", Sheila.rules, place("admin_alert_rules"), "admin", 200, 9),
    ("when one is told", Sheila.alerts, place("message_hours"), "nurse", 200, 9),
    ("how one is told", Sheila.alerts, place("how_told"), "nurse", 200, 9),
    ("what was sent of an alert", Sheila.one_alert_to_many, messages_of_an_alert, "nurse", 200, 12),
    ("messages to her", Sheila.messages, page("resident_messages"), "nurse", 200, 20),
    ("how a team acts on alerts", Sheila.alerts, measures_of_a_team, "lead", 200, 10),
    ("how a place acts on alerts", Sheila.alerts, place("admin_alert_measures"), "admin", 200, 9),
    ("finding beyond one's own", Sheila.beyond, find_beyond, "nurse", 200, 9),
]


@pytest.mark.parametrize(("what", "more", "ask", "who", "status", "most"), TABLE, ids=[row[0] for row in TABLE])
def test_thirty_cost_what_three_cost(world, signed_in, what, more, ask, who, status, most):
    sheila = Sheila(world)
    client = signed_in(who)
    more(sheila, range(3))
    assert ask(client, sheila).status_code == status
    few = statements_of(lambda: ask(client, sheila))
    more(sheila, range(3, 30))
    many = statements_of(lambda: ask(client, sheila))
    assert len(many) <= len(few), "\n".join(many)
    assert len(few) <= most, "\n".join(few)
