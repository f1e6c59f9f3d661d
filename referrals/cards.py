"""The card: what a receiver is shown of a resident before accepting. Frozen when sent, the same in the preview."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from carecoord.prepared import prepared
from careplans.models import CarePlan, PlanSection
from neighbourhoods.definitions import definitions
from neighbourhoods.interpreters import ADJUSTMENT, interpreter_of, with_interpreter
from neighbourhoods.models import Entry, Membership, Resident, Service
from neighbourhoods.models.clinical import reads_kind
from neighbourhoods.models.residents import RESTRICTED
from neighbourhoods.models.sharing import IN_FORCE, PLAN, WITHHELD, SharingDecision
from neighbourhoods.principal import Principal
from referrals.models import Referral

SHOWN = ("alert", "adjustment", "allergy", "no_known_allergies", "cpr")
"""Kinds of entry that travel with a referral."""
MOST_IMPORTANT = "most_important"
KEPT = "kept"
"""Says no words of the resident's, but a part that is withheld from the receiver."""


@dataclass(frozen=True)
class CardPerson:
    """Who it is about. `lives_in` is a neighbourhood and the first half of a postcode, never an address.

    `is_minimal`: for volunteers, without birth, gender, number and practice.
    """

    family_name: str
    given_name: str
    title: str
    preferred_name: str
    birth_date: date | None
    birth_date_status: str
    gender: str
    nhs_number: str | None
    is_restricted: bool
    lives_in: str
    gp_practice: str
    is_minimal: bool = False

    @property
    def called(self) -> str:
        return self.preferred_name or self.given_name.split(" ")[0]


@dataclass(frozen=True)
class CardAsk:
    """What is asked, by whom, of whom."""

    service: str
    service_organisation: str
    team: str
    organisation: str
    phone: str
    sender: str
    urgency: str
    urgency_reason: str
    reason: str
    risks: tuple[str, ...]
    no_known_risks: bool
    persons_choice: str
    told_resident: str


@dataclass(frozen=True)
class Card:
    """`banner` holds the texts of each kind in SHOWN; `most_important` is the resident's own line, if they gave one."""

    person: CardPerson
    ask: CardAsk
    banner: Mapping[str, tuple[str, ...]]
    most_important: str = ""

    def as_json(self) -> dict[str, Any]:
        content = asdict(self)
        born = self.person.birth_date
        content["person"]["birth_date"] = born.isoformat() if born else None
        if not self.person.is_minimal:
            del content["person"]["is_minimal"]
        return content


def card_of(
    referral: Referral,
    principal: Principal,
    resident: Resident | None = None,
    said: Iterable[tuple[str, str, datetime]] | None = None,
) -> Card:
    """What the receiver would be shown if it were sent now. `principal` sees the resident, who is read unless given,
    as is what `said_of` finds."""
    resident = resident or _resident(referral, principal)
    found = said_of(principal, referral.resident_id, referral.service_id) if said is None else said
    card = _whole(referral, resident, _texts(found, interpreter_of(resident)))
    team = referral.service.team
    return for_volunteers(card) if team and team.is_of_volunteers else card


def _whole(referral: Referral, resident: Resident, texts: Mapping[str, tuple[str, ...]]) -> Card:
    return Card(
        person=_person(resident),
        ask=_ask(referral),
        banner={kind: found for kind, found in texts.items() if kind != MOST_IMPORTANT},
        most_important=next(iter(texts.get(MOST_IMPORTANT, ())), ""),
    )


def read_card(content: Mapping[str, Any], *, is_restricted: bool) -> Card:
    """The card as it was frozen; `is_restricted` is what holds for the resident now."""
    content = hidden_card(content) if is_restricted else content
    person, ask = dict(content["person"]), dict(content["ask"])
    born = person["birth_date"]
    return Card(
        person=CardPerson(**person | {"birth_date": date.fromisoformat(born) if born else None}),
        ask=CardAsk(**ask | {"risks": tuple(ask["risks"])}),
        banner={kind: tuple(texts) for kind, texts in content["banner"].items()},
        most_important=content["most_important"],
    )


def hidden_card(content: Mapping[str, Any]) -> dict[str, Any]:
    """A frozen card without the way to somebody who is restricted by now (IG-20)."""
    hidden = {"is_restricted": True, "lives_in": RESTRICTED, "gp_practice": RESTRICTED}
    return {**content, "person": {**content["person"], **hidden}} if content else {}


def read_by(card: Card, principal: Principal) -> Card:
    """Without what is clinical for roles that are not (IG-10)."""
    read = {kind: texts for kind, texts in card.banner.items() if reads_kind(principal, kind)}
    return replace(card, banner=read)


