"""The card that stops whoever has no recorded reason. Nothing here may come from the record itself (IG-03)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from carecoord import clock
from carecoord.ui import dates, words
from carecoord.ui.components import Interruption, Link, ResidentLine
from neighbourhoods.identities import Identity
from neighbourhoods.principal import Principal


@dataclass(frozen=True)
class Card:
    interruption: Interruption
    called: str
    claim_url: str
    back: Link


def interruption_of(identity: Identity, principal: Principal, *, is_claimable: bool) -> Card:
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
        back=Link("Go back: this is not the person, or I do not need the record", reverse("my_day")),
    )


def claimed(principal: Principal, until: datetime) -> str:
    last = dates.day(until - timedelta(seconds=1))
    return (
        f"Recorded. Your team can open this record until the end of {last}. "
        f"The privacy officers of {principal.organisation_name} are told."
    )


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
