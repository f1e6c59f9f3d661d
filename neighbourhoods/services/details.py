"""Names, numbers, addresses, phones and emails of a resident beside those of their own row. Nothing is overwritten."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError
from carecoord.prepared import change
from neighbourhoods.details import Kind, further_of
from neighbourhoods.keys import keys_of
from neighbourhoods.models import Resident, ResidentDetail
from neighbourhoods.principal import Principal
from neighbourhoods.services.circumstances import MOVED, tell_the_teams_around
from neighbourhoods.services.detail_facts import REGISTERED, Content, DetailFacts, content_of
from neighbourhoods.services.locks import locked_resident

LIVED_IN = frozenset({"home", "temporary"})
"""Uses of an address at which somebody is to be found."""


@dataclass(frozen=True)
class Held:
    """Since when, until when, and how good: 1 is best, 5 the last that one would try."""

    starts_on: date | None = None
    ends_on: date | None = None
    rank: int | None = None
    source: str = ""


NOTHING_SAID = Held()


@transaction.atomic
def add_detail(*, by: Principal, resident_id: UUID, facts: DetailFacts, held: Held = NOTHING_SAID) -> ResidentDetail:
    """Write down one more name, number, address, phone or email.

    Raises ValidationError and RuleError with the field that will not do; RuleError with code `restricted` for what
    leads to somebody restricted, with code `identifier_exists` where a number is somebody else's.
    """
    resident = locked_resident(by, resident_id)
    content = content_of(facts)
    _check(resident, facts, content, held)
    detail = _detail(by, resident, facts, content, held)
    with _held_number_said_plainly():
        detail.save(force_insert=True)
    renew_keys(by=by, resident=resident)
    _audit("resident.detail_added", by, detail)
    outbox.publish("resident.changed", about=("resident", resident_id))
    if facts.kind == Kind.ADDRESS and content.use in LIVED_IN and resident.may_be_written_to:
        tell_the_teams_around(MOVED, by=by, resident_id=resident_id)
    return detail


@transaction.atomic
def add_first_details(
    *, by: Principal, residents: Sequence[Resident], facts: Mapping[UUID, DetailFacts], held: Held = NOTHING_SAID
) -> None:
    """One detail each, of people whom this transaction has registered: nobody else knows them, and they have no other.

    All or none. Raises RuleError with code `identifier_exists` where a number of one of them is somebody else's.
    """
    details = [_detail(by, one, facts[one.id], content_of(facts[one.id]), held) for one in residents]
    with _held_number_said_plainly():
        ResidentDetail.objects.bulk_create(details)
    for resident, detail in zip(residents, details, strict=True):
        resident.search_keys = keys_of(resident, further_of([detail]))
    Resident.objects.bulk_update(residents, ["search_keys"])
    with audit.together():
        for detail in details:
            _audit("resident.detail_added", by, detail)


@transaction.atomic
def end_detail(
    *, by: Principal, resident_id: UUID, detail_id: UUID, reason: str, ends_on: date | None = None
) -> ResidentDetail:
    """It holds no longer, and finds nobody; it stays in the record. Ending twice changes nothing."""
    resident = locked_resident(by, resident_id)
    detail = (
        ResidentDetail.objects.select_for_update(of=("self",)).visible_to(by).get(id=detail_id, resident_id=resident_id)
    )
    if detail.ended_at is None:
        _end(by, detail, reason, ends_on or clock.today())
        renew_keys(by=by, resident=resident)
        outbox.publish("resident.changed", about=("resident", resident_id))
    return detail


def end_gp_of_practice(*, by: Principal, resident_id: UUID) -> None:
    """Whoever leaves a practice leaves its GP. In the transaction of the caller, who tells of it."""
    mine = ResidentDetail.objects.select_for_update(of=("self",)).visible_to(by)
    for detail in mine.filter(resident_id=resident_id, kind=Kind.GP, use=REGISTERED, ended_at=None):
        _end(by, detail, "They left the practice", clock.today())


def _end(by: Principal, detail: ResidentDetail, reason: str, last_day: date) -> None:
    detail.ends_on = max(last_day, detail.starts_on or date.min)
    detail.ended_at, detail.ended_by_name, detail.ended_reason = clock.now(), by.name, reason
    detail.save_changes("ends_on", "ended_at", "ended_by_name", "ended_reason")
    _audit("resident.detail_ended", by, detail, reason)


def renew_keys(*, by: Principal, resident: Resident) -> None:
    """What the resident is found by, from what is known now. No new version: nothing about them has changed."""
    keys = current_keys(by=by, resident=resident)
    if keys != resident.search_keys:
        resident.search_keys = keys
        change(resident, "search_keys")


def current_keys(*, by: Principal, resident: Resident) -> list[str]:
    rows = ResidentDetail.objects.visible_to(by).filter(resident_id=resident.id, ended_at=None)
    return keys_of(resident, further_of(rows))


def _check(resident: Resident, facts: DetailFacts, content: Content, held: Held) -> None:
    if resident.is_restricted and facts.kind not in Kind.of_who():
        sentence = "This person is restricted: how to reach them is neither shown nor changed here."
        raise RuleError(sentence, code="restricted")
    if held.starts_on and held.starts_on > clock.today():
        raise RuleError("Choose today or a day before.", field="starts_on")
    if held.ends_on and held.ends_on < (held.starts_on or date.min):
        raise RuleError("It must end after it begins.", field="ends_on")
    current = ResidentDetail.objects.filter(resident=resident, kind=facts.kind, ended_at=None)
    same = current.filter(value=content.value)
    if any((row.use, row.data) == (content.use, dict(content.data)) for row in same):
        raise RuleError("This is there already.", field=content.main_field)
    if facts.use == REGISTERED and current.filter(use=REGISTERED).exists():
        raise RuleError("Somebody is their GP at the practice already: end that first.", field="use")


def _detail(by: Principal, resident: Resident, facts: DetailFacts, content: Content, held: Held) -> ResidentDetail:
    return ResidentDetail(
        resident=resident,
        kind=facts.kind,
        use=content.use,
        value=content.value,
        data=dict(content.data),
        starts_on=held.starts_on,
        ends_on=held.ends_on,
        rank=held.rank,
        source=held.source,
        recorded_by_id=by.membership_id,
        recorded_by_name=by.name,
        recorded_by_organisation_id=by.organisation_id,
    )


@contextmanager
def _held_number_said_plainly() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as problem:
        if "one_holder_per_identifier" not in str(problem):
            raise
        sentence = "This number is somebody's already: search for it to see whose."
        raise RuleError(sentence, field="identifier", code="identifier_exists") from problem


def _audit(verb: str, by: Principal, detail: ResidentDetail, reason: str = "") -> None:
    about = ("detail", detail.id)
    audit.record(verb, by=by, resident_id=detail.resident_id, about=about, reason=reason, kind=detail.kind)
