"""The frame of every page: who is signed in, where they can go, what waits."""

from typing import Any

from django.http import HttpRequest

from carecoord.ui.shell import Shell


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `page`, a Shell."""
    principal = getattr(request, "principal", None)
    if principal is None:
        return {"page": Shell()}
    return {"page": Shell(person_name=principal.name)}
