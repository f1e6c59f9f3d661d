"""What a hospital can tell us has happened, as data: codes of events, and of where somebody went."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from neighbourhoods.models import Stay

ADT: Final = "http://terminology.hl7.org/codesystem/v2-0003"
SNOMED: Final = "http://snomed.info/sct"


class Happened(StrEnum):
    ADMITTED = "admitted"
    TRANSFERRED = "transferred"
    DISCHARGED = "discharged"


EVENTS: Final[Mapping[tuple[str, str], Happened]] = {
    (ADT, "a01"): Happened.ADMITTED,
    (SNOMED, "32485007"): Happened.ADMITTED,  # Hospital admission
    (SNOMED, "8715000"): Happened.ADMITTED,  # Hospital admission, elective
    (SNOMED, "183452005"): Happened.ADMITTED,  # Emergency hospital admission
    (ADT, "a02"): Happened.TRANSFERRED,
    (SNOMED, "107724000"): Happened.TRANSFERRED,  # Patient transfer
    (ADT, "a03"): Happened.DISCHARGED,
    (ADT, "a16"): Happened.DISCHARGED,  # Pending discharge: announced
    (SNOMED, "58000006"): Happened.DISCHARGED,  # Patient discharge
    (SNOMED, "306689006"): Happened.DISCHARGED,  # Discharge to home
}

# By code alone: the codes of UKCore-DischargeDestinationEngland are numbers, those of HL7 are words.
DESTINATIONS: Final[Mapping[str, Stay.Destination]] = {
    "19": Stay.Destination.HOME,
    "29": Stay.Destination.ELSEWHERE,
    "49": Stay.Destination.HOSPITAL,
    "50": Stay.Destination.HOSPITAL,
    "51": Stay.Destination.HOSPITAL,
    "52": Stay.Destination.HOSPITAL,
    "53": Stay.Destination.HOSPITAL,
    "54": Stay.Destination.CARE_HOME,
    "65": Stay.Destination.CARE_HOME,
    "79": Stay.Destination.DIED,
    "84": Stay.Destination.HOSPITAL,
    "85": Stay.Destination.CARE_HOME,
    "87": Stay.Destination.HOSPITAL,
    "88": Stay.Destination.HOSPICE,
    "home": Stay.Destination.HOME,
    "alt-home": Stay.Destination.ELSEWHERE,
    "exp": Stay.Destination.DIED,
    "hosp": Stay.Destination.HOSPICE,
    "long": Stay.Destination.CARE_HOME,
    "other-hcf": Stay.Destination.ELSEWHERE,
    "rehab": Stay.Destination.REHABILITATION,
    "snf": Stay.Destination.CARE_HOME,
}
