"""What became of a text message, as GOV.UK Notify tells it: one POST for each, with our own id as its reference."""

import json
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

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
    if not settings.NOTIFY_CALLBACK_TOKEN:
        raise Http404("No receipts are taken here")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(token, settings.NOTIFY_CALLBACK_TOKEN):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})
    try:
        said: Any = json.loads(request.body)
        delivery_id, status = UUID(str(said["reference"])), str(said["status"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    with transaction.atomic():
        if status == "delivered":
            note_delivered(delivery_id)
        elif status in CAME_BACK:
            note_came_back(delivery_id, CAME_BACK[status])
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


urlpatterns = [path("delivery/receipts/", delivery_receipts, name="delivery_receipts")]
