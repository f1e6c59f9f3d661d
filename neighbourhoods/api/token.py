"""Tokens are given and taken back by allauth; here is who may ask: not too often, who may act now, of their own."""

import json
from typing import Any

from allauth.core.internal import httpkit
from allauth.idp.oidc import views
from allauth.idp.oidc.models import Token
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt

from carecoord import clock
from carecoord.api.access import count_in_minute, seconds_left
from carecoord.audit.addresses import address_of
from neighbourhoods.api.middleware import note_error
from neighbourhoods.models import ApiClient

ATTEMPTS_A_MINUTE = 60
NOBODYS = "-"


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """What is refused is noted for the administrator, where the client is one of the API's."""
    if not _is_readable(request):
        return _unreadable()
    client_id = _client_id(request)
    response = _answer(request, client_id)
    if response.status_code >= 400 and (known := ApiClient.objects.filter(client_id=client_id).first()):
        note_error(known.id, f"{response.status_code} {json.loads(response.content).get('error', '')} (token)")
    return response


@csrf_exempt
def revoke(request: HttpRequest) -> HttpResponse:
    """One's own token. Another client's is left alone, and like one that nobody knows it is answered with 200."""
    if not _is_readable(request):
        return _unreadable()
    of_client = Token.objects.by_value(request.POST.get("token", "")).values_list("client_id", flat=True).first()
    if of_client is not None and str(of_client) != _client_id(request):
        fields: Any = request.POST.copy()
        fields["token"] = NOBODYS
        request.POST = fields
    response: HttpResponse = views.revoke(request)
    return response


def _is_readable(request: HttpRequest) -> bool:
    """A form without half characters and NULs, which no client id, secret or token has."""
    try:
        fields = [*request.POST.keys(), *request.POST.values(), *(httpkit.extract_basic_auth(request.headers) or ())]
    except (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError, ValueError):
        return False
    return not any("\x00" in field for field in fields if isinstance(field, str))


def _unreadable() -> HttpResponse:
    return JsonResponse({"error": "invalid_request"}, status=400)


def _answer(request: HttpRequest, client_id: str) -> HttpResponse:
    # By address too, so that nobody is kept out by a stranger who knows their client id.
    if count_in_minute(f"token:{address_of(request)}:{client_id[:100]}") > ATTEMPTS_A_MINUTE:
        wait = str(round(seconds_left()) or 1)
        return JsonResponse({"error": "slow_down"}, status=429, headers={"Retry-After": wait})
    if request.method == "POST" and client_id and not _may_act(client_id):
        return JsonResponse({"error": "invalid_client"}, status=401)
    response: HttpResponse = views.token(request)
    return response


def _client_id(request: HttpRequest) -> str:
    by_header, _ = httpkit.extract_basic_auth(request.headers)
    return str(by_header or request.POST.get("client_id", ""))


def _may_act(client_id: str) -> bool:
    """A client of the API whose agreement is in force; others of the provider are not the API's business."""
    found = ApiClient.objects.filter(client_id=client_id).select_related("organisation").first()
    if found is None:
        return True
    is_open = found.deactivated_at is None and found.organisation.ended_at is None
    return is_open and found.agreement_ends_on >= clock.today()
