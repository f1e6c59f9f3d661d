"""Every error as problem+json (RFC 9457): what was wrong, in a code for programs and a sentence for people."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import Error, transaction
from django.http import Http404, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from carecoord.api.words import action_name
from carecoord.database_errors import is_lost_race, is_out_of_reach
from carecoord.errors import IllegalMove, NotYours, RuleError, StaleVersion

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TITLES: Mapping[int, str] = {
    400: "The request is not understood",
    401: "A token is needed",
    403: "This is not allowed",
    404: "There is nothing here",
    405: "This method is not for this address",
    406: "Only JSON is spoken here",
    409: "This stands in the way",
    410: "It is gone",
    411: "How long is it?",
    412: "Somebody has changed it since you read it",
    413: "The body is too large",
    415: "The body must be JSON",
    422: "A rule refuses this",
    428: "Say which version you read",
    429: "Too many requests",
    500: "Something went wrong here",
    503: "Not now",
    507: "There is no room for it",
}
# Rules that are refused because of what somebody else has done or holds.
NO_ROOM = "no_room"
CONFLICTS = frozenset({"resident_exists", "possible_duplicates", "lost_race"})

Errors = Mapping[str, Sequence[Any] | Mapping[str, Any]]


@dataclass(frozen=True)
class Problem:
    """The answer that tells of an error. `more` are members of its own, such as `allowed` or `current`."""

    status: int
    code: str
    detail: str
    errors: Errors = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        return {
            "type": f"/api/v1/docs/#problem-{self.code}",
            "title": TITLES.get(self.status, "An error"),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "errors": self.errors,
            **self.more,
        }


class Refused(Exception):
    """Raised anywhere below an endpoint; answered with its problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def refused(status: int, code: str, detail: str, *, errors: Errors | None = None, **more: Any) -> Refused:
    """`raise refused(422, "no_such_service", "...")`; further words become members of the answer."""
    return Refused(Problem(status, code, detail, errors or {}, more))


def not_found() -> Refused:
    return refused(404, "not_found", "There is nothing here, or nothing that you may see.")


def plain_response(problem: Problem) -> JsonResponse:
    """For what goes wrong outside an endpoint."""
    return JsonResponse(problem.body(), status=problem.status, content_type=MEDIA_TYPE, headers=dict(problem.headers))


def answer_exception(error: Exception, context: Mapping[str, Any]) -> Response:
    """The exception handler of every endpoint. What is not known is logged, rolled back, and never told."""
    problem = problem_of(error, context)
    if problem.status >= 500 or isinstance(error, Error):
        if problem.status >= 500:
            log.error("an endpoint failed", exc_info=error)
        # In autocommit there is nothing to take back.
        if transaction.get_connection().in_atomic_block:
            transaction.set_rollback(True)
    return Response(problem.body(), status=problem.status, headers=dict(problem.headers), content_type=MEDIA_TYPE)


def is_taken_back() -> bool:
    """Whether the transaction of this request will be rolled back: nothing more can be read or written in it."""
    return bool(transaction.get_connection().needs_rollback)


def problem_of(error: Exception, context: Mapping[str, Any]) -> Problem:
    match error:
        case Refused():
            return error.problem
        case RuleError():
            return _of_rule(error, context)
        case ValidationError():
            return Problem(400, error.code if hasattr(error, "code") and error.code else "invalid", _first(error))
        case ObjectDoesNotExist() | Http404():
            return not_found().problem
        case PermissionDenied():
            return Problem(403, "forbidden", "This is not allowed.")
        case Error():
            return _of_database(error)
        case exceptions.APIException():
            return _of_framework(error)
        case _:
            return INTERNAL


INTERNAL = Problem(500, "internal_error", "Something went wrong here. Nothing was changed; it has been written down.")
LOST_RACE = Problem(409, "lost_race", "Somebody else was changing this. Read it again, then decide.")
UNAVAILABLE = Problem(
    503,
    "unavailable",
    "The database cannot be reached at the moment. Send it again in a few seconds, with the same Idempotency-Key.",
    headers={"Retry-After": "5"},
)


def _of_rule(error: RuleError, context: Mapping[str, Any]) -> Problem:
    errors = {error.field: [error.sentence]} if error.field else {}
    match error:
        case IllegalMove():
            allowed = [action_name(verb) for verb in error.allowed]
            return Problem(422, "illegal_transition", error.sentence, errors, {"allowed": allowed})
        case StaleVersion():
            return Problem(412, "stale", error.sentence, errors, {"current": _shown(error.current, context)})
        case RuleError() if error.code == NO_ROOM:
            return Problem(507, error.code, error.sentence, errors)
        case NotYours() if not error.field:
            return Problem(403, error.code, error.sentence)
        case _:
            return Problem(409 if error.code in CONFLICTS else 422, error.code, error.sentence, errors)


def _shown(current: object, context: Mapping[str, Any]) -> Any:
    show = getattr(context.get("view"), "show", None)
    return show(current) if show and current is not None else None


def _of_database(error: Error) -> Problem:
    if is_out_of_reach(error):
        return UNAVAILABLE
    return LOST_RACE if is_lost_race(error) else INTERNAL


def _of_framework(error: exceptions.APIException) -> Problem:
    match error:
        case exceptions.ValidationError():
            return Problem(400, "invalid", "Some of it is not as it must be: see `errors`.", _by_field(error.detail))
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            code = str(error.get_codes())
            headers = {"WWW-Authenticate": _challenge(code)}
            return Problem(401, code, str(error.detail), headers=headers)
        case exceptions.Throttled():
            wait = max(1, round(getattr(error, "wait", None) or 1))
            detail = f"More than the allowed requests in a minute. Try again in {wait} seconds."
            return Problem(429, "throttled", detail, headers={"Retry-After": str(wait)})
        case _:
            return Problem(error.status_code, str(error.get_codes()), str(error.detail))


def _challenge(code: str) -> str:
    return 'Bearer realm="carecoord"' + ("" if code == "not_authenticated" else ', error="invalid_token"')


def _by_field(detail: Any) -> Errors:
    """Errors by field, each a list of sentences; those of the whole body stand under `body`."""
    if isinstance(detail, Mapping):
        return {("body" if name == "non_field_errors" else str(name)): _sentences(it) for name, it in detail.items()}
    return {"body": _sentences(detail)}


def _sentences(detail: Any) -> Any:
    if isinstance(detail, Mapping):
        return {str(name): _sentences(inner) for name, inner in detail.items()}
    if isinstance(detail, list | tuple):
        return [_sentences(inner) if isinstance(inner, Mapping) else str(inner) for inner in detail]
    return [str(detail)]


def _first(error: ValidationError) -> str:
    return str(error.messages[0]) if error.messages else "This is not valid."
