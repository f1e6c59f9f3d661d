"""What every endpoint is: the order in which a request is checked, and how answers are made."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework import status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carecoord.api import etags
from carecoord.api.access import HasScope, TokenAuthentication, access_of
from carecoord.api.idempotency import AnsweredBefore, Keyed, keyed
from carecoord.api.operations import WITH_BODY, Operation
from carecoord.api.paging import page_of
from carecoord.api.parsing import LARGEST_BODY, StrictJSONParser, too_large
from carecoord.api.problems import Problem, Refused, answer_exception, is_taken_back, refused
from carecoord.api.replaying import look_again, look_at_what_is_shown
from carecoord.api.schema import EndpointSchema
from carecoord.api.scopes import scope_of
from carecoord.api.shapes import Shape


class Endpoint(APIView):
    """Handlers are methods with `@operation`. `asked` holds the checked filters, `given` the checked body.

    Checked in this order: token, rate, size, Accept, scope, method, filters, If-Match, Idempotency-Key, body.
    """

    http_method_names = ["get", "head", "post", "patch", "delete"]
    authentication_classes = (TokenAuthentication,)
    permission_classes: Sequence[type[BasePermission]] = (HasScope,)
    throttle_classes = ()  # the rate belongs to the token: see TokenAuthentication
    parser_classes = (StrictJSONParser,)
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = DefaultContentNegotiation
    schema: Any = EndpointSchema()
    shape: ClassVar[type[Shape] | None] = None
    largest_body: ClassVar[int] = LARGEST_BODY

    asked: dict[str, Any]
    given: dict[str, Any]
    keyed: Keyed | None = None
    hides = False
    """Whether something of what was read is hidden from everybody now: then no earlier answer says it again (IG-20)."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.perform_authentication(request)
        _check_size(request, self.largest_body)
        super().initial(request, *args, **kwargs)
        operation = operation_of(self, request.method or "")
        if operation is None:
            return
        self.asked = operation.read_query(request)
        if request.method == "PATCH":
            etags.require_condition(request)
        access = access_of(request)
        if request.method == "POST" and access and (kept := keyed(request, access.client_id)):
            try:
                kept.claim()
            except AnsweredBefore as before:
                raise AnsweredBefore(look_again(request, before.response)) from before
            self.keyed = kept
        self.given = operation.read_body(request, is_partial=request.method == "PATCH")

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, AnsweredBefore):
            return exc.response  # type: ignore[return-value]
        return super().handle_exception(exc)

    def get_exception_handler(self) -> Any:
        return answer_exception

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Cache-Control", "no-store")
        if isinstance(final, Response) and self._shows_what_is_there(final) and not is_taken_back():
            look_at_what_is_shown(request)
        # What is taken back leaves no answer either: the same key may be tried again.
        if self.keyed and isinstance(final, Response) and not is_taken_back():
            final.render()
            self.keyed.keep(final)
        return final

    def _shows_what_is_there(self, answer: Response) -> bool:
        """By 412, or after a change that changed nothing: then its tag is still the one that was named."""
        if answer.status_code == status.HTTP_412_PRECONDITION_FAILED:
            return "current" in (answer.data or {})
        is_change = self.request.method == "PATCH" and answer.status_code == status.HTTP_200_OK
        return is_change and etags.names(self.request, answer.headers.get("ETag", ""))

    def permission_denied(self, *_: Any, **__: Any) -> Any:
        raise NotAuthenticated("Send a token: Authorization: Bearer ...")

    @cached_property
    def may_write(self) -> bool:
        """Whether the token could change what is shown here."""
        access, match = access_of(self.request), self.request._request.resolver_match
        scope = scope_of(match.route, self.request.method or "") if match else None
        return bool(access and scope and f"{scope.partition('.')[0]}.write" in access.scopes)

    # --- answers ------------------------------------------------------------------------------------------------

    def show(self, stored: Any, shape: type[Shape] | None = None) -> dict[str, Any]:
        """As it is shown in full; also what a 412 carries as `current`."""
        shown = shape or self.shape or Shape
        return shown(context=self.get_serializer_context()).to_representation(stored)

    def one(self, stored: Any, shape: type[Shape] | None = None, *, at: str = "") -> Response:
        """One object with its ETag; `at` is its address where it was created (201)."""
        headers = {"ETag": etags.tag_of(stored)} | ({"Location": at} if at else {})
        code = status.HTTP_201_CREATED if at else status.HTTP_200_OK
        return Response(self.show(stored, shape), status=code, headers=headers)

    def page(
        self, rows: QuerySet[Any], shape: type[Shape], *, order: tuple[str, ...] = ("-created_at", "-id")
    ) -> Response:
        """One page of a list (see `page_of` for what may be an order)."""
        return self.page_with(page_of(rows, self.request, order=order), shape)

    def page_with(self, page: Any, shape: type[Shape]) -> Response:
        represent = shape(context=self.get_serializer_context()).to_representation
        results = [represent(row) for row in page.rows]
        return Response({"next": page.next, "previous": page.previous, "results": results})

    @property
    def names_a_version(self) -> bool:
        """Whether If-Match was sent: a verb takes it, and does not ask for it."""
        return etags.is_conditional(self.request)

    def require_match(self, stored: Any) -> None:
        """412 with `current` unless If-Match names the version that is there. Lock the row first."""
        if not etags.matches(self.request, stored):
            detail = "It was changed since you read it. Look at `current`, then send your change again."
            raise Refused(Problem(412, "stale", detail, more={"current": self.show(stored)}))

    def get_serializer_context(self) -> dict[str, Any]:
        return {"request": self.request, "view": self}


class NoSuchAddress(Endpoint):
    """Whatever else is asked for below the API's root, a malformed id too."""

    permission_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.auth is None:
            raise NotAuthenticated("Send a token: Authorization: Bearer ...")
        raise Refused(Problem(404, "not_found", "There is nothing here, or nothing that you may see."))


def operation_of(view: APIView, method: str) -> Operation | None:
    handler = getattr(view, "get" if method == "HEAD" else method.lower(), None)
    return getattr(handler, "operation", None)


def _check_size(request: Request | HttpRequest, most: int) -> None:
    """Of what is read. What has no length here came in chunks through a server that does not say where they end."""
    if request.method not in WITH_BODY:
        return
    if "CONTENT_LENGTH" not in request.META and "HTTP_TRANSFER_ENCODING" in request.META:
        raise refused(411, "length_required", "Say how long the body is: Content-Length.")
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if declared.isdigit() and int(declared) > most:
        raise too_large(most)
