"""What became of a message, as whoever carried it tells: one POST for each, with a token that only they have.

Of a text GOV.UK Notify tells, with our own id as its reference; of an email the mail server, with the bounce itself.
"""

import json
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from carecoord.delivery.bounces import NotABounce, read_bounce
from carecoord.delivery.models import Delivery
from carecoord.delivery.services import note_came_back, note_delivered

CAME_BACK = {
    "permanent-failure": "No phone has this number",
    "temporary-failure": "The phone was off or out of reach",
    "technical-failure": "The service that sends texts had a fault",
}


@csrf_exempt
@require_POST
def delivery_receipts(request: HttpRequest) -> HttpResponse:
    """404 without a token in the settings, 401 with another; 204 for what is noted, and for what is not ours."""
    if not _has_token(request, settings.NOTIFY_CALLBACK_TOKEN):
        return _unauthorised()
    try:
        said: Any = json.loads(request.body)
        delivery_id, status = UUID(str(said["reference"])), str(said["status"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    with transaction.atomic():
        if status == "delivered":
            note_delivered(delivery_id)
        elif status in CAME_BACK:
            note_came_back(delivery_id, CAME_BACK[status], channel=Delivery.Channel.SMS)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@csrf_exempt
@require_POST
def delivery_bounces(request: HttpRequest) -> HttpResponse:
    """An email as the mail server has it: 204 where it is noted, or says that the server still tries; 422, with why,
    for anything else, so that the server keeps it for whoever looks after it.
    """
    if not _has_token(request, settings.BOUNCE_TOKEN):
        return _unauthorised()
    try:
        bounce = read_bounce(request.body)
    except RequestDataTooBig:
        return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "This is larger than any bounce of an email of ours.")
    except NotABounce as refusal:
        return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(refusal))
    with transaction.atomic():
        if bounce.why and not note_came_back(bounce.delivery_id, bounce.why, channel=Delivery.Channel.EMAIL):
            return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, "This bounce is of no email that was sent from here.")
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _has_token(request: HttpRequest, expected: str) -> bool:
    """Raises Http404 where the settings have none."""
    if not expected:
        raise Http404("Nothing is taken here")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and constant_time_compare(token, expected)


def _unauthorised() -> HttpResponse:
    return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})


def _refused(status: HTTPStatus, why: str) -> HttpResponse:
    return HttpResponse(f"{why}\n", status=status, content_type="text/plain; charset=utf-8")


urlpatterns = [
    path("delivery/receipts/", delivery_receipts, name="delivery_receipts"),
    path("delivery/bounces/", delivery_bounces, name="delivery_bounces"),
]
