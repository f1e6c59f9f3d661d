"""A place in which every request of the API's document is answered as it says.

`PLACES` tells for each operation who asks, and what must be there before: whatever the address names, in the state that
the operation leads on from. A new operation needs a line here.
"""

import base64
from datetime import UTC, datetime, timedelta
from functools import cached_property
from urllib.parse import urlencode

from carecoord import clock
from carecoord.outbox.tasks import relay
from careplans.models import Goal
from careplans.services import set_aside
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Level, Resident, Source
from neighbourhoods.services import EntryFacts, open_relationship, record_entry
from tests.api.conftest import shown
from tests.media import jpeg
from tests.referrals import handovers as steps
from tests.referrals.referral_steps import IN_STATE, second_service

# The examples name days: they are asked on this one, whatever day it is.
NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
NAMED = {
    "0190a000-0000-7000-8000-000000000018": "resident",
    "0190a000-0000-7000-8000-000000000042": "service",
    "0190a000-0000-7000-8000-000000000061": "person",
    "0190a000-0000-7000-8000-000000000043": "other_service",
    "0190a000-0000-7000-8000-000000000007": "to_team",
    "0190a000-0000-7000-8000-000000000044": "beside",
}
"""The ids of the examples, and what of the place stands for them."""
QUERIES = {
    "birth_date": "1948-03-14",
    "q": "Hart",
    "since": "2026-11-01",
    "until": "2026-11-30",
    "batch_id": "0190a000-0000-7000-8000-000000000099",  # of no batch: an empty list is an answer
    "cursor": "cursor",
} | {name: name for name in ("resident", "team", "from_team", "to_team", "organisation", "neighbourhood")}
"""What filters are asked with where the document says no word: of the place if it has that name, else as it stands."""


class Living:
    """Sheila with nursing, who write; the carers' charity and the surgery offer a service each; a hospital ward.

    What has the name of an id is one; each is made where it is first asked for.
    """

    def __init__(self, world, partner):
        self.world, self._partner = world, partner
        self.team = self.from_team = self.to_team = world.nursing.id
        self.organisation, self.neighbourhood = world.community.id, world.millbrook.id
        self.service = world.carers_service.id

    @cached_property
    def nursing(self):
        return self._partner("nursing", self.world.nursing)

    @cached_property
    def carers(self):
        return self._partner("carers", self.world.carers)

    @cached_property
    def ward(self):
        return self._partner("ward", self.world.ward)

    @cached_property
    def sheila(self):
        return self.world.resident(nhs_number="9990000018", phone="07700 900123")

    @cached_property
    def other_service(self):
        return second_service(self.world, "Hart Lane sitting service").id

    @cached_property
    def person(self):
        karen = {"kind": "personal", "name": "Karen Moss", "relationship": "Daughter"}
        return made(self.nursing, "people/", resident=str(self.resident), **karen)["id"]

    @cached_property
    def beside(self):
        """What the carers plan, too."""
        also = {"team_id": self.world.carers.id, "level": Level.RECORD, "source": Source.REFERRAL}
        with acting_as(self.world.nurse):
            open_relationship(resident_id=self.resident, source_id=self.resident, **also)
        facts = {"resident": str(self.resident), "title": "Ring about the frame", "due_on": "2026-12-02"}
        return made(self.carers, "actions/", **facts)["id"]

    @property
    def resident(self):
        return self.sheila.id

    def ask(self, label, example="", body=None):
        """The request of this name, asked as the place for it says; a change with the ETag of what it changes."""
        method, path = label.split(" ")
        asker, ids = PLACES[label](self, example)
        path = path.format(**ids)
        headers = {"If_Match": asker.get(path).headers["ETag"]} if method == "PATCH" else {}
        body = {} if body is None and method == "POST" else self.real(body)
        return asker.call(method, path, None if method == "GET" else body, **headers)

    def ask_list(self, asker, path, name, value):
        """Of a list with one filter; the cursor is that of its second page."""
        if name == "cursor":
            return asker.get(shown(asker.get(f"{path}?page_size=1"))["next"])
        return asker.get(f"{path}?{urlencode({name: self.real(value)})}")

    def real(self, told):
        """With the ids of what is there for those of the examples, and for the names of filters."""
        if isinstance(told, dict):
            return {name: self.real(inner) for name, inner in told.items()}
        if isinstance(told, list):
            return [self.real(inner) for inner in told]
        if told in NAMED:
            return str(getattr(self, NAMED[told]))
        return str(getattr(self, told)) if told in QUERIES else told


