"""Somebody is due at home, or is there: both teams are told once of what must be in place and is not."""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from carecoord import clock
from neighbourhoods import gate
from neighbourhoods.principal import Principal
from referrals.models import Handover, HandoverNeedMark
from referrals.models.handovers import HandoverKind
from referrals.services.handovers.needs import WHILE, needs_said
from referrals.services.handovers.steps import locked_handover, tell

log = logging.getLogger(__name__)
BATCH: Final = 200
NEWS_FOR: Final = timedelta(days=7)
"""An hour that passed longer ago is no news to anybody."""


def tell_missing_needs() -> int:
    """Look at each discharge whose hour has come, once; returns of how many something is missing.

    Runs in a worker, any number at once: each is taken by one of them, in a transaction of its own. One that fails is
    logged and left for the next run.
    """
    failed: set[UUID] = set()
    missing = 0
    for _ in range(BATCH):
        outcome = _look_at_next(failed)
        if outcome is None:
            break
        missing += outcome
    return missing


def _look_at_next(failed: set[UUID]) -> bool | None:
    """True where something is missing, False where nothing is or it failed, None where nothing is left."""
    handover: Handover | None = None
    try:
        with transaction.atomic():
            rows = _due(clock.now()).exclude(id__in=failed).select_related("to_team__organisation")
            handover = rows.select_for_update(skip_locked=True, of=("self",)).first()
            if handover is None or handover.to_team is None:
                return None
            with gate.acting_as(gate.team(handover.to_team)) as receiving:
                return _look_at(receiving, handover.id)
    except Exception as problem:
        if handover is None:
            raise
        log.exception("needs of handover %s were not looked at: %s", handover.id, type(problem).__name__)
        failed.add(handover.id)
        return False


def _due(now: datetime) -> QuerySet[Handover]:
    """The hour that was said; where none was, the acceptance."""
    since = now - NEWS_FOR
    said = Q(takes_place_at__lte=now, takes_place_at__gt=since)
    accepted = Q(takes_place_at=None, answered_at__gt=since, status__in=("accepted", "closed"))
    stands = Handover.objects.filter(said | accepted, kind=HandoverKind.DISCHARGE, status__in=sorted(WHILE))
    return stands.filter(needs_told_at=None, resident__died_on=None).exclude(needs=[]).order_by("takes_place_at", "id")


def _look_at(by: Principal, handover_id: UUID) -> bool:
    handover = locked_handover(by, handover_id)
    handover.needs_told_at = clock.now()
    handover.save_changes("needs_told_at")
    said = needs_said(by, handover)
    missing = [number for number in range(1, len(handover.needs) + 1) if not _is_in_place(said, number)]
    for team_id in (handover.to_team_id, handover.from_team_id) if missing else ():
        tell(handover, "needs_missing", by, told_team_id=team_id, missing=len(missing))
    return bool(missing)


def _is_in_place(said: dict[int, HandoverNeedMark], number: int) -> bool:
    mark = said.get(number)
    return mark is not None and mark.is_in_place
