"""Where hospital systems post what has happened, and what is said about that (FHIR R4 messaging)."""

from typing import Final, cast

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from carecoord import clock
from carecoord.api.problems import refused
from carecoord.fhir.elements import JSON, Fault
from carecoord.fhir.messages import Reused, begun, finished, read_message
from carecoord.fhir.outcomes import MEDIA_TYPE, report
from neighbourhoods.api.fhir_endpoint import FhirEndpoint
from referrals.fhir import happened_of, read_news
from referrals.services.hospital import NOBODY_KNOWN, NobodyKnown, take_hospital_news

NOT_OURS: Final = (
    "Only admissions, transfers and discharges are taken: A01, A02, A03 and A16 of HL7 v2-0003, and the SNOMED CT "
    "codes that /fhir/R4/metadata names."
)
MEANT: Final = (
    "A message from a hospital: one MessageHeader, one Encounter and its Patient, who has an NHS number and a date of "
    "birth. Admission and transfer: the stay is written down and the teams around them are told. Discharge: offered as "
    "a handover to the team that leads their care outside the hospital, else to the one that has had them longest. "
    "MessageHeader.eventCoding is A01, A02, A03 or A16 of http://terminology.hl7.org/CodeSystem/v2-0003, or of SNOMED "
    "CT 32485007, 8715000, 183452005, 107724000, 58000006 or 306689006. The same MessageHeader.id again has no second "
    "effect and gets the same answer. Scope: handovers.write."
)


class ProcessMessage(FhirEndpoint):
    """`POST /fhir/R4/$process-message`."""

    def post(self, request: Request) -> Response:
        try:
            return self._taken(cast("JSON", request.data))
        except Fault as fault:
            raise refused(400, "invalid_message", str(fault)) from fault
        except Reused as reused:
            sentence = "This MessageHeader.id was used for another message. Give each message an id of its own."
            raise refused(409, "message_reused", sentence) from reused
        except NobodyKnown as unknown:
            raise refused(404, "not_found", NOBODY_KNOWN) from unknown

    @transaction.atomic
    def _taken(self, bundle: JSON) -> Response:
        message = read_message(bundle)
        row = begun(self.access.client_id, message.id, bundle)
        if row.answer is not None:
            return Response(row.answer)
        happened = happened_of(message)
        if happened is None:
            raise refused(422, "not_supported", NOT_OURS)
        news = read_news(message, happened)
        taken = take_hospital_news(by=self.by, news=news, team_id=self.access.default_team_id)
        outcome = report(taken.sentences)
        if taken.handover_id:
            outcome["issue"][0]["diagnostics"] = f"/api/v1/handovers/{taken.handover_id}/"
        return Response(finished(row, message.header, outcome))


class Metadata(FhirEndpoint):
    """`GET /fhir/R4/metadata`: what can be asked here, for everybody."""

    authentication_classes = ()  # type: ignore[assignment]
    permission_classes = ()

    def get(self, _request: Request) -> Response:
        return Response(
            {
                "resourceType": "CapabilityStatement",
                "status": "active",
                "date": clock.today().isoformat(),
                "kind": "instance",
                "software": {"name": "CareCoord"},
                "implementation": {"description": "CareCoord"},
                "fhirVersion": "4.0.1",
                "format": [MEDIA_TYPE],
                "messaging": [{"documentation": MEANT}],
            }
        )
