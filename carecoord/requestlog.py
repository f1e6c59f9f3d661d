"""One line in the log and one measure for every request: its route, never its address, and nothing anybody typed."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

from carecoord.audit.origin import current_origin
from carecoord.logs import speaking_for

log = logging.getLogger(__name__)

REQUESTS = Histogram(
    "carecoord_request_seconds",
    "How long requests took to answer",
    ["method", "route", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
# Anybody may send a method of their own making; a measure must not grow with them.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Monitors ask every few seconds.
QUIET = frozenset({"healthz", "readyz", "metrics"})


class RequestLogMiddleware:
    """Stands inside the middleware that gives the request its id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = speaking_for.set({"request_id": str(current_origin().request_id)})
        try:
            began = time.perf_counter()
            response = self.get_response(request)
            if not request.path_info.startswith(settings.STATIC_URL):
                _note(request, response.status_code, time.perf_counter() - began)
            return response
        finally:
            speaking_for.reset(token)


def _note(request: HttpRequest, status: int, seconds: float) -> None:
    method = request.method if request.method in METHODS else "other"
    route = route_of(request)
    REQUESTS.labels(method, route, str(status)).observe(seconds)
    if route in QUIET:
        return
    facts = {"method": method, "route": route, "status": status, "milliseconds": round(seconds * 1000, 1)}
    log.info("%s %s %s %.0f ms", method, route, status, seconds * 1000, extra={"facts": facts})


def route_of(request: HttpRequest) -> str:
    """`residents/<uuid:resident_id>/`, or `no such page`."""
    match = request.resolver_match
    return (match.route or "/") if match else "no such page"