def made(partner, path, **body):
    answer = partner.post(path, body)
    assert answer.status_code in (200, 201), answer.content
    return answer.json()


def moved(partner, path, **change):
    return shown(partner.patch(path, change, If_Match="*"))


def reads(**names):
    """Asked by nursing, of what of the place stands for each name of the address."""
    return lambda it, _: (it.nursing, {name: getattr(it, there) for name, there in names.items()})


def of_sheila(it, _):
    assert it.sheila
    return it.nursing, {"resident_id": it.resident}


def measured(it, _):
    asked = dict.fromkeys(("satisfied", "worthwhile", "happy", "anxious"), "7")
    with acting_as(it.world.nurse) as by:
        for kind, data in (("assessment.frailty", {"scale": "4"}), ("assessment.wellbeing", asked)):
            facts = EntryFacts(kind, data=data, event_on=clock.today())
            record_entry(by=by, resident_id=it.resident, facts=facts)
    return it.nursing, {"resident_id": it.resident}


# --- plans, goals, actions, contacts ----------------------------------------------------------------------------------


def action(it, example):
    row = made(it.nursing, "actions/", resident=str(it.resident), title="Ring about the frame")
    return it.nursing, {"action_id": row["id"]}


def double(it, example):
    facts = {"resident": str(it.resident), "title": "Ring about the frame", "due_on": "2026-12-01"}
    row = made(it.nursing, "actions/", **facts)
    assert it.beside
    return it.nursing, {"action_id": row["id"]}


def two_actions(it, example):
    action(it, example)
    return action(it, example)[0], {}


def plan(it, example):
    facts = (
        {"agreed_with_resident": True, "review_due_on": "2027-02-01"} if example in ("MadeActive", "Revoked") else {}
    )
    row = made(it.nursing, "care-plans/", resident=str(it.resident), **facts)
    if example == "Revoked":
        moved(it.nursing, f"care-plans/{row['id']}/", status="active")
    return it.nursing, {"plan_id": row["id"], "key": "dementia" if example == "OneAnswer" else "most_important"}


def two_plans(it, example):
    plan(it, example)
    made(it.nursing, "care-plans/", resident=str(it.world.resident().id))
    return it.nursing, {}


def goal(it, example):
    asker, ids = plan(it, "")
    rows = [made(asker, f"care-plans/{ids['plan_id']}/goals/", title=title) for title in ("Walk", "Rest")]
    return asker, {"goal_id": rows[0]["id"], "plan_id": ids["plan_id"]}


def attachment(it, example):
    asker, ids = plan(it, "")
    said = {"media_type": "image/jpeg", "content": base64.b64encode(jpeg()).decode(), "brought_by": "Her sister"}
    path = f"care-plans/{ids['plan_id']}/attachments/"
    rows = [made(asker, path, description=words, **said) for words in ("The garden", "The gate")]
    return asker, ids | {"attachment_id": rows[0]["id"]}


def stage_goal(it, example):
    asker, ids = goal(it, "")
    rows = [made(asker, f"goals/{ids['goal_id']}/stage-goals/", title=title) for title in ("To the gate", "Rest")]
    return asker, ids | {"stage_id": rows[0]["id"]}


def need(it, example):
    asker, ids = plan(it, "")
    rows = [
        made(asker, f"care-plans/{ids['plan_id']}/needs/", kind="need", title=title) for title in ("Company", "A ramp")
    ]
    return asker, ids | {"need_id": rows[0]["id"]}


