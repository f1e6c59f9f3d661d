"""One operation of the API, said once: what is validated is what the OpenAPI document tells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from rest_framework import serializers
from rest_framework.request import Request

from carecoord.api.problems import refused
from carecoord.api.shapes import Body, Nothing, Query, Shape

WITH_BODY = frozenset({"POST", "PATCH"})
Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True)
class Operation:
    """`answers` are the good ones by status; `problems` the statuses beyond those that every operation may answer."""

    summary: str
    answers: Mapping[int, type[Shape] | None]
    is_list: bool = False
    query: type[Query] | None = None
    body: type[Body] | None = None
    problems: Sequence[int] = ()
    examples: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    answer_example: Any = None

    def read_query(self, request: Request) -> dict[str, Any]:
        """The filters, checked. Raises for a name that is not known or stands twice."""
        given = request.query_params
        known = (self.query.names() if self.query else frozenset()) | (Query.paging if self.is_list else frozenset())
        for name, values in given.lists():
            if name not in known:
                raise refused(400, "unknown_parameter", "There is no such parameter.", parameter=name[:100])
            if len(values) > 1:
                raise refused(400, "repeated_parameter", "A parameter stands once.", parameter=name)
        if not self.query:
            return {}
        return _checked(self.query(data={name: given[name] for name in given if name not in Query.paging}))

    def read_body(self, request: Request, *, is_partial: bool) -> dict[str, Any]:
        """The fields of the body, checked. Where none is asked for, nothing but `{}` is taken."""
        if request.method not in WITH_BODY:
            return {}
        return _checked((self.body or Nothing)(data=request.data, partial=is_partial))


def operation(
    summary: str,
    *,
    answer: type[Shape] | None = None,
    page: type[Shape] | None = None,
    status: int = 200,
    query: type[Query] | None = None,
    body: type[Body] | None = None,
    problems: Sequence[int] = (),
    examples: Mapping[str, Mapping[str, Any]] | None = None,
    answer_example: Any = None,
) -> Callable[[Handler], Handler]:
    """Says what a handler answers: one object (`answer`), or a page of them (`page`). Its docstring is told too."""

    def said(handler: Handler) -> Handler:
        handler.operation = Operation(  # type: ignore[attr-defined]
            summary=summary,
            answers={status: page or answer},
            is_list=page is not None,
            query=query,
            body=body,
            problems=problems,
            examples=examples or {},
            answer_example=answer_example,
        )
        return handler

    return said


def _checked(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