def for_volunteers(card: Card) -> Card:
    """The minimum to decide whether they can help (IG-11): who, roughly where, what is asked, what they need."""
    person = replace(
        card.person,
        birth_date=None,
        birth_date_status="unknown",
        gender="",
        nhs_number=None,
        gp_practice="",
        is_minimal=True,
    )
    banner = {kind: texts for kind, texts in card.banner.items() if kind == "adjustment"}
    return Card(person=person, ask=card.ask, banner=banner)


def _resident(referral: Referral, principal: Principal) -> Resident:
    residents = Resident.objects.visible_to(principal).select_related("gp_practice", "neighbourhood")
    return residents.get(id=referral.resident_id)


def _person(resident: Resident) -> CardPerson:
    places = [resident.neighbourhood.name if resident.neighbourhood else "", resident.postcode.split(" ")[0]]
    hides = resident.is_restricted
    return CardPerson(
        family_name=resident.family_name,
        given_name=resident.given_name,
        title=resident.title,
        preferred_name=resident.preferred_name,
        birth_date=resident.birth_date,
        birth_date_status=resident.birth_date_status,
        gender=resident.get_gender_display(),
        nhs_number=resident.nhs_number,
        is_restricted=hides,
        lives_in=RESTRICTED if hides else ", ".join(part for part in places if part),
        gp_practice=RESTRICTED if hides else resident.gp_practice.name if resident.gp_practice else "",
    )


def _ask(referral: Referral) -> CardAsk:
    writer = referral.written_by
    return CardAsk(
        service=referral.service.name,
        service_organisation=referral.service.organisation.name,
        team=referral.from_team.name,
        organisation=referral.from_team.organisation.name,
        phone=referral.from_team.phone,
        sender=_signature(writer) if writer else referral.written_by_name,
        urgency=referral.urgency,
        urgency_reason=referral.urgency_reason,
        reason=referral.reason,
        risks=tuple(referral.risks),
        no_known_risks=referral.no_known_risks,
        persons_choice=referral.persons_choice,
        told_resident=referral.told_resident,
    )


def _signature(writer: Membership) -> str:
    return f"{writer.user.name}, {writer.get_role_display()}"


def _texts(said: Iterable[tuple[str, str, datetime]], interpreter: str) -> dict[str, tuple[str, ...]]:
    """By kind, the oldest first; that an interpreter is needed before them."""
    texts: dict[str, tuple[str, ...]] = {}
    for kind, text, _ in sorted(said, key=lambda row: row[2]):
        texts[kind] = (*texts.get(kind, ()), text)
    if adjustments := with_interpreter(texts.get(ADJUSTMENT, ()), interpreter):
        texts[ADJUSTMENT] = adjustments
    kept = set(texts.pop(KEPT, ()))
    return {kind: (WITHHELD,) if _is_kept(kind, kept) else found for kind, found in texts.items()}


def _is_kept(kind: str, kept: Set[str]) -> bool:
    part = PLAN if kind == MOST_IMPORTANT else definitions()[kind].section
    return not kept.isdisjoint({"", part})


@prepared
def said_of(principal: Principal, resident_id: UUID, service_id: UUID) -> QuerySet[Any]:
    """Kind, words and when: what stands in the banner, what is most important to them, and which parts of it are
    withheld from the organisation of the service (IG-16)."""
    entries = Entry.objects.visible_to(principal).current().filter(resident_id=resident_id, kind__in=SHOWN)
    plans = CarePlan.objects.current().filter(resident_id=resident_id)
    sections = PlanSection.objects.visible_to(principal).filter(
        care_plan__in=plans, key=MOST_IMPORTANT, in_own_words=True
    )
    said = sections.order_by().values_list(Value(MOST_IMPORTANT, CharField()), Cast("body", TextField()), "created_at")
    says = Coalesce(NullIf("headline", Value("")), "text", output_field=TextField())
    banner_texts = entries.order_by().values_list(Cast("kind", CharField()), says, "created_at")
    theirs = Service.objects.filter(id=service_id).values("organisation_id")
    kept = SharingDecision.objects.visible_to(principal).filter(resident_id=resident_id, status__in=IN_FORCE)
    kept = kept.filter(Q(organisation=None) | Q(organisation_id__in=theirs)).order_by()
    parts = kept.values_list(Value(KEPT, CharField()), Cast("section", TextField()), "asked_at")
    together: QuerySet[Any] = banner_texts.union(said, parts, all=True)
    return together
