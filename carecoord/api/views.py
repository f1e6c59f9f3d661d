"""The OpenAPI document, and the same for people."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carecoord.api.codes import CODES
from carecoord.api.documentation import chapters
from carecoord.api.problems import Problem, plain_response
from carecoord.api.schema import WORDS, openapi


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """JSON, with `?format=json` or without."""
    if set(request.GET) - {"format"} or request.GET.get("format", "json") != "json":
        return plain_response(Problem(400, "unknown_parameter", "The only parameter is format=json."))
    return JsonResponse(openapi(), json_dumps_params={"ensure_ascii": False})


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """One page, made here, that asks no other host for anything."""
    document = openapi()
    context = {"chapters": chapters(document), "words": WORDS.split("\n\n"), "codes": CODES.items()}
    return render(request, "api/docs.html", context)
