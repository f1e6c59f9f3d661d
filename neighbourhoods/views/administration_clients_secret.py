"""Administration: the secret of an API client, and whether it may act at all."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from carecoord.ui import forms
from neighbourhoods import administered
from neighbourhoods.administered import for_administrators
from neighbourhoods.display.clients import has_old_secret, secret_facts, secret_shown
from neighbourhoods.forms.clients import OverlapForm
from neighbourhoods.forms.people import ReasonForm
from neighbourhoods.models import ApiClient
from neighbourhoods.services.clients import (
    MadeClient,
    deactivate_client,
    end_old_client_secret,
    reactivate_client,
    rotate_secret,
)
from neighbourhoods.views.administration_pages import FormPage, attempted, back_to_client, posted_version, show_form
from neighbourhoods.web import MemberRequest

TOKENS = "/identity/o/api/token"


@for_administrators
def admin_rotate_secret(request: MemberRequest, client_id: UUID) -> HttpResponse:
    client = administered.client_of(request.principal, client_id)
    form, version = OverlapForm(request.POST or None), posted_version(request)
    made = attempted(
        form,
        lambda: rotate_secret(by=request.principal, client_id=client.id, version=version, overlap=form.length()),
    )
    if made:
        return show_secret(request, made)
    sentence = "The next page shows the new secret, once. The organisation's privacy officers are told."
    if has_old_secret(client):
        sentence = f"Two secrets work now. The older of them stops at once when you make another. {sentence}"
    heading, now = f"Make a new secret for {client.name}", secret_facts(client)
    page = FormPage(heading, "Make a new secret", back_to_client(client), sentence, version=client.version, now=now)
    return show_form(request, form, page)


@for_administrators
def admin_end_old_secret(request: MemberRequest, client_id: UUID) -> HttpResponse:
    client = administered.client_of(request.principal, client_id)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if attempted(form, lambda: end_old_client_secret(by=request.principal, client_id=client.id)):
        messages.success(request, f"Only the newest secret of {client.name} works now.")
        return redirect("admin_client", client.id)
    sentence = "A system that still uses the old secret gets no more tokens. Ask the partner first."
    heading = f"End the old secret of {client.name}"
    page = FormPage(heading, "End the old secret", back_to_client(client), sentence, "red", now=secret_facts(client))
    return show_form(request, form, page)


@for_administrators
def admin_deactivate_client(request: MemberRequest, client_id: UUID) -> HttpResponse:
    client = administered.client_of(request.principal, client_id)
    form = ReasonForm(request.POST or None)
    if attempted(
        form, lambda: deactivate_client(by=request.principal, client_id=client.id, reason=form.cleaned_data["reason"])
    ):
        messages.success(request, f"{client.name} is shut out.")
        return redirect("admin_client", client.id)
    sentence = (
        f"It stops with its next request: it reads nothing more and sends nothing more for {client.organisation.name}."
        " What it did stays in the record. You can reactivate it."
    )
    page = FormPage(f"Deactivate {client.name}", "Deactivate", back_to_client(client), sentence, tone="red")
    return show_form(request, form, page)


@for_administrators
def admin_reactivate_client(request: MemberRequest, client_id: UUID) -> HttpResponse:
    client = administered.client_of(request.principal, client_id)
    form = ReasonForm(request.POST or None)
    if attempted(
        form, lambda: reactivate_client(by=request.principal, client_id=client.id, reason=form.cleaned_data["reason"])
    ):
        messages.success(request, f"{client.name} is reactivated.")
        return redirect("admin_client", client.id)
    sentence = (
        "It may act again as before, with the secret that it had, as long as its agreement is in force. If others may"
        " know the secret, make a new one first."
    )
    page = FormPage(f"Reactivate {client.name}", "Reactivate", back_to_client(client), sentence)
    return show_form(request, form, page)


client_secret_urls = [
    path("admin/clients/<uuid:client_id>/secret/", admin_rotate_secret, name="admin_rotate_secret"),
    path("admin/clients/<uuid:client_id>/secret/old/", admin_end_old_secret, name="admin_end_old_secret"),
    path("admin/clients/<uuid:client_id>/deactivate/", admin_deactivate_client, name="admin_deactivate_client"),
    path("admin/clients/<uuid:client_id>/reactivate/", admin_reactivate_client, name="admin_reactivate_client"),
]


def show_secret(request: MemberRequest, made: MadeClient) -> HttpResponse:
    """The answer to the post itself: a page that is asked for again has no secret to show."""
    client: ApiClient = made.client
    shown = secret_shown(client, made.secret, request.build_absolute_uri(TOKENS))
    return render(request, "neighbourhoods/admin_client_secret.html", {"shown": shown})
