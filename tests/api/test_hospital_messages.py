"""A hospital's admissions, transfers and discharges, as its system posts them (docs/decisions/0050)."""

import json
from datetime import UTC, datetime

import pytest

from carecoord import clock
from carecoord.alerts.models import Alert
from carecoord.audit.models import AuditEntry
from carecoord.outbox.tasks import relay
from neighbourhoods.gate import acting_as
from neighbourhoods.models import Level, Source, Stay
from neighbourhoods.services import move_lead, open_caseload_entry, open_relationship
from referrals.models import Handover
from tests.api.conftest import CLIENT
from tests.api.hospital import (
    ADT,
    PROCESS,
    SNOMED,
    admission,
    answered,
    encounter,
    header,
    issue,
    message,
    patient,
    sent,
)
from tests.referrals import handovers as steps

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_memory")]
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tuesday():
    with clock.at(NOW):
        yield


@pytest.fixture
def ward(world, partner):
    return partner("ward", world.ward)


@pytest.fixture
def ken(world):
    """On the ward, and at home with the nursing team, which leads."""
    ken = world.resident(given_name="Kenneth", preferred_name="Ken")
    with acting_as(world.nurse):
        open_relationship(
            resident_id=ken.id,
            team_id=world.ward.id,
            level=Level.RECORD,
            source=Source.CASELOAD,
            source_id=ken.id,
            reason="On the ward",
        )
    return ken


def on_caseload(world, resident, team, by):
    with acting_as(by):
        return open_caseload_entry(by=by, resident_id=resident.id, team_id=team.id, reason="Theirs too")


def kinds_told(team):
    relay()
    return sorted(Alert.objects.filter(team=team).values_list("kind", flat=True))


def test_a_discharge_becomes_an_offer_to_the_team_that_leads_and_moves_nothing(world, ward, ken):
    head, sentences = answered(sent(ward, message(ken)))
    offer = Handover.objects.get(resident=ken)
    assert (offer.status, offer.kind, offer.from_team, offer.to_team) == (
        "offered",
        "discharge",
        world.ward,
        world.nursing,
    )
    assert offer.situation.splitlines() == [
        "Left Ward 7, bay 2, Test General on 24-Nov-2026.",
        "Came there on 20-Nov-2026.",
        "Reason: Pneumonia.",
        "Goes to: their own home.",
        "Written by the hospital's system. Ring the ward for what it does not say.",
    ]
    assert (offer.takes_place_at, offer.place) == (datetime(2026, 11, 24, 8, 0, tzinfo=UTC), "Ward 7, bay 2")
    assert offer.accountable_team == world.ward
    assert "the discharge pathway" in offer.snapshot["missing"]
    assert (head["response"]["identifier"], head["response"]["code"]) == ("message-1", "ok")
    assert sentences[0].startswith("Offered to Millbrook Community Nursing, Test Community Health, who answer by ")
    assert sentences[0].endswith(". Your team stays responsible until they accept.")
    assert kinds_told(world.nursing) == ["handover.discharge"]
    assert AuditEntry.objects.filter(verb="hospital.discharged", resident_id=ken.id).count() == 1


def test_an_admission_is_written_down_and_told_to_every_team_around_but_the_senders(world, ward, ken):
    on_caseload(world, ken, world.surgery, world.nurse)
    answered(sent(ward, admission(ken)))
    stay = Stay.objects.get(resident=ken)
    assert (stay.kind, stay.room, stay.organisation) == ("hospital", "Ward 7, bay 2", world.hospital)
    assert kinds_told(world.nursing) == ["hospital.admitted"]
    assert kinds_told(world.surgery) == ["hospital.admitted"]
    assert kinds_told(world.ward) == []
    assert not Handover.objects.exists()


def test_a_transfer_changes_the_ward_and_a_discharge_ends_the_stay(world, ward, ken):
    answered(sent(ward, admission(ken)))
    moved = encounter(status="in-progress", period={}, location=[{"location": {"display": "Ward 9"}}])
    answered(sent(ward, message(ken, head=header(code="A02", id="m-2"), meeting=moved)))
    assert Stay.objects.get(resident=ken).room == "Ward 9"
    gone = encounter(period={"end": "2026-11-24T08:45:00Z"})
    answered(sent(ward, message(ken, head=header(id="m-3"), meeting=gone)))
    stay = Stay.objects.get(resident=ken)
    assert (stay.discharged_at, stay.destination) == (datetime(2026, 11, 24, 8, 45, tzinfo=UTC), "home")
    assert kinds_told(world.nursing) == ["handover.discharge", "hospital.admitted", "hospital.transferred"]


