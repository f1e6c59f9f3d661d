"""Who acts for a resident today, and what is asked about somebody under the age of the place (IG-24)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from carecoord import clock
from neighbourhoods.ages import ADULT, birthday, is_under
from neighbourhoods.models import Contact, Entry, LegalBasis, Place, Proxy, Resident
from neighbourhoods.principal import Principal

CHILD_CONSENT, ABOUT_RECORD, COMPETENT = "legal.child_consent", "about_record", "gillick"
YOUNGEST = {LegalBasis.ATTORNEY: ADULT, LegalBasis.DEPUTY: 16}
"""From which age on somebody can have given a lasting power of attorney, or a court can have appointed a deputy (Mental
Capacity Act 2005, sections 9 and 2): by law, not by the place."""
FOLLOWS_IN = 1
"""Years from one review to the next."""


@dataclass(frozen=True)
class Ages:
    """From when on a parent's acting is reviewed, and from when on it has ended."""

    review: int = 11
    end: int = 16


@dataclass(frozen=True)
class Child:
    """Of somebody under the age. `judged` is None where nobody has judged whether they decide about their record
    themselves; `responsible` is who of those around has parental responsibility, yes, no or not known."""

    ages: Ages
    judged: Entry | None
    responsible: Sequence[Contact]

    @property
    def is_competent(self) -> bool:
        return self.judged is not None and (self.judged.data.get("own_consent") or {}).get("code") == COMPETENT

    @property
    def holders(self) -> tuple[Contact, ...]:
        return tuple(one for one in self.responsible if one.parental_responsibility == Contact.Responsibility.YES)


def ages_of(place_id: UUID | None) -> Ages:
    if place_id is None:
        return Ages()
    found = Place.objects.filter(id=place_id).values_list("parents_reviewed_from", "parents_act_until").first()
    return Ages(*found) if found else Ages()


def ages_for(principal: Principal, resident: Resident, proxies: Sequence[Proxy]) -> Ages:
    """Asked of the place only where an age can matter."""
    may_matter = proxies or is_under(resident.birth_date, ADULT, on=clock.today())
    return ages_of(principal.place_id) if may_matter else Ages()


def is_child(resident: Resident, ages: Ages) -> bool:
    return is_under(resident.birth_date, ages.end, on=clock.today())


def bases_for(resident: Resident, ages: Ages) -> list[tuple[str, str]]:
    """Those on which somebody can act for a person of this age."""
    no_parents = not is_child(resident, ages)
    return [
        (basis, word)
        for basis, word in LegalBasis.choices
        if not is_too_young(resident, basis) and not (no_parents and basis == LegalBasis.PARENTAL)
    ]


def is_too_young(resident: Resident, basis: str) -> bool:
    return is_under(resident.birth_date, YOUNGEST.get(LegalBasis(basis), 0), on=clock.today())


def child_of(principal: Principal, resident: Resident, ages: Ages) -> Child | None:
    """None for whoever is older. The judgement is told to every role: it says who may be given what."""
    if not is_child(resident, ages):
        return None
    judged = Entry.objects.visible_to(principal).current().filter(resident_id=resident.id, kind=CHILD_CONSENT)
    asked = current_contacts(principal, resident.id).exclude(parental_responsibility="").order_by("name", "id")
    return Child(ages, judged.filter(**{f"data__{ABOUT_RECORD}": True}).order_by("-id").first(), list(asked))


def current_contacts(principal: Principal, resident_id: UUID) -> QuerySet[Contact]:
    contacts = Contact.objects.visible_to(principal).filter(resident_id=resident_id)
    return contacts.filter(Q(ends_on=None) | Q(ends_on__gt=clock.today()))


def proxies_of(principal: Principal, resident_id: UUID) -> list[Proxy]:
    """Those that stand open first; of contacts whom the reader may see."""
    shown = Contact.objects.visible_to(principal).filter(resident_id=resident_id)
    found = Proxy.objects.visible_to(principal).filter(resident_id=resident_id, contact__in=shown)
    rows = list(found.select_related("contact", "granted_by_organisation"))
    return sorted(rows, key=lambda one: (one.status not in ("active", "proposed"), one.status, one.contact.name))


def one_proxy(principal: Principal, resident_id: UUID, proxy_id: UUID) -> Proxy | None:
    return next((one for one in proxies_of(principal, resident_id) if one.id == proxy_id), None)


def acts_now(proxy: Proxy, resident: Resident, ages: Ages) -> bool:
    """Not on the day on which a child turns the age, whether or not the clock's task has run."""
    today = clock.today()
    if proxy.status != "active" or resident.died_on:
        return False
    if (proxy.starts_on and proxy.starts_on > today) or (proxy.ends_on and proxy.ends_on < today):
        return False
    return proxy.legal_basis != LegalBasis.PARENTAL or is_child(resident, ages)


def acting_for(principal: Principal, resident: Resident, ages: Ages) -> Iterable[Proxy]:
    return (one for one in proxies_of(principal, resident.id) if acts_now(one, resident, ages))


def ends_by_age_on(proxy: Proxy, resident: Resident, ages: Ages) -> date | None:
    """The first day on which a parent acts no longer."""
    if proxy.legal_basis != LegalBasis.PARENTAL or resident.birth_date is None:
        return None
    return birthday(resident.birth_date, ages.end)


def review_due_on(proxy: Proxy, resident: Resident, ages: Ages) -> date | None:
    """Of a parent who acts, from the age of review on, and a year after each review."""
    if proxy.status != "active" or proxy.legal_basis != LegalBasis.PARENTAL or resident.birth_date is None:
        return None
    first = birthday(resident.birth_date, ages.review)
    if proxy.reviewed_on is None or proxy.reviewed_on < first:
        return first
    return birthday(proxy.reviewed_on, FOLLOWS_IN)


def may_be_given(proxy: Proxy, child: Child | None) -> bool:
    """A child who decides themselves is asked: nothing is given on parental responsibility alone."""
    return not (child and child.is_competent and proxy.legal_basis == LegalBasis.PARENTAL)