def option(it, example):
    asker, ids = plan(it, "")
    rows = [
        made(asker, f"care-plans/{ids['plan_id']}/options/", title=title, need="Company") for title in ("Choir", "Club")
    ]
    return asker, ids | {"option_id": rows[0]["id"]}


def active_plan(it, example):
    asker, ids = plan(it, "MadeActive")
    moved(asker, f"care-plans/{ids['plan_id']}/", status="active")
    return asker, ids


def review(it, example):
    asker, ids = active_plan(it, "")
    facts = {"took_part": "Sheila", "review_due_on": "2027-02-01"}
    points = [{"section": "needs", "answer": "right"}]
    rows = [made(asker, f"care-plans/{ids['plan_id']}/reviews/", points=points, **facts) for _ in range(2)]
    return asker, ids | {"review_id": rows[0]["id"]}


def additional(it, example):
    asker, ids = plan(it, "")
    path = f"care-plans/{ids['plan_id']}/additional-plans/"
    rows = [made(asker, path, name=name, content="Dressing") for name in ("Wound plan", "Diet plan")]
    return asker, ids | {"additional_id": rows[0]["id"]}


def wording(it, example):
    asker, ids = plan(it, "")
    path = f"care-plans/{ids['plan_id']}/sections/most_important/"
    for body in ("My garden", "My dog"):
        moved(asker, path, body=body)
    rows = shown(asker.get(f"{path}versions/"))["results"]
    return asker, ids | {"version_id": rows[0]["id"]}


def aside(it, example):
    asker, ids = goal(it, "")
    nurse = it.world.nurse
    with acting_as(nurse):
        for words in ("The sea", "The hills"):
            set_aside(by=nurse, beside=Goal.objects.get(id=ids["goal_id"]), words={"The goal": words})
    return asker, ids


def outcome(it, example):
    asker, ids = goal(it, "")
    rows = [made(asker, f"goals/{ids['goal_id']}/outcomes/", extent=extent) for extent in ("closer", "same")]
    return asker, ids | {"outcome_id": rows[0]["id"]}


def contact(it, example):
    body = {"kind": "visit", "note": "She is well."}
    if example in ("Cancelled", "ItTookPlace"):
        body = {"kind": "visit", "status": "planned", "at": "2026-11-24T10:30:00Z", "purpose": "Blood pressure"}
    return it.nursing, {"contact_id": made(it.nursing, "contacts/", resident=str(it.resident), **body)["id"]}


def two_contacts(it, example):
    contact(it, example)
    return contact(it, example)[0], {}


# --- who is around a resident, stays, care packages -------------------------------------------------------------------


def person(it, example):
    return it.nursing, {"person_id": it.person}


def two_people(it, example):
    assert it.person
    made(it.nursing, "people/", resident=str(it.resident), kind="professional", name="Dr Nair")
    return it.nursing, {}


def proxy(status="proposed"):
    def place(it, _):
        basis = "health-and-welfare-lasting-power-of-attorney"
        facts = {"person": str(it.person), "legal_basis": basis, "evidence": "Document seen"}
        found = made(it.nursing, "proxies/", resident=str(it.resident), **facts)["id"]
        if status == "active":
            made(it.nursing, f"proxies/{found}/activate/", reason_code="evidence-seen")
        return it.nursing, {"proxy_id": found}

    return place


def two_proxies(it, example):
    proxy()(it, example)
    other = made(it.nursing, "people/", resident=str(it.resident), kind="personal", name="Ken Hartley")
    made(it.nursing, "proxies/", resident=str(it.resident), person=other["id"], legal_basis="consent")
    return it.nursing, {}


def stay(it, example):
    where = {"kind": "care_home", "organisation_name": "Elm House", "admitted_at": "2026-11-20T10:30:00Z"}
    return it.nursing, {"stay_id": made(it.nursing, "stays/", resident=str(it.resident), **where)["id"]}


def two_stays(it, example):
    stay(it, example)
    made(it.nursing, "stays/", resident=str(it.resident), kind="hospital", organisation_name="Alder General")
    return it.nursing, {}


