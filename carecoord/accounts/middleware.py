"""What a sign-in needs to go on: it has not run out, the account is open, and a second factor is set up."""

from collections.abc import Callable, Iterator
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property

from carecoord import clock
from carecoord.accounts import sessions
from carecoord.accounts.services import has_second_factor
from carecoord.accounts.sessions import SECOND_FACTOR, SignedOut

GetResponse = Callable[[HttpRequest], HttpResponse]
Keeper = Callable[[HttpRequest], bool]
SIGN_IN_PAGES = "/accounts/"
STOP_POLLING = 286  # htmx swaps such an answer like any other and asks no more


class SessionLimitsMiddleware:
    """Ends a sign-in that ran out, or whose account was closed or changed, before anything else looks at it.

    Requests with the header `X-Poll: 1` are made by an open page, not by a person: no activity.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY not in request.session:
            return self.get_response(request)
        if signed_out := sessions.ended(request.session):
            return _sign_out(request, signed_out)
        if not request.user.is_authenticated:
            if SESSION_KEY not in request.session:  # Django has just ended it: it was of another password, or round
                return _sign_out(request, SignedOut(clock.now(), "changed"))
            request.session.flush()
            return redirect("account_inactive")
        if not is_poll(request):
            sessions.note_activity(request.session)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Sends whoever has no second factor to set one up, before any other page; demonstration accounts excepted.

    An app or a passkey; or the word of an identity provider that it has asked for one (the session carries it).
    """

    # By name: where a person without a second factor may still go.
    open_pages = ("mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "account_logout")
    open_paths = ("/static/", "/healthz", "/readyz", "/api/", "/identity/o/api/", "/.well-known/")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.DEMO or self._is_open(request) or not request.user.is_authenticated:
            return self.get_response(request)
        if not request.session.get(SECOND_FACTOR):
            # Whoever has one has just passed it: the sign-in page asks for it. So this is looked up once a session.
            if not has_second_factor(request.user):
                return redirect("mfa_activate_totp")
            request.session[SECOND_FACTOR] = True
        return self.get_response(request)

    def _is_open(self, request: HttpRequest) -> bool:
        return request.path.startswith(self.open_paths) or request.path in self._open_addresses

    @cached_property
    def _open_addresses(self) -> frozenset[str]:
        return frozenset(reverse(name) for name in self.open_pages)


_keepers: list[Keeper] = []


def call_keeper(keep: Keeper) -> None:
    """Whoever keeps what was sent just after a sign-in ran out, for the person whose it was; False where it cannot."""
    _keepers[:] = [keep]


def is_poll(request: HttpRequest) -> bool:
    return request.headers.get("X-Poll") == "1"


def _sign_out(request: HttpRequest, signed_out: SignedOut) -> HttpResponse:
    is_kept = _keep(request, signed_out)
    request.session.flush()
    request.user = AnonymousUser()
    if is_poll(request):
        # The page stays as it is: somebody may have typed something on it.
        return render(request, "account/signed_out_poll.html", _words(request, signed_out), status=STOP_POLLING)
    if request.method in {"GET", "HEAD"} or request.path.startswith(SIGN_IN_PAGES):
        sessions.remember_signed_out(request.session, signed_out)
        return _to_sign_in(request)
    return _show_what_was_kept(request, signed_out) if is_kept else _show_what_was_typed(request, signed_out)


def _keep(request: HttpRequest, signed_out: SignedOut) -> bool:
    """Only what the person's own page has sent, and only where nothing but time has ended the sign-in."""
    if request.method != "POST" or is_poll(request) or signed_out.why == "changed":
        return False
    if not (settings.DEMO or request.session.get(SECOND_FACTOR)) or not request.user.is_authenticated:
        return False
    is_forged = CsrfViewMiddleware(lambda _: HttpResponse()).process_view(request, _nothing, (), {}) is not None
    return not is_forged and any(keep(request) for keep in _keepers)


def _nothing(_: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _show_what_was_kept(request: HttpRequest, signed_out: SignedOut) -> HttpResponse:
    """Whoever signs in again finds it on the page of the form; here not a word of it is shown."""
    context = _words(request, signed_out) | {"is_kept": True, "sign_in_url": _sign_in_path(request.path)}
    response = render(request, "account/signed_out.html", context, status=403)
    response.headers["Cache-Control"] = "no-store"
    return response


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(SIGN_IN_PAGES):
        return redirect("account_login")
    if "HX-Request" not in request.headers:
        return redirect_to_login(request.get_full_path())
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = _sign_in_path(_open_page(request))
    return response


def _show_what_was_typed(request: HttpRequest, signed_out: SignedOut) -> HttpResponse:
    """Nothing of the form was saved; its texts are given back to copy, and kept nowhere."""
    context = _words(request, signed_out) | {"typed": list(_typed(request))}
    is_htmx = "HX-Request" in request.headers
    response = render(request, "account/signed_out.html", context, status=200 if is_htmx else 403)
    response.headers["Cache-Control"] = "no-store"
    if is_htmx:
        response.headers["HX-Retarget"] = "body"
    return response


def _words(request: HttpRequest, signed_out: SignedOut) -> dict[str, object]:
    return {"signed_out": signed_out, "sign_in_url": _sign_in_path(_open_page(request))}


def _sign_in_path(then: str) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': then})}"


def _open_page(request: HttpRequest) -> str:
    """The page that the person has in front of them."""
    shown = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    if shown.netloc == request.get_host():
        return f"{shown.path}?{shown.query}" if shown.query else shown.path
    return request.path if request.method == "GET" else "/"


def _typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """What a person may have written, by field; passwords and what the page itself sent stay out."""
    for name, values in request.POST.lists():
        words = name.replace("-", " ").replace("_", " ").strip().capitalize()
        for value in values:
            if " " in value.strip() and "password" not in name.lower() and name not in {"next", "code"}:
                yield words, value
