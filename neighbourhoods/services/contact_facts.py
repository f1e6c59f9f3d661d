"""What is typed about somebody around a resident, and what is wrong with it (domain.md 2.3)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from carecoord import clock
from carecoord.errors import RuleError
from neighbourhoods.ages import ADULT, is_under
from neighbourhoods.codes import choices_of
from neighbourhoods.models import Contact, Resident
from neighbourhoods.models.contacts import MAX_SIGNIFICANCE, READ_THERE
from neighbourhoods.services.encounter_facts import words
from neighbourhoods.values import clean_nhs_number

ROLES = "contact-role"
HOURS_OF_A_WEEK = 168


@dataclass(frozen=True)
class CarerFacts:
    """Of somebody who cares without pay. None: nobody has asked."""

    hours_a_week: int | None = None
    is_willing: bool | None = None
    is_able: bool | None = None
    assessment_offered_on: date | None = None
    has_emergency_plan: bool | None = None
    is_young_carer: bool | None = None

    @property
    def stored(self) -> dict[str, Any]:
        """What was answered; a day as ISO text."""
        answers = {name: value for name, value in asdict(self).items() if value is not None}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in answers.items()}


@dataclass(frozen=True)
class ContactFacts:
    """What is known about somebody around a resident (domain.md 2.3)."""

    kind: str
    name: str
    relationship: str = ""
    organisation_name: str = ""
    phone: str = ""
    email: str = ""
    nhs_number: str = ""
    is_carer: bool = False
    is_emergency_contact: bool = False
    is_key_worker: bool = False
    note: str = ""
    roles: tuple[str, ...] = ()
    parental_responsibility: str = ""
    household_member: bool | None = None
    rank: int | None = None
    copy_correspondence: bool = False
    significance: str = ""
    carer: CarerFacts = CarerFacts()

    @property
    def stored(self) -> dict[str, Any]:
        """Each column's value."""
        return asdict(self) | {"roles": list(self.roles), "carer": self.carer.stored}


def carer_of(stored: Mapping[str, Any]) -> CarerFacts:
    offered = stored.get("assessment_offered_on")
    return CarerFacts(**{**stored, "assessment_offered_on": date.fromisoformat(offered) if offered else None})


def contact_facts_of(contact: Contact) -> ContactFacts:
    """What is known now: the base for `dataclasses.replace`."""
    plain = {name: getattr(contact, name) for name in ContactFacts.__dataclass_fields__}
    return ContactFacts(**plain | {"roles": tuple(contact.roles), "carer": carer_of(contact.carer)})


def checked_contact(facts: ContactFacts, resident: Resident, before: Contact | None = None) -> ContactFacts:
    """The facts as they are stored. RuleError, with the field, for what will not do; a role that stood `before` may
    stay though its list has lost it."""
    _check_roles(facts, before)
    if facts.rank is not None and not 1 <= facts.rank <= 5:
        raise RuleError("Enter a number from 1 to 5.", field="rank")
    if facts.kind == Contact.Kind.PROFESSIONAL:
        _check_professional(facts)
    if facts.parental_responsibility and not _may_be_a_child(resident):
        raise RuleError(
            f"{resident.called} is 18 or older: nobody has parental responsibility.", field="parental_responsibility"
        )
    _check_carer(facts)
    return replace(
        facts,
        significance=words(facts.significance, "significance", MAX_SIGNIFICANCE),
        nhs_number=_number(facts.nhs_number, resident),
    )


def nothing_of_their_own(facts: ContactFacts) -> ContactFacts:
    """Without what stands in a record of their own (IG-26)."""
    empty: dict[str, Any] = dict.fromkeys(READ_THERE, "")
    return replace(facts, kind=Contact.Kind.PERSONAL, **empty)


def _may_be_a_child(resident: Resident) -> bool:
    return resident.birth_date is None or is_under(resident.birth_date, ADULT, on=clock.today())


def _number(typed: str, resident: Resident) -> str:
    if not typed:
        return ""
    try:
        number = clean_nhs_number(typed)
    except ValidationError as problem:
        raise RuleError(" ".join(problem.messages), field="nhs_number") from problem
    if number == resident.nhs_number:
        raise RuleError(f"This is {resident.called}\u2019s own NHS number: check whose it is.", field="nhs_number")
    return number


def _check_roles(facts: ContactFacts, before: Contact | None) -> None:
    if not facts.roles:
        return
    possible = {*choices_of(ROLES)[ROLES], *(before.roles if before else ())}
    if set(facts.roles) - possible:
        raise RuleError("What you chose is not in the list any more. Choose again.", field="roles")


def _check_professional(facts: ContactFacts) -> None:
    of_family = {
        "parental_responsibility": facts.parental_responsibility,
        "household_member": facts.household_member,
        "nhs_number": facts.nhs_number,
    }
    for field, said in of_family.items():
        if said:
            raise RuleError("Leave this empty for professionals.", field=field)


def _check_carer(facts: ContactFacts) -> None:
    if facts.carer.stored and not facts.is_carer:
        raise RuleError("Say that they care, or leave what is asked of carers empty.", field="is_carer")
    hours, offered = facts.carer.hours_a_week, facts.carer.assessment_offered_on
    if hours is not None and not 0 <= hours <= HOURS_OF_A_WEEK:
        raise RuleError(f"Enter a number from 0 to {HOURS_OF_A_WEEK}.", field="hours_a_week")
    if offered and offered > clock.today():
        raise RuleError("Choose today or a day before.", field="assessment_offered_on")
