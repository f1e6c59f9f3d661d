"""Is it alive, is it ready, and does what was promised get through: for monitors and administrators."""

import hmac
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carecoord import clock
from carecoord.accounts.invitations import mail_is_set_up
from carecoord.audit.state import AuditState, audit_state
from carecoord.delivery.models import Delivery
from carecoord.outbox.broker import answers
from carecoord.outbox.state import FailedMessage, failed_messages, last_heartbeat, outbox_state
from carecoord.ui import dates
from carecoord.ui.components import Row, SummaryList
from neighbourhoods.models import Role

LATE_AFTER = timedelta(minutes=1)
SEALED_WITHIN = timedelta(minutes=5)
# PostgreSQL's log grows by 16 MB at a time, and a checkpoint may keep a gigabyte of it.
ROOM_WANTED_MB = 1000


@dataclass(frozen=True)
class Status:
    """What gets through. `problems` are sentences, none when all is well."""

    is_broker_reachable: bool
    last_heartbeat_at: datetime | None
    oldest_undelivered_at: datetime | None
    undelivered_messages: int
    failed_messages: int
    waiting_deliveries: int
    failed_deliveries: int
    logged_deliveries: int
    unsealed_entries: int
    oldest_unsealed_at: datetime | None
    last_sealed_at: datetime | None
    free_mb: int | None
    problems: tuple[str, ...]


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """The database is reachable and migrated, else 503 and why."""
    why = _why_not_ready()
    if why:
        return HttpResponse(f"{why}\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


@require_safe
def status(request: HttpRequest) -> HttpResponseBase:
    """JSON for a monitor with the token; a page for administrators."""
    if has_token(request):
        return _for_monitors()
    principal = getattr(request, "principal", None)
    if principal is None:
        return redirect_to_login(request.get_full_path())
    if principal.role != Role.ADMINISTRATOR:
        raise Http404("For administrators")
    found = current_status()
    context = {"status": found, "facts": _facts(found), "failed": [_failed_row(row) for row in failed_messages(20)]}
    return render(request, "health/status.html", context)


def current_status() -> Status:
    waiting, heartbeat, is_reachable, audit = outbox_state(), last_heartbeat(), answers(), audit_state()
    deliveries = Delivery.objects.filter(state=Delivery.State.WAITING).count()
    failed = Delivery.objects.filter(state=Delivery.State.FAILED).count()
    room = free_mb()
    return Status(
        is_broker_reachable=is_reachable,
        last_heartbeat_at=heartbeat,
        oldest_undelivered_at=waiting.oldest_at,
        undelivered_messages=waiting.waiting,
        failed_messages=waiting.failed,
        waiting_deliveries=deliveries,
        failed_deliveries=failed,
        logged_deliveries=Delivery.objects.filter(state=Delivery.State.LOGGED).count(),
        unsealed_entries=audit.unsealed,
        oldest_unsealed_at=audit.oldest_at,
        last_sealed_at=audit.sealed_at,
        free_mb=room,
        problems=(
            *_problems(is_reachable, heartbeat, waiting.oldest_at, waiting.failed, failed),
            *_problems_of_audit(audit),
            *_problems_of_room(room),
        ),
    )


def _problems(
    is_reachable: bool, heartbeat: datetime | None, oldest_at: datetime | None, failed: int, failed_deliveries: int
) -> list[str]:
    late = clock.now() - LATE_AFTER
    found = {
        "The broker cannot be reached: alerts are late until it is back.": not is_reachable,
        "No worker has been heard for a minute.": heartbeat is None or heartbeat < late,
        "A message has waited for more than a minute.": oldest_at is not None and oldest_at < late,
        f"Messages not delivered: {failed}.": failed > 0,
        f"Emails not delivered: {failed_deliveries}.": failed_deliveries > 0,
        "No mail server is set up (EMAIL_URL): emails are logged, not sent.": not (mail_is_set_up() or settings.DEMO),
    }
    return [sentence for sentence, is_so in found.items() if is_so]


def _problems_of_audit(audit: AuditState) -> list[str]:
    is_late = audit.oldest_at is not None and audit.oldest_at < clock.now() - SEALED_WITHIN
    return ["The audit has not been sealed for five minutes: the worker's log says why."] if is_late else []


def free_mb() -> int | None:
    """Room on the disk of the data folder, in MB; nothing where there is no such folder."""
    try:
        return shutil.disk_usage(settings.DATA_DIR).free // 1_000_000
    except OSError:
        return None


def _problems_of_room(room: int | None) -> list[str]:
    if room is None or room >= ROOM_WANTED_MB:
        return []
    return [f"The disk of the data folder has {room} MB left: make room before nothing can be saved."]


def has_token(request: HttpRequest) -> bool:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.STATUS_TOKEN
    return bool(wanted) and kind.lower() == "bearer" and hmac.compare_digest(given.encode(), wanted.encode())


def _for_monitors() -> JsonResponse:
    try:
        found = current_status()
    except Error:
        return JsonResponse({"problems": ["The database cannot be reached."]}, status=503)
    return JsonResponse(asdict(found))


def _why_not_ready() -> str:
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
    except Error:
        return "The database cannot be reached."
    missing = sorted(_expected_migrations() - applied)
    if missing:
        app, name = missing[0]
        return f"The database is not up to date: {len(missing)} migrations are missing, first {app}.{name}."
    return ""


@cache
def _expected_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.nodes)


def _facts(found: Status) -> SummaryList:
    return SummaryList(
        (
            Row("Broker", "Reachable" if found.is_broker_reachable else "Not reachable"),
            Row("Last heard from a worker", _moment(found.last_heartbeat_at, "Never")),
            Row("Messages waiting", str(found.undelivered_messages)),
            Row("Oldest of them", _moment(found.oldest_undelivered_at, "None")),
            Row("Messages not delivered", str(found.failed_messages)),
            Row("Emails waiting", str(found.waiting_deliveries)),
            Row("Emails not delivered", str(found.failed_deliveries)),
            Row("Emails logged, not sent", str(found.logged_deliveries)),
            Row("Oldest entry of the audit not sealed", _moment(found.oldest_unsealed_at, "None")),
            Row("Audit last sealed", _moment(found.last_sealed_at, "Never")),
            Row("Room on the disk", "Not known" if found.free_mb is None else f"{found.free_mb:,} MB"),
        )
    )


def _failed_row(failed: FailedMessage) -> dict[str, Any]:
    return {"topic": failed.topic, "at": _moment(failed.failed_at, ""), "failure": failed.failure}


def _moment(at: datetime | None, otherwise: str) -> str:
    return dates.moment(at, now=clock.now()) if at else otherwise
