"""Administration: where an organisation's own system is told of its alerts."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from carecoord import clock
from carecoord.alerts.models import Webhook
from carecoord.alerts.webhooks import Made, end_webhook, register_webhook, renew_secret, switch_on, webhook_of
from carecoord.delivery.models import Delivery
from carecoord.errors import RuleError
from carecoord.ui import dates, forms
from carecoord.ui.components import DefinitionRows, Row
from neighbourhoods.administered import for_administrators, organisation_of
from neighbourhoods.models import Organisation
from neighbourhoods.principal import Principal
from neighbourhoods.views.administration_pages import attempted
from neighbourhoods.web import MemberRequest

MOST_SHOWN = 20


class WebhookForm(forms.Form):
    url = forms.CharField(
        label="Address of your system",
        max_length=500,
        help_text="It begins with https://. It is told a count, a kind, the urgency and a link, and never about whom.",
        error_messages={"required": "Enter the address of your system"},
    )


@for_administrators
def admin_webhook(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """One page for all of it; a secret is shown in the answer to what made it, and never again."""
    by, organisation = request.principal, organisation_of(request.principal, organisation_id)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    form = WebhookForm(request.POST if step == "register" else None)
    made = _made(by, organisation, step, form)
    if made is None and step in DONE and _done(request, by, organisation, step):
        return redirect("admin_webhook", organisation.id)
    webhook = webhook_of(organisation.id)
    context = {
        "organisation": organisation,
        "form": form,
        "webhook": webhook,
        "made": made,
        "facts": _facts(webhook) if webhook else None,
        "sent": _sent(webhook) if webhook else [],
    }
    return render(request, "alerts/admin_webhook.html", context, status=422 if form.errors else 200)


DONE = {
    "on": "It is told again from now on.",
    "end": "Nothing is told there any more.",
}


def _made(by: Principal, organisation: Organisation, step: str, form: WebhookForm) -> Made | None:
    if step == "register":
        return attempted(
            form, lambda: register_webhook(by=by, organisation=organisation, url=form.cleaned_data["url"].strip())
        )
    if step == "secret" and webhook_of(organisation.id):
        return renew_secret(by=by, organisation=organisation)
    return None


def _done(request: MemberRequest, by: Principal, organisation: Organisation, step: str) -> bool:
    try:
        if step == "on":
            switch_on(by=by, organisation=organisation)
        else:
            end_webhook(by=by, organisation=organisation)
    except RuleError as problem:
        messages.warning(request, problem.sentence)
    else:
        messages.success(request, DONE[step])
    return True


def _facts(webhook: Webhook) -> DefinitionRows:
    now = clock.now()
    taken = dates.moment(webhook.taken_at, now=now) if webhook.taken_at else "Nothing yet"
    rows = [Row("Address", webhook.url), Row("Took a message last", taken)]
    if webhook.failing_since:
        rows.append(Row("Has failed since", dates.moment(webhook.failing_since, now=now), second=f"{webhook.failure}."))
    return DefinitionRows(tuple(rows))


def _sent(webhook: Webhook) -> list[tuple[str, str, str, str]]:
    """The newest messages: when, its state, how often tried, and why not."""
    begins = f"hook:{webhook.id}:"
    found = Delivery.objects.filter(channel=Delivery.Channel.WEBHOOK, recipient=None, cause__startswith=begins)
    return [
        (
            dates.moment(one.sent_at or one.created_at, now=clock.now()),
            one.get_state_display(),
            "once" if one.attempts == 1 else f"{one.attempts} times",
            f"{one.failure}." if one.failure else "",
        )
        for one in found.order_by("-id")[:MOST_SHOWN]
    ]
