"""What the same work costs at least: bare WSGI, bare Django, and raw SQL as the owner, whom no policy holds.

Not a part of the product: `carecoord.bench.wsgi` alone serves them, on this machine.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

import dj_database_url
import psycopg2
from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.urls import path
from psycopg2.extras import Json
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from carecoord.ids import new_id
from neighbourhoods.models import CaseloadEntry

Start = Callable[..., Any]
Floor = Callable[[dict[str, Any], Start], Iterable[bytes]]
PAGE = """
    SELECT c.id, c.created_at, c.updated_at, c.version, c.is_lead, c.reason, c.opened_at, r.id, r.nhs_number,
           r.given_name, r.family_name, r.birth_date, t.name, u.name
    FROM neighbourhoods_caseloadentry c
    JOIN neighbourhoods_resident r ON r.id = c.resident_id
    JOIN neighbourhoods_team t ON t.id = c.team_id
    LEFT JOIN neighbourhoods_membership m ON m.id = c.key_worker_id
    LEFT JOIN accounts_user u ON u.id = m.user_id
"""
LIST = f"{PAGE} WHERE c.team_id = %s AND c.ended_at IS NULL ORDER BY c.sort_name, c.id LIMIT 25"
ONE = f"{PAGE} WHERE c.resident_id = %s AND c.ended_at IS NULL AND c.is_lead"
LOOK_UP = f"{PAGE} WHERE r.nhs_number = %s AND c.ended_at IS NULL AND c.is_lead"
SEARCH = f"{PAGE} WHERE c.team_id = %s AND c.ended_at IS NULL AND r.sort_name LIKE %s ORDER BY r.sort_name LIMIT 25"
TOKEN = """
    SELECT a.id, a.organisation_id FROM allauth_idp_oidc_token k
    JOIN neighbourhoods_apiclient a ON a.client_id = k.client_id
    WHERE k.type = 'at' AND k.hash = %s AND k.expires_at > now()
"""
TEAMS = "SELECT team_id FROM neighbourhoods_apiclient_teams WHERE apiclient_id = %s"
AUDIT = """
    INSERT INTO audit_auditentry (id, at, kind, verb, actor_kind, actor_id, role, organisation_id, resident_id,
                                  about_type, about_id, reason, detail)
    VALUES (%s, now(), 'look', 'floor.measured', 'client', %s, '', %s, %s, 'team', %s, '', %s)
"""
OUTBOX = """
    INSERT INTO outbox_outboxmessage (id, topic, about_type, about_id, payload, created_at, next_attempt_at, attempts,
                                      delivered_at, failure)
    VALUES (%s, 'floor.measured', 'referral', %s, %s, now(), now(), 0, now(), '')
"""
ROW = """
    INSERT INTO referrals_referralevent (id, created_at, updated_at, version, verb, from_status, to_status, words,
                                         reason_code, written_by_name, by_team_id, referral_id, resident_id)
    SELECT %s, now(), now(), 1, 'floor', '', 'sent', 'The floor of a write.', '', '', to_team_id, id, resident_id
    FROM referrals_referral WHERE id = %s
"""
_open: dict[str, Any] = {}


def hello(_environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    return _answer(start_response, b"hello")


def raw_page(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    return _answer(start_response, _json(_read(LIST, [_asked(environ, "team")])))


def raw_one(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    return _answer(start_response, _json(_read(ONE, [_asked(environ, "resident")])))


def raw_search(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    asked = [_asked(environ, "team"), f"%{_asked(environ, 'q')}%"]
    return _answer(start_response, _json(_read(SEARCH, asked)))


def raw_look_up(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    return _answer(start_response, _json(_read(LOOK_UP, [_asked(environ, "nhs_number")])))


def raw_audit(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    connection = _connection("kept", autocommit=False)
    with connection, connection.cursor() as cursor:
        client, organisation = _caller(cursor, environ)
        team = _asked(environ, "team")
        cursor.execute(LIST, [team])
        rows = cursor.fetchall()
        looked = Json({"residents": [row[7] for row in rows]}, dumps=_dumps)
        cursor.execute(AUDIT, [str(new_id()), client, organisation, None, team, looked])
    return _answer(start_response, _json(rows))


def insert3(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    connection = _connection("kept", autocommit=False)
    with connection, connection.cursor() as cursor:
        client, organisation = _caller(cursor, environ)
        about, row = _asked(environ, "referral"), str(new_id())
        cursor.execute(ROW, [row, about])
        cursor.execute(AUDIT, [str(new_id()), client, organisation, None, about, Json({})])
        cursor.execute(OUTBOX, [str(new_id()), about, Json({"referral": about})])
    return _answer(start_response, _json([[row]]))


class Bare(WSGIHandler):
    """Django without a middleware, and with our two addresses."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002
        for name in ("_view_middleware", "_template_response_middleware", "_exception_middleware"):
            setattr(self, name, [])
        self._middleware_chain = convert_exception_to_response(self.answer)

    def answer(self, request: HttpRequest) -> Any:
        """What Django does once every middleware has had its turn."""
        return super()._get_response(request)  # type: ignore[misc]

    def get_response(self, request: HttpRequest) -> Any:
        request.urlconf = __name__
        return self.answer(request)


