"""Files of About Me: brought, opened through the gate, and marked where they were an error."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from carecoord.errors import RuleError, SentAlready
from carecoord.ids import new_id
from carecoord.media import Kind, kind_of
from carecoord.media.store import NoRoom
from carecoord.uploads import was_too_large
from careplans import forms, services
from careplans.display.attachments import attachment_card
from careplans.forms_attachments import AttachmentForm
from careplans.models import Attachment
from careplans.reading import AUTHOR
from careplans.services.attachments import content_of, may_mark
from careplans.views.common import page, plan_or_404, refuse
from neighbourhoods.principal import Principal
from neighbourhoods.web import MemberRequest, for_members, seen_resident

# Whatever is in the file: the browser takes it for what we say it is, saves it, and runs nothing of it.
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@for_members
def attachment_new(request: MemberRequest, resident_id: UUID) -> HttpResponse:
    resident = seen_resident(request, resident_id, "plan.viewed")
    plan = plan_or_404(request.principal, resident)
    too_large = was_too_large(request)
    form = AttachmentForm(
        request.POST or None,
        request.FILES or None,
        initial={"made": new_id(), "replaces": request.GET.get("replaces", "")},
        called=resident.called,
        was_too_large=too_large,
    )
    status = 200
    if request.method == "POST":
        status = _added(request, plan.id, form, is_too_large=too_large and "file" not in request.FILES)
        if status == 302:
            messages.success(request, "It is added to About me.")
            return redirect("care_plan", resident.id)
    replaced = _visible(request.principal, form["replaces"].value())
    context = {"form": form, "replaced": attachment_card(request.principal, replaced) if replaced else None}
    answer = page(request, "attachment_new", resident, context)
    answer.status_code = status
    return answer


def _added(request: MemberRequest, plan_id: UUID, form: AttachmentForm, *, is_too_large: bool) -> int:
    """The status to answer with: 302 once it is added."""
    if not form.is_valid():
        return 413 if is_too_large else 422
    said = dict(form.cleaned_data)
    ids = {"attachment_id": said.pop("made"), "replaces_id": said.pop("replaces")}
    try:
        services.add_attachment(by=request.principal, plan_id=plan_id, media=said.pop("file"), **ids, **said)
    except SentAlready:
        form.add_error(
            None, "You sent this form already, with another file or other words. Go back to the plan to see it"
        )
    except RuleError as problem:
        refuse(form, problem)
        return 507 if isinstance(problem, NoRoom) else 422
    else:
        return 302
    return 422


@require_safe
@for_members
def attachment_file(request: MemberRequest, attachment_id: UUID) -> HttpResponse:
    """The only way to what is kept. Always to be saved: a picture of ours may show it too, a page of its own never."""
    attachment = _attachment_or_404(request, attachment_id)
    if attachment.error_at and not may_mark(request.principal, attachment):
        raise Http404("Closed: it was an error")
    detail = {"attachment_id": str(attachment.id)}
    resident = seen_resident(request, attachment.resident_id, "attachment.opened", **detail)
    content = content_of(attachment)
    if content is None:
        card = attachment_card(request.principal, attachment)
        answer = page(request, "attachment_missing", resident, {"card": card, "number": attachment.id})
        answer.status_code = 410
        return answer
    kind = kind_of(attachment.media_type)
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{_called(kind)}"'}
    return HttpResponse(content, content_type=kind.media_type, headers=headers)


@for_members
def attachment_error(request: MemberRequest, attachment_id: UUID) -> HttpResponse:
    """Taking it away: it stays, struck out, with the reason."""
    attachment = _attachment_or_404(request, attachment_id)
    if attachment.error_at:
        raise Http404("Nothing to mark")
    resident = seen_resident(request, attachment.resident_id, "plan.viewed")
    form = forms.ErrorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.enter_attachment_in_error(by=request.principal, attachment_id=attachment.id, **form.cleaned_data)
        except RuleError as problem:
            refuse(form, problem)
        else:
            messages.success(request, "It is marked as entered in error. Its words stay, struck out.")
            return redirect("care_plan", resident.id)
    context = {"form": form, "card": attachment_card(request.principal, attachment)}
    return page(request, "attachment_error", resident, context, refused=bool(form.errors))


def _attachment_or_404(request: MemberRequest, attachment_id: UUID) -> Attachment:
    attachment = _visible(request.principal, attachment_id)
    if attachment is None:
        raise Http404("No file of yours")
    return attachment


def _visible(principal: Principal, attachment_id: object) -> Attachment | None:
    try:
        wanted = UUID(str(attachment_id))
    except ValueError:
        return None
    found = Attachment.objects.visible_to(principal).filter(id=wanted)
    return found.select_related(*AUTHOR).first()


def _called(kind: Kind) -> str:
    """After nobody: the name of a file is read by whoever has the computer next."""
    return f"about-me-{kind.word.lower()}{kind.suffixes[0]}"
