"""Whether and where a resident may be written to (IG-34, IG-36), and what such a message says (IG-32, IG-33)."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from carecoord import clock
from carecoord.delivery.channels import Refused
from carecoord.delivery.mobiles import clean_mobile
from carecoord.errors import RuleError
from neighbourhoods.models import Contact, Entry, Proxy, Resident, ResidentDetail, ResidentMessage
from neighbourhoods.principal import Principal
from neighbourhoods.proxies import acting_for, acts_now, ages_for, ages_of, child_of, may_be_given

Channel = ResidentMessage.Channel
UNSAFE: Final = "contact.unsafe"
OBJECTS: Final = "contact.objection"
PREFERS: Final = {"9": Channel.SMS, "4": Channel.EMAIL}
"""Of the list preferred-contact-method, those by which we can write; of any other, people ring, visit or post."""
WORDINGS: Final[Mapping[str, str]] = {
    "waiting": "Something is waiting for you from your care team.",
    "tried": "Your care team has tried to reach you.",
}
FOR_WHO_ACTS: Final[Mapping[str, str]] = {
    "waiting": "Something is waiting for you about somebody you act for.",
    "tried": "A care team has tried to reach you about somebody you act for.",
}
NO_LONGER: Final = "It may not be sent any more: what is said of how to reach them has changed"


def words_of_message(wording: str, *, phone: str, is_for_proxy: bool) -> str:
    """There is nothing to sign in to for residents: they are asked to ring, and told by what nobody of ours asks."""
    begin = (FOR_WHO_ACTS if is_for_proxy else WORDINGS)[wording]
    return f"{begin} Please ring {phone}. We never ask for passwords or bank details. CareCoord"


def said_of_contact(by: Principal, resident_id: UUID) -> QuerySet[Entry]:
    """That they object, or that it is not safe: what of it the reader sees."""
    return about_contact(Entry.objects.visible_to(by).current().filter(resident_id=resident_id))


def about_contact(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    return entries.filter(kind__in=(UNSAFE, OBJECTS)).order_by("-id")


def why_not(resident: Resident, channel: str, said: Sequence[Entry], *, is_for_proxy: bool) -> str:
    """A sentence where nothing may be sent, whoever asks; empty where it may. What is unsafe is asked by itself."""
    if not resident.may_be_written_to:
        return f"{resident.called} has died. Nothing is sent any more."
    if resident.is_restricted:
        return f"How to reach {resident.called} is restricted. Nothing is sent: speak to the lead team."
    if any(one.kind == OBJECTS for one in said):
        return f"{resident.called} does not want messages. Ring or visit, or ask again and end what is recorded."
    prefers = resident.preferred_contact_method
    if prefers and not is_for_proxy and PREFERS.get(prefers) != channel:
        return f"{resident.called} prefers to be reached in another way. See People."
    return ""


def is_unsafe(said: Sequence[Entry]) -> bool:
    return any(one.kind == UNSAFE for one in said)


def proxies_written_to(by: Principal, resident: Resident) -> list[Proxy]:
    """Who acts for them now, and may be given what concerns them (IG-24)."""
    ages = ages_for(by, resident, [])
    child = child_of(by, resident, ages)
    return [one for one in acting_for(by, resident, ages) if may_be_given(one, child)]


def address_of(resident: Resident, channel: str, details: Sequence[ResidentDetail], contact: Contact | None) -> str:
    """Of the person, or of the contact who acts for them; empty where none is known that will do."""
    if contact:
        found = [contact.email if channel == Channel.EMAIL else contact.phone]
    else:
        own = resident.email if channel == Channel.EMAIL else resident.phone
        system = "email" if channel == Channel.EMAIL else "phone"
        ranked = sorted(details, key=lambda one: one.rank or 9)
        found = [own, *(str(one.data.get("written", "")) for one in ranked if one.data.get("system") == system)]
    usable = (_usable(one, channel) for one in found if one)
    return next((one for one in usable if one), "")


def _usable(typed: str, channel: str) -> str:
    if channel == Channel.EMAIL:
        return typed
    try:
        return clean_mobile(typed)
    except RuleError:
        return ""


def telecoms(details: QuerySet[ResidentDetail], resident_id: UUID) -> list[ResidentDetail]:
    """Phones and emails beside those of their own row that hold today."""
    today = clock.today()
    held = details.filter(resident_id=resident_id, kind=ResidentDetail.Kind.TELECOM, ended_at=None)
    return list(held.filter(Q(ends_on=None) | Q(ends_on__gte=today), Q(starts_on=None) | Q(starts_on__lte=today)))


def address_of_message(message_id: UUID, channel: str) -> str:
    """For the worker that sends it, who sees all that is said: what nobody may write to any more is not written to.

    Raises Refused with a sentence that says nothing of why.
    """
    found = ResidentMessage.objects.select_related("resident", "proxy__contact", "team__organisation")
    message = found.get(id=message_id)
    resident, proxy = message.resident, message.proxy
    said = list(about_contact(Entry.objects.current().filter(resident_id=resident.id)))
    if why_not(resident, channel, said, is_for_proxy=proxy is not None) or (is_unsafe(said) and not message.in_spite):
        raise Refused(NO_LONGER)
    if proxy and not acts_now(proxy, resident, ages_of(message.team.organisation.place_id)):
        raise Refused("Whoever it was for does not act for them any more")
    details = telecoms(ResidentDetail.objects.all(), resident.id)
    address = address_of(resident, channel, details, proxy.contact if proxy else None)
    if not address:
        raise Refused("No mobile number or email is known any more")
    return address
