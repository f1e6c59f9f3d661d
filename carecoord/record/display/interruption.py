"""The card that stops whoever has no recorded reason. Nothing here may come from the record itself (IG-03)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from carecoord import clock
from carecoord.ui import dates, words
from carecoord.ui.components import Interruption, Link, ResidentLine
from neighbourhoods.identities import Identity
from neighbourhoods.principal import Principal
from neighbourhoods.services.emergencies import OpenedInEmergency

LASTS = "Opens to you alone for 8 hours, or until you sign out. A privacy officer reviews every one."
STILL_REVIEWED = (
    "Your last emergency access has not been reviewed yet. This one opens all the same, and the Caldicott Guardian is "
    "told of it."
)


@dataclass(frozen=True)
class Card:
    interruption: Interruption
    called: str
    claim_url: str
    emergency_url: str
    emergency_lasts: str
    back: Link


def interruption_of(identity: Identity, principal: Principal, *, is_claimable: bool, is_another: bool) -> Card:
    """`is_another`: an earlier emergency access of the same person has not been reviewed yet."""
    # Not the preferred name: the card shows name, birth and number, and no more.
    called = identity.given_name.split(" ")[0] or identity.family_name
    return Card(
        interruption=Interruption(
            title="You have no recorded reason to open this record",
            resident=_line(identity),
            text=_claimable(called, principal) if is_claimable else "Check that this is the right person.",
            back=Link("Back to search", reverse("find")),
        ),
        called=called,
        claim_url=reverse("claim", args=[identity.id]),
        emergency_url=reverse("break_glass", args=[identity.id]),
        emergency_lasts=f"{LASTS} {STILL_REVIEWED}" if is_another else LASTS,
        back=Link("Go back: this is not the person, or I do not need the record", reverse("my_day")),
    )


def claimed(principal: Principal, until: datetime) -> str:
    last = dates.day(until - timedelta(seconds=1))
    return (
        f"Recorded. Your team can open this record until the end of {last}. "
        f"The privacy officers of {principal.organisation_name} are told."
    )


def opened_in_emergency(principal: Principal, opened: OpenedInEmergency) -> str:
    told = f"The privacy officers of {principal.organisation_name} are told, and review it."
    told = f"{told} The Caldicott Guardian is told too." if opened.is_another else told
    return f"Recorded. You can open this record until {dates.time_of_day(opened.until)}. {told}"


def _claimable(called: str, principal: Principal) -> str:
    return (
        "Check that this is the right person. If you are caring for them, say how and carry on. Your name, role, time "
        f"and reason are recorded, {called} can see them, and the privacy officers of "
        f"{principal.organisation_name} are told."
    )


def _line(identity: Identity) -> ResidentLine:
    return ResidentLine(
        name=words.banner_name(family_name=identity.family_name, given_name=identity.given_name, title=identity.title),
        born=words.born(identity.birth_date, now=clock.now()),
        nhs_number=words.nhs_number(identity.nhs_number),
    )
