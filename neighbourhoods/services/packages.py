"""Care packages: written down when they are asked for, or when they run already, and changed while they do."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import UUID

from django.db import transaction

from carecoord import clock
from carecoord.errors import NotYours, RuleError, StaleVersion
from carecoord.ids import new_id
from carecoord.moves import Side
from carecoord.once import insert, made_before
from neighbourhoods.cohorts.clocks import package_due_at
from neighbourhoods.directory import organisations_of_place
from neighbourhoods.models import CarePackage
from neighbourhoods.principal import Principal
from neighbourhoods.services.encounter_facts import words
from neighbourhoods.services.locks import held_resident
from neighbourhoods.services.package_moves import locked_package, renew_clock, sides_of, tell
from neighbourhoods.services.teams import may_have_residents
from neighbourhoods.services.writing import written_by

MOST_MINUTES, MOST_VISITS = 7 * 24 * 60 * 2, 200


@dataclass(frozen=True)
class PackageFacts:
    """`provider_id` is an organisation here; `provider_name` one elsewhere; neither while nobody is found."""

    name: str
    kind: str
    provider_id: UUID | None = None
    provider_name: str = ""
    minutes_per_week: int | None = None
    visits_per_week: int | None = None
    is_double_handed: bool = False
    local_authority: str = ""
    funding: str = ""
    starts_on: date | None = None
    restart_contact: str = ""


FACTS = tuple(PackageFacts.__dataclass_fields__)


@transaction.atomic
def request_package(
    *,
    by: Principal,
    resident_id: UUID,
    team_id: UUID,
    facts: PackageFacts,
    is_running: bool = False,
    package_id: UUID | None = None,
) -> CarePackage:
    """Ask for a care package, which `team_id` arranges, or write down one that runs already.

    Whoever names a `package_id` may ask twice and gets one; SentAlready where that says something else. Raises
    RuleError with the field that will not do; Resident.DoesNotExist where not seen.
    """
    resident = held_resident(by, resident_id)
    if not by.acts_for(team_id) or not may_have_residents(team_id):
        raise RuleError("Choose a team of your own.", field="team", code="not_yours_to_give")
    if resident.died_on:
        raise RuleError(f"{resident.called} has died. Write a note instead.")
    facts = _checked(by, facts)
    if is_running and not (facts.provider_id or facts.provider_name):
        raise RuleError("Say who provides what runs already.", field="provider")
    if is_running:
        _check_begun(facts)
    status = "active" if is_running else "requested"
    package = CarePackage(
        id=package_id or new_id(),
        resident=resident,
        team_id=team_id,
        status=status,
        due_at=package_due_at(status, facts.starts_on, None),
        **asdict(facts),
        **written_by(by),
    )
    mine = CarePackage.objects.visible_to(by).filter(resident=resident)
    if package_id and (made := made_before(package, mine, ("team_id", *FACTS))):
        return made
    insert(package)
    tell("requested" if status == "requested" else "recorded", by, package, after=status)
    return package


@transaction.atomic
def change_package(*, by: Principal, package_id: UUID, version: int, facts: PackageFacts) -> CarePackage:
    """Other hours, another provider, another day on which it begins. Raises StaleVersion where somebody saved since."""
    package = locked_package(by, package_id)
    if Side.GIVER not in sides_of(by, package):
        raise NotYours("The team that arranges this package changes it. Ring them.")
    if package.status == "ended":
        raise RuleError("This package has ended: ask for a new one.")
    facts = _checked(by, facts)
    if package.has_run:
        if not (facts.provider_id or facts.provider_name):
            raise RuleError("Say who provides it.", field="provider")
        _check_begun(facts)
    changed = [name for name in FACTS if getattr(package, name) != getattr(facts, name)]
    if not changed:
        return package
    if package.version != version:
        raise StaleVersion("Somebody changed this while you were typing.", current=package)
    for name in changed:
        setattr(package, name, getattr(facts, name))
    renew_clock(package)
    package.save_changes(*changed, "due_at", "told_at")
    tell("changed", by, package, fields=changed)
    return package


def facts_of_package(package: CarePackage) -> PackageFacts:
    return PackageFacts(**{name: getattr(package, name) for name in FACTS})


def _checked(by: Principal, facts: PackageFacts) -> PackageFacts:
    if facts.kind not in CarePackage.Kind.values:
        raise RuleError("Choose what kind of package it is.", field="kind")
    if facts.funding and facts.funding not in CarePackage.Funding.values:
        raise RuleError("Choose who pays from the list.", field="funding")
    provider = words(facts.provider_name, "provider_name", 150)
    if facts.provider_id:
        if not organisations_of_place(by).filter(id=facts.provider_id, ended_at=None).exists():
            raise RuleError("Choose who provides it from the list, or write their name.", field="provider")
        provider = ""
    _check_number(facts.minutes_per_week, "hours", MOST_MINUTES, "Enter the hours of one week.")
    _check_number(facts.visits_per_week, "visits_per_week", MOST_VISITS, "Enter the visits of one week.")
    return replace(
        facts,
        name=words(facts.name, "name", 150, required="Say what it is, for example reablement."),
        provider_name=provider,
        local_authority=words(facts.local_authority, "local_authority", 150),
        restart_contact=words(facts.restart_contact, "restart_contact", 200),
    )


def _check_begun(facts: PackageFacts) -> None:
    if facts.starts_on and facts.starts_on > clock.today():
        raise RuleError("It runs already: choose today or a day before.", field="starts_on")


def _check_number(number: int | None, field: str, most: int, sentence: str) -> None:
    if number is not None and not 0 < number <= most:
        raise RuleError(sentence, field=field)
