"""What the clock does with parents who act: ends it at the age of the place, and asks for a review before (IG-24)."""

import logging
from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models import Min, QuerySet

from carecoord import audit, clock, outbox
from neighbourhoods import gate
from neighbourhoods.ages import birthday
from neighbourhoods.models import LegalBasis, Place, Proxy, Team
from neighbourhoods.models.proxies import OPEN
from neighbourhoods.proxies import Ages, ages_of, is_child, review_due_on
from neighbourhoods.services.proxies import AT_AGE
from neighbourhoods.services.restrictions import lead_team_of

log = logging.getLogger(__name__)


def keep_to_ages() -> int:
    """End what has ended by age, and tell the lead team what is to be reviewed; returns how many of both. Of a child
    who has died nobody acts anyway, and nothing is told.

    Runs in a worker, any number at once: each is taken by one of them, in a transaction of its own.
    """
    parents = Proxy.objects.filter(legal_basis=LegalBasis.PARENTAL, status__in=OPEN)
    first = Place.objects.aggregate(first=Min("parents_reviewed_from"))["first"] or Ages().review
    old_enough = parents.filter(resident__birth_date__lte=birthday(clock.today(), -first), resident__died_on=None)
    ids = list(old_enough.order_by("id").values_list("id", flat=True))
    return sum(_safely(_keep_one, proxy_id) for proxy_id in ids)


def _safely(keep: Callable[[UUID], bool], proxy_id: UUID) -> bool:
    try:
        with transaction.atomic():
            return keep(proxy_id)
    except Exception as problem:
        log.exception("proxy %s was not looked at: %s", proxy_id, type(problem).__name__)
        return False


def _keep_one(proxy_id: UUID) -> bool:
    proxy = _open().filter(id=proxy_id).select_for_update(skip_locked=True, of=("self",)).first()
    if proxy is None:
        return False
    organisation = proxy.recorded_by_organisation
    ages = ages_of(organisation.place_id if organisation else None)
    if not is_child(proxy.resident, ages):
        _end(proxy)
        return True
    return _ask_for_review(proxy, ages)


def _open() -> QuerySet[Proxy]:
    return Proxy.objects.filter(status__in=OPEN).select_related("resident", "recorded_by_organisation")


def _end(proxy: Proxy) -> None:
    before = proxy.status
    proxy.status, proxy.status_reason_code = "inactive" if before == "active" else "rejected", AT_AGE
    proxy.ends_on = max(clock.today(), proxy.starts_on or clock.today()) if before == "active" else proxy.ends_on
    proxy.save_changes("status", "status_reason_code", "ends_on")
    lead = _lead(proxy)
    if lead:
        about = ("proxy", proxy.id)
        by = gate.team(lead)
        audit.record(
            "proxy.ended_by_age",
            by=by,
            resident_id=proxy.resident_id,
            about=about,
            before=before,
            after=proxy.status,
            why=AT_AGE,
        )
    _tell("proxy.ended_by_age", proxy, lead)


def _ask_for_review(proxy: Proxy, ages: Ages) -> bool:
    due = review_due_on(proxy, proxy.resident, ages)
    if due is None or due > clock.today() or (proxy.review_told_on and proxy.review_told_on >= due):
        return False
    proxy.review_told_on = clock.today()
    proxy.save_changes("review_told_on")
    _tell("proxy.review_due", proxy, _lead(proxy))
    return True


def _lead(proxy: Proxy) -> Team | None:
    """Who leads; where nobody does, the front door of the place."""
    organisation = proxy.recorded_by_organisation
    return lead_team_of(proxy.resident_id) or (organisation.place.front_door if organisation else None)


def _tell(topic: str, proxy: Proxy, lead: Team | None) -> None:
    about = ("resident", proxy.resident_id)
    outbox.publish(topic, about=about, resident_id=proxy.resident_id, team_id=lead.id if lead else None)
