"""What the pages of the administration share: form pages, ways back, a service's refusal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from carecoord.accounts.invitations import mail_is_set_up
from carecoord.accounts.models import User
from carecoord.errors import RuleError, StaleVersion
from carecoord.ui import forms
from carecoord.ui.components import DefinitionRows, Link, SummaryList
from neighbourhoods.forms.administration import add_refusal
from neighbourhoods.models import ApiClient, Organisation

T = TypeVar("T")


@dataclass(frozen=True)
class FormPage:
    """One form under a heading. `sentence` says what happens; `version` is what the form was made from."""

    heading: str
    button: str
    back: Link
    sentence: str = ""
    tone: Literal["green", "red"] = "green"
    version: int | None = None
    now: DefinitionRows | SummaryList | None = None


def show_form(request: HttpRequest, form: forms.Form, shown: FormPage) -> HttpResponse:
    context = {"form": form, "shown": shown}
    return render(request, "neighbourhoods/admin_form.html", context, status=422 if form.errors else 200)


def attempted(form: forms.Form, act: Callable[[], T]) -> T | None:
    """What the service gives for a form that is posted and right; None, and an error of the form, where it refuses."""
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        with transaction.atomic():
            return act()
    except (RuleError, ValidationError) as problem:
        add_refusal(form, problem)
    except IntegrityError:
        form.add_error(None, "Somebody did the same a moment ago. Go back and look.")
    return None


def posted_version(request: HttpRequest) -> int:
    """The version that the form was made from; 0, which is always stale, where it is missing."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def is_stale(form: forms.Form) -> bool:
    return any(error.code == StaleVersion.code for error in form.non_field_errors().as_data())


def invited(user: User) -> str:
    if mail_is_set_up():
        return f"A link to set a password is on its way to {user.email}. It works once, for 3 days."
    return f"{user.name} has an account. No email is set up here: make a link below and hand it over."


def back_to_organisation(organisation: Organisation) -> Link:
    return Link(f"Back to {organisation.name}", reverse("admin_organisation", args=[organisation.id]))


def back_to_person(user: User) -> Link:
    return Link(f"Back to {user.name}", reverse("admin_person", args=[user.id]))


def back_to_client(client: ApiClient) -> Link:
    return Link(f"Back to {client.name}", reverse("admin_client", args=[client.id]))
