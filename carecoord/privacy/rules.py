"""Uses of records that a privacy officer should look into: what a rule notices in the log of one day.

A look at somebody whom the looker's team works with now (on its caseload, a referral, a handover, an action) is noticed
only if the record seems to be the looker's own. Of several rules that notice one look the first counts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Protocol
from uuid import UUID

from carecoord.privacy import looks
from carecoord.privacy.looks import Day, Look, Who
from carecoord.privacy.models import PrivacyReview
from neighbourhoods import keys
from neighbourhoods.models import Membership, Resident
from neighbourhoods.models.residents import sort_name

Kind = PrivacyReview.Kind

RARE_SHARE, RARE_AT_MOST = 0.002, 3
"""A surname is rare where fewer than this share of the place bear it, or so few people at all."""
FEWEST_PEOPLE = 20
"""However few somebody usually opens, fewer than this is no volume."""
GUESSES = 5
"""As many wrong claims in an hour as the API allows (`neighbourhoods/api/claims.py`)."""
TITLES: Final = frozenset({"dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "sister", "revd", "rev"})
NOT_AT_WORK: Final = "Their team was not working with that person."
SENTENCES: Final[Mapping[str, str]] = {
    Kind.OWN_RECORD: "They opened a record with their own name and their own phone or email.",
    Kind.SAME_ADDRESS: f"They opened the record of somebody who lives where they do. {NOT_AT_WORK}",
    Kind.SAME_SURNAME: f"They opened the record of somebody with their own surname, which is rare here. {NOT_AT_WORK}",
    Kind.COLLEAGUE: f"They opened the record of somebody of their own organisation. {NOT_AT_WORK}",
    Kind.NOTHING_AFTER: "Nobody of their organisation wrote anything in the record in the day after it.",
    Kind.VOLUME: "They opened {people} records on one day. Usually it is {usual}.",
    Kind.GUESSING: "In one hour it claimed this person {wrong} times with a date of birth that is not theirs.",
}


@dataclass(frozen=True)
class Finding:
    """What a rule has noticed. `about` is the entry of the audit, or the emergency access, with which it begins."""

    kind: PrivacyReview.Kind
    who: Who
    about: tuple[str, UUID]
    resident_id: UUID | None = None
    facts: Mapping[str, int] = field(default_factory=dict)
    client_name: str = ""


@dataclass(frozen=True)
class Colleague:
    """Somebody with an account, as a resident's record would have them."""

    id: UUID
    organisation_id: UUID
    words: frozenset[str]
    contacts: frozenset[str]

    @classmethod
    def of(cls, user_id: UUID, organisation_id: UUID, name: str, email: str, phone: str) -> "Colleague":
        contacts = frozenset({keys.email_key(email), keys.phone_key(phone)} - {""})
        return cls(user_id, organisation_id, frozenset(keys.words_of(name)) - TITLES, contacts)

    def is_called(self, given_name: str, family_name: str) -> bool:
        given, family = keys.words_of(given_name), keys.words_of(family_name)
        return bool(given and family) and self.words >= {given[0], *family}

    def has_surname(self, family_name: str) -> bool:
        family = keys.words_of(family_name)
        return bool(family) and self.words >= set(family)


class Known:
    """What the rules compare a look with: who works where, where the lookers live, which surnames are rare."""

    def __init__(self, of_the_day: Iterable[Look]) -> None:
        self.lookers = {
            look.who.actor_id: Colleague.of(
                look.who.actor_id, look.who.organisation_id, look.name, look.email, look.phone
            )
            for look in of_the_day
        }
        people = Membership.objects.live().values_list(
            "user_id", "organisation_id", "user__name", "user__email", "user__phone"
        )
        self.staff = _by_contact(Colleague.of(*person) for person in people)
        self.homes = self._homes()
        self.is_rare = lru_cache(maxsize=None)(self._is_rare)

    def looker(self, look: Look) -> Colleague:
        return self.lookers[look.who.actor_id]

    def works_with(self, look: Look) -> bool:
        """Whether somebody else of the looker's organisation has this name and this phone or email."""
        who = look.who
        found = _called(self.staff, look)
        return any(one.id != who.actor_id and one.organisation_id == who.organisation_id for one in found)

    def _homes(self) -> dict[UUID, set[str]]:
        """Where those who looked live, as far as they have a record here themselves: nobody's home is asked for."""
        lookers = _by_contact(self.lookers.values())
        homes: dict[UUID, set[str]] = defaultdict(set)
        for resident in Resident.objects.filter(search_keys__overlap=list(lookers)) if lookers else ():
            for looker in _called(lookers, resident):
                homes[looker.id].add(home_of(resident.postcode, resident.address_lines))
        return {user_id: found - {""} for user_id, found in homes.items()}

    def _is_rare(self, family_name: str) -> bool:
        called = Resident.objects.filter(sort_name__startswith=sort_name(family_name, "")).count()
        return called <= max(RARE_AT_MOST, RARE_SHARE * Resident.objects.count())


