"""Gives every request an id and notes its address, for the audit and the answer's header."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from carecoord.audit.addresses import address_of
from carecoord.audit.origin import Origin, coming_from
from carecoord.ids import new_id


class RequestOriginMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with coming_from(Origin(new_id(), address_of(request))) as origin:
            response = self.get_response(request)
        response.headers["X-Request-ID"] = str(origin.request_id)
        return response
