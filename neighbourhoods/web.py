"""What every page of staff begins with: somebody is signed in and acts as a membership; then the gate."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import resolve, reverse

from carecoord import audit
from carecoord.prepared import prepared
from neighbourhoods.merging.leading import leads_to
from neighbourhoods.models import Resident
from neighbourhoods.principal import Principal
from neighbourhoods.volunteering import OPEN, is_volunteer

P = ParamSpec("P")


SAFE = frozenset({"GET", "HEAD"})


class SentOn(HttpResponseRedirect):
    """To another address with the method and all that was typed."""

    status_code = 307


class NotSeen(Http404):
    """A page of a resident whom whoever asks does not see."""

    def __init__(self, resident_id: UUID) -> None:
        super().__init__("No resident of yours")
        self.resident_id = resident_id


class MemberRequest(HttpRequest):
    """A request of somebody who is signed in and acts as a membership."""

    principal: Principal
    htmx: Any


def for_members(
    view: Callable[Concatenate[MemberRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page for staff; anybody else is asked to sign in and brought back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        principal: Principal | None = getattr(request, "principal", None)
        if principal is None:
            return redirect_to_login(request.get_full_path())
        if is_volunteer(principal) and (closed := _closed_to_volunteers(request, kwargs)):
            return closed
        try:
            response = view(cast("MemberRequest", request), *args, **kwargs)
        except Http404 as missing:
            if sent_on := _to_the_survivor(request, kwargs):
                response = sent_on
            elif isinstance(missing, NotSeen) and request.method in SAFE and "resident_id" in kwargs:
                response = _as_the_record(request, missing.resident_id)
            else:
                raise
        # Wards share computers, and the back button must not bring an earlier resident back (UI-12).
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", guarded)


def closed_page(request: HttpRequest) -> HttpResponse:
    """What a volunteer is told on a page that is not for them: the same whoever it is about, or if there is one."""
    closed = render(request, "neighbourhoods/not_for_volunteers.html", status=403)
    closed.headers["Cache-Control"] = "no-store"
    return closed


def _closed_to_volunteers(request: HttpRequest, named: dict[str, Any]) -> HttpResponse | None:
    """The record's own address leads to what they may know; every page that is not named as theirs is closed."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    if name in OPEN:
        return None
    if name == "resident_record" and request.method in SAFE:
        return HttpResponseRedirect(reverse("visit", kwargs=named))
    return closed_page(request)


def _as_the_record(request: HttpRequest, resident_id: UUID) -> HttpResponseBase:
    """What the record's own page says to the same person: never more, and written down as the same look (IG-03)."""
    record = resolve(reverse("resident_record", args=[resident_id]))
    answer: HttpResponseBase = record.func(request, *record.args, **record.kwargs)
    return answer


def _to_the_survivor(request: HttpRequest, named: dict[str, Any]) -> HttpResponseBase | None:
    """The same page of the record into which the one of the address was merged, if it was."""
    resident_id, match = named.get("resident_id"), request.resolver_match
    found = leads_to(resident_id) if resident_id and match else None
    if found is None or match is None or found == resident_id:
        return None
    asked = request.META.get("QUERY_STRING", "")
    address = reverse(match.view_name, kwargs={**named, "resident_id": found}) + (f"?{asked}" if asked else "")
    return HttpResponseRedirect(address) if request.method in SAFE else SentOn(address)


def seen_resident(
    request: MemberRequest, resident_id: UUID, verb: str, *, purpose: str = "", **detail: Any
) -> Resident:
    """The resident of a page, with the look written down as `verb`.

    Whoever may not see them is answered as by the record itself, or by 404 where something was sent.
    """
    resident = seen_by(request.principal, resident_id)
    if resident is None:
        raise NotSeen(resident_id)
    about = ("resident", resident.id)
    audit.looked(verb, by=request.principal, resident_id=resident.id, about=about, purpose=purpose, **detail)
    return resident


def not_for_this_role(request: MemberRequest, resident_id: UUID, reason: str, ask: str = "") -> HttpResponse:
    """A page of a resident that is for other roles says so, to whoever sees the resident; nobody else is told of it."""
    if seen_by(request.principal, resident_id) is None:
        raise NotSeen(resident_id)
    return render(request, "403.html", {"reason": reason, "ask": ask}, status=403)


def seen_by(principal: Principal, resident_id: UUID) -> Resident | None:
    """With practice and neighbourhood, as every page of the record shows them."""
    return next(iter(_resident(principal, resident_id)), None)


@prepared
def _resident(principal: Principal, resident_id: UUID) -> QuerySet[Resident]:
    residents = Resident.objects.visible_to(principal).select_related("gp_practice", "neighbourhood")
    return residents.filter(id=resident_id)
