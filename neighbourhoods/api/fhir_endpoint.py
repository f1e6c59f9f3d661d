"""An endpoint that speaks FHIR: the same token, rate, scope and gate as the others, and every error an outcome."""

from typing import Any, ClassVar, Final

from django.http import HttpResponse
from rest_framework.exceptions import NotAuthenticated
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from carecoord.api.parsing import read_json
from carecoord.api.problems import answer_exception, not_found
from carecoord.fhir.outcomes import MEDIA_TYPE, refusal
from neighbourhoods.api.endpoint import Endpoint

LARGEST_BUNDLE: Final = 5_000_000


class FhirParser(BaseParser):
    media_type = MEDIA_TYPE

    def parse(self, stream: Any, *_: Any, **__: Any) -> dict[str, Any]:
        return read_json(stream.read(LARGEST_BUNDLE + 1), LARGEST_BUNDLE)


class FhirParserOfJson(FhirParser):
    media_type = "application/json"


class FhirRenderer(JSONRenderer):
    media_type = MEDIA_TYPE
    format = "fhir"


class FhirEndpoint(Endpoint):
    """Described by the CapabilityStatement, not by the OpenAPI document. `MessageHeader.id` is the key of a message."""

    parser_classes = (FhirParser, FhirParserOfJson)  # type: ignore[assignment]
    renderer_classes = (FhirRenderer, JSONRenderer)  # type: ignore[assignment]
    schema = None
    largest_body: ClassVar[int] = LARGEST_BUNDLE

    def get_exception_handler(self) -> Any:
        return _answer_with_outcome


class NoSuchFhirAddress(FhirEndpoint):
    """Whatever else is asked for below the root."""

    permission_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.auth is None:
            raise NotAuthenticated("Send a token: Authorization: Bearer ...")
        raise not_found()


def outcome_of_problem(response: HttpResponse, problem: dict[str, Any]) -> dict[str, Any]:
    sentences = [problem["detail"], *_sentences(problem.get("errors", {}))]
    return refusal(response.status_code, problem["code"], " ".join(dict.fromkeys(sentences)))


def _sentences(errors: dict[str, Any]) -> list[str]:
    return [str(one) for said in errors.values() if isinstance(said, list) for one in said]


def _answer_with_outcome(error: Exception, context: Any) -> Response:
    response = answer_exception(error, context)
    response.data = outcome_of_problem(response, response.data)
    response.content_type = MEDIA_TYPE
    return response
