"""The card on the screen: the same for the sender's preview and for the receiver."""

from dataclasses import dataclass

from carecoord import clock
from carecoord.ui import dates, words
from carecoord.ui.components import (
    AdjustmentStrip,
    Allergies,
    ResidentBanner,
    ResidentFrame,
    Row,
    SummaryList,
    Urgency,
    Voice,
    resident_banner,
)
from neighbourhoods.identities import Identity
from neighbourhoods.models import Gender
from neighbourhoods.models.clinical import reads_kind
from neighbourhoods.principal import Principal
from neighbourhoods.volunteering import is_volunteer
from referrals.cards import Card, for_volunteers, read_by
from referrals.display_referrals import urgency_tag


@dataclass(frozen=True)
class CardView:
    """`asked` is what is wanted and why, `person` whom for; `voice` the resident's own words."""

    urgency: Urgency
    asked: SummaryList
    person: SummaryList
    voice: Voice | None


def card_view(card: Card, principal: Principal) -> CardView:
    card = _for_role(card, principal)
    return CardView(
        urgency=urgency_tag(card.ask.urgency),
        asked=SummaryList(_asked(card)),
        person=SummaryList(_person(card)),
        voice=_voice(card),
    )


def frame_of_card(card: Card, principal: Principal) -> ResidentFrame:
    """Banner and strip from the card alone: before acceptance there are no tabs."""
    person = card.person
    banner = resident_banner(
        family_name=person.family_name,
        given_name=person.given_name,
        title=person.title,
        preferred_name=person.preferred_name,
        birth_date=person.birth_date,
        birth_date_status=person.birth_date_status,
        gender=person.gender,
        nhs_number=person.nhs_number,
        is_restricted=person.is_restricted,
        now=clock.now(),
    )
    return ResidentFrame(banner=banner, strip=_strip(_for_role(card, principal), principal))


def frame_of_identity(person: Identity) -> ResidentFrame:
    """For the sender's team of a referral that was never sent, once it no longer sees the resident."""
    banner = resident_banner(
        family_name=person.family_name,
        given_name=person.given_name,
        title=person.title,
        preferred_name=person.preferred_name,
        birth_date=person.birth_date,
        gender=Gender(person.gender).label,
        nhs_number=person.nhs_number,
        died_on=person.died_on,
        is_restricted=person.is_restricted,
        now=clock.now(),
    )
    return ResidentFrame(banner=banner)


def frame_of_name(person: Identity) -> ResidentFrame:
    """For volunteers, who are shown no more of whom they help than the name (IG-11)."""
    called = words.banner_name(family_name=person.family_name, given_name=person.given_name, title=person.title)
    banner = ResidentBanner(
        name=called,
        born="",
        gender="",
        nhs_number="",
        preferred_name="" if person.preferred_name == person.given_name else person.preferred_name,
        died=dates.day(person.died_on) if person.died_on else "",
        is_restricted=person.is_restricted,
    )
    return ResidentFrame(banner=banner)


def _for_role(card: Card, principal: Principal) -> Card:
    if is_volunteer(principal):
        return for_volunteers(card)
    return read_by(card, principal)


def _strip(card: Card, principal: Principal) -> AdjustmentStrip:
    banner = card.banner
    return AdjustmentStrip(
        allergies=_allergies(card) if reads_kind(principal, "allergy") else None,
        alerts=banner.get("alert", ()),
        adjustments=banner.get("adjustment", ()),
        cpr_decision=" · ".join(banner.get("cpr", ())),
    )


def _allergies(card: Card) -> Allergies:
    known = card.banner.get("allergy", ())
    if known:
        return Allergies("Known allergies", " · ".join(known))
    return Allergies("No known allergies" if "no_known_allergies" in card.banner else "Allergies not recorded")


def _asked(card: Card) -> tuple[Row, ...]:
    ask = card.ask
    facts = {
        "Why": ask.reason,
        "Why it is urgent": ask.urgency_reason,
        "Risks": "No known risks" if ask.no_known_risks else "\n".join(ask.risks),
        f"What {card.person.called} chose": ask.persons_choice,
        f"What {card.person.called} was told": ask.told_resident,
    }
    rows = [Row(label, value) for label, value in facts.items() if value]
    sender = ", ".join(part for part in (ask.sender, ask.phone) if part)
    rows.append(Row("From", f"{ask.team}, {ask.organisation}", second=sender))
    rows.append(Row("To", ask.service, second=ask.service_organisation))
    return tuple(rows)


def _person(card: Card) -> tuple[Row, ...]:
    person, banner, now = card.person, card.banner, clock.now()
    name = words.banner_name(family_name=person.family_name, given_name=person.given_name, title=person.title)
    facts = {
        "Name": name,
        "Born": "" if person.is_minimal else words.born(person.birth_date, now=now, status=person.birth_date_status),
        "Gender": person.gender,
        "NHS No.": "" if person.is_minimal else words.nhs_number(person.nhs_number),
        "Lives in": person.lives_in,
        "GP practice": person.gp_practice,
        "Alerts": " · ".join(banner.get("alert", ())),
        "Adjustments": " · ".join(banner.get("adjustment", ())),
        "Known allergies": " · ".join(banner.get("allergy", ())),
        "CPR decision": " · ".join(banner.get("cpr", ())),
    }
    return tuple(Row(label, value) for label, value in facts.items() if value)


def _voice(card: Card) -> Voice | None:
    if not card.most_important:
        return None
    return Voice(
        "What is most important to me", card.most_important, f"About {card.person.called}, from the shared plan"
    )