def bare_view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"hello")


class EntrySerializer(serializers.ModelSerializer[CaseloadEntry]):
    nhs_number = serializers.CharField(source="resident.nhs_number", allow_null=True)
    given_name = serializers.CharField(source="resident.given_name")
    family_name = serializers.CharField(source="resident.family_name")
    birth_date = serializers.DateField(source="resident.birth_date")
    team_name = serializers.CharField(source="team.name")
    key_worker_name = serializers.CharField(source="key_worker.user.name", allow_null=True, default=None)

    class Meta:
        model = CaseloadEntry
        fields = (
            "id", "created_at", "updated_at", "version", "is_lead", "reason", "opened_at", "resident", "nhs_number",
            "given_name", "family_name", "birth_date", "team_name", "key_worker_name",
        )  # fmt: skip


class DrfList(APIView):
    authentication_classes = ()
    permission_classes = ()

    def get(self, request: Any) -> Response:
        entries = CaseloadEntry.objects.using("floor").select_related("resident", "team", "key_worker__user")
        page = entries.filter(team_id=request.GET["team"], ended_at=None).order_by("sort_name", "id")[:25]
        return Response(EntrySerializer(page, many=True).data)


urlpatterns = [path("bench/django", bare_view), path("bench/drf-list", DrfList.as_view())]


def _bare() -> Floor:
    owner: Mapping[str, Any] = dj_database_url.parse(os.environ["DATABASE_OWNER_URL"], conn_max_age=600)
    connections.databases["floor"] = {**settings.DATABASES["default"], **owner, "ATOMIC_REQUESTS": False}
    return Bare()


FLOORS: Mapping[str, Floor] = {
    "/bench/hello": hello,
    "/bench/django": _bare(),
    "/bench/drf-list": _bare(),
    "/bench/raw-page": raw_page,
    "/bench/raw-audit": raw_audit,
    "/bench/raw-one": raw_one,
    "/bench/raw-search": raw_search,
    "/bench/raw-look-up": raw_look_up,
    "/bench/insert3": insert3,
}


def _asked(environ: Mapping[str, Any], name: str) -> str:
    return str(parse_qs(environ["QUERY_STRING"])[name][0])


def _caller(cursor: Any, environ: Mapping[str, Any]) -> tuple[str, str]:
    """Token, then membership: which client it is, and which teams it acts for."""
    token = environ["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    cursor.execute(TOKEN, [hashlib.sha256(token.encode()).hexdigest()])
    client, organisation = cursor.fetchone()
    cursor.execute(TEAMS, [client])
    cursor.fetchall()
    return client, organisation


def _connection(name: str, *, autocommit: bool) -> Any:
    if name not in _open:
        _open[name] = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
        _open[name].autocommit = autocommit
    return _open[name]


def _read(statement: str, values: list[str]) -> list[tuple[Any, ...]]:
    with _connection("read", autocommit=True).cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _dumps(value: object) -> str:
    return str(json.dumps(value, default=str))


def _json(rows: Iterable[tuple[Any, ...] | list[Any]]) -> bytes:
    return _dumps([dict(zip(NAMES, row, strict=False)) for row in rows]).encode()


NAMES = (
    "id", "created_at", "updated_at", "version", "is_lead", "reason", "opened_at", "resident", "nhs_number",
    "given_name", "family_name", "birth_date", "team_name", "key_worker_name",
)  # fmt: skip


def _answer(start_response: Start, body: bytes) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