def package(status="requested"):
    def place(it, _):
        facts = {
            "name": "Calls",
            "kind": "home_care",
            "provider_name": "Kind Hands",
            "is_running": status != "requested",
        }
        found = made(it.nursing, "care-packages/", resident=str(it.resident), **facts)["id"]
        if status == "suspended":
            made(it.nursing, f"care-packages/{found}/suspend/", reason="Away")
        return it.nursing, {"package_id": found}

    return place


def two_packages(it, example):
    for status in ("requested", "active"):
        package(status)(it, example)
    return it.nursing, {}


# --- referrals and handovers ------------------------------------------------------------------------------------------

SENDERS = frozenset({"send", "reply", "cancel", "acknowledge-outcome", "enter-in-error", "amend", "reroute"})
REFERRAL_BEFORE = {
    "send": "draft", "receive": "sent", "claim": "sent", "accept": "sent", "undo-acceptance": "accepted",
    "request-information": "received", "reply": "info_requested", "decline": "sent", "redirect": "sent",
    "start": "accepted", "hold": "in_progress", "resume": "on_hold", "complete": "in_progress", "fail": "in_progress",
    "cancel": "sent", "acknowledge-outcome": "completed", "enter-in-error": "sent", "amend": "sent",
    "reroute": "rejected",
}  # fmt: skip


def referral(state, asker="nursing"):
    def place(it, _):
        return getattr(it, asker), {"referral_id": IN_STATE[state](it.world, it.sheila).id}

    return place


def two_referrals(it, _):
    IN_STATE["sent"](it.world, it.sheila)
    IN_STATE["draft"](it.world, it.world.resident())
    return it.nursing, {}


def on_the_ward(it, _):
    """Sheila is the ward's, who writes a handover to nursing."""
    it.sheila = it.world.resident(by=it.world.ward_nurse, team=it.world.ward)
    return it.ward, {}


def handover(make, asker="ward"):
    def place(it, example):
        on_the_ward(it, example)
        return getattr(it, asker), {"handover_id": make(it.world, it.sheila).id}

    return place


def covered(world, sheila):
    until = clock.now() + timedelta(days=2)
    return steps.accepted(world, steps.offered(world, sheila, kind="leave_cover", ends_at=until))


def half_read_back(world, sheila):
    return steps.accepted(world, steps.offered(world, sheila), read_back=[True, False], note="The rest by telephone")


def two_handovers(it, example):
    on_the_ward(it, example)
    steps.offered(it.world, it.sheila)
    steps.drafted(it.world, steps.ken_on_the_ward(it.world))
    return it.ward, {}


# --- the others -------------------------------------------------------------------------------------------------------


def alert(it, _):
    for resident in (it.sheila, it.world.resident()):
        IN_STATE["sent"](it.world, resident)
    relay()
    return it.carers, {"alert_id": shown(it.carers.get("alerts/"))["results"][0]["id"]}


def alerts(it, example):
    return alert(it, example)[0], {}


def two_residents(it, _):
    assert it.sheila
    it.world.resident(given_name="Ken", family_name="Hartley", nhs_number=None)
    return it.nursing, {}


def nobody_yet(it, _):
    assert not Resident.objects.filter(nhs_number="9990000018").exists()
    return it.nursing, {}


def known_elsewhere(it, _):
    assert it.sheila
    return it.ward, {}


def directory(it, _):
    assert it.other_service
    return it.nursing, {}


