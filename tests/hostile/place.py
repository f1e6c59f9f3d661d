"""Something of every kind, made through the API, about somebody of whom a stranger must never hear."""

import base64
import json
from dataclasses import dataclass, field
from datetime import timedelta

from django.test import Client

from carecoord import clock
from carecoord.outbox.tasks import relay
from neighbourhoods.models import OrganisationKind
from neighbourhoods.services import create_service
from tests.api.conftest import Partner
from tests.media import jpeg
from tests.referrals.referral_steps import IN_STATE

MARKER = "Quaverthorpe"
GIVEN_MARKER = "Zephyrine"


@dataclass
class Furnished:
    """`ids` by the name of a path's parameter; `hidden` is what only nursing and the ward may ever read."""

    writer: Partner
    reader: Partner
    ward: Partner
    stranger: Partner
    client: Client
    ids: dict[str, list[str]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    claimable: list[dict[str, str]] = field(default_factory=list)
    tags_before: dict[str, str] = field(default_factory=dict)

    def asker(self, name):
        return None if name == "nobody" else getattr(self, name)


def furnish(world, **partners):
    place = Furnished(**partners)
    secret = world.resident(given_name=GIVEN_MARKER, family_name=MARKER, gp_practice_id=None)
    known = world.resident(given_name="Ken", family_name="Marsh")
    surgery_service = create_service(
        by=world.builder, organisation=world.practice, name="Blood tests", team=world.surgery, needs=["blood test"]
    )
    assert world.practice.kind == OrganisationKind.GP_PRACTICE
    _furnish(place, world, secret, service=surgery_service, receiver=world.ward)
    place.hidden |= {MARKER, GIVEN_MARKER, secret.nhs_number, *(one for ids in place.ids.values() for one in ids)}
    _furnish(place, world, known, service=world.carers_service, receiver=world.ward)
    place.ids |= {
        "organisation_id": [str(world.hospital.id), str(world.practice.id)],
        "neighbourhood_id": [str(world.millbrook.id)],
        "team_id": [str(world.nursing.id), str(world.ward.id), str(world.carers.id)],
        "service_id": [str(world.carers_service.id), str(surgery_service.id)],
        "key": ["about_me.most_important", "needs"],
    }
    return place


def _furnish(place, world, resident, *, service, receiver):
    def made(path, **body):
        answer = place.writer.post(path, body)
        assert answer.status_code in (200, 201), (path, answer.content)
        return answer.json()

    def keep(name, row):
        place.ids.setdefault(name, []).append(row["id"])
        return row["id"]

    of = str(resident.id)
    place.ids.setdefault("resident_id", []).append(of)
    plan = keep("plan_id", made("care-plans/", resident=of, needs="Rest"))
    goal = keep("goal_id", made(f"care-plans/{plan}/goals/", title="Walk again"))
    keep("stage_id", made(f"goals/{goal}/stage-goals/", title="To the gate"))
    said = {"media_type": "image/jpeg", "content": base64.b64encode(jpeg()).decode(), "brought_by": "Her sister"}
    keep("attachment_id", made(f"care-plans/{plan}/attachments/", description="The garden", **said))
    keep("outcome_id", made(f"goals/{goal}/outcomes/", extent="closer", words="To the gate"))
    keep("need_id", made(f"care-plans/{plan}/needs/", kind="need", title="Company"))
    keep("option_id", made(f"care-plans/{plan}/options/", title="A choir", need="Company"))
    keep("additional_id", made(f"care-plans/{plan}/additional-plans/", name="Wound plan", content="Foam"))
    wordings = place.writer.get(f"care-plans/{plan}/sections/needs/versions/").json()["results"]
    keep("version_id", wordings[0])
    next_on = str(clock.today() + timedelta(days=90))
    agreed = {"agreed_with_resident": True, "review_due_on": next_on, "status": "active"}
    assert place.writer.patch(f"care-plans/{plan}/", agreed, If_Match="*").status_code == 200
    points = [{"section": "needs", "answer": "right"}]
    facts = {"took_part": "She and her son", "points": points, "review_due_on": next_on}
    keep("review_id", made(f"care-plans/{plan}/reviews/", **facts))
    keep("action_id", made("actions/", resident=of, title="Ring about the frame", care_plan=plan))
    keep("contact_id", made("contacts/", resident=of, kind="note", note="She is well."))
    person = keep("person_id", made("people/", resident=of, kind="personal", name="Carol", is_carer=True))
    other = keep("person_id", made("people/", resident=of, kind="personal", name="Dan"))
    for one, verb in ((other, "activate"), (person, "")):
        asked = {"resident": of, "person": one, "legal_basis": "consent", "evidence": "She said so"}
        proxy = keep("proxy_id", made("proxies/", **asked))
        if verb:
            made(f"proxies/{proxy}/{verb}/", reason_code="agreed")
    keep("stay_id", made("stays/", resident=of, kind="care_home", organisation_name="Elm House"))
    facts = {"kind": "home_care", "provider_name": "Kind Hands"}
    keep("package_id", made("care-packages/", resident=of, name="Calls", is_running=True, **facts))
    suspended = keep("package_id", made("care-packages/", resident=of, name="Nights", is_running=True, **facts))
    made(f"care-packages/{suspended}/suspend/", reason="With her son")
    keep("package_id", made("care-packages/", resident=of, name="Reablement", **facts))
    later = (clock.now() + timedelta(days=9)).isoformat()
    keep("contact_id", made("contacts/", resident=of, kind="visit", status="planned", at=later))
    asked = {"resident": of, "service": str(service.id), "reason": "Worn out", "no_known_risks": True}
    keep("referral_id", made("referrals/", **asked))
    made(f"referrals/{keep('referral_id', made('referrals/', **asked | {'urgency': 'soon'}))}/send/")
    offered = keep("handover_id", made("handovers/", resident=of, to_team=str(receiver.id), situation="Goes in today"))
    made(f"handovers/{offered}/offer/")


def furnish_every_state(place, world):
    """Referrals in every state, sent by nursing and sent to it; handovers of both; somebody to claim; alerts."""
    for state in IN_STATE.values():
        state(world, world.resident(given_name="Ken", family_name="Marsh"))
    world.resident(given_name="Rose", family_name="Marsh")
    service = create_service(by=world.builder, organisation=world.community, name="Dressings", team=world.nursing)
    steps = ("", "receive", "accept", "accept start", "accept hold", "receive request-information")
    for verbs in steps:
        _hand_to_nursing(place, _of_the_ward(place, world), service, verbs.split())
    for read_back in (None, [False]):
        _hand_over_to_nursing(place, _of_the_ward(place, world), str(world.nursing.id), read_back)
    resident = _of_the_ward(place, world)
    place.claimable.append({"nhs_number": resident.nhs_number, "birth_date": str(resident.birth_date)})
    made = place.writer.post("handovers/", _handover(world.resident(), world.ward.id))
    assert made.status_code == 201, made.content
    place.ids["handover_id"].insert(1, made.json()["id"])
    _change_everything(place)
    relay()


CHANGES = {
    "actions/{}/": ("action_id", {"detail": "After ten"}),
    "goals/{}/": ("goal_id", {"importance": 7}),
    "needs/{}/": ("need_id", {"title": "Company on Sundays"}),
    "options/{}/": ("option_id", {"status": "chosen", "why": "She sings"}),
    "additional-plans/{}/": ("additional_id", {"content": "Gauze"}),
    "stage-goals/{}/": ("stage_id", {"title": "To the corner"}),
    "contacts/{}/": ("contact_id", {"note": "She is very well.", "reason": "More to say"}),
    "care-plans/{}/": ("plan_id", {"review_due_on": "2099-01-01"}),
    "care-plans/{}/sections/most_important/": ("plan_id", {"body": "Her garden"}),
    "residents/{}/": ("resident_id", {"preferred_name": "Zeph"}),
    "people/{}/": ("person_id", {"relationship": "Friend"}),
    "stays/{}/": ("stay_id", {"room": "Room 3"}),
    "care-packages/{}/": ("package_id", {"visits_per_week": 7}),
}


def _change_everything(place):
    """Once, so that there is an ETag of each that was given before and is not the one there now."""
    for path, (name, change) in CHANGES.items():
        for one in place.ids[name]:
            address = f"/api/v1/{path.format(one)}"
            tag = place.writer.get(address).headers["ETag"]
            if place.writer.patch(address, change, If_Match=tag).status_code == 200:
                place.tags_before[address] = tag
    assert len(place.tags_before) > 8


def _of_the_ward(place, world):
    resident = world.resident(by=world.ward_nurse, team=world.ward, given_name=GIVEN_MARKER, family_name=MARKER)
    place.hidden |= {str(resident.id), resident.nhs_number}
    return resident


def _hand_to_nursing(place, resident, service, verbs):
    asked = {"resident": str(resident.id), "service": str(service.id), "reason": "A wound", "no_known_risks": True}
    made = _done(place, place.ward, "referrals/", asked | {"send": True})
    bodies = {"hold": {"reason_code": "away", "until": str(clock.today() + timedelta(days=9))}}
    for verb in verbs:
        body = bodies.get(verb, {"question": "Which leg?"} if verb == "request-information" else {})
        _done(place, place.writer, f"referrals/{made}/{verb}/", body)


def _hand_over_to_nursing(place, resident, team, read_back):
    made = _done(place, place.ward, "handovers/", _handover(resident, team) | {"read_back_items": ["Oxygen"]})
    _done(place, place.ward, f"handovers/{made}/offer/", {})
    if read_back:
        _done(place, place.writer, f"handovers/{made}/accept/", {"read_back": read_back, "note": "Later"})


def _handover(resident, team):
    return {"resident": str(resident.id), "to_team": str(team), "situation": "Goes home today"}


def _done(place, partner, path, body):
    answer = partner.post(path, body)
    assert answer.status_code in (200, 201), (path, answer.content)
    place.hidden.add(answer.json()["id"])
    return answer.json()["id"]


def words_of(response):
    """Everything that an answer says, its headers too."""
    told = response.content.decode(errors="replace")
    return told + json.dumps(list(dict(response.headers).values()))
