"""A kept answer is given again to whoever may still read what it is about, and who is written down as reading it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from rest_framework.request import Request


def look_again(request: Request, kept: HttpResponse) -> None:
    """Reads the object of this answer as its own address would: the gate is asked, and the look is audited.

    Raises 404 where it would be 404. An answer about no object (a refused creation, say) is not looked at.
    """
    found = _object_of(request.path, kept)
    if found is None:
        return
    view = found.func.cls(request=request, kwargs=found.kwargs)  # type: ignore[attr-defined]
    view.get(request, **found.kwargs)


def _object_of(path: str, kept: HttpResponse) -> ResolverMatch | None:
    """Where what was made is told to be, or what the verb at the end of the path is done to."""
    try:
        found = resolve(kept.headers.get("Location") or f"{path.rstrip('/').rpartition('/')[0]}/")
    except Resolver404:
        return None
    is_object = any(isinstance(value, UUID) for value in found.kwargs.values())
    view: Any = getattr(found.func, "cls", None)
    return found if is_object and hasattr(view, "get") else None