V1 = "/api/v1"
PLACES = {
    f"GET {V1}/residents/": two_residents,
    f"POST {V1}/residents/": nobody_yet,
    f"POST {V1}/residents/claim/": known_elsewhere,
    f"GET {V1}/residents/{{resident_id}}/": of_sheila,
    f"PATCH {V1}/residents/{{resident_id}}/": of_sheila,
    f"GET {V1}/residents/{{resident_id}}/timeline/": of_sheila,
    f"GET {V1}/residents/{{resident_id}}/measures/": measured,
    **{f"GET {V1}/{kind}/": directory for kind in ("organisations", "neighbourhoods", "teams", "services")},
    f"GET {V1}/organisations/{{organisation_id}}/": reads(organisation_id="organisation"),
    f"GET {V1}/neighbourhoods/{{neighbourhood_id}}/": reads(neighbourhood_id="neighbourhood"),
    f"GET {V1}/services/{{service_id}}/": reads(service_id="service"),
    f"GET {V1}/teams/{{team_id}}/": reads(team_id="from_team"),
    f"GET {V1}/teams/{{team_id}}/caseload/": lambda it, _: (two_residents(it, _)[0], {"team_id": it.from_team}),
    f"GET {V1}/contacts/": two_contacts,
    f"POST {V1}/contacts/": of_sheila,
    f"GET {V1}/contacts/{{contact_id}}/": contact,
    f"PATCH {V1}/contacts/{{contact_id}}/": contact,
    f"GET {V1}/people/": two_people,
    f"POST {V1}/people/": of_sheila,
    f"GET {V1}/people/{{person_id}}/": person,
    f"PATCH {V1}/people/{{person_id}}/": person,
    f"POST {V1}/people/{{person_id}}/end/": person,
    f"GET {V1}/proxies/": two_proxies,
    f"POST {V1}/proxies/": of_sheila,
    f"GET {V1}/proxies/{{proxy_id}}/": proxy(),
    **{f"POST {V1}/proxies/{{proxy_id}}/{verb}/": proxy() for verb in ("activate", "reject", "enter-in-error")},
    **{f"POST {V1}/proxies/{{proxy_id}}/{verb}/": proxy("active") for verb in ("end", "review")},
    f"GET {V1}/stays/": two_stays,
    f"POST {V1}/stays/": of_sheila,
    f"GET {V1}/stays/{{stay_id}}/": stay,
    f"PATCH {V1}/stays/{{stay_id}}/": stay,
    **{
        f"POST {V1}/stays/{{stay_id}}/{verb}/": stay
        for verb in ("discharge", "meet-assessment", "meet-plan", "enter-in-error")
    },
    f"GET {V1}/care-packages/": two_packages,
    f"POST {V1}/care-packages/": of_sheila,
    f"GET {V1}/care-packages/{{package_id}}/": package(),
    f"PATCH {V1}/care-packages/{{package_id}}/": package(),
    **{f"POST {V1}/care-packages/{{package_id}}/{verb}/": package() for verb in ("arrange", "start")},
    **{f"POST {V1}/care-packages/{{package_id}}/{verb}/": package("active") for verb in ("suspend", "end")},
    f"POST {V1}/care-packages/{{package_id}}/restart/": package("suspended"),
    f"GET {V1}/care-plans/": two_plans,
    f"POST {V1}/care-plans/": of_sheila,
    f"GET {V1}/care-plans/{{plan_id}}/": plan,
    f"PATCH {V1}/care-plans/{{plan_id}}/": plan,
    f"GET {V1}/care-plans/{{plan_id}}/sections/{{key}}/": plan,
    f"PATCH {V1}/care-plans/{{plan_id}}/sections/{{key}}/": plan,
    f"GET {V1}/care-plans/{{plan_id}}/goals/": goal,
    f"POST {V1}/care-plans/{{plan_id}}/goals/": plan,
    f"GET {V1}/care-plans/{{plan_id}}/needs/": need,
    f"POST {V1}/care-plans/{{plan_id}}/needs/": plan,
    f"GET {V1}/needs/{{need_id}}/": need,
    f"PATCH {V1}/needs/{{need_id}}/": need,
    f"GET {V1}/care-plans/{{plan_id}}/options/": option,
    f"POST {V1}/care-plans/{{plan_id}}/options/": plan,
    f"GET {V1}/options/{{option_id}}/": option,
    f"PATCH {V1}/options/{{option_id}}/": option,
    f"GET {V1}/care-plans/{{plan_id}}/attachments/": attachment,
    f"POST {V1}/care-plans/{{plan_id}}/attachments/": plan,
    f"GET {V1}/attachments/{{attachment_id}}/": attachment,
    f"GET {V1}/attachments/{{attachment_id}}/content/": attachment,
    f"GET {V1}/goals/{{goal_id}}/": goal,
    f"PATCH {V1}/goals/{{goal_id}}/": goal,
    f"GET {V1}/goals/{{goal_id}}/stage-goals/": stage_goal,
    f"POST {V1}/goals/{{goal_id}}/stage-goals/": goal,
    f"GET {V1}/stage-goals/{{stage_id}}/": stage_goal,
    f"PATCH {V1}/stage-goals/{{stage_id}}/": stage_goal,
    f"GET {V1}/goals/{{goal_id}}/outcomes/": outcome,
    f"POST {V1}/goals/{{goal_id}}/outcomes/": goal,
    f"GET {V1}/goal-outcomes/{{outcome_id}}/": outcome,
    f"POST {V1}/goal-outcomes/{{outcome_id}}/enter-in-error/": outcome,
    f"GET {V1}/care-plans/{{plan_id}}/sections/{{key}}/versions/": wording,
    f"GET {V1}/section-versions/{{version_id}}/": wording,
    f"POST {V1}/section-versions/{{version_id}}/enter-in-error/": wording,
    f"GET {V1}/care-plans/{{plan_id}}/set-aside/": aside,
    f"GET {V1}/care-plans/{{plan_id}}/reviews/": review,
    f"POST {V1}/care-plans/{{plan_id}}/reviews/": active_plan,
    f"GET {V1}/plan-reviews/{{review_id}}/": review,
    f"GET {V1}/care-plans/{{plan_id}}/additional-plans/": additional,
    f"POST {V1}/care-plans/{{plan_id}}/additional-plans/": plan,
    f"GET {V1}/additional-plans/{{additional_id}}/": additional,
    f"PATCH {V1}/additional-plans/{{additional_id}}/": additional,
    f"POST {V1}/additional-plans/{{additional_id}}/enter-in-error/": additional,
    f"GET {V1}/actions/": two_actions,
    f"POST {V1}/actions/": of_sheila,
    f"GET {V1}/actions/{{action_id}}/": action,
    f"PATCH {V1}/actions/{{action_id}}/": action,
    f"GET {V1}/actions/{{action_id}}/doubles/": double,
    f"POST {V1}/actions/{{action_id}}/doubles/": double,
    f"POST {V1}/actions/{{action_id}}/complete/": action,
    f"GET {V1}/referrals/": two_referrals,
    f"POST {V1}/referrals/": of_sheila,
    f"GET {V1}/referrals/{{referral_id}}/": referral("sent", "carers"),
    f"PATCH {V1}/referrals/{{referral_id}}/": referral("draft"),
    **{
        f"POST {V1}/referrals/{{referral_id}}/{verb}/": referral(state, "nursing" if verb in SENDERS else "carers")
        for verb, state in REFERRAL_BEFORE.items()
    },
    f"GET {V1}/handovers/": two_handovers,
    f"POST {V1}/handovers/": on_the_ward,
    f"GET {V1}/handovers/{{handover_id}}/": handover(steps.offered, "nursing"),
    f"PATCH {V1}/handovers/{{handover_id}}/": handover(steps.drafted),
    f"POST {V1}/handovers/{{handover_id}}/offer/": handover(steps.drafted),
    f"POST {V1}/handovers/{{handover_id}}/accept/": handover(steps.offered, "nursing"),
    f"POST {V1}/handovers/{{handover_id}}/decline/": handover(steps.offered, "nursing"),
    f"POST {V1}/handovers/{{handover_id}}/withdraw/": handover(steps.offered),
    f"POST {V1}/handovers/{{handover_id}}/close/": handover(half_read_back, "nursing"),
    f"POST {V1}/handovers/{{handover_id}}/end-cover/": handover(covered),
    f"POST {V1}/handovers/{{handover_id}}/enter-in-error/": handover(steps.offered),
    f"GET {V1}/alerts/": alerts,
    f"GET {V1}/alerts/{{alert_id}}/": alert,
    f"POST {V1}/alerts/{{alert_id}}/acknowledge/": alert,
}