class Recorded(Protocol):
    """What says whose record it is."""

    @property
    def given_name(self) -> str: ...
    @property
    def family_name(self) -> str: ...
    @property
    def search_keys(self) -> Sequence[str]: ...


def _by_contact(people: Iterable[Colleague]) -> Mapping[str, list[Colleague]]:
    found: dict[str, list[Colleague]] = defaultdict(list)
    for one in people:
        for contact in one.contacts:
            found[contact].append(one)
    return found


def _called(staff: Mapping[str, list[Colleague]], who: Recorded) -> Iterator[Colleague]:
    """Those with the name and a phone or an email of this record."""
    for key in who.search_keys:
        yield from (one for one in staff.get(key, ()) if one.is_called(who.given_name, who.family_name))


def home_of(postcode: str, address_lines: Iterable[str]) -> str:
    """One house: its postcode and the words of the first line. Empty where either is not known."""
    key, words = keys.postcode_key(postcode), keys.words_of(next(iter(address_lines), ""))
    return f"{key} {' '.join(words)}" if key and words else ""


def _own_record(look: Look, known: Known) -> bool:
    looker = known.looker(look)
    return looker.is_called(look.given_name, look.family_name) and bool(looker.contacts & set(look.search_keys))


def _same_address(look: Look, known: Known) -> bool:
    home = home_of(look.postcode, look.address_lines)
    return not look.is_at_work and home in known.homes.get(look.who.actor_id, ())


def _same_surname(look: Look, known: Known) -> bool:
    return not look.is_at_work and known.looker(look).has_surname(look.family_name) and known.is_rare(look.family_name)


def _colleague(look: Look, known: Known) -> bool:
    return not look.is_at_work and known.works_with(look)


ABOUT_SOMEBODY: Final[Mapping[PrivacyReview.Kind, Callable[[Look, Known], bool]]] = {
    Kind.OWN_RECORD: _own_record,
    Kind.SAME_ADDRESS: _same_address,
    Kind.COLLEAGUE: _colleague,
    Kind.SAME_SURNAME: _same_surname,
}


def findings_of(day: Day) -> Iterator[Finding]:
    """Everything that the rules notice of a day that is over."""
    yield from _about_somebody(day)
    for who, resident_id, emergency_id in looks.emergencies_with_nothing_after(day):
        yield Finding(Kind.NOTHING_AFTER, who, ("emergency_access", emergency_id), resident_id)
    for who, entry_id, people, usual in looks.far_more_than_usual(day, fewest=FEWEST_PEOPLE):
        yield Finding(Kind.VOLUME, who, ("audit_entry", entry_id), facts={"people": people, "usual": usual})
    yield from guesses_of(day)


def guesses_of(day: Day) -> Iterator[Finding]:
    """Those of a day that has not ended, too."""
    for who, name, resident_id, entry_id, wrong in looks.guesses_of(day, guesses=GUESSES):
        yield Finding(Kind.GUESSING, who, ("audit_entry", entry_id), resident_id, {"wrong": wrong}, name)


def _about_somebody(day: Day) -> Iterator[Finding]:
    of_the_day = list(looks.looks_of(day))
    known = Known(of_the_day)
    for look in of_the_day:
        kind = next((kind for kind, notices in ABOUT_SOMEBODY.items() if notices(look, known)), None)
        if kind:
            yield Finding(kind, look.who, ("audit_entry", look.entry_id), look.resident_id)


def sentence_of(kind: str, facts: Mapping[str, Any]) -> str:
    """What was noticed, for whoever looks into it."""
    return SENTENCES[kind].format(**facts)
