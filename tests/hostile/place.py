"""Something of every kind, made through the API, about somebody of whom a stranger must never hear."""

import json
from dataclasses import dataclass, field
from datetime import timedelta

from django.test import Client

from carecoord import clock
from neighbourhoods.models import OrganisationKind
from neighbourhoods.services import create_service
from tests.api.conftest import Partner

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
    keep("goal_id", made(f"care-plans/{plan}/goals/", title="Walk again"))
    keep("action_id", made("actions/", resident=of, title="Ring about the frame", care_plan=plan))
    keep("contact_id", made("contacts/", resident=of, kind="note", note="She is well."))
    later = (clock.now() + timedelta(days=9)).isoformat()
    keep("contact_id", made("contacts/", resident=of, kind="visit", status="planned", at=later))
    asked = {"resident": of, "service": str(service.id), "reason": "Worn out", "no_known_risks": True}
    keep("referral_id", made("referrals/", **asked))
    made(f"referrals/{keep('referral_id', made('referrals/', **asked | {'urgency': 'soon'}))}/send/")
    offered = keep("handover_id", made("handovers/", resident=of, to_team=str(receiver.id), situation="Goes in today"))
    made(f"handovers/{offered}/offer/")


def words_of(response):
    """Everything that an answer says, its headers too."""
    told = response.content.decode(errors="replace")
    return told + json.dumps(list(dict(response.headers).values()))
