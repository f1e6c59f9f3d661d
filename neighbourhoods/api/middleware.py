"""Every request with a token runs in one transaction, as the client whose token it is."""

import json
from collections.abc import Callable
from uuid import UUID

from allauth.idp.oidc.adapter import get_adapter
from django.db import Error, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from carecoord import clock
from carecoord.api.problems import INTERNAL, MEDIA_TYPE, UNAVAILABLE, Problem, plain_response, problem_of
from carecoord.fhir.outcomes import MEDIA_TYPE as FHIR
from carecoord.fhir.outcomes import refusal
from neighbourhoods.gate import enter_client, scoped
from neighbourhoods.principal import ClientAccess

PATHS = ("/api/v1/", "/fhir/")


class ClientMiddleware:
    """Sets `request.client_access`. What it opens, and whether it opens anything, is the endpoint's to ask."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.client_access = None  # type: ignore[attr-defined]
        if not request.path.startswith(PATHS):
            return self.get_response(request)
        token = _token_of(request)
        return _told_plainly(request, self._for_client(request, token) if token else self.get_response(request))

    def _for_client(self, request: HttpRequest, token: str) -> HttpResponse:
        access: ClientAccess | None = None
        try:
            with scoped():
                access = enter_client(get_adapter().hash_token(token))
                request.client_access = access  # type: ignore[attr-defined]
                response = self.get_response(request)
                if response.status_code >= 500:
                    transaction.set_rollback(True)
        except Error as refusal:
            # The database refused it at the commit, or is not there: nothing of it has happened.
            response = _plain(request, problem_of(refusal, {}))
        if access and response.status_code >= 400:
            note_error(access.client_id, f"{response.status_code} {_code_of(response)}")
        return response


def _token_of(request: HttpRequest) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def note_error(client_id: UUID, words: str) -> None:
    """For the administrator's page. After the request's own transaction, so that it outlives a rollback."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app.note_client_error(%s, %s, %s)", [client_id, words[:60], clock.now()])
    except Error:
        return


def _code_of(response: HttpResponse) -> str:
    if response.headers.get("Content-Type", "").startswith(FHIR):
        return str(json.loads(response.content)["issue"][0]["details"]["coding"][0]["code"])
    if not response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
        return ""
    return str(json.loads(response.content).get("code", ""))


def _told_plainly(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A program is never answered with a page."""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    if not is_page or response.status_code < 500:
        return response
    return _plain(request, UNAVAILABLE if response.status_code == UNAVAILABLE.status else INTERNAL)


def _plain(request: HttpRequest, problem: Problem) -> HttpResponse:
    if not request.path.startswith("/fhir/"):
        return plain_response(problem)
    told = refusal(problem.status, problem.code, problem.detail)
    return JsonResponse(told, status=problem.status, content_type=FHIR, headers=dict(problem.headers))
