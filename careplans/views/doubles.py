"""Two organisations plan much the same: saying that both are right, and taking it back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from carecoord.errors import RuleError
from careplans import services
from careplans.display.doubles import planned, said_of
from careplans.doubles import Double, doubles_of, with_what_is_right
from careplans.feeds import SHOWN
from careplans.forms_goals import RightForm
from careplans.models import Action
from careplans.views.common import page, refuse, tell_refusal
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members, seen_resident

WITHDRAW = "withdraw"


@for_members
def both_right(request: MemberRequest, action_id: UUID, beside_id: UUID) -> HttpResponse:
    """For who answers for one of the two; `action_id` is the one whose page leads here."""
    pair = _actions(request.principal, action_id, beside_id)
    resident = seen_resident(request, pair[0].resident_id, "action.viewed")
    double = _double(request.principal, pair)
    if double is None:
        messages.warning(request, services.NO_PAIR)
        return redirect("action_detail", action_id)
    which = {"action_id": action_id, "beside_id": beside_id}
    form = RightForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and WITHDRAW in request.POST:
        try:
            services.withdraw_both_right(by=request.principal, **which)
        except RuleError as problem:
            tell_refusal(request, problem)
        else:
            messages.success(request, "Both teams see again that they plan much the same.")
        return redirect("action_detail", action_id)
    if request.method == "POST" and form.is_valid():
        try:
            services.say_both_right(by=request.principal, **which, reason=form.cleaned_data["reason"])
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, "Saved: both are right, until one of them has another day or other words.")
            return redirect("action_detail", action_id)
    context = {
        "action_id": action_id,
        "because": double.because,
        "planned": [planned(one) for one in (double.first, double.second)],
        "right": double.right,
        "said": said_of(double.right) if double.right else "",
        "form": None if double.right and not form.errors else form,
        "withdraw": WITHDRAW,
    }
    return page(request, "both_right", resident, context, refused=bool(form.errors))


def _actions(principal: Principal, action_id: UUID, beside_id: UUID) -> list[Action]:
    """Both, of one resident. 404 for who answers for neither."""
    actions = Action.objects.visible_to(principal).filter(id__in=(action_id, beside_id)).select_related(*SHOWN)
    found = list(actions.order_by("id"))
    is_of_one = len(found) == 2 and found[0].resident_id == found[1].resident_id
    if not is_of_one or not any(
        principal.acts_for(one.accountable_team_id or one.last_accountable_team_id) for one in found
    ):
        raise Http404("No two actions of yours")
    return found


def _double(principal: Principal, pair: list[Action]) -> Double | None:
    return next(iter(with_what_is_right(principal, doubles_of(pair))), None)
