"""Every request of a signed-in person runs in one transaction, as the membership they act as."""

from collections.abc import Callable
from hashlib import sha256
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from carecoord.errorpages import WentWrong
from neighbourhoods.gate import NoSuchMembership, enter, scoped
from neighbourhoods.models import Membership
from neighbourhoods.principal import Principal

ACTING_AS = "acting_as_membership"
# Pages that work without a chosen role: signing in and out, choosing one, files, health; the poll looks for itself.
OPEN_PATHS = (
    "/accounts/",
    "/role/",
    "/static/",
    "/healthz",
    "/readyz",
    "/alerts/poll/",
    "/api/",
    "/delivery/receipts/",
    "/identity/",
    "/.well-known/",
)


class ActingRequest(HttpRequest):
    """A request that passed the middleware on a page that needs a principal."""

    principal: Principal


class PrincipalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.principal = None  # type: ignore[attr-defined]
        if request.path.startswith(OPEN_PATHS) or not request.user.is_authenticated:
            return self.get_response(request)
        with scoped():
            principal = self._principal(request)
            if principal is None:
                return redirect(f"{reverse('choose_role')}?{urlencode({'next': request.get_full_path()})}")
            request.principal = principal  # type: ignore[attr-defined]
            response = self.get_response(request)
            # An exception has become this answer already: what it left half done must not be committed.
            if response.status_code >= 500 or isinstance(response, WentWrong):
                transaction.set_rollback(True)
            return response

    def _principal(self, request: HttpRequest) -> Principal | None:
        """The chosen membership's principal; the only one a person has is chosen for them."""
        chosen = request.session.get(ACTING_AS) or self._only_membership(request)
        if chosen is None:
            return None
        try:
            principal = enter(_user_id(request), UUID(str(chosen)), sign_in_of(request))
        except NoSuchMembership:
            request.session.pop(ACTING_AS, None)
            return None
        # A session that is written to is saved: not on every request.
        if request.session.get(ACTING_AS) != str(chosen):
            request.session[ACTING_AS] = str(chosen)
        return principal

    def _only_membership(self, request: HttpRequest) -> str | None:
        mine = list(Membership.objects.live().filter(user_id=_user_id(request)).values_list("id", flat=True)[:2])
        return str(mine[0]) if len(mine) == 1 else None


def sign_in_of(request: HttpRequest) -> UUID | None:
    """What stands for this sign-in in the database: whoever reads it there cannot take the session over."""
    key = request.session.session_key
    return UUID(bytes=sha256(key.encode()).digest()[:16]) if key else None


def _user_id(request: HttpRequest) -> UUID:
    return UUID(str(request.user.pk))
