"""A referral in words: for rows of lists and for the head of its page."""

from typing import Literal

from carecoord.moves import Side
from carecoord.ui.components import ResidentLine, Urgency, resident_line
from neighbourhoods.identities import Identity
from neighbourhoods.models import Membership
from neighbourhoods.principal import Principal
from referrals.models import Referral
from referrals.states import REFERRAL

WHY_LENGTH = 140


def kind_words(referral: Referral) -> str:
    return f"Referral {referral.reference}"


def title_of(referral: Referral) -> str:
    return f"Referral to {referral.service.name}"


def status_word(referral: Referral, principal: Principal) -> str:
    """The state as the reader stands to it (design.md, Urgency tag)."""
    is_sender = Side.GIVER in referral.sides_of(principal)
    if referral.status == "info_requested" and is_sender:
        return "Asked you"
    if getattr(referral, "replied_at", None):
        return "Reply in"
    if referral.status == "completed" and referral.outcome_acknowledged_at:
        return "Closed"
    return REFERRAL[referral.status].label


def urgency_tag(level: str) -> Urgency:
    levels: dict[str, Literal["routine", "soon", "urgent", "two_hour"]] = {
        "routine": "routine",
        "soon": "soon",
        "urgent": "urgent",
        "two_hour": "two_hour",
    }
    return Urgency(levels[level])


def line_of(person: Identity | None, *, url: str = "", layout: Literal["stacked", "line"] = "stacked") -> ResidentLine:
    """The resident of a row: always name, born and NHS number."""
    if person is None:
        return ResidentLine("Name not shown", "Not known", "Not known", url, layout)
    return resident_line(
        family_name=person.family_name,
        given_name=person.given_name,
        birth_date=person.birth_date,
        nhs_number=person.nhs_number,
        died_on=person.died_on,
        url=url,
        layout=layout,
    )


def in_short(words: str) -> str:
    """The first line, cut at a word."""
    first = words.strip().split("\n", 1)[0]
    if len(first) <= WHY_LENGTH:
        return first
    return f"{first[:WHY_LENGTH].rsplit(' ', 1)[0]} ..."


def signed(writer: Membership | None, partner: str = "") -> str:
    """`Amina Khan, Community nurse, Test Community Health`; a `partner`'s system; a team by itself is `The system`."""
    if writer is None:
        return partner or "The system"
    return f"{writer.user.name}, {writer.get_role_display()}, {writer.organisation.name}"
