"""Who acts for a resident: proposed, let act with what was seen, reviewed, ended. Each change says why (IG-24)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError
from neighbourhoods.models import Contact, LegalBasis, Proxy, Resident
from neighbourhoods.models.proxies import MAX_EVIDENCE, MAX_REASON, OPEN
from neighbourhoods.principal import Principal
from neighbourhoods.proxies import Ages, ages_of, child_of, current_contacts, is_child, is_too_young
from neighbourhoods.services.encounter_facts import words
from neighbourhoods.services.locks import locked_resident
from neighbourhoods.states import PROXY

OTHER: Final = "other"
AT_AGE, NOT_AROUND = "reached-age", "not-around"
REASONS: Final[Mapping[str, Mapping[str, str]]] = {
    "activate": {
        "evidence-seen": "The document was seen",
        "agreed": "They agree to it",
        "parent": "A parent with parental responsibility",
        "decided": "It was decided in their best interests",
    },
    "reject": {
        "no-evidence": "The document was not seen, or does not say so",
        "not-agreed": "They do not agree to it",
        "not-safe": "It would not be safe",
    },
    "end": {
        "withdrawn": "They do not agree to it any longer",
        "stepped-down": "Whoever acted does not want to any longer",
        "no-basis": "The document or the decision holds no longer",
        "not-safe": "It would not be safe",
        AT_AGE: "They have reached the age at which parents no longer act by themselves",
        NOT_AROUND: "No longer among the people around them",
        "died": "They have died, or whoever acted has",
    },
    "enter_in_error": {"mistake": "It was written down by mistake"},
}
TOO_YOUNG: Final[Mapping[str, str]] = {
    LegalBasis.ATTORNEY: "A lasting power of attorney can only be given by somebody of 18 or older.",
    LegalBasis.DEPUTY: "A court appoints a deputy only for somebody of 16 or older.",
}
PAST_TENSE: Final = {
    "activate": "activated",
    "reject": "rejected",
    "end": "ended",
    "enter_in_error": "entered_in_error",
}


@dataclass(frozen=True)
class ProxyFacts:
    legal_basis: str
    evidence: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@transaction.atomic
def propose_proxy(*, by: Principal, resident_id: UUID, contact_id: UUID, facts: ProxyFacts) -> Proxy:
    """Write down who is to act for the resident; they act once somebody has let them.

    Raises RuleError for whoever is not somebody around them now, and where it is written down already.
    """
    resident = locked_resident(by, resident_id)
    contact = _around(by, resident_id, contact_id)
    if Proxy.objects.filter(contact=contact, status__in=OPEN).exists():
        raise RuleError(f"{contact.name} is written down already.", field="contact")
    if facts.legal_basis not in LegalBasis.values:
        raise RuleError("Choose on what basis.", field="legal_basis")
    if facts.starts_on and facts.ends_on and facts.ends_on < facts.starts_on:
        raise RuleError("It must end after it begins.", field="ends_on")
    _check_age(resident, facts.legal_basis, ages_of(by.place_id))
    proxy = Proxy.objects.create(
        resident=resident,
        contact=contact,
        legal_basis=facts.legal_basis,
        status="proposed",
        evidence=words(facts.evidence, "evidence", MAX_EVIDENCE),
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        recorded_by_organisation_id=by.organisation_id,
    )
    _tell("proxy.proposed", by, proxy, after="proposed")
    return proxy


@transaction.atomic
def move_proxy(
    *, by: Principal, resident_id: UUID, proxy_id: UUID, verb: str, reason: str, note: str = "", evidence: str = ""
) -> Proxy:
    """`activate`, `reject`, `end` or `enter_in_error`, with a reason of REASONS, or `other` and words.

    To let somebody act asks for a basis and what was seen; for somebody under the age, that a parent has parental
    responsibility, or that the child was judged to decide themselves. Raises IllegalMove, RuleError with the field.
    """
    resident = locked_resident(by, resident_id)
    proxy = Proxy.objects.select_for_update(of=("self",)).visible_to(by).get(id=proxy_id, resident_id=resident_id)
    before, target = proxy.status, PROXY.move(verb, proxy.status).target
    if reason != OTHER and reason not in REASONS[verb]:
        raise RuleError("Choose why.", field="reason")
    note = words(note, "note", MAX_REASON, required="Say why in words." if reason == OTHER else "")
    if verb == "activate":
        proxy.evidence = words(evidence, "evidence", MAX_EVIDENCE) or proxy.evidence
        _check_may_act(by, resident, proxy)
        proxy.granted_by_organisation_id = by.organisation_id
        proxy.starts_on = proxy.starts_on or clock.today()
        proxy.reviewed_on = clock.today()
    _close(proxy, target, reason, note)
    _tell(f"proxy.{PAST_TENSE[verb]}", by, proxy, before=before, after=target)
    return proxy


@transaction.atomic
def review_proxy(*, by: Principal, resident_id: UUID, proxy_id: UUID, note: str) -> Proxy:
    """They may go on acting: looked at today, with what was found."""
    locked_resident(by, resident_id)
    proxy = Proxy.objects.select_for_update(of=("self",)).visible_to(by).get(id=proxy_id, resident_id=resident_id)
    if proxy.status != "active":
        raise RuleError(f"This person {PROXY[proxy.status].predicate}: there is nothing to review.")
    note = words(note, "note", MAX_REASON, required="Say what you found.")
    proxy.reviewed_on, proxy.review_told_on = clock.today(), None
    proxy.save_changes("reviewed_on", "review_told_on")
    _tell("proxy.reviewed", by, proxy, reason=note)
    return proxy


def end_proxies_of(by: Principal, contact: Contact) -> None:
    """With the contact, in its transaction: whoever is no longer around does not act."""
    for proxy in Proxy.objects.select_for_update().filter(contact=contact, status__in=OPEN):
        before, verb = proxy.status, "end" if proxy.status == "active" else "reject"
        _close(proxy, PROXY.move(verb, before).target, NOT_AROUND, "")
        _tell(f"proxy.{PAST_TENSE[verb]}", by, proxy, before=before, after=proxy.status)


def _close(proxy: Proxy, target: str, reason: str, note: str) -> None:
    before, proxy.status = proxy.status, target
    proxy.status_reason_code, proxy.status_reason = reason, note
    if before == "active" and target == "inactive":
        proxy.ends_on = max(clock.today(), proxy.starts_on or date.min)
    proxy.save_changes(
        "status",
        "status_reason_code",
        "status_reason",
        "evidence",
        "starts_on",
        "ends_on",
        "reviewed_on",
        "granted_by_organisation",
    )


def _around(by: Principal, resident_id: UUID, contact_id: UUID) -> Contact:
    contact = current_contacts(by, resident_id).filter(id=contact_id, kind=Contact.Kind.PERSONAL).first()
    if contact is None:
        raise RuleError("Choose somebody who is around them now.", field="contact")
    return contact


def _check_age(resident: Resident, basis: str, ages: Ages) -> None:
    if is_too_young(resident, basis):
        raise RuleError(TOO_YOUNG[basis], field="legal_basis")
    if basis != LegalBasis.PARENTAL:
        return
    if resident.birth_date is None:
        raise RuleError("Write down the date of birth first: a parent acts up to an age.", field="legal_basis")
    if not is_child(resident, ages):
        raise RuleError(
            f"{resident.called} is {ages.end} or older: a parent acts on another basis.", field="legal_basis"
        )


def _check_may_act(by: Principal, resident: Resident, proxy: Proxy) -> None:
    ages = ages_of(by.place_id)
    if proxy.legal_basis == LegalBasis.UNKNOWN:
        raise RuleError("It is not known on what basis. Reject this, and write it down with its basis.", field="reason")
    if not proxy.evidence:
        raise RuleError("Say what you have seen, or who told you.", field="evidence")
    if resident.died_on:
        raise RuleError(f"{resident.called} has died: nobody acts for them.", field="reason")
    _check_age(resident, proxy.legal_basis, ages)
    if proxy.ends_on and proxy.ends_on < clock.today():
        raise RuleError("It has ended already by its last day.", field="reason")
    child = child_of(by, resident, ages)
    is_theirs = proxy.contact.parental_responsibility == Contact.Responsibility.YES
    if proxy.legal_basis == LegalBasis.PARENTAL and not is_theirs:
        raise RuleError(
            f"Write down first that {proxy.contact.name} has parental responsibility: change the contact.",
            field="reason",
        )
    if child and proxy.legal_basis == LegalBasis.CONSENT and not child.is_competent:
        raise RuleError(
            f"{resident.called} is under {ages.end}. Record first that they were judged to decide this themselves: "
            "a consent relating to a child.",
            field="reason",
        )


def _tell(verb: str, by: Principal, proxy: Proxy, reason: str = "", **detail: Any) -> None:
    about = ("proxy", proxy.id)
    audit.record(
        verb,
        by=by,
        resident_id=proxy.resident_id,
        about=about,
        reason=reason or proxy.status_reason,
        basis=proxy.legal_basis,
        why=proxy.status_reason_code,
        **detail,
    )
    outbox.publish(verb, about=about, resident_id=proxy.resident_id)
