"""Messages of a hospital's system, with the elements of the UK Core examples of MessageHeader and Encounter."""

import json

from tests.api.conftest import CLIENT

PROCESS = "/fhir/R4/$process-message"
ADT = "http://terminology.hl7.org/CodeSystem/v2-0003"
SNOMED = "http://snomed.info/sct"


def patient(resident, **more):
    return {
        "resourceType": "Patient",
        "id": "patient-1",
        "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": resident.nhs_number}],
        "name": [{"use": "official", "family": resident.family_name.upper(), "given": [resident.given_name]}],
        "birthDate": resident.birth_date.isoformat(),
    } | more


def encounter(**more):
    return {
        "resourceType": "Encounter",
        "id": "encounter-1",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": "Patient/patient-1"},
        "period": {"start": "2026-11-20T13:00:00+00:00", "end": "2026-11-24T08:00:00+00:00"},
        "reasonCode": [{"coding": [{"system": SNOMED, "code": "233604007", "display": "Pneumonia"}]}],
        "hospitalization": {
            "dischargeDisposition": {
                "coding": [
                    {"system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-DischargeDestinationEngland", "code": "19"}
                ]
            }
        },
        "location": [{"location": {"reference": "Location/ward-7"}}],
        "serviceProvider": {"display": "Test General"},
    } | more


def header(system=ADT, code="A03", **more):
    return {
        "resourceType": "MessageHeader",
        "id": "message-1",
        "eventCoding": {"system": system, "code": code},
        "source": {"endpoint": "urn:nhs:addressing:asid:477121007825"},
        "focus": [{"reference": "Encounter/encounter-1"}],
    } | more


WARD = {"resourceType": "Location", "id": "ward-7", "name": "Ward 7, bay 2"}


def message(resident, *more, head=None, meeting=None, who=None):
    listed = [head or header(), meeting or encounter(), who or patient(resident), WARD, *more]
    return {"resourceType": "Bundle", "type": "message", "entry": [{"resource": one} for one in listed]}


def admission(resident, **more):
    stay = encounter(status="in-progress", period={"start": "2026-11-24T07:30:00Z"})
    return message(resident, head=header(code="A01", **more), meeting=stay)


def sent(partner, body, content_type="application/fhir+json", **headers):
    """The answer to what a client posts."""
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    named = {"Authorization": f"Bearer {partner.token}", **headers}
    return CLIENT.generic("POST", PROCESS, data=data, content_type=content_type, headers=named)


def issue(answer, status):
    """Code of the issue, our own code, and the words of a refusal."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"].startswith("application/fhir+json"), answer.headers
    told = answer.json()
    assert told["resourceType"] == "OperationOutcome"
    (one,) = told["issue"]
    return one["code"], one["details"]["coding"][0]["code"], one["details"]["text"]


def answered(answer):
    """The header of the answer and the sentences of its outcome."""
    assert answer.status_code == 200, answer.content
    head, outcome = (entry["resource"] for entry in answer.json()["entry"])
    return head, [one["details"]["text"] for one in outcome["issue"]]
