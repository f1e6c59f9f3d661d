"""Who calls, and what their token lets them do. The middleware has set the principal; here it is only asked."""

import time
from typing import Any, Protocol, cast
from uuid import UUID

from django.core.cache import cache
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from carecoord.api.problems import refused
from carecoord.api.scopes import scope_of
from carecoord.audit import Actor
from carecoord.cache import ForgivingCache

A_MINUTE = 60
REQUESTS_A_MINUTE = 600


class Access(Protocol):
    """What a token opens, as the middleware found it. `standing` is `good`, or why it opens nothing."""

    @property
    def standing(self) -> str: ...
    @property
    def client_id(self) -> UUID: ...
    @property
    def principal(self) -> Actor: ...
    @property
    def scopes(self) -> frozenset[str]: ...


def access_of(request: Request) -> Access | None:
    return cast("Access | None", request.auth)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer ...` of a client whose account and sharing agreement are in force.

    Each may ask six hundred times in a minute of the clock, whatever the answers are.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        if "Authorization" not in request.headers:
            return None
        access: Access | None = getattr(request._request, "client_access", None)
        if access is None:
            raise AuthenticationFailed("The token is not valid, or not any more.", "invalid_token")
        # Before anything is refused, so that refusals count too. Never a reason to fail.
        if count_in_minute(f"api:{access.client_id}") > REQUESTS_A_MINUTE:
            raise Throttled(wait=seconds_left())
        if access.standing == "agreement_ended":
            raise refused(403, "agreement_ended", "The sharing agreement of this client has ended.")
        if access.standing != "good":
            raise AuthenticationFailed("This client is not active.", "invalid_token")
        return access.principal, access

    def authenticate_header(self, _request: Request) -> str:
        return "Bearer"


class HasScope(BasePermission):
    """The scope that the table names for this path and method; without one in the table nothing opens."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        access = access_of(request)
        if access is None:
            return False
        method = request.method or ""
        if method.lower() not in view.http_method_names or not hasattr(view, method.lower()):
            return True  # answered with 405
        match = request._request.resolver_match
        scope = scope_of(match.route, method) if match else None
        if scope is None or scope not in access.scopes:
            raise refused(403, "missing_scope", f"This needs the scope {scope}.", scope=scope)
        return True


def count_in_minute(key: str) -> int:
    """How often this was called with `key` in the running minute, this time included."""
    return cast(ForgivingCache, cache).count(f"{key}:{int(time.time()) // A_MINUTE}", timeout=2 * A_MINUTE)


def seconds_left() -> float:
    return A_MINUTE - time.time() % A_MINUTE
