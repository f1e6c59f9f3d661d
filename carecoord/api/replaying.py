"""Whoever is shown an object by another way than its own address is written down as reading it there.

A kept answer is given again to whoever may still read what it is about; where something of that is hidden by now
(IG-20), as it reads now. A 412 shows what is there now, and a change that changes nothing shows all there is: neither
leaves a row of the audit by itself.
"""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response


def look_again(request: Request, kept: HttpResponse) -> HttpResponse:
    """Reads the object of this answer as its own address would: the gate is asked, and the look is audited.

    Gives what is sent again. Raises 404 where it would be 404. An answer about no object (a refused creation, say) is
    not looked at.
    """
    shown = _look(request, _object_of(request.path, kept))
    return _as_now(kept, shown) if shown is not None else kept


def look_at_what_is_shown(request: Request) -> None:
    """The same for the object of this address, or of the verb at its end."""
    addresses = (request.path, _above(request.path))
    _look(request, next((found for path in addresses if (found := _object_at(path))), None))


def _look(request: Request, found: ResolverMatch | None) -> Response | None:
    """What there is now, where something of it is hidden."""
    if found is None:
        return None
    view = found.func.cls(request=request, kwargs=found.kwargs)  # type: ignore[attr-defined]
    shown: Response = view.get(request, **found.kwargs)
    return shown if view.hides else None


def _as_now(kept: HttpResponse, shown: Response) -> HttpResponse:
    """Under the status and the address of what was kept."""
    again = HttpResponse(JSONRenderer().render(shown.data), status=kept.status_code)
    for name, value in (*kept.headers.items(), *shown.headers.items()):
        again.headers[name] = value
    again.headers["Content-Type"] = kept.headers["Content-Type"]
    return again


def _object_of(path: str, kept: HttpResponse) -> ResolverMatch | None:
    """Where what was made is told to be, or what the verb at the end of the path is done to."""
    return _object_at(kept.headers.get("Location") or _above(path))


def _above(path: str) -> str:
    return f"{path.rstrip('/').rpartition('/')[0]}/"


def _object_at(path: str) -> ResolverMatch | None:
    try:
        found = resolve(path)
    except Resolver404:
        return None
    is_object = any(isinstance(value, UUID) for value in found.kwargs.values())
    view: Any = getattr(found.func, "cls", None)
    return found if is_object and hasattr(view, "get") else None