def test_an_announced_discharge_is_offered_for_its_hour_and_the_stay_goes_on(world, ward, ken):
    answered(sent(ward, admission(ken)))
    later = encounter(status="in-progress", period={"end": "2026-11-25T14:00:00Z"})
    answered(sent(ward, message(ken, head=header(code="A16", id="m-2"), meeting=later)))
    stay, offer = Stay.objects.get(resident=ken), Handover.objects.get(resident=ken)
    assert (stay.discharged_at, stay.expected_discharge_on.isoformat()) == (None, "2026-11-25")
    assert offer.situation.startswith("Will leave Ward 7, bay 2, Test General on 25-Nov-2026.")
    assert offer.takes_place_at == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


def test_what_is_open_with_the_ward_goes_with_the_offer_and_stays_the_wards_until_it_is_accepted(world, ward, ken):
    cushion = steps.action(world, ken)
    answered(sent(ward, message(ken)))
    offer = Handover.objects.get(resident=ken)
    assert [(item.item_id, item.goes, item.moved_at) for item in offer.items.all()] == [(cushion.id, True, None)]
    steps.accepted(world, offer)
    cushion.refresh_from_db()
    assert cushion.accountable_team == world.nursing


# --- who receives -------------------------------------------------------------------------------------------------


def test_the_team_of_the_organisation_that_the_message_is_addressed_to_is_offered_it_if_it_is_around(world, ward, ken):
    on_caseload(world, ken, world.surgery, world.nurse)
    world.practice.ods_code = "A82001"
    world.practice.save(update_fields=["ods_code"])
    to = {"receiver": {"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "A82001"}}}
    answered(sent(ward, message(ken, head=header(destination=[to]))))
    assert Handover.objects.get(resident=ken).to_team == world.surgery


def test_where_the_ward_leads_the_team_that_has_had_them_longest_is_offered_it(world, ward, ken):
    on_caseload(world, ken, world.surgery, world.nurse)
    entry = on_caseload(world, ken, world.ward, world.ward_nurse)
    with acting_as(world.nurse):
        move_lead(by=world.nurse, resident_id=ken.id, from_team_id=world.nursing.id, to_entry=entry)
    answered(sent(ward, message(ken)))
    assert Handover.objects.get(resident=ken).to_team == world.nursing


def test_nobody_is_made_up_to_receive_a_discharge(world, ward):
    alone = world.resident(by=world.ward_nurse, team=world.ward)
    code, ours, words = issue(sent(ward, message(alone)), 422)
    assert (code, ours) == ("business-rule", "refused")
    assert words.endswith("Choose a team, and offer it by hand.")
    assert not Handover.objects.exists()
    assert not AuditEntry.objects.filter(verb__startswith="hospital.").exists()


def test_an_offer_that_a_person_has_made_stands_and_none_is_made_beside_it(world, ward, ken):
    by_hand = steps.offered(world, ken)
    _, sentences = answered(sent(ward, message(ken)))
    assert sentences[0].startswith("There is an open offer to ")
    assert Handover.objects.get(resident=ken).id == by_hand.id
    assert kinds_told(world.nursing) == ["handover.discharge", "hospital.discharged"]


def test_a_discharge_after_the_handover_was_accepted_ends_the_stay_and_asks_nobody_again(world, ward, partner):
    alone = world.resident(by=world.ward_nurse, team=world.ward)
    answered(sent(ward, admission(alone)))
    handover = steps.accepted(world, steps.offered(world, alone))
    assert not steps.sees(world.ward_nurse, alone)
    gone = encounter(period={"end": "2026-11-24T08:45:00Z"})
    _, sentences = answered(sent(ward, message(alone, head=header(id="m-2"), meeting=gone)))
    assert sentences == [
        "Millbrook Community Nursing, Test Community Health have accepted their handover already, and are responsible."
    ]
    assert Handover.objects.get(resident=alone).id == handover.id
    assert Stay.objects.get(resident=alone).destination == "home"
    assert "hospital.discharged" in kinds_told(world.nursing)
    again = header(code="A01", id="m-3")
    assert issue(sent(ward, message(alone, head=again, meeting=gone)), 404)[0] == "not-found"
    elsewhere = partner("carers", world.carers)
    assert issue(sent(elsewhere, message(alone, meeting=gone)), 404)[0] == "not-found"


# --- twice --------------------------------------------------------------------------------------------------------


def test_the_same_message_twice_has_one_effect_and_the_same_answer(world, ward, ken):
    first, second = sent(ward, message(ken)), sent(ward, message(ken))
    assert first.status_code == second.status_code == 200
    assert json.loads(first.content) == json.loads(second.content)
    assert Handover.objects.filter(resident=ken).count() == 1
    assert kinds_told(world.nursing) == ["handover.discharge"]


def test_an_id_that_was_used_for_another_message_is_a_duplicate(world, ward, ken):
    answered(sent(ward, admission(ken)))
    code, ours, _ = issue(sent(ward, message(ken)), 409)
    assert (code, ours) == ("duplicate", "message_reused")
    assert not Handover.objects.exists()


def test_another_client_may_use_the_same_id(world, ward, ken, partner):
    answered(sent(ward, admission(ken)))
    again = partner("another", world.ward)
    answered(sent(again, message(ken)))
    assert Handover.objects.filter(resident=ken).count() == 1


def test_what_was_refused_may_be_corrected_and_sent_with_the_same_id(world, ward, ken):
    wrong = message(ken, who=patient(ken, birthDate="1901-01-01"))
    issue(sent(ward, wrong), 404)
    answered(sent(ward, message(ken)))


# --- refused, each with an OperationOutcome that says why ------------------------------------------------------------


def test_who_is_unknown_and_whose_record_the_sender_has_not_are_answered_alike(world, ward, ken):
    stranger = world.resident(given_name="Olga")
    unknown = patient(ken, identifier=[{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}])
    answers = [
        issue(sent(ward, message(stranger)), 404),
        issue(sent(ward, message(ken, who=unknown)), 404),
        issue(sent(ward, message(ken, who=patient(ken, birthDate="1948-03-15"))), 404),
    ]
    assert [answer[:2] for answer in answers] == [("not-found", "not_found")] * 3
    assert len({words for _, _, words in answers}) == 1
    assert not Handover.objects.exists()
    assert kinds_told(world.nursing) == []


def without(bundle, kind):
    return {**bundle, "entry": [one for one in bundle["entry"] if one["resource"]["resourceType"] != kind]}


WRONG = {
    "a collection": (
        lambda ken: message(ken) | {"type": "collection"},
        400,
        "invalid",
        "send a Bundle of type message",
    ),
    "a patient alone": (patient, 400, "invalid", "send a Bundle of type message"),
    "no header": (lambda ken: without(message(ken), "MessageHeader"), 400, "invalid", "begins with its MessageHeader"),
    "an empty one": (lambda ken: message(ken) | {"entry": []}, 400, "invalid", "begins with its MessageHeader"),
    "entries that are none": (lambda ken: message(ken) | {"entry": ["x"]}, 400, "invalid", "not a list of objects"),
    "no id": (lambda ken: message(ken, head=header(id=None)), 400, "invalid", "MessageHeader.id is missing"),
    "an answer": (lambda ken: message(ken, head=header(response={})), 400, "invalid", "the answer to a message"),
    "no event": (lambda ken: message(ken, head=header(eventCoding={})), 400, "invalid", "no system and code"),
    "another event": (lambda ken: message(ken, head=header(code="A08")), 422, "not-supported", "Only admissions"),
    "no encounter": (lambda ken: without(message(ken), "Encounter"), 400, "invalid", "about one Encounter"),
    "a mistake": (
        lambda ken: message(ken, meeting=encounter(status="entered-in-error")),
        400,
        "invalid",
        "Ring the teams",
    ),
    "several patients": (
        lambda ken: message(ken, patient(ken, id="patient-2")),
        400,
        "invalid",
        "Send one message for each of them",
    ),
    "a patient who is not there": (lambda ken: without(message(ken), "Patient"), 400, "invalid", "put the Patient"),
    "no number": (lambda ken: message(ken, who=patient(ken, identifier=[])), 400, "invalid", "has no NHS number"),
    "a wrong number": (
        lambda ken: message(
            ken, who=patient(ken, identifier=[{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "1234567890"}])
        ),
        400,
        "invalid",
        "not a valid NHS number",
    ),
    "no birth date": (lambda ken: message(ken, who=patient(ken, birthDate=None)), 400, "invalid", "no date of birth"),
    "a year of birth": (lambda ken: message(ken, who=patient(ken, birthDate="1948")), 400, "invalid", "date of birth"),
    "a period that runs backwards": (
        lambda ken: message(ken, meeting=encounter(period={"start": "2026-11-24", "end": "2026-11-20"})),
        400,
        "invalid",
        "ends before it starts",
    ),
    "no time": (lambda ken: message(ken, meeting=encounter(period={"end": "noon"})), 400, "invalid", "is not a date"),
    "a ward with a hidden mark": (
        lambda ken: message(ken, meeting=encounter(location=[{"location": {"display": "Ward \u202e7"}}])),
        400,
        "invalid",
        "hidden mark",
    ),
    "a long ward": (
        lambda ken: message(ken, meeting=encounter(location=[{"location": {"display": "W" * 61}}])),
        400,
        "invalid",
        "is longer than 60 characters",
    ),
    "a death": (
        lambda ken: message(
            ken, meeting=encounter(hospitalization={"dischargeDisposition": {"coding": [{"code": "79"}]}})
        ),
        422,
        "business-rule",
        "A death is not taken from a message",
    ),
}


@pytest.mark.parametrize("what", list(WRONG))
def test_what_is_wrong_with_a_message_is_said_and_nothing_is_done(world, ward, ken, what):
    made, status, code, words = WRONG[what]
    told = issue(sent(ward, made(ken)), status)
    assert told[0] == code
    assert words in told[2]
    assert ken.nhs_number not in told[2]
    assert not Handover.objects.exists()
    assert not Stay.objects.exists()


def test_the_codes_of_snomed_are_understood_as_those_of_adt(world, ward, ken):
    answered(sent(ward, message(ken, head=header(SNOMED, "306689006"))))
    assert Handover.objects.get(resident=ken).kind == "discharge"


def test_urn_uuids_lead_to_what_they_name(world, ward, ken):
    bundle = message(ken, meeting=encounter(subject={"reference": "urn:uuid:0b6d3a1e-0000-4000-8000-000000000001"}))
    bundle["entry"][2]["fullUrl"] = "urn:uuid:0b6d3a1e-0000-4000-8000-000000000001"
    answered(sent(ward, bundle))


def test_somebody_who_has_died_is_not_discharged(world, ward, ken):
    ken.died_on = NOW.date()
    ken.save(update_fields=["died_on"])
    assert issue(sent(ward, message(ken)), 422)[0] == "business-rule"


def test_where_somebody_restricted_stays_is_not_written_down_and_their_teams_are_told(world, ward, ken):
    type(ken).objects.filter(id=ken.id).update(
        is_restricted=True, address_lines=[], postcode="", phone="", email="", gp_practice=None
    )
    answered(sent(ward, admission(ken)))
    assert not Stay.objects.exists()
    assert kinds_told(world.nursing) == ["hospital.admitted"]


# --- the door -----------------------------------------------------------------------------------------------------


def test_a_token_and_its_scope_are_asked_for(world, partner, ken):
    answer = CLIENT.post(PROCESS, data="{}", content_type="application/fhir+json")
    assert issue(answer, 401)[:2] == ("login", "not_authenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    reader = partner("reader", world.ward, scopes=("handovers.read",))
    assert issue(sent(reader, message(ken)), 403)[:2] == ("forbidden", "missing_scope")


def test_what_is_no_json_or_too_large_or_another_format_is_refused(ward):
    assert issue(sent(ward, "{"), 400)[0] == "structure"
    assert issue(sent(ward, "[]"), 400)[0] == "structure"
    assert issue(sent(ward, b"<Bundle/>", content_type="application/fhir+xml"), 415)[0] == "not-supported"
    large = b'{"a": "' + b"x" * 5_000_000 + b'"}'
    assert issue(sent(ward, large), 413)[0] == "too-long"
    assert issue(sent(ward, b'{"a": "' + b"x" * 1_500_000 + b'"}'), 400)[0] == "invalid"


def test_get_and_other_addresses_are_answered_with_outcomes(ward):
    named = {"Authorization": f"Bearer {ward.token}"}
    assert issue(CLIENT.get(PROCESS, headers=named), 405)[0] == "not-supported"
    assert issue(CLIENT.get("/fhir/R4/Patient", headers=named), 404)[0] == "not-found"


def test_anybody_may_read_what_can_be_asked_here():
    told = CLIENT.get("/fhir/R4/metadata").json()
    assert (told["resourceType"], told["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    assert "A03" in told["messaging"][0]["documentation"]


def test_what_goes_wrong_here_is_an_outcome_and_leaves_nothing(world, ward, ken, monkeypatch):
    def breaks(**_):
        raise ZeroDivisionError

    monkeypatch.setattr("referrals.api.messages.take_hospital_news", breaks)
    assert issue(sent(ward, message(ken)), 500)[:2] == ("exception", "internal_error")
    monkeypatch.undo()
    answered(sent(ward, message(ken)))


def test_events_are_told_by_system_and_code(ward, ken):
    assert issue(sent(ward, message(ken, head=header(SNOMED, "A03"))), 422)[0] == "not-supported"
    assert issue(sent(ward, message(ken, head=header(ADT, "306689006"))), 422)[0] == "not-supported"
