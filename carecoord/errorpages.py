"""Pages for what went wrong before or outside a view: they say what to do next."""

import sys
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from carecoord.database_errors import is_lost_race, is_out_of_reach
from carecoord.errors import RuleError

FOR_PROGRAMS: Final = ("/identity/", "/.well-known/")
SOON: Final = {"Retry-After": "5"}


class WentWrong(HttpResponse):
    """In the place of an exception that nobody caught: what was done before it is taken back, whatever the status."""


@dataclass(frozen=True)
class _Said:
    """A page of its own, which asks the database nothing: it may be away, or refuse this transaction."""

    status: int
    heading: str
    sentences: tuple[str, ...]


_FAILED = _Said(
    500,
    "CareCoord is not working",
    (
        "Something went wrong on our side. What you last saved is safe; what you sent just now was not saved.",
        "Go back and try again in a minute. If it is urgent, ring the team: do not wait for this page.",
    ),
)
_AWAY = _Said(
    503,
    "CareCoord cannot be reached for a moment",
    (
        "Wait a few seconds, then load this page again. If you were saving something, look first whether it is there.",
        "If it is urgent, ring the team: do not wait for this page.",
    ),
)
_RACE = _Said(
    409,
    "Somebody else was changing this",
    ("What you sent just now was not saved.", "Go back, load the page again and see what it says now."),
)
_GONE = _Said(
    404,
    "This is not here any more",
    (
        "What you sent just now was not saved.",
        "Somebody may have changed it meanwhile. Go back and load the page again.",
    ),
)


def form_out_of_date(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's secret did not match: signed out in another tab, or a form kept open for too long."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


def went_wrong(request: HttpRequest) -> HttpResponse:
    """Django's handler of an exception that nobody caught."""
    said = _said_of(sys.exc_info()[1])
    headers = SOON if said is _AWAY else {}
    if request.path.startswith(FOR_PROGRAMS):
        error = "temporarily_unavailable" if said is _AWAY else "server_error"
        return JsonResponse({"error": error}, status=max(said.status, 500), headers=headers)
    words = render_to_string("went_wrong.html", {"heading": said.heading, "sentences": said.sentences})
    return WentWrong(words, status=said.status, headers=headers)


def _said_of(error: BaseException | None) -> _Said:
    if is_out_of_reach(error):
        return _AWAY
    if is_lost_race(error):
        return _RACE
    match error:
        case RuleError():
            return _refused([error.sentence])
        case ValidationError():
            return _refused(error.messages)
        case ObjectDoesNotExist():
            return _GONE
    return _FAILED


def _refused(sentences: list[str]) -> _Said:
    """A rule that its page did not think of: the sentence says what to do all the same."""
    return _Said(422, "This was not saved", (*sentences, "Go back, change it and send it again."))
