"""Choosing the membership to act as. The only page of ours that needs a person and no role."""

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from neighbourhoods.forms.role import RoleForm
from neighbourhoods.gate import NoSuchMembership
from neighbourhoods.middleware import ACTING_AS
from neighbourhoods.models import Membership, Team
from neighbourhoods.services.roles import choose_role as choose


@never_cache
@login_required
def choose_role(request: HttpRequest) -> HttpResponse:
    user = cast("AbstractBaseUser", request.user)
    memberships = _memberships(user.pk)
    if not memberships:
        return render(request, "neighbourhoods/no_role.html", status=403)
    if len(memberships) == 1 and request.method != "POST":
        return redirect(_next(request))
    form = RoleForm(request.POST or None, memberships=memberships, acting_as=request.session.get(ACTING_AS))
    if request.method == "POST" and form.is_valid():
        try:
            principal = choose(user_id=user.pk, membership_id=form.cleaned_data["membership"])
        except NoSuchMembership as refusal:
            form.add_error("membership", refusal.sentence)
        else:
            request.session.cycle_key()
            request.session[ACTING_AS] = str(principal.membership_id)
            return redirect(_next(request))
    context = {"form": form, "next": _next(request)}
    return render(request, "neighbourhoods/choose_role.html", context, status=422 if form.errors else 200)


role_urls = [path("role/", choose_role, name="choose_role")]


def _memberships(user_id: UUID) -> list[tuple[Membership, tuple[str, ...]]]:
    """Each open membership with the names of its teams, in two statements."""
    mine = Membership.objects.live().filter(user_id=user_id).select_related("organisation")
    memberships = list(mine.order_by("organisation__name", "role"))
    teams: dict[UUID, list[str]] = {membership.id: [] for membership in memberships}
    links = Team.objects.filter(member_links__membership__in=memberships, ended_at=None)
    for membership_id, name in links.order_by("name").values_list("member_links__membership_id", "name"):
        if membership_id in teams:
            teams[membership_id].append(name)
    return [(membership, tuple(teams[membership.id])) for membership in memberships]


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/"
