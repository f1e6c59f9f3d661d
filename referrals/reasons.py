"""Coded reasons for the moves of a referral that need one (domain.md 3.1). `other` always needs words."""

from typing import Final

from django.db.models import TextChoices

OTHER: Final = "other"


class DeclineReason(TextChoices):
    NOT_SUITABLE = "not_suitable", "This service is not right for them"
    CRITERIA = "criteria_not_met", "They do not meet our criteria"
    OUT_OF_AREA = "out_of_area", "They live outside our area"
    FULL = "full", "We have no space"
    ALREADY_SUPPORTED = "already_supported", "We, or somebody else, already do this for them"
    NOT_WANTED = "not_wanted", "They do not want it"
    NOT_ENOUGH_INFORMATION = "not_enough_information", "We do not know enough to decide"
    OTHER = OTHER, "Another reason"


class HoldReason(TextChoices):
    UNWELL = "unwell", "They are unwell"
    IN_HOSPITAL = "in_hospital", "They are in hospital"
    ASKED_TO_WAIT = "asked_to_wait", "They asked to wait"
    AWAY = "away", "They are away"
    WAITING_FOR_OTHERS = "waiting_for_others", "Another service has to come first"
    WAITING_LIST = "waiting_list", "They are on our waiting list"
    OTHER = OTHER, "Another reason"


class FailReason(TextChoices):
    NO_CONTACT = "no_contact", "We could not reach them"
    DID_NOT_ATTEND = "did_not_attend", "They did not come"
    NOT_WANTED = "not_wanted", "They do not want it"
    MOVED_AWAY = "moved_away", "They moved away"
    DIED = "died", "They died"
    CANNOT_PROVIDE = "cannot_provide", "We cannot provide it"
    OTHER = OTHER, "Another reason"


class CancelReason(TextChoices):
    NO_LONGER_NEEDED = "no_longer_needed", "It is no longer needed"
    NOT_WANTED = "not_wanted", "They do not want it"
    HELPED_ELSEWHERE = "helped_elsewhere", "Somebody else helps them now"
    MOVED_AWAY = "moved_away", "They moved away"
    DIED = "died", "They died"
    OTHER = OTHER, "Another reason"


REROUTED: Final = "rerouted"
"""Why a referral was cancelled that goes on as a new one of the same journey. Nobody chooses it."""

LABELS: Final = {
    "decline": dict(DeclineReason.choices),
    "hold": dict(HoldReason.choices),
    "fail": dict(FailReason.choices),
    "cancel": {**dict(CancelReason.choices), REROUTED: "Sent on to another service"},
    "redirect": {REROUTED: "Sent on to another service"},
    "reroute": {REROUTED: "Sent on to another service"},
}


def reason_label(verb: str, code: str) -> str:
    """The words of a code as the move of that verb gave it; an unknown code is shown as it is."""
    return LABELS.get(verb, {}).get(code, code)
